"""A payment of one invoice or bill: what is asked for, what the books then say, whether the two agree."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, Field, field_validator, model_validator

from domain.accounting.bill import SUNDRY
from domain.accounting.period import refuse_implausible
from domain.errors import RejectedError
from domain.money import Money, in_digits, rounded


class PaymentState(StrEnum):
    """A payment's state, in Odoo's words."""

    DRAFT = "draft"
    IN_PROCESS = "in_process"
    PAID = "paid"
    CANCELLED = "canceled"
    REJECTED = "rejected"


class Direction(StrEnum):
    """Which way the money went, in Odoo's words."""

    RECEIVED = "inbound"
    PAID_OUT = "outbound"


DIRECTIONS: Mapping[str, Direction] = {
    "out_invoice": Direction.RECEIVED,
    "in_refund": Direction.RECEIVED,
    "in_invoice": Direction.PAID_OUT,
    "in_receipt": Direction.PAID_OUT,
    "out_refund": Direction.PAID_OUT,
}
"""Which way money goes for each kind of document that can be paid."""
METHODS: Mapping[str, frozenset[str]] = {
    "bank": frozenset({"bank", "bank transfer", "transfer", "wire", "ach", "sepa", "check", "cheque"}),
    "cash": frozenset({"cash"}),
    "credit": frozenset({"card", "credit card"}),
}
"""What people call paying through a journal of that type."""


class PaymentOrder(BaseModel, frozen=True):
    """What is ordered; number, partner, direction and currency are the books' to say."""

    invoice_id: int = Field(gt=0)
    amount: Decimal = Field(gt=0)
    method: str
    paid_on: dt.date


class PaymentInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: one payment of one invoice or bill, in the document's currency."""

    invoice_id: int = Field(gt=0, description="Odoo's id of the customer invoice or vendor bill")
    invoice: str = Field(min_length=1, description="its number, as a person knows it")
    partner: str = Field(min_length=1, description="who paid, or who is paid")
    direction: Direction = Field(description="inbound: received from a customer; outbound: paid to a vendor")
    amount: Decimal = Field(gt=0, description="what was paid; less than the open sum pays in part")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code of the document")
    method: str = Field(min_length=1, description="bank, cash, card, or the name of a journal in Odoo")
    paid_on: dt.date = Field(description="the day the money moved")

    _in_digits = field_validator("amount")(in_digits)

    @property
    def is_sundry(self) -> bool:
        """Whether it pays a small purchase of which nobody said who was paid."""
        return self.partner == SUNDRY and self.direction is Direction.PAID_OUT

    @model_validator(mode="after")
    def _has_whole_minor_units(self) -> Self:
        refuse_implausible(self.paid_on, "the payment is dated")
        if self.amount != rounded(self.amount, self.currency):
            raise ValueError(f"amount {self.amount} has more digits than {self.currency} knows")
        return self


class Payable(BaseModel, frozen=True):
    """An invoice or bill as far as its payment is concerned, read from Odoo."""

    invoice_id: int
    name: str | None = Field(description="Odoo's number; none while it is a draft")
    move_type: str
    state: str
    partner_id: int
    partner: str
    company_id: int
    currency_id: int
    currency: str
    total: Decimal
    residual: Decimal = Field(description="still to be paid")
    payment_state: str

    @property
    def label(self) -> str:
        """Its number, or its id while it has none."""
        return self.name or f"draft {self.invoice_id}"


class PaymentFacts(BaseModel, frozen=True):
    """What the books say about one payment and its invoice, read back from Odoo."""

    payment_id: int
    name: str | None
    state: PaymentState
    direction: Direction
    partner_id: int
    partner: str
    amount: Decimal
    currency: str
    date: dt.date = Field(description="the accounting date that Odoo really used")
    journal: str
    invoice_id: int = Field(description="the document that was to be paid")
    invoice: str | None
    invoice_residual: Decimal = Field(description="what is still open on it")
    invoice_payment_state: str
    is_matched: bool = Field(description="the whole payment is set off against that document")


class PaymentReceipt(PaymentFacts):
    """The evidence of one recorded payment."""

    key: str
    url: str = Field(description="where a person sees the payment")


class WantedWay(BaseModel, frozen=True, extra="forbid"):
    """How something was paid."""

    method: str = Field(min_length=1, max_length=100, description="bank, cash, card, or a journal in Odoo")


class PaymentWay(BaseModel, frozen=True):
    """The journal in Odoo that it means."""

    method: str
    journal: str


class PaymentJournal(BaseModel, frozen=True):
    """A journal through which money moves."""

    journal_id: int
    name: str
    code: str
    kind: str


UNPAYABLE = {"draft": "is a draft", "cancel": "is cancelled"}


class NotPayableError(RejectedError):
    """The record is no posted invoice or bill."""

    def __init__(self, payable: Payable) -> None:
        is_document = payable.move_type in DIRECTIONS
        what = UNPAYABLE.get(payable.state, f"is {payable.state}") if is_document else "is no invoice or bill"
        super().__init__(
            f"{payable.label} of {payable.partner} {what}, so it cannot be paid; name a posted invoice or bill"
        )


class PaymentMismatchError(RejectedError):
    """The request does not describe the document it names."""

    def __init__(self, payable: Payable, differs: Sequence[str]) -> None:
        super().__init__(
            f"the payment does not fit {payable.label} (id {payable.invoice_id}): {'; '.join(differs)}; "
            "ask for it again with the document's own values"
        )


class AlreadyPaidError(RejectedError):
    """Nothing is open on the document."""

    def __init__(self, payable: Payable) -> None:
        super().__init__(
            f"{payable.label} of {payable.partner} is {payable.payment_state.replace('_', ' ')} already; "
            "nothing was paid"
        )


class OverPaymentError(RejectedError):
    """More was to be paid than is open."""

    def __init__(self, payable: Payable, amount: Decimal) -> None:
        asked = Money(amount=amount, currency=payable.currency)
        is_open = Money(amount=payable.residual, currency=payable.currency)
        super().__init__(
            f"{asked} is more than the {is_open} still open on {payable.label} of {payable.partner}; "
            "nothing was paid: correct the amount"
        )


class PaymentMethodError(RejectedError):
    """The method names no journal, or more than one."""

    def __init__(self, method: str, found: Sequence[PaymentJournal], known: Sequence[PaymentJournal]) -> None:
        problem = "means several journals" if found else "means no journal"
        names = ", ".join(sorted(journal.name for journal in found or known)) or "none"
        super().__init__(f"payment method '{method}' {problem} in Odoo; name one of: {names}")


def payable_problem(inputs: PaymentInputs, payable: Payable) -> RejectedError | None:
    """Why this payment of this document must not be made, or None."""
    if payable.move_type not in DIRECTIONS or payable.state != "posted":
        return NotPayableError(payable)
    differs = _differences(inputs, payable)
    if differs:
        return PaymentMismatchError(payable, differs)
    if payable.residual <= 0:
        return AlreadyPaidError(payable)
    if inputs.amount > payable.residual:
        return OverPaymentError(payable, inputs.amount)
    return None


def payment_problems(inputs: PaymentInputs, facts: PaymentFacts) -> list[str]:
    """What keeps these facts from being evidence of that payment; empty when they are."""
    problems = []
    if facts.state not in (PaymentState.IN_PROCESS, PaymentState.PAID):
        problems.append(f"payment {facts.payment_id} is in state '{facts.state}'")
    asked = (inputs.amount, inputs.currency, inputs.direction)
    if (facts.amount, facts.currency, facts.direction) != asked:
        problems.append(
            f"payment {facts.payment_id} is {facts.direction} over {facts.amount} {facts.currency}, "
            f"asked was {inputs.direction} {inputs.amount} {inputs.currency}"
        )
    if facts.invoice_id != inputs.invoice_id or not facts.is_matched:
        problems.append(f"payment {facts.payment_id} is not wholly set off against {inputs.invoice}")
    return problems


def journal_for(method: str, journals: Sequence[PaymentJournal]) -> PaymentJournal:
    """The journal that a method means: by its name or code, else by its type.

    Raises:
        PaymentMethodError: none or several.
    """
    wanted = " ".join(method.casefold().replace("_", " ").replace("-", " ").split())
    named = [j for j in journals if method.casefold() in (j.name.casefold(), j.code.casefold())]
    typed = [j for j in journals if wanted in METHODS.get(j.kind, frozenset())]
    found = named or typed
    if len(found) != 1:
        raise PaymentMethodError(method, found, journals)
    return found[0]


def _differences(inputs: PaymentInputs, payable: Payable) -> list[str]:
    said = {
        "number": (inputs.invoice, payable.name),
        "partner": (inputs.partner, payable.partner),
        "currency": (inputs.currency, payable.currency),
        "direction": (inputs.direction.value, DIRECTIONS[payable.move_type].value),
    }
    return [f"its {name} is {is_} and not {asked}" for name, (asked, is_) in said.items() if asked != is_]
