"""What a vendor bill and a customer invoice share: both are entries of one kind in Odoo (`account.move`)."""

import datetime as dt
from abc import abstractmethod
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field

from domain.errors import RejectedError

UNPAID = "not_paid"


class MoveState(StrEnum):
    """Its state, in Odoo's words."""

    DRAFT = "draft"
    POSTED = "posted"
    CANCELLED = "cancel"


class MoveFacts(BaseModel, frozen=True):
    """What the books say about one bill or invoice, read back from Odoo."""

    word: ClassVar[str]

    name: str | None = Field(description="Odoo's own number; none while it is a draft")
    state: MoveState
    invoice_date: dt.date | None
    date: dt.date = Field(description="the accounting date that Odoo really used")
    due_on: dt.date | None
    currency: str
    amount_total: Decimal
    amount_tax: Decimal
    residual: Decimal = Field(description="still to be paid")
    payment_state: str

    @property
    @abstractmethod
    def move_id(self) -> int:
        """Odoo's id."""

    @property
    @abstractmethod
    def party(self) -> str:
        """Who is to pay or to be paid."""

    def is_over(self, total: Decimal, currency: str) -> bool:
        """Whether it is over exactly that sum."""
        return (self.amount_total, self.currency) == (total, currency)


class MoveMissingError(RejectedError):
    """There is no such bill or invoice."""

    def __init__(self, word: str, move_id: int) -> None:
        super().__init__(
            f"{word} {move_id} is not in Odoo; it was deleted, or the API key's user may not see it"
        )


class MoveCancelledError(RejectedError):
    """A person cancelled it in Odoo."""

    def __init__(self, facts: MoveFacts) -> None:
        super().__init__(
            f"{facts.word} {facts.move_id} ({facts.party}) was cancelled in Odoo; it is not booked again"
        )


class MovePaidError(RejectedError):
    """Payments hang on it."""

    def __init__(self, facts: MoveFacts) -> None:
        super().__init__(
            f"{facts.word} {facts.name} is {facts.payment_state.replace('_', ' ')}, so it is not cancelled; "
            "undo its payment in Odoo, or settle it by a credit note"
        )


def move_problems(facts: MoveFacts, total: Decimal, currency: str) -> list[str]:
    """What keeps these facts from being evidence that it is posted over that sum; empty when they are."""
    problems = []
    if facts.state is not MoveState.POSTED:
        problems.append(f"{facts.word} {facts.move_id} is in state '{facts.state}', not posted")
    if not facts.is_over(total, currency):
        problems.append(
            f"{facts.word} {facts.move_id} is over {facts.amount_total} {facts.currency}, "
            f"asked was {total} {currency}"
        )
    return problems
