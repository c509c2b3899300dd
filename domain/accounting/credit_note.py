"""A vendor's credit note: the refund that a person approves, and which bill it is set off against."""

from typing import Any, ClassVar

from pydantic import BaseModel, Field

from domain.accounting.bill import BillFacts, BillInputs, BillReceipt, bill_problems
from domain.errors import RejectedError

MOST_FITTING = 20
BEHIND_NUMBER = " · "
NO_BILL = "none: the vendor owes it"


class CreditedBillWanted(BaseModel, frozen=True):
    """Whose bills, and the vendor's number of the one that the credit note names."""

    vendor: str = Field(min_length=1, max_length=200)
    vendor_vat: str | None = None
    vendor_email: str | None = None
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    credited: str | None = None


class CreditedBills(BaseModel, frozen=True):
    """The vendor's bills that a credit note may belong to, the newest first."""

    fits: list[str] = Field(description="each with its number in Odoo first")
    bill: str | None = Field(
        description="the one that the credit note names; None where it names none, or several"
    )


class CreditNoteInputs(BillInputs, frozen=True):
    """What a person approves: one credit note, its sums as they are printed without their sign."""

    move_type: ClassVar[str] = "in_refund"

    bill: str | None = Field(
        default=None, max_length=300, description="number in Odoo of the bill that it lowers"
    )
    fits: tuple[str, ...] = Field(default=(), max_length=MOST_FITTING)

    def choices(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Which bill it is set off against: as it is, and what there is to choose from."""
        chosen = next((one for one in self.fits if number_of(one) == self.bill), self.bill)
        return {"bill": (chosen or NO_BILL, (*self.fits, NO_BILL))}

    def changeable(self) -> dict[str, Any]:
        """What a person may say otherwise."""
        said = {name: value for name, value in super().changeable().items() if name != "fits"}
        return said | {"bill": self.choices()["bill"][0]}

    def changed(self, changes: dict[str, Any]) -> dict[str, Any]:
        """With what a person said."""
        said = super().changed(changes)
        if "bill" in changes:
            said["bill"] = None if said["bill"] in {None, NO_BILL} else number_of(str(said["bill"]))
        return said

    def shown(self) -> dict[str, Any]:
        """What a person reads."""
        said = {name: value for name, value in super().shown().items() if name != "fits"}
        return said | {"bill": self.choices()["bill"][0], "or for": list(self.fits)}


class CreditNoteFacts(BillFacts):
    """What the books say about one credit note."""

    word: ClassVar[str] = "credit note"

    move_type: str
    reverses: str | None = Field(description="the bill that it is set off against")


class CreditNoteReceipt(CreditNoteFacts, BillReceipt):
    """The evidence of one booked credit note."""


class NoSuchBillError(RejectedError):
    """The number names no posted bill of that vendor in that currency."""

    def __init__(self, inputs: CreditNoteInputs) -> None:
        super().__init__(
            f"{inputs.vendor} has no posted bill {inputs.bill} in {inputs.currency}; "
            "choose one of the vendor's, or none"
        )


def number_of(said: str) -> str:
    """A bill's number in Odoo, from how it is shown."""
    return said.partition(BEHIND_NUMBER)[0].strip()


def credit_note_problems(inputs: CreditNoteInputs, facts: CreditNoteFacts) -> list[str]:
    """What keeps these facts from being evidence of that credit note; empty when they are."""
    problems = bill_problems(inputs, facts)
    if facts.move_type != inputs.move_type:
        problems.append(f"document {facts.bill_id} is no vendor refund in Odoo ({facts.move_type})")
    if facts.reverses != inputs.bill:
        problems.append(f"credit note {facts.bill_id} is set off against {facts.reverses}, not {inputs.bill}")
    return problems
