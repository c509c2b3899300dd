"""What was open on a day: each line's balance less what had been matched with it by then.

The rule is Odoo's own (`account.move.line._compute_amount_residual`), with the partial reconciliations
limited to those whose `max_date` had come. Odoo's stored residual is today's and counts drafts.
"""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from domain.accounting.excerpt import Excerpt, OpenItem
from domain.accounting.ledger import ZERO, AccountType, JournalLine, Ledger, until


def open_items(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[OpenItem]:
    """The lines on accounts of one type that were not settled at the end of a day, by due date."""
    if isinstance(ledger, Excerpt):
        items = [item for item in ledger.open_items if ledger.type_of(item.line) is kind]
    else:
        items = residuals(ledger, as_of, kind)
    still_open = [item for item in items if item.residual or item.residual_currency]
    return sorted(still_open, key=lambda item: (item.line.due, item.line.line_id))


def residuals(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[OpenItem]:
    """Every line on accounts of one type at the end of a day, with what was open of it."""
    matched, foreign = _matched(ledger, as_of)
    return [
        OpenItem(line, line.balance - matched[line.line_id], line.amount_currency - foreign[line.line_id])
        for line in until(ledger.of_types(kind), as_of)
    ]


def differences_from_odoo(ledger: Ledger) -> list[tuple[JournalLine, Decimal]]:
    """Lines whose residual rebuilt from all reconciliations is not the one Odoo stores, and the rebuilt one.

    Odoo's counts what is matched with a draft entry as settled; statements don't, for a draft is not in the books.
    """
    matched, _foreign = _matched(ledger, dt.date.max)
    kinds = (AccountType.RECEIVABLE, AccountType.PAYABLE)
    known = [line for line in ledger.of_types(*kinds) if line.residual_today is not None]
    rebuilt = [(line, line.balance - matched[line.line_id]) for line in known]
    return [(line, amount) for line, amount in rebuilt if amount != line.residual_today]


def _matched(ledger: Ledger, as_of: dt.date) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """What had been matched with each line: in company currency, and in its own."""
    matched: dict[int, Decimal] = defaultdict(lambda: ZERO)
    foreign: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for one in ledger.partials:
        if one.max_date <= as_of:
            matched[one.debit_line_id] += one.amount
            matched[one.credit_line_id] -= one.amount
            foreign[one.debit_line_id] += one.debit_amount_currency
            foreign[one.credit_line_id] -= one.credit_amount_currency
    return matched, foreign
