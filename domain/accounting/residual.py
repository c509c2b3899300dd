"""What was open on a day: each line's balance less what had been matched with it by then."""

import datetime as dt
from decimal import Decimal

from domain.accounting.excerpt import Excerpt, OpenItem
from domain.accounting.ledger import AccountType, JournalLine, Ledger, until


def open_items(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[OpenItem]:
    """The lines on accounts of one type that were not settled at the end of a day, by due date."""
    if isinstance(ledger, Excerpt):
        items = [item for item in ledger.open_items if ledger.type_of(item.line) is kind]
    else:
        items = [
            OpenItem(line, *ledger.residual(line, as_of))
            for line in until(ledger.of_types(kind), as_of)
            if (settled := ledger.settled.get(line.line_id)) is None or settled > as_of
        ]
    still_open = [item for item in items if item.residual or item.residual_currency]
    return sorted(still_open, key=lambda item: (item.line.due, item.line.line_id))


def differences_from_odoo(ledger: Ledger) -> list[tuple[JournalLine, Decimal]]:
    """Lines whose residual rebuilt from all reconciliations is not the one Odoo stores, and the rebuilt one.

    Odoo's counts what is matched with a draft entry as settled; statements don't, for a draft is not in the books.
    """
    kinds = (AccountType.RECEIVABLE, AccountType.PAYABLE)
    known = [line for line in ledger.of_types(*kinds) if line.residual_today is not None]
    rebuilt = [(line, ledger.residual(line)[0]) for line in known]
    return [(line, amount) for line, amount in rebuilt if amount != line.residual_today]
