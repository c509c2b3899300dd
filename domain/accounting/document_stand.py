"""Whether the invoice or bill of a number is paid, since when, or what is open of it, in words."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from domain.accounting.party import plain_words
from domain.money import Money

MOST_NAMED = 5
SETTLED = frozenset({"paid", "in_payment", "reversed"})
"""What Odoo calls an invoice or bill of which nothing is left to pay."""
NOT_POSTED = {"draft": "a draft", "cancel": "cancelled"}


class DocumentAsked(BaseModel, extra="forbid", frozen=True, str_strip_whitespace=True):
    """Which one."""

    number: str = Field(
        min_length=1, max_length=100, description="ours or the vendor's, or the digits at its end"
    )
    party: str | None = Field(default=None, max_length=200, description="whose it is; None: anybody's")

    @property
    def plain_number(self) -> str:
        """The number without what is written before and behind it."""
        return self.number.strip(" #.")


class DocumentAnswer(BaseModel, frozen=True):
    """What the books say."""

    count: int = Field(description="how many invoices and bills have the number")
    text: str = Field(description="in words")


@dataclass(frozen=True)
class SetOff:
    """What was set off against it on one day: a payment, or a credit note."""

    day: dt.date
    amount: Money
    is_credit: bool = False

    def __str__(self) -> str:
        return f"{self.amount} {'was credited' if self.is_credit else 'was paid'} on {self.day}"


@dataclass(frozen=True)
class DocumentStand:
    """One invoice or bill as the books have it now."""

    number: str
    reference: str
    partner: str
    state: str
    payment_state: str
    total: Money
    left: Money
    due_on: dt.date | None
    set_off: Sequence[SetOff] = ()

    def is_of(self, party: str) -> bool:
        """Whether each word of this name is one of its partner's."""
        return set(plain_words(party)) <= set(plain_words(self.partner))

    def said(self, today: dt.date) -> str:
        """In a sentence or two."""
        own = f" (their number {self.reference})" if self.reference else ""
        what = f"{self.number}{own} of {self.partner} over {self.total}"
        before = "".join(f" {one}." for one in self.set_off)
        if self.state in NOT_POSTED:
            return f"{what} is {NOT_POSTED[self.state]}, so nothing of it is to be paid."
        if self.payment_state in SETTLED:
            return f"{what} is {'credited' if self.payment_state == 'reversed' else 'paid'}, by the books.{before}"
        return (
            f"{what} is not paid{' in full' * bool(before)}: {self.left} is open, {self._due(today)}.{before}"
        )

    def _due(self, today: dt.date) -> str:
        if self.due_on is None:
            return "with no day on which it is due"
        days = (today - self.due_on).days
        late = f" ({days} day{'s' * (days != 1)} overdue)" if days > 0 else ""
        return f"due {self.due_on}{late}"


def number_pattern(asked: DocumentAsked) -> str:
    """A pattern for `=ilike` that names of documents with this number fit, and some others."""
    plain = re.sub(r"[%_\\]", "", asked.plain_number)
    return f"%{plain.lstrip('0') or plain}" if plain.isdecimal() else plain


def document_answer(asked: DocumentAsked, found: Sequence[DocumentStand], today: dt.date) -> DocumentAnswer:
    """What is said of those with the number, which may be of others than is asked about."""
    theirs = [one for one in found if asked.party is None or one.is_of(asked.party)]
    if not theirs:
        whose = f" of {asked.party}" if asked.party else ""
        others = "; ".join(f"{one.number} is of {one.partner}" for one in found[:MOST_NAMED])
        said = f"The books have no invoice or bill{whose} with the number {asked.plain_number}"
        return DocumentAnswer(count=0, text=f"{said}{'; ' * bool(others)}{others}.")
    more = [f"And {len(theirs) - MOST_NAMED} more have that number."] if len(theirs) > MOST_NAMED else []
    return DocumentAnswer(
        count=len(theirs), text=" ".join([*(one.said(today) for one in theirs[:MOST_NAMED]), *more])
    )
