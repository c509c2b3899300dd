"""Reminders that are paused, of a customer or of one invoice: until when, and that they go on again."""

import datetime as dt
from typing import Self

from pydantic import BaseModel, Field, model_validator

from domain.accounting.period import refuse_implausible
from domain.errors import RejectedError


class RemindedWanted(BaseModel, frozen=True, extra="forbid"):
    """Whose reminders are meant, in words."""

    who: str | None = Field(
        default=None, max_length=200, description="a customer or an invoice's number; None: paused last"
    )


class Reminded(BaseModel, frozen=True):
    """A customer, or one invoice of theirs."""

    customer_id: int | None
    invoice_id: int | None
    name: str


class ReminderPauseInputs(BaseModel, frozen=True):
    """Whether reminders are paused, and until when."""

    customer_id: int | None = Field(default=None, gt=0)
    invoice_id: int | None = Field(default=None, gt=0)
    name: str = Field(min_length=1, max_length=300)
    paused: bool
    until: dt.date | None = Field(
        default=None, description="the last day without; None: until told otherwise"
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.customer_id is None) == (self.invoice_id is None):
            raise ValueError("names a customer and an invoice, or neither; give one of them")
        if self.until:
            refuse_implausible(self.until, "the pause ends")
        return self

    def note(self) -> str:
        """In the log of the customer or the invoice in Odoo."""
        if not self.paused:
            return "Payment reminders go on."
        until = f"until {self.until}" if self.until else "until told otherwise"
        return f"Payment reminders are paused {until}."


class ReminderPauseFacts(BaseModel, frozen=True):
    """What stands in that log now."""

    customer_id: int | None
    invoice_id: int | None
    name: str
    paused: bool
    until: dt.date | None
    said: str = Field(description="the same in words")


class ReminderPauseReceipt(ReminderPauseFacts):
    """The evidence of one pause, or of its end."""

    key: str
    url: str = Field(description="where a person sees the log")


class PauseOverError(RejectedError):
    """The last day without reminders is over."""

    def __init__(self, until: dt.date) -> None:
        super().__init__(f"{until} is over, so nothing was paused; name a later day, or none")


class NobodyPausedError(RejectedError):
    """No reminders are paused."""

    def __init__(self) -> None:
        super().__init__("no reminders are paused; to remind somebody now, say 'Remind Acme to pay'")


def pause_problems(inputs: ReminderPauseInputs, facts: ReminderPauseFacts) -> list[str]:
    """What keeps these facts from being evidence; empty when they are."""
    if (facts.paused, facts.until) == (inputs.paused, inputs.until if inputs.paused else None):
        return []
    return [f"reminders of {inputs.name}: {facts.said}"]
