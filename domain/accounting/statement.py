"""What a customer's invoices stand at, as it is told to them when they ask."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.money import Money


class StatementWanted(BaseModel, frozen=True, extra="forbid"):
    """Who asks, and about what."""

    sender: str = Field(min_length=3, max_length=320, description="the address that the question came from")
    subject: str = Field(default="", max_length=1000, description="names invoices by their numbers")


class CustomerStatement(BaseModel, frozen=True):
    """What may be told to that customer, and to nobody else."""

    customer_id: int
    customer: str
    email: str = Field(description="the customer's own in the books, never one that a mail asks to answer to")
    text: str = Field(description="a line for each invoice")
    total: str
    documents: list[str] = Field(description="the PDFs of the invoices that the subject names")
    business: str


@dataclass(frozen=True)
class StatedInvoice:
    """One posted invoice or credit note."""

    invoice_id: int
    number: str
    issued_on: dt.date
    due_on: dt.date
    total: Money
    left: Money
    is_credit: bool

    def line(self, today: dt.date) -> str:
        """As the customer reads it."""
        if self.is_credit:
            return f"{self.number} of {self.issued_on}: a credit of {self.total}, {self.left} not used yet"
        begun = f"{self.number} of {self.issued_on} over {self.total}, due on {self.due_on}: "
        if not self.left.amount:
            return f"{begun}paid, thank you"
        days = (today - self.due_on).days
        return f"{begun}{self.left} to pay" + (f", {days} days overdue" if days > 0 else "")


class NobodyKnownError(RejectedError):
    """The books have no one customer at that address."""

    def __init__(self, address: str, names: Sequence[str]) -> None:
        whom = f"{' and '.join(names)} have it" if names else "nobody in Odoo has it"
        super().__init__(
            f"the question came from {address}, and {whom}: nothing of anybody's invoices is told; read it and "
            "answer, or write the address into the right contact in Odoo"
        )


def open_total(invoices: Sequence[StatedInvoice]) -> str:
    """What is left to pay, less credits, in each currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in invoices:
        sums[one.left.currency] += -one.left.amount if one.is_credit else one.left.amount
    return " and ".join(str(Money(amount=amount, currency=code)) for code, amount in sorted(sums.items()))
