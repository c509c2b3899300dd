"""When invoices and bills were paid: what the partial reconciliations say about each partner's habits."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.accounting.excerpt import Excerpt, Paid
from domain.accounting.ledger import ZERO, AccountType, JournalLine, Ledger


@dataclass(frozen=True, slots=True)
class Settlement:
    """A payment, or a part of one, of an invoice or bill."""

    line: JournalLine
    """The receivable or payable line that was paid."""
    paid_on: dt.date
    amount: Decimal
    partial_id: int

    @property
    def delay_days(self) -> int:
        """Days after the due date; negative when it was paid early."""
        return (self.paid_on - self.line.due).days


def settlements(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[Settlement]:
    """Every payment of receivables or payables until a day, in the order of the days.

    Credit notes and exchange differences settle without being payments: an entry pays when it moves cash,
    or at least earns and costs nothing (a payment that waits on an outstanding account).
    """
    moved_cash = {line.move_id for line in ledger.of_types(AccountType.CASH)}
    with_result = {line.move_id for line in ledger.lines if ledger.type_of(line).is_result}
    found = []
    for partial in ledger.partials:
        if partial.max_date > as_of:
            continue
        pair = ledger.by_id[partial.debit_line_id], ledger.by_id[partial.credit_line_id]
        owed, paid = pair if kind is AccountType.RECEIVABLE else reversed(pair)
        is_payment = paid.move_id in moved_cash or paid.move_id not in with_result
        if ledger.type_of(owed) is kind and is_payment:
            found.append(Settlement(owed, partial.max_date, partial.amount, partial.partial_id))
    return sorted(found, key=lambda one: (one.paid_on, one.partial_id))


def days_until_paid(ledger: Ledger, first: dt.date, last: dt.date) -> Decimal | None:
    """Average days from invoice to payment of what customers paid in a period, weighted by amount; None: nothing."""
    if isinstance(ledger, Excerpt):
        return average_age(ledger.paid)
    paid = settlements(ledger, last, AccountType.RECEIVABLE)
    return average_age(Paid(one.line.day, one.paid_on, one.amount) for one in paid if one.paid_on >= first)


def average_age(paid: Iterable[Paid]) -> Decimal | None:
    """Average days from invoice to payment, weighted by amount; None when nothing was paid."""
    listed = list(paid)
    amount = sum((one.amount for one in listed), ZERO)
    days = sum((one.amount * (one.paid_on - one.invoiced_on).days for one in listed), ZERO)
    return (days / amount).quantize(Decimal("0.1")) if amount else None
