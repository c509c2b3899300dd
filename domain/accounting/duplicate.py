"""When a bill is in the books already: Odoo itself posts a second one without a word."""

from collections.abc import Sequence

from domain.accounting.bill import BillFacts, BillInputs
from domain.errors import RejectedError


class DuplicateBillError(RejectedError):
    """The same document is booked already."""

    def __init__(self, inputs: BillInputs, twin: BillFacts) -> None:
        self.twin = twin
        what = f"number {inputs.number}" if inputs.number else f"a bill of {inputs.issued_on} without number"
        super().__init__(
            f"{twin.vendor} has {what} in the books already: {twin.name or 'draft'} (id {twin.bill_id}), "
            f"{twin.amount_total} {twin.currency} of {twin.invoice_date}, {twin.state}; "
            "reject this one, or give it the number that tells the two apart"
        )


def plain_number(number: str | None) -> str:
    """A document's number without blanks and case."""
    return "".join((number or "").split()).casefold()


def twin_of(inputs: BillInputs, bills: Sequence[BillFacts]) -> BillFacts | None:
    """The vendor's bill that is the same document: same number; without one, same date and amount."""
    for bill in bills:
        if inputs.number and bill.number:
            if plain_number(bill.number) == plain_number(inputs.number):
                return bill
        elif (bill.invoice_date, bill.amount_total, bill.currency) == (
            inputs.issued_on,
            inputs.total,
            inputs.currency,
        ):
            return bill
    return None
