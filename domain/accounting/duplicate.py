"""When a bill is in the books already: Odoo itself posts a second one without a warning."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from domain.accounting.bill import BillFacts, BillInputs
from domain.accounting.move import MoveState
from domain.errors import RejectedError

ENTERED_DAYS = 10
"""So long after a document's day a person may have dated it by the day on which they entered it."""


class DuplicateBillError(RejectedError):
    """The same document is booked already."""

    def __init__(self, inputs: BillInputs, other: BillFacts) -> None:
        self.other = other
        if inputs.number and other.number:
            what, then = (
                f"number {inputs.number}",
                "reject this one, or give it the number that tells the two apart",
            )
        else:
            one = "that one" if inputs.number else "this one"
            what = f"a bill of the same day over the same sum ({one} has no number)"
            then = f"reject this one, or give {one} its number" + (" in Odoo" if inputs.number else "")
        super().__init__(
            f"{other.vendor} has {what} in the books already: {other.name or 'draft'} (id {other.bill_id}), "
            f"{other.amount_total} {other.currency} of {other.invoice_date}, {other.state}; {then}"
        )


@dataclass(frozen=True, slots=True)
class BookedBill:
    """A bill or receipt of the vendor, as the books have it."""

    name: str
    number: str | None
    is_receipt: bool
    issued_on: dt.date
    total: Decimal


def odd_likeness(inputs: BillInputs, bills: Sequence[BookedBill]) -> list[str]:
    """What a person may have entered by hand of this very document: the same sum on a day near it.

    A bill of the same number, or of the same day without one, is refused as a duplicate; it is not said here.
    """
    if inputs.move_type != BillInputs.move_type:
        return []  # a credit note is over its bill's sum
    alike = (bill for bill in bills if bill.total == inputs.total and _may_be_same(inputs, bill))
    return [
        f"{bill.name} of {bill.issued_on} is over the same sum"
        f"{'' if bill.number else ' and has no number'}: perhaps the same document, entered by hand"
        for bill in islice(alike, 1)
    ]


def _may_be_same(inputs: BillInputs, bill: BookedBill) -> bool:
    if inputs.number and bill.number:
        return bill.is_receipt and plain_number(bill.number) == plain_number(inputs.number)
    days = abs((bill.issued_on - inputs.issued_on).days)
    return days <= ENTERED_DAYS and (bill.is_receipt or days > 0)


def plain_number(number: str | None) -> str:
    """A document's number without blanks and case."""
    return "".join((number or "").split()).casefold()


def duplicates_of(inputs: BillInputs, bills: Sequence[BillFacts]) -> list[BillFacts]:
    """The vendor's bills that are the same document: same number; where one has none, same date and amount."""
    return [bill for bill in bills if _is_same_document(inputs, bill)]


def earlier_duplicate(bill: BillFacts, duplicates: Sequence[BillFacts]) -> BillFacts | None:
    """The posted duplicate that came first, if one did: the bill that has to give way knows it from this.

    Odoo hands out a month's numbers one after the other, so of two bills posted at the same moment both
    sides see the same order.
    """
    posted = [
        other for other in duplicates if other.bill_id != bill.bill_id and other.state is MoveState.POSTED
    ]
    return next((other for other in posted if _came_first(other, bill)), None)


def _is_same_document(inputs: BillInputs, bill: BillFacts) -> bool:
    if inputs.number and bill.number:
        return plain_number(bill.number) == plain_number(inputs.number)
    booked = (bill.invoice_date, bill.amount_total, bill.currency)
    return booked == (inputs.issued_on, inputs.total, inputs.currency)


def _came_first(other: BillFacts, bill: BillFacts) -> bool:
    (series, number), (other_series, other_number) = _numbered(other), _numbered(bill)
    if series == other_series and number and other_number:
        return number < other_number
    return other.bill_id < bill.bill_id


def _numbered(bill: BillFacts) -> tuple[str, int]:
    series, _, number = (bill.name or "").rpartition("/")
    return series, int(number) if number.isdecimal() else 0
