"""A customer invoice: what is asked for, what the books then say, and whether the two agree."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from domain.accounting.move import MoveFacts, move_problems
from domain.accounting.period import refuse_implausible
from domain.accounting.product import SoldProduct
from domain.errors import RejectedError
from domain.money import in_digits, rounded
from domain.text import EmailAddress, OneLine, Prose

HUNDRED = Decimal(100)


class OrderedItem(BaseModel, frozen=True, str_strip_whitespace=True, extra="forbid"):
    """One line as it is ordered; a word that means nothing here is refused."""

    description: Prose | None = Field(
        default=None, min_length=1, max_length=500, description="None: the product's name"
    )
    quantity: Decimal = Field(default=Decimal(1), gt=0, max_digits=9, decimal_places=2)
    price: Decimal | None = Field(
        default=None,
        ge=0,
        max_digits=15,
        decimal_places=2,
        description="per unit, before tax; None: the product's list price",
    )
    tax_percent: Decimal | None = Field(default=None, ge=0, lt=100, description="sales tax; 0 for none")
    product: OneLine | None = Field(
        default=None, max_length=200, description="name or code of a product in Odoo"
    )

    _in_digits = field_validator("quantity", "price", "tax_percent")(in_digits)

    @model_validator(mode="after")
    def _is_whole_without_a_product(self) -> Self:
        if not self.product and (self.description is None or self.price is None):
            raise ValueError("needs a description and a price; give both, or name a product that Odoo has")
        return self


class InvoiceItem(OrderedItem):
    """One line: what is sold, how much of it, for how much before tax."""

    description: Prose = Field(min_length=1, max_length=500)
    price: Decimal = Field(ge=0, max_digits=15, decimal_places=2, description="per unit, before tax")

    def columns(self) -> dict[str, str]:
        """Records that the line names by their ids in Odoo, as `load` takes them."""
        return {}


def whole_item(item: OrderedItem, product: SoldProduct | None) -> InvoiceItem:
    """The line with what it leaves out taken from its product.

    Raises:
        ValidationError: the product's price has more decimals than an invoice's.
    """
    said = item.model_dump(exclude_none=True)
    taken = {"description": product.name, "price": product.price} if product else {}
    return InvoiceItem(**taken | said)


class InvoiceOrder(BaseModel, frozen=True):
    """What is ordered; usual tax and total are the books' to say."""

    customer: str
    email: EmailAddress | None = Field(
        default=None, description="the customer's; tells those of one name apart"
    )
    tax_number: OneLine | None = Field(default=None, description="the customer's; likewise")
    items: list[OrderedItem] = Field(min_length=1)
    issued_on: dt.date
    due_date: dt.date | None = Field(default=None, description="None: by due_days")
    due_days: int | None = Field(
        default=None, ge=0, le=366, description="None: as the handbook's rates.due_days say"
    )
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$", description="None: the company's")

    @model_validator(mode="after")
    def _is_due_later(self) -> Self:
        if self.due_on < self.issued_on:
            raise ValueError(f"due on {self.due_date}, before it is issued ({self.issued_on})")
        return self

    @property
    def due_on(self) -> dt.date:
        """The day on which it has to be paid."""
        return self.due_date or self.issued_on + dt.timedelta(days=self.due_days or 0)

    def due_within(self, days: int) -> Self:
        """Due in so many days, where nothing is said of it."""
        is_said = self.due_date is not None or self.due_days is not None
        return self if is_said else self.model_copy(update={"due_days": days})


class InvoiceInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: one invoice, with everything the customer will read and owe."""

    customer: str = Field(min_length=1, max_length=200, description="who owes it, as Odoo knows them")
    customer_email: EmailAddress | None = Field(
        default=None, max_length=254, description="tells customers of one name apart"
    )
    customer_vat: OneLine | None = Field(default=None, max_length=40, description="the customer's tax number")
    items: list[InvoiceItem] = Field(min_length=1, max_length=200)
    issued_on: dt.date = Field(description="date of the invoice")
    due_date: dt.date = Field(description="day it must be paid")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")
    total: Decimal = Field(gt=0, description="what the customer will owe, tax included")
    reference: str | None = Field(default=None, max_length=100, description="the customer's order number")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        refuse_implausible(self.issued_on, "the invoice is dated")
        if self.due_date < self.issued_on:
            raise ValueError(f"due on {self.due_date}, before it is issued ({self.issued_on})")
        untaxed = [item.description for item in self.items if item.tax_percent is None]
        if untaxed:
            raise ValueError(f"item '{untaxed[0]}' says no tax_percent; give 0 for none")
        total = total_by_line(self.items, self.currency)
        if self.total not in (total, total_by_document(self.items, self.currency)):
            raise ValueError(f"the items make {total} {self.currency}, not {self.total}")
        return self


class InvoiceFacts(MoveFacts):
    """What the books say about one invoice, read back from Odoo."""

    word: ClassVar[str] = "invoice"

    invoice_id: int
    customer_id: int
    customer: str

    @property
    def move_id(self) -> int:
        """Odoo's id."""
        return self.invoice_id

    @property
    def party(self) -> str:
        """Who owes it."""
        return self.customer


class InvoiceReceipt(InvoiceFacts):
    """The evidence of one posted invoice."""

    key: str
    url: str = Field(description="where a person sees the invoice")


class SalesTaxMissingError(RejectedError):
    """The books have no sales tax of that rate."""

    def __init__(self, percent: Decimal, known: Sequence[Decimal]) -> None:
        rates = ", ".join(f"{rate.normalize():f}" for rate in sorted(set(known)) if rate >= 0) or "none"
        super().__init__(
            f"Odoo has no sales tax of {percent:f} % that is added to the price; it has: {rates}; "
            "correct the rate, or activate or create the tax in Odoo"
        )


def total_by_line(items: Sequence[InvoiceItem], currency: str) -> Decimal:
    """What the items come to, each line's tax rounded (Odoo's `round_per_line`)."""
    nets = [(rounded(item.quantity * item.price, currency), item.tax_percent or 0) for item in items]
    return sum((net + rounded(net * rate / HUNDRED, currency) for net, rate in nets), Decimal(0))


def total_by_document(items: Sequence[InvoiceItem], currency: str) -> Decimal:
    """What the items come to, their sum and each rate's tax rounded once (Odoo's `round_globally`)."""
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    for item in items:
        bases[item.tax_percent or Decimal(0)] += item.quantity * item.price
    taxes = [rounded(base * rate / HUNDRED, currency) for rate, base in bases.items()]
    return rounded(sum(bases.values(), Decimal(0)), currency) + sum(taxes, Decimal(0))


def invoice_problems(inputs: InvoiceInputs, facts: InvoiceFacts) -> list[str]:
    """What keeps these facts from being evidence that this invoice is posted; empty when they are."""
    problems = move_problems(facts, inputs.total, inputs.currency)
    dates = (facts.invoice_date, facts.due_on)
    if dates != (inputs.issued_on, inputs.due_date):
        problems.append(
            f"invoice {facts.invoice_id} is dated {dates[0]} and due {dates[1]}, "
            f"asked was {inputs.issued_on} and {inputs.due_date}"
        )
    return problems
