"""An outcome: how one effect, one question to a person, or one task ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sort(StrEnum):
    """What came to an end."""

    EFFECT = "effect"
    DECISION = "decision"
    TASK = "task"


class OutcomeEnd(StrEnum):
    """How it ended."""

    DONE = "done"
    """An effect."""
    REFUSED = "refused"
    """An effect, by its service."""
    UNDONE = "undone"
    """An effect that was done and taken back."""
    APPROVED = "approved"
    """A question, as it was asked."""
    EDITED = "edited"
    """A question, with changes."""
    REJECTED = "rejected"
    """A question."""
    ALONE = "alone"
    """A task, without a question to a person."""
    HELPED = "helped"
    """A task, with a person's help."""
    HANDED = "handed"
    """A task that lies with a person."""


class Dimension(StrEnum):
    """What outcomes have in common."""

    ACTION = "action"
    PLAYBOOK = "playbook"
    COUNTERPARTY = "counterparty"
    KIND = "kind"


@dataclass(frozen=True)
class Outcome:
    """One of them.

    Attributes:
        id: Its sort and the key of its record: an effect, a request or a task.
        action: What was done or asked; nothing for a whole task.
        counterparty: By its `party_key`; nothing where nobody is paid or pays.
        kind: The task's kind.
        lasted_ms: From the intent to the receipt, from the question to the answer, or from the arrival to the end.
        retries: How often an effect was tried again.
    """

    id: str
    sort: Sort
    how: OutcomeEnd
    at: datetime
    task_id: str = ""
    action: str = ""
    counterparty: str = ""
    kind: str = ""
    playbook: str = ""
    lasted_ms: int | None = None
    retries: int = 0

    @property
    def seconds(self) -> float | None:
        """How long it lasted."""
        return None if self.lasted_ms is None else self.lasted_ms / 1000


def outcome_id(sort: Sort, key: str) -> str:
    """The one id of an outcome: it is counted once."""
    return f"{sort.value} {key}"
