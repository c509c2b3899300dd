"""A customer invoice that is credited in full: which one, why, and what the books then say of it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field, field_validator

from domain.accounting.move import MoveState
from domain.accounting.party import party_key
from domain.accounting.period import refuse_implausible
from domain.errors import RejectedError
from domain.money import Money
from domain.text import OneLine

MOST_FITTING = 20
BEHIND_NUMBER = " · "
DRAFT = "draft"


class InvoiceToCredit(BaseModel, extra="forbid", frozen=True):
    """The invoice that is meant, by its number or its customer, in words."""

    invoice: str = Field(min_length=1, max_length=2_000)
    month: str | None = Field(
        default=None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="in which it was issued"
    )
    amount: Decimal | None = Field(default=None, gt=0, description="its total")
    is_part: bool = Field(default=False, description="whether less than all of it is to be credited")


class CreditableInvoice(BaseModel, frozen=True):
    """An invoice of which everything is left to pay, or a draft."""

    invoice_id: int = Field(gt=0)
    number: str = Field(max_length=100, description="Odoo's own; `draft 12` while it has none")
    customer: str
    total: Decimal = Field(ge=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    dated: dt.date | None
    is_draft: bool

    @property
    def said(self) -> str:
        """As a person chooses it: its number first."""
        total = Money(amount=self.total, currency=self.currency)
        what = f"{total} of {self.dated}" if self.dated else str(total)
        is_numbered_draft = self.is_draft and not self.number.startswith(DRAFT)
        return BEHIND_NUMBER.join((self.number, self.customer, what, *([DRAFT] if is_numbered_draft else [])))


class CreditableInvoices(BaseModel, frozen=True):
    """Those that may be meant, the newest first.

    Attributes:
        invoice: The number of the one that is; None where several may be.
    """

    fits: list[CreditableInvoice]
    invoice: str | None


class InvoiceCreditOrder(BaseModel, frozen=True):
    """What is ordered: an invoice by its id, of which the books say the rest, or one of those that fit words."""

    invoice_id: int | None = Field(default=None, gt=0)
    invoice: str | None = Field(default=None, max_length=100)
    fits: tuple[CreditableInvoice, ...] = Field(default=(), max_length=MOST_FITTING)
    reason: OneLine | None = Field(default=None, max_length=200)
    dated: dt.date


class InvoiceCreditInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: this invoice is credited in full, or cancelled while it is a draft."""

    invoice: str | None = Field(
        default=None,
        max_length=500,
        description="number of the invoice in Odoo, or all that tells it from others",
    )
    fits: tuple[CreditableInvoice, ...] = Field(default=(), max_length=MOST_FITTING)
    reason: OneLine | None = Field(
        default=None, max_length=200, description="why, printed on the credit note"
    )
    dated: dt.date = Field(description="day of the credit note")

    @field_validator("reason", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("dated")
    @classmethod
    def _is_plausible(cls, value: dt.date) -> dt.date:
        refuse_implausible(value, "the credit note is dated")
        return value

    @property
    def chosen(self) -> CreditableInvoice | None:
        """The invoice among those that are shown."""
        named = [one for one in self.fits if self.invoice in {one.number, one.said}]
        return named[0] if len(named) == 1 else None

    @property
    def decided(self) -> CreditableInvoice:
        """The same, once it is said.

        Raises:
            UnchosenInvoiceError: it is not.
        """
        if self.chosen is None:
            raise UnchosenInvoiceError(self.problems())
        return self.chosen

    @property
    def money(self) -> Money | None:
        """What is no longer claimed."""
        return Money(amount=self.chosen.total, currency=self.chosen.currency) if self.chosen else None

    @property
    def payee(self) -> str | None:
        """Who owes it no longer."""
        return self.chosen.customer if self.chosen else None

    def choices(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Which invoice and why: as it is, and what there is to choose from."""
        chosen = self.chosen
        return {
            "invoice": (chosen.said if chosen else "", tuple(one.said for one in self.fits)),
            "reason": (self.reason or "", ()),
        }

    def changeable(self) -> dict[str, Any]:
        """What a person may say otherwise."""
        return {name: as_it_is for name, (as_it_is, _) in self.choices().items()}

    def changed(self, changes: dict[str, Any]) -> dict[str, Any]:
        """With what a person said."""
        said = {name: value or None for name, value in changes.items()}
        meant = [one for one in self.fits if said.get("invoice") == one.said]
        if meant and [one.number for one in self.fits].count(meant[0].number) == 1:
            said["invoice"] = meant[0].number
        return self.model_dump(mode="json") | said

    def problems(self) -> list[str]:
        """What a person has to say first."""
        if self.chosen:
            return []
        if self.invoice:
            return [f"invoice: {self.invoice} is none of those that are shown; choose one of them"]
        return ["invoice: choose the one that is credited"]

    def shown(self) -> dict[str, Any]:
        """What a person reads: what becomes of which invoice, and which others fit the words."""
        chosen = self.chosen
        others = [one.said for one in self.fits if one != chosen]
        becomes = (
            "is cancelled: it is a draft" if chosen and chosen.is_draft else "a credit note over all of it"
        )
        return {
            "invoice": chosen.said if chosen else "(which invoice is credited?)",
            "what becomes of it": becomes,
            "reason": self.reason or "(none)",
            "dated": self.dated.isoformat(),
            "perhaps" if chosen is None else "or": others,
        }


class InvoiceCreditFacts(BaseModel, frozen=True):
    """What the books say about the invoice now, and about the credit note that it has."""

    invoice_id: int
    invoice: str
    customer: str
    state: MoveState
    left: Decimal = Field(description="still to be paid on the invoice")
    currency: str
    credit_note_id: int | None
    credit_note: str | None = Field(description="its number; None where a draft was cancelled")
    credit_note_state: MoveState | None
    total: Decimal = Field(description="of the credit note; 0 where there is none")
    credit_note_left: Decimal = Field(
        default=Decimal(0), description="what of it is not set off against the invoice"
    )
    printed: str = Field(description="the reference that the customer reads on it")
    reverses: int | None


class InvoiceCreditReceipt(InvoiceCreditFacts):
    """The evidence of one credited invoice."""

    key: str
    url: str = Field(description="where a person sees the credit note, or the cancelled draft")


class UnchosenInvoiceError(RejectedError):
    """Nobody has said yet which invoice is meant."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"nothing was credited: {'; '.join(problems)}")


class NothingToCreditError(RejectedError):
    """No invoice fits the words."""

    def __init__(self, wanted: InvoiceToCredit, customer: str | None = None) -> None:
        of_month = f" of {wanted.month}" if wanted.month else ""
        said = f"no invoice{of_month} of {customer} is open or a draft" if customer else ""
        super().__init__(
            f"{said or f'Odoo has no customer invoice {wanted.invoice}'}; nothing was credited: look it up in Odoo "
            "and ask again with its number, such as INV/2026/00012"
        )


class PartOfInvoiceError(RejectedError):
    """Less than all of an invoice is to be credited."""

    def __init__(self) -> None:
        super().__init__(
            "only a whole invoice can be credited here, so nothing was credited. A part is credited in Odoo: open the "
            "invoice, choose Credit Note, Reverse, and set the lines of the draft to what is given back. To credit all "
            "of it, ask for that: Cancel invoice INV/2026/00012"
        )


class NotCreditableError(RejectedError):
    """The invoice cannot be credited in full."""

    def __init__(self, number: str, customer: str, why: str) -> None:
        super().__init__(f"{number} of {customer} {why}")


def credit_problems(inputs: InvoiceCreditInputs, facts: InvoiceCreditFacts) -> list[str]:
    """What keeps these facts from being evidence of that credit; empty when they are."""
    chosen = inputs.decided
    if facts.invoice_id != chosen.invoice_id or party_key(facts.customer) != party_key(chosen.customer):
        return [
            f"invoice {facts.invoice_id} is {facts.customer}'s, asked was {chosen.number} of {chosen.customer}"
        ]
    if chosen.is_draft:
        is_gone = facts.state is MoveState.CANCELLED
        return [] if is_gone else [f"invoice {facts.invoice_id} is in state '{facts.state}', not cancelled"]
    if facts.credit_note_state is not MoveState.POSTED or facts.reverses != chosen.invoice_id:
        return [f"{chosen.number} has no posted credit note ({facts.credit_note or 'none'})"]
    problems = []
    if (facts.total, facts.currency) != (chosen.total, chosen.currency):
        problems.append(f"{facts.credit_note} is over {facts.total} {facts.currency}, not {chosen.total}")
    if facts.left:
        problems.append(f"{facts.left} {facts.currency} are still open on {chosen.number}")
    if facts.credit_note_left:
        problems.append(
            f"{facts.credit_note_left} {facts.currency} of {facts.credit_note} are not set off against {chosen.number}"
        )
    if inputs.reason and inputs.reason not in facts.printed:
        problems.append(f"{facts.credit_note} does not say why: '{facts.printed}'")
    return problems
