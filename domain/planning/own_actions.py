"""What a plan does about itself, as typed inputs: asking what is missing, going beyond a limit, undoing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from domain.money import Money
from domain.planning.slots import Slot, fill_slots

OF_THE_BOOKS = frozenset({"invoice_id", "invoice", "direction"})
"""Of a payment: which document it pays, and so which way it goes."""


class FillInInputs(BaseModel, frozen=True):
    """One question for all that a playbook has to be told.

    Attributes:
        slots: What is asked for.
        values: By name, what was said so far; empty text: nothing.
        words: Who asked for it, in which words, where it has to be confirmed how they were understood.
        title: What the playbook does, in few words; empty: its name says it.
    """

    playbook: str
    slots: list[Slot]
    values: dict[str, str]
    words: str = ""
    title: str = ""

    @model_serializer(mode="wrap")
    def _without_an_empty_title(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What was asked before there were titles stays the same question."""
        said = plain(self)
        return said if self.title else {name: value for name, value in said.items() if name != "title"}

    def problems(self) -> list[str]:
        """What is still missing, or cannot be."""
        return fill_slots(self.slots, self.values).problems

    def changed(self, changes: dict[str, Any]) -> dict[str, Any]:
        """With these answers."""
        answers = {name: str(value or "") for name, value in changes.items()}
        return self.model_copy(update={"values": self.values | answers}).model_dump(mode="json")

    def has_shown(self, inputs: BaseModel) -> bool:
        """Whether each value of an action's inputs stood in it, but for which document of the books it is about."""
        told = fill_slots(self.slots, self.values).values.values()
        plain = inputs.model_dump(
            mode="json", exclude=set(OF_THE_BOOKS), exclude_none=True, exclude_defaults=True
        )
        return {str(value) for value in plain.values()} <= {str(value) for value in told}

    def shown(self) -> dict[str, Any]:
        """Each question with what is known of its answer; what nobody has to say is no question."""
        said = {
            slot.name: self.values.get(slot.name) or ("no" if slot.default is False else f"({slot.asked})")
            for slot in self.slots
            if (self.values.get(slot.name) or not slot.optional) and slot.is_wanted(self.values)
        }
        named = {} if self.title else {"playbook": self.playbook}  # its title stands above it
        asked = {"asked": self.words} if self.words else {}
        return {**named, **asked, **said}


def headed_by_playbook(inputs: Mapping[str, Any]) -> str:
    """What a playbook does, in few words: its title, or else its name as words."""
    words = str(inputs.get("title") or inputs.get("playbook") or "").replace("_", " ").strip()
    return f"{words[:1].upper()}{words[1:]}"


class GoOnInputs(BaseModel, frozen=True):
    """A loop that found more records than its playbook works without asking."""

    playbook: str
    step: str
    found: int
    limit: int
    records: list[str] = Field(description="what each is called")


class UndoInputs(BaseModel, frozen=True):
    """One effect that is to be undone, and why."""

    effect: str = Field(description="its key in the ledger")
    action: str
    what: str
    why: str
    amount: Decimal | None = None
    currency: str | None = None
    payee: str | None = None

    @property
    def money(self) -> Money | None:
        """The sum that it moved."""
        return Money(amount=self.amount, currency=self.currency) if self.amount and self.currency else None
