"""Which bill or invoice a payment is for: what fits what was said of it, and what a person decides on."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from domain.accounting.party import base_name, plain_words
from domain.accounting.payment import (
    Direction,
    Payable,
    PaymentFacts,
    PaymentInputs,
    payment_problems,
)
from domain.accounting.period import refuse_implausible
from domain.errors import RejectedError
from domain.money import Money, rounded
from domain.receipts.amounts import amounts_in, uses_decimal_comma

MOST_FITTING, LONGEST_SAID, LONGEST_TEXT = 20, 1_500, 4_000
SHORTEST_NAME = 4
"""Of a partner or a vendor's own number: less could stand in any text by chance."""
BEHIND_NUMBER = " · "
IN, OUT = "to be received", "to be paid"
_CAME_IN = re.compile(
    r"\b(?:deposit(?:ed)?|received|incoming|credited|zahlungseingang|eingegangen|gutgeschrieben|gutschrift|re[cç]u|"
    r"encaiss\w+|ingreso|abonad[oa]|abono|recibid[oa]|accreditat[oa]|accredito|ricevut[oa]|bijgeschreven|bijschrijving|"
    r"ontvangen)\b",
    re.IGNORECASE,
)
_WENT_OUT = re.compile(
    r"\b(?:debited|direct debit|withdrawn|withdrawal|outgoing|charged|you (?:have )?(?:paid|sent)|payment to|"
    r"lastschrift|abgebucht|abbuchung|[uü]berweisung an|pr[eé]l[eè]v\w+|[eé]mis|adeudo|cargo|cargad[oa]|addebit\w+|"
    r"afgeschreven|afschrijving)\b",
    re.IGNORECASE,
)


class AllocationWanted(BaseModel, extra="forbid", frozen=True):
    """Of which task's document; or of what a person says that is to be paid, or was."""

    task: str = Field(min_length=1, max_length=200)
    to_pay: str | None = Field(
        default=None, max_length=LONGEST_SAID, description="the bill that is to be paid, in words"
    )
    received: str | None = Field(default=None, max_length=LONGEST_SAID, description="who paid, in words")
    number: str | None = Field(default=None, max_length=200, description="of the invoice, as it was said")
    direction: Direction | None = Field(default=None, description="which way, where it is said in words")
    amount: Decimal | None = Field(default=None, gt=0, description="how much of it; None: what is left")
    currency: str | None = Field(default=None, description="of the amount, where it was said")
    said: str = Field(default="", max_length=4_000, description="the person's words")

    @property
    def is_in_words(self) -> bool:
        """Whether a person says it, and no document of the task."""
        return bool(self.to_pay or self.received or self.direction)

    @property
    def way(self) -> Direction:
        """Which way the money goes, of what is said in words."""
        is_out = self.to_pay or self.direction is Direction.PAID_OUT
        return Direction.PAID_OUT if is_out else Direction.RECEIVED


class OpenDocument(BaseModel, frozen=True):
    """A posted invoice or bill of which something is left to pay."""

    number: str
    partner: str
    direction: Direction
    left: Decimal = Field(gt=0)
    currency: str
    reference: str = Field(default="", exclude=True, description="the vendor's own number of a bill")

    @property
    def said(self) -> str:
        """As a person chooses it: its number first."""
        to_do = IN if self.direction is Direction.RECEIVED else OUT
        left = Money(amount=self.left, currency=self.currency)
        return BEHIND_NUMBER.join((self.number, self.partner, f"{left} {to_do}"))


class Fitting(BaseModel, frozen=True):
    """What was said of a payment, and which documents fit it, the best first.

    Attributes:
        document: The number of the one that fits; None where none does, or several.
        amount: What moved; None where the text has no sum, or several.
        direction: Which way, as far as the text says it.
    """

    said: str
    fits: list[OpenDocument]
    document: str | None
    amount: Decimal | None
    currency: str
    direction: Direction | None = None


class AllocationInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: this much of one payment is for this document."""

    said: str = Field(default="", max_length=LONGEST_SAID, description="what was said of the payment")
    fits: tuple[OpenDocument, ...] = Field(default=(), max_length=MOST_FITTING)
    document: str | None = Field(
        default=None, max_length=100, description="number of the bill or invoice in Odoo"
    )
    amount: Decimal | None = Field(default=None, gt=0, description="what moved, in the document's currency")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code of the document")
    direction: Direction | None = Field(default=None, description="which way it moved, as far as it was said")
    method: str = Field(default="bank", min_length=1, description="bank, cash, card, or a journal in Odoo")
    paid_on: dt.date = Field(description="the day the money moved")

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        refuse_implausible(self.paid_on, "the payment is dated")
        if self.amount is not None and self.amount != rounded(self.amount, self.currency):
            raise ValueError(f"amount {self.amount} has more digits than {self.currency} knows")
        return self

    @property
    def chosen(self) -> OpenDocument | None:
        """The document among those that were shown; None: none is named, or another one."""
        return next((one for one in self.fits if one.number == self.document), None)

    @property
    def money(self) -> Money | None:
        """What moves."""
        return Money(amount=self.amount, currency=self.currency) if self.amount else None

    @property
    def payee(self) -> str | None:
        """Whose the document is, as far as it was shown."""
        return self.chosen.partner if self.chosen else None

    @property
    def is_outgoing(self) -> bool:
        """Whether the money left the business; what was said of it counts only until a document is named."""
        if self.document is None:
            return self.direction is not Direction.RECEIVED
        return self.chosen is None or self.chosen.direction is Direction.PAID_OUT

    def choices(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """What is filled in in fields of its own: as it is, and what there is to choose from."""
        chosen = self.chosen
        fits = tuple(one.said for one in self.fits)
        return {
            "document": (chosen.said if chosen else self.document or "", fits),
            "amount": (f"{self.amount:f}" if self.amount else "", ()),
            "method": (self.method, ()),
            "paid_on": (self.paid_on.isoformat(), ()),
        }

    def changeable(self) -> dict[str, Any]:
        """What a person may say otherwise."""
        return {name: as_it_is for name, (as_it_is, _) in self.choices().items()} | {
            "currency": self.currency
        }

    def changed(self, changes: dict[str, Any]) -> dict[str, Any]:
        """With what a person said; a document that was shown brings its currency with it."""
        said = {name: value or None for name, value in changes.items()}
        if said.get("document"):
            number = str(said["document"]).partition(BEHIND_NUMBER)[0].strip()
            known = {one.number: one.currency for one in self.fits}
            said = {"currency": known.get(number, self.currency), **said, "document": number}
        return self.model_dump(mode="json") | said

    def problems(self) -> list[str]:
        """What a person has to say first, and what cannot be."""
        found = [] if self.document else ["document: choose the bill or invoice that it is for"]
        if self.amount is None:
            return [*found, "amount: say how much moved"]
        chosen = self.chosen
        if chosen and chosen.currency != self.currency:
            return [*found, f"currency: {chosen.number} is in {chosen.currency}"]
        if chosen and self.amount > chosen.left:
            left = Money(amount=chosen.left, currency=chosen.currency)
            found.append(f"amount: {self.money} is more than the {left} that are left on {chosen.number}")
        return found

    def shown(self) -> dict[str, Any]:
        """What a person reads: what was said, what is chosen, and what fits as well."""
        chosen = self.chosen
        others = [one.said for one in self.fits if one != chosen]
        return {
            "document": chosen.said if chosen else self.document or "(which bill or invoice is it for?)",
            "amount": f"{self.amount:f}" if self.amount else "(how much?)",
            "currency": self.currency,
            "method": self.method,
            "paid_on": self.paid_on.isoformat(),
            "perhaps for" if chosen is None else "or for": others,
            "said": self.said,
        }

    def payment(self, payable: Payable, direction: Direction) -> PaymentInputs:
        """The payment of that document; it has to be whose it was shown to be."""
        if self.document is None or self.amount is None:
            raise UnallocatedError(self.problems())
        chosen = self.chosen
        return PaymentInputs(
            invoice_id=payable.invoice_id,
            invoice=self.document,
            partner=chosen.partner if chosen else payable.partner,
            direction=chosen.direction if chosen else direction,
            amount=self.amount,
            currency=self.currency,
            method=self.method,
            paid_on=self.paid_on,
        )


class UnallocatedError(RejectedError):
    """Nobody has said yet what the payment is for."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"nothing was recorded: {'; '.join(problems)}")


class NoSuchDocumentError(RejectedError):
    """The number names no posted invoice or bill, or several."""

    def __init__(self, number: str, found: int) -> None:
        what = f"{found} invoices or bills have" if found else "no posted invoice or bill has"
        super().__init__(
            f"{what} the number {number[:100]}; nothing was recorded: set status: new in this note and name "
            "it as Odoo does"
        )


def allocation_problems(inputs: AllocationInputs, facts: PaymentFacts) -> list[str]:
    """What keeps these facts from being evidence of that payment; empty when they are."""
    if inputs.document != facts.invoice or inputs.amount is None:
        return [f"payment {facts.payment_id} is for {facts.invoice}, and not for {inputs.document}"]
    as_booked = PaymentInputs(
        invoice_id=facts.invoice_id,
        invoice=inputs.document,
        partner=facts.partner,
        direction=inputs.chosen.direction if inputs.chosen else facts.direction,
        amount=inputs.amount,
        currency=inputs.currency,
        method=inputs.method,
        paid_on=inputs.paid_on,
    )
    return payment_problems(as_booked, facts)


def fitting(subject: str, text: str, documents: Sequence[OpenDocument], currency: str) -> Fitting:
    """What fits what was said: what it names, then what has its sum left to pay, then what is its partner's."""
    told = f"{subject}\n{text[:LONGEST_TEXT]}"
    sums, moved = _sums_in(told), _direction_of(told)
    ranked = sorted(
        (
            (rank, one)
            for one in documents
            if (rank := _rank(one, told, sums)) is not None
            and (moved in {None, one.direction} or rank <= RANKS.index(NAMED))
        ),
        key=lambda ranked: (ranked[0], ranked[1].number),
    )[:MOST_FITTING]
    best = [one for rank, one in ranked if rank == ranked[0][0] and rank < len(RANKS)]
    document = best[0] if len(best) == 1 and moved in {None, best[0].direction} else None
    amount = sums[0] if len(sums) == 1 else document.left if document and document.left in sums else None
    if document and amount and amount > document.left:
        document = None
    return Fitting(
        said=f"{subject}\n\n{text.strip()}".strip()[:LONGEST_SAID],
        fits=[one for _, one in ranked],
        document=document.number if document else None,
        amount=amount,
        currency=document.currency if document else currency,
        direction=moved,
    )


def in_words(wanted: AllocationWanted, documents: Sequence[OpenDocument], currency: str) -> Fitting:
    """The open documents that a person means in words; where only one does, it is that, whole unless a sum is said.

    A number that none has, or another's than the one who is named, leaves the choice to the person; where nothing
    fits, there is a choice of all.
    """
    who = wanted.to_pay or wanted.received or ""
    ours = [one for one in documents if one.direction is wanted.way]
    of_them = [one for one in ours if _is_named(one.partner, who)]
    numbers = _numbers_in(f"{who} {wanted.number or ''}", [one.partner for one in of_them])
    numbered = [
        one for one in ours if any(has_number((one.number, one.reference), number) for number in numbers)
    ]
    both = [one for one in numbered if one in of_them] if of_them else numbered
    named = both if numbers else of_them
    meant = [one for one in named if wanted.currency in {None, one.currency}]
    amount = wanted.amount if meant or wanted.currency in {None, currency} else None  # in no other one
    exact = [one for one in meant if amount == one.left]
    clear = exact if len(exact) == 1 else meant
    document = clear[0] if len(clear) == 1 else None
    is_less = document is not None and (amount or 0) <= document.left
    fits = meant or of_them or numbered or [one for one in ours if _is_like(one.partner, who)] or ours
    found = Fitting(
        said=f"{wanted.said or who}{_why_none(wanted, numbers, named, meant)}"[:LONGEST_SAID],
        fits=fits[:MOST_FITTING],
        document=None,
        amount=amount,
        currency=currency,
        direction=wanted.way,
    )
    if document is None or not is_less:
        return found
    settled = {
        "document": document.number,
        "amount": amount or document.left,
        "currency": document.currency,
    }
    return found.model_copy(update=settled)


def _why_none(
    wanted: AllocationWanted,
    numbers: Sequence[str],
    named: Sequence[OpenDocument],
    meant: Sequence[OpenDocument],
) -> str:
    """What a person reads where nothing open is what they said."""
    who = wanted.to_pay or wanted.received or ""
    if meant or not (who or numbers):
        return ""
    what = "bill" if wanted.way is Direction.PAID_OUT else "invoice"
    if named:
        return f" (no open {what} that is meant is in {wanted.currency})"
    is_theirs = " and is theirs" if numbers and who not in numbers else ""
    of = f"has the number {' or '.join(numbers)}" if numbers else f"is of '{who}'"
    return f" (no open {what} {of}{is_theirs})"


def _numbers_in(said: str, partners: Sequence[str]) -> list[str]:
    """Words with a digit that are no part of a partner's name."""
    names = {word for partner in partners for word in plain_words(partner)}
    found = [word.strip(".,;:#()") for word in said.split() if any(sign.isdigit() for sign in word)]
    return [word for word in dict.fromkeys(found) if not set(plain_words(word)) <= names]


def has_number(own: Sequence[str], number: str) -> bool:
    """By all of a document's number or the vendor's, or by the digits at their end: *42* is INV/2026/00042."""
    for known in filter(None, own):
        if known.casefold() == number.casefold():
            return True
        end = re.search(r"\d+$", known)
        if number.isdecimal() and end and int(end[0]) == int(number):
            return True
    return False


def _is_like(partner: str, said: str) -> bool:
    words = {word for word in plain_words(said) if len(word) >= SHORTEST_NAME}
    return bool(words & set(plain_words(partner)))


NAMED = "it names it"
RANKS = ("it names it and its sum", NAMED, "it has its sum and partner", "it has its sum")
"""How a document fits, the best first; one that is only its partner's comes last and is never chosen by itself."""


def _direction_of(told: str) -> Direction | None:
    """Which way the money went, as far as it is said; None where it is not, or both are."""
    came_in, went_out = (pattern.search(told) is not None for pattern in (_CAME_IN, _WENT_OUT))
    if came_in == went_out:
        return None
    return Direction.RECEIVED if came_in else Direction.PAID_OUT


def _rank(one: OpenDocument, told: str, sums: Sequence[Decimal]) -> int | None:
    is_named = any(_stands_in(name, told) for name in (one.number, one.reference))
    has_sum, has_partner = one.left in sums, _is_named(one.partner, told)
    marks = (is_named and has_sum, is_named, has_sum and has_partner, has_sum, has_partner)
    return next((rank for rank, holds in enumerate(marks) if holds), None)


def _is_named(partner: str, text: str) -> bool:
    """Under any spelling of the same party's name."""
    name = base_name(partner)
    return len(name) >= SHORTEST_NAME and f" {name} " in f" {' '.join(plain_words(text))} "


def _stands_in(name: str, text: str) -> bool:
    if len(name) < SHORTEST_NAME:
        return False
    return re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text.casefold()) is not None


def _sums_in(text: str) -> list[Decimal]:
    found = amounts_in(text, decimal_comma=uses_decimal_comma([text]))
    return sorted({one.value for one in found if (one.has_symbol or one.decimals) and one.value > 0})
