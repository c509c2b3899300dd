"""What was open on a day: each line's balance less what had been matched with it by then.

The rule is Odoo's own (`account.move.line._compute_amount_residual`), with the partial reconciliations
limited to those whose `max_date` had come. Odoo's stored residual is today's and is never used.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from domain.accounting.ledger import AccountType, JournalLine, Ledger, until


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A receivable or payable line with what was open of it; debit positive, as in Odoo."""

    line: JournalLine
    residual: Decimal
    """In company currency."""
    residual_currency: Decimal
    """In the line's own currency."""
    partial_ids: tuple[int, ...]
    """The reconciliations that had reduced it."""


@dataclass(slots=True)
class _Matched:
    amount: Decimal = Decimal(0)
    amount_currency: Decimal = Decimal(0)
    partial_ids: tuple[int, ...] = ()

    def add(self, amount: Decimal, amount_currency: Decimal, partial_id: int) -> None:
        self.amount += amount
        self.amount_currency += amount_currency
        self.partial_ids += (partial_id,)


def open_items(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[OpenItem]:
    """The lines on accounts of one type that were not settled at the end of a day, by due date."""
    items = residuals(ledger, as_of, kind)
    still_open = [item for item in items if item.residual or item.residual_currency]
    return sorted(still_open, key=lambda item: (item.line.due, item.line.line_id))


def residuals(ledger: Ledger, as_of: dt.date, kind: AccountType) -> Iterator[OpenItem]:
    """Every line on accounts of one type at the end of a day, with what was open of it."""
    matched = _matched(ledger, as_of)
    for line in until(ledger.items_of(kind), as_of):
        taken = matched.get(line.line_id, _Matched())
        yield OpenItem(
            line,
            line.balance - taken.amount,
            line.amount_currency - taken.amount_currency,
            taken.partial_ids,
        )


def differences_from_odoo(ledger: Ledger) -> list[tuple[JournalLine, Decimal]]:
    """Lines whose residual rebuilt from all reconciliations is not the one Odoo stores, and the rebuilt one.

    Odoo's counts what is matched with a draft entry as settled; statements don't, for a draft is not in the books.
    """
    matched = _matched(ledger, dt.date.max)
    kinds = (AccountType.RECEIVABLE, AccountType.PAYABLE)
    known = [line for line in ledger.of_types(*kinds) if line.residual_today is not None]
    rebuilt = [(line, line.balance - matched.get(line.line_id, _Matched()).amount) for line in known]
    return [(line, amount) for line, amount in rebuilt if amount != line.residual_today]


def _matched(ledger: Ledger, as_of: dt.date) -> dict[int, _Matched]:
    matched: dict[int, _Matched] = defaultdict(_Matched)
    for partial in ledger.partials:
        if partial.max_date <= as_of:
            amount, number = partial.amount, partial.partial_id
            matched[partial.debit_line_id].add(amount, partial.debit_amount_currency, number)
            matched[partial.credit_line_id].add(-amount, -partial.credit_amount_currency, number)
    return matched
