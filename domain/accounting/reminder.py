"""Reminders of overdue invoices, in three stages: who gets which, and the note on the invoice that says so."""

import datetime as dt
from decimal import Decimal

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.money import Money

STAGES = ("payment_reminder", "payment_reminder_second", "payment_reminder_last")
"""The templates of the stages, in Templates/Mail/."""


class RemindersWanted(BaseModel, frozen=True, extra="forbid"):
    """When each stage is due, in days after the invoice was."""

    first_after: int = Field(default=3, ge=1, le=365)
    second_after: int = Field(default=14, ge=1, le=365)
    last_after: int = Field(default=28, ge=1, le=365)
    days_between: int = Field(default=7, ge=1, le=90, description="between two reminders of one invoice")
    customer: str | None = Field(default=None, max_length=200, description="None: everybody")

    @property
    def after(self) -> tuple[int, int, int]:
        """Of each stage."""
        return self.first_after, self.second_after, self.last_after


class ReminderDue(BaseModel, frozen=True):
    """One invoice whose next reminder is due; stage 4 is a person's."""

    invoice_id: int
    number: str
    customer: str
    email: str | None
    left: Decimal
    currency: str
    amount: str = Field(description="what is left to pay, in words of money")
    due_on: dt.date
    days: int = Field(description="overdue")
    stage: int
    template: str


class RemindersDue(BaseModel, frozen=True):
    """The oldest invoice first."""

    invoices: list[ReminderDue]
    count: int


class ReminderInputs(BaseModel, frozen=True):
    """That an invoice is reminded of, noted on it before the letter goes out."""

    invoice_id: int = Field(gt=0)
    stage: int = Field(ge=1, le=len(STAGES) + 1)
    left: Decimal = Field(gt=0, description="what is reminded of")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    email: str | None = None

    def note(self) -> str:
        """In the invoice's own log."""
        return f"Payment reminder {self.stage} of {len(STAGES)} over {Money(amount=self.left, currency=self.currency)}."


class ReminderFacts(BaseModel, frozen=True):
    """What stands on the invoice now."""

    invoice_id: int
    number: str
    customer: str
    stage: int = Field(description="0: its note is not there")
    left: Decimal


class ReminderReceipt(ReminderFacts):
    """The evidence of one note."""

    key: str
    url: str = Field(description="where a person sees the invoice")


class ReminderRefusedError(RejectedError):
    """The invoice is not reminded of now."""

    def __init__(self, number: str, customer: str, why: str) -> None:
        super().__init__(f"{number} of {customer} is not reminded of: {why}")


class RemindersPausedError(RejectedError):
    """A customer is to be reminded whose reminders are paused."""

    def __init__(self, customer: str, paused: str) -> None:
        super().__init__(
            f"{customer}: {paused}, so nothing was sent; say 'Resume reminders for {customer}' first, and ask again"
        )


def next_stage(
    days: int, noted: list[tuple[int, dt.date]], today: dt.date, wanted: RemindersWanted
) -> int | None:
    """The stage that is due now; None: none is; 4: three reminders were sent, and a person has to go on.

    Args:
        days: Overdue.
        noted: The stages so far, each with its day.
        today: The day.
        wanted: When each is due.
    """
    reached = max((stage for stage, _ in noted), default=0)
    last = max((day for _, day in noted), default=None)
    if last is not None and (today - last).days < wanted.days_between:
        return None
    if reached >= len(STAGES):
        return len(STAGES) + 1
    return reached + 1 if days >= wanted.after[reached] else None


def reminder_problems(inputs: ReminderInputs, facts: ReminderFacts) -> list[str]:
    """What keeps these facts from being evidence; empty when they are."""
    if facts.stage == inputs.stage:
        return []
    return [f"{facts.number} has the note of reminder {facts.stage}, not of {inputs.stage}"]
