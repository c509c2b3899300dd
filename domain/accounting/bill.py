"""A vendor bill: what is asked for, what the books then say, and whether the two agree."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from domain.accounting.move import MoveFacts, MoveState, move_problems
from domain.accounting.period import refuse_implausible
from domain.accounting.taxed_sum import TaxedSum, by_rate, totals_of
from domain.money import in_digits, rounded
from domain.text import OneLine

SUNDRY = "Sundry purchases"
"""The standing partner of small purchases of which nobody said who was paid."""
FEW_HAVE = frozenset({"tax_breakdown", "reverse_charge", "discount_until", "discount_total", "bought_at"})
"""What is left out of a bill that does not have it."""

MOST_RATES = 10
SUMS = frozenset({"net", "tax", "total"})
LOOKED_AT = frozenset({"tax_breakdown", "owed_taxes"})
"""What is read back of a bill only where its inputs have it."""


class BillInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: one vendor bill or receipt, in the document's currency."""

    move_type: ClassVar[str] = "in_invoice"

    vendor: OneLine = Field(min_length=1, max_length=200, description="who is paid, as the document names it")
    vendor_vat: str | None = Field(default=None, description="the vendor's tax number")
    vendor_email: str | None = Field(default=None, description="the vendor's own address")
    vendor_iban: str | None = Field(
        default=None, max_length=50, description="the account that the document asks to pay to"
    )
    vendor_account: str | None = Field(default=None, max_length=50, description="its national number")
    number: str | None = Field(
        default=None, max_length=100, description="the vendor's number of the document"
    )
    issued_on: dt.date = Field(description="date of the document")
    due_on: dt.date | None = Field(default=None, description="day it must be paid; none: at once")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")
    net: Decimal | None = Field(default=None, ge=0, description="before tax")
    tax: Decimal | None = Field(default=None, ge=0, description="all taxes together")
    total: Decimal = Field(gt=0, description="what is to be paid, tax included")
    tax_breakdown: tuple[TaxedSum, ...] = Field(
        default=(), max_length=MOST_RATES, description="net and tax at each rate, where there are several"
    )
    reverse_charge: bool = Field(default=False, description="whether the buyer owes the tax on it")
    already_paid: Decimal | None = Field(default=None, ge=0, description="part of the total paid before")
    discount_until: dt.date | None = Field(
        default=None, description="last day of its discount for early payment"
    )
    discount_total: Decimal | None = Field(
        default=None, gt=0, description="what pays it until that day, the discount taken off"
    )
    category: str = Field(min_length=1, description="what it was spent on, in the business's words")
    description: str | None = Field(default=None, max_length=500, description="what the bill's line says")
    bought_at: str | None = Field(
        default=None, max_length=200, description="the shop, of what somebody paid there and is owed"
    )
    document: str | None = Field(default=None, description="the original, relative to the Vault")

    @property
    def label(self) -> str:
        """What its line in the books says."""
        return ", ".join(filter(None, (self.description or self.category, self.bought_at)))

    @property
    def is_sundry(self) -> bool:
        """Whether nobody is named; a document or an account names somebody, whatever name is printed."""
        return self.vendor == SUNDRY and not (self.document or self.vendor_iban or self.vendor_account)

    @field_validator("vendor_vat", "vendor_email", "vendor_iban", "vendor_account", "number", mode="before")
    @classmethod
    def _empty_is_unknown(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("bought_at")
    @classmethod
    def _sundry_is_unknown(cls, value: str | None) -> str | None:
        return None if value == SUNDRY else value or None

    _in_digits = field_validator("net", "tax", "total", "already_paid", "discount_total")(in_digits)

    @field_validator("reverse_charge", mode="before")
    @classmethod
    def _empty_is_no(cls, value: object) -> object:
        return value or False

    @model_serializer(mode="wrap")
    def _without_what_few_have(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A bill without these is the same bill as before there were any."""
        said: dict[str, Any] = plain(self)
        return {key: one for key, one in said.items() if key not in FEW_HAVE or getattr(self, key)}

    @property
    def is_taxed_by_buyer(self) -> bool:
        """Whether the buyer owes all tax on it."""
        return self.reverse_charge and not self.tax

    def shown(self) -> dict[str, Any]:
        """What a person reads: a row for each rate."""
        said = self.model_dump(mode="json")
        rates = {f"at {row.percent}": f"net {row.net}, tax {row.tax}" for row in self.tax_breakdown}
        owed = {"reverse_charge": "yes"} if self.reverse_charge else {}
        return {key: value for key, value in said.items() if key != "tax_breakdown"} | rates | owed

    def changeable(self) -> dict[str, Any]:
        """What a person may say otherwise; who owes the tax where the document has none."""
        owed = {} if self.tax else {"reverse_charge": "yes" if self.reverse_charge else "no"}
        return self.model_dump(mode="json", exclude={"document", "tax_breakdown", "reverse_charge"}) | owed

    def changed(self, changes: dict[str, Any]) -> dict[str, Any]:
        """With what a person said; another sum than the document's has no breakdown, another total no discount."""
        said = {name: value or None for name, value in changes.items()}
        gone = {"tax_breakdown"} if SUMS & changes.keys() else set()
        if "total" in changes:
            gone |= {"discount_until", "discount_total"}
        kept = self.model_dump(mode="json", exclude=gone)
        return kept | said

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        refuse_implausible(self.issued_on, "the document is dated")
        for name in ("net", "tax", "total", "already_paid", "discount_total"):
            amount = getattr(self, name)
            if amount is not None and amount != rounded(amount, self.currency):
                raise ValueError(f"{name} {amount} has more digits than {self.currency} knows")
        if self.net is not None and self.tax is not None and self.net + self.tax != self.total:
            raise ValueError(f"net {self.net} and tax {self.tax} do not make the total {self.total}")
        if self.tax_breakdown and totals_of(self.tax_breakdown) != (self.net, self.tax):
            raise ValueError(f"the rates' sums do not make net {self.net} and tax {self.tax}")
        if self.due_on is not None and self.due_on < self.issued_on:
            raise ValueError(f"due on {self.due_on}, before it was issued ({self.issued_on})")
        self._refuse_an_odd_discount()
        return self

    def _refuse_an_odd_discount(self) -> None:
        if (self.discount_until is None) != (self.discount_total is None):
            raise ValueError("a discount needs both its last day and the sum that is paid until then")
        if self.discount_total is not None and self.discount_total >= self.total:
            raise ValueError(f"the discounted sum {self.discount_total} is not below the total {self.total}")
        if self.discount_until is not None and self.discount_until < self.issued_on:
            raise ValueError(
                f"its discount ends on {self.discount_until}, before it was issued ({self.issued_on})"
            )


class BillFacts(MoveFacts):
    """What the books say about one bill, read back from Odoo."""

    word: ClassVar[str] = "bill"

    bill_id: int
    vendor_id: int
    vendor: str
    number: str | None
    attachment_count: int
    tax_breakdown: tuple[TaxedSum, ...] = Field(
        default=(), description="net and tax at each rate, looked at where the inputs have them"
    )
    owed_taxes: tuple[str, ...] = Field(
        default=(), description="each tax that the buyer owes, looked at where the inputs say so"
    )

    @model_serializer(mode="wrap")
    def _without_what_was_not_looked_at(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = plain(self)
        return {key: one for key, one in said.items() if key not in LOOKED_AT or one}

    @property
    def move_id(self) -> int:
        """Odoo's id."""
        return self.bill_id

    @property
    def party(self) -> str:
        """Who is paid."""
        return self.vendor


class BillReceipt(BillFacts):
    """The evidence of one recorded bill: the books' facts and what differs from what one may expect."""

    key: str
    url: str = Field(description="where a person sees the bill")
    notes: list[str] = Field(default=[], description="one sentence for each thing worth knowing")


def bill_problems(inputs: BillInputs, facts: BillFacts) -> list[str]:
    """What keeps these facts from being evidence that these inputs are booked; empty when they are."""
    problems = move_problems(facts, inputs.total, inputs.currency)
    if inputs.number and facts.number != inputs.number:
        problems.append(f"bill {facts.bill_id} has the vendor's number {facts.number}, not {inputs.number}")
    if facts.invoice_date != inputs.issued_on:
        problems.append(
            f"bill {facts.bill_id} is dated {facts.invoice_date}, the document {inputs.issued_on}"
        )
    if inputs.tax_breakdown and facts.amount_tax and facts.tax_breakdown != by_rate(inputs.tax_breakdown):
        made, asked = ("; ".join(map(str, rows)) for rows in (facts.tax_breakdown, inputs.tax_breakdown))
        problems.append(f"bill {facts.bill_id} has {made}, asked was {asked}")
    if inputs.document and not facts.attachment_count:
        problems.append(f"bill {facts.bill_id} has no document attached")
    return problems


def paid_before(inputs: BillInputs) -> str | None:
    """What the bill in Odoo says about a part that was paid before; None where nothing was."""
    if not inputs.already_paid:
        return None
    if inputs.already_paid >= inputs.total:
        return f"The document says that it is paid already: nothing of {inputs.total} {inputs.currency} is left to pay."
    left = inputs.total - inputs.already_paid
    return (
        f"The document says that {inputs.already_paid} {inputs.currency} of {inputs.total} {inputs.currency} "
        f"were already paid; {left} {inputs.currency} are left to pay."
    )


def discount_words(inputs: BillInputs) -> str | None:
    """Until which day which sum pays the bill; None where it grants no discount."""
    if inputs.discount_total is None:
        return None
    saved = inputs.total - inputs.discount_total
    return (
        f"Paid until {inputs.discount_until}, {inputs.discount_total} {inputs.currency} are enough: the document "
        f"grants a discount of {saved} {inputs.currency} for early payment."
    )


def bill_notes(inputs: BillInputs, facts: BillFacts) -> list[str]:
    """What a person should know about how it was booked, one sentence each."""
    notes = []
    if inputs.already_paid is not None and inputs.already_paid >= inputs.total:
        notes.append(
            "the document says that it is paid already: do not pay it again, set its payment off against it"
        )
    if inputs.tax and facts.amount_tax != inputs.tax:
        notes.append(
            f"booked gross: no purchase tax in Odoo makes {inputs.tax} {inputs.currency} of "
            f"{inputs.net if inputs.net is not None else 'an unknown net amount'}"
        )
    if inputs.is_taxed_by_buyer:
        owed = "; ".join(facts.owed_taxes) or "Odoo's fiscal position of the vendor has none: add it by hand"
        notes.append(f"the buyer owes its tax: {owed}")
    elif inputs.tax is None:
        notes.append("booked gross: the document's tax is not known")
    if discount := discount_words(inputs):
        notes.append(f"{discount[0].lower()}{discount[1:-1]}; it is booked over the whole sum")
    if facts.state is MoveState.POSTED and facts.date != inputs.issued_on:
        notes.append(f"Odoo booked it on {facts.date}, not on {inputs.issued_on}: that period is locked")
    return notes
