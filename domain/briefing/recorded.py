"""What the employee recorded of its own work: rows with a time, source by source, and since when there are any."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Generic, NamedTuple, Protocol, TypeVar

from domain.approvals.request import ApprovalState
from domain.audit.event import AuditStatus
from domain.briefing.number import Record
from domain.times import shown_time
from domain.week import Week

SLOT = timedelta(minutes=5)
STORED, ENDED = ".event_stored", "task."
ESCALATED, DONE, DEPENDENT = "task.escalated", "task.done", "dependency.waiting"
MOVED = "cross_domain.moved"
NO_ENDS = frozenset({ESCALATED, "task.corrected", "task.correction_withdrawn"})


def slot_of(moment: datetime) -> datetime:
    """The slot of five minutes that a moment lies in, by its first moment."""
    return datetime.fromtimestamp(moment.timestamp() // SLOT.total_seconds() * SLOT.total_seconds(), UTC)


def in_hours(length: timedelta) -> str:
    """For readers: 27.4 hours."""
    return f"{length / timedelta(hours=1):,.1f} hours"


class Dated(Protocol):
    """A row with a time, which leads to what it is a row of."""

    @property
    def at(self) -> datetime:
        """When it was."""

    def record(self) -> Record:
        """Where a person looks at it."""


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class KeptRows(Generic[Row]):
    """The rows of one source.

    Attributes:
        rows: Ordered by their time.
        since: When it began to record; None: it has nothing yet.
        problem: Why it cannot be read.
    """

    rows: Sequence[Row] = ()
    since: datetime | None = None
    problem: str = ""

    def unknown(self, week: Week) -> str:
        """Why nothing of a week is known; nothing where something is."""
        if self.problem:
            return "not read"
        return "" if self.since and self.since < week.until else "not recorded then"

    def is_whole(self, week: Week) -> bool:
        """Whether all of a week was recorded."""
        return not self.problem and self.since is not None and self.since <= week.since

    def before(self, moment: datetime) -> Sequence[Row]:
        """The rows before a moment."""
        return self.rows[: self._place(moment)]

    def of(self, week: Week) -> Sequence[Row]:
        """The rows of a week."""
        return self.rows[self._place(week.since) : self._place(week.until)]

    def _place(self, moment: datetime) -> int:
        return bisect_left(self.rows, moment, key=lambda row: row.at)


class AuditRecord(NamedTuple):
    """A record of the audit log, as far as a week's numbers need it.

    Attributes:
        task: The task that it is about; nothing for one that is about none.
        effect: The key of the effect that it tells of.
        received: When the event itself was, for a record of its arrival.
        priority: Of a task that was done; only where it has one its `domain` was decided.
        moved: The day that was promised and the one that it is due instead, with a blank between.
        needs: Of a task that waits for others, their ids, with a blank between.
    """

    id: str
    at: datetime
    action: str
    status: AuditStatus
    task: str = ""
    domain: str = ""
    effect: str = ""
    received: datetime | None = None
    priority: str = ""
    moved: str = ""
    needs: str = ""

    @property
    def is_arrival(self) -> bool:
        """Whether a task began with it."""
        return self.action.endswith(STORED)

    @property
    def is_end(self) -> bool:
        """Whether a task ended with it, done or not."""
        return self.action.startswith(ENDED) and self.action not in NO_ENDS

    @property
    def moved_by(self) -> timedelta | None:
        """How much later something is due than was promised; none where that cannot be told."""
        try:
            promised, due = map(date.fromisoformat, self.moved.split())
        except ValueError:
            return None
        return due - promised

    @property
    def source(self) -> str:
        """Where a task came from, or the service of an effect."""
        return self.action.partition(".")[0]

    @property
    def lag(self) -> timedelta | None:
        """From the event to its task; none where the event's own time is not on record."""
        return None if self.received is None else max(self.at - self.received, timedelta())

    def record(self) -> Record:
        """In `fte audit`."""
        words = [self.action, self.status.value, self.task, shown_time(self.at)]
        return Record(id=f"audit event {self.id}", said=" · ".join(filter(None, words)))


@dataclass(frozen=True)
class AskedRequest:
    """A request to a person.

    Attributes:
        title: What it is called; while it waits with what it is about.
        ended_at: When it was decided, expired or was replaced; None while it waits.
    """

    id: str
    at: datetime
    title: str
    task: str
    state: ApprovalState
    decided_at: datetime | None
    ended_at: datetime | None

    @property
    def waited(self) -> timedelta | None:
        """Until a person decided."""
        return None if self.decided_at is None else max(self.decided_at - self.at, timedelta())

    def waits(self, moment: datetime) -> bool:
        """Whether it waited for a person then."""
        return self.at < moment and (self.ended_at is None or self.ended_at >= moment)

    def record(self) -> Record:
        """In `fte approvals`."""
        waited = self.waited
        answer = self.state.value if waited is None else f"answered after {in_hours(waited)}"
        words = [self.title, self.task, f"asked {shown_time(self.at)}", answer]
        return Record(id=f"request {self.id}", said=" · ".join(words))


@dataclass(frozen=True)
class DeadLetterRecord:
    """A dead letter; `at` is when it was given up first."""

    id: int
    at: datetime
    key: str
    cause: str
    resolved_at: datetime | None

    def waits(self, moment: datetime) -> bool:
        """Whether it waited then."""
        return self.at < moment and (self.resolved_at is None or self.resolved_at >= moment)

    def record(self) -> Record:
        """In `fte dead-letters`."""
        return Record(
            id=f"dead letter {self.id}", said=f"{self.key} · {self.cause} · given up {shown_time(self.at)}"
        )


@dataclass(frozen=True)
class Run:
    """A run of a flow that has ended; `at` is when it began."""

    id: str
    at: datetime
    flow: str
    name: str
    has_failed: bool
    lasted: timedelta
    url: str = ""

    def record(self) -> Record:
        """In Prefect's UI."""
        words = [self.name, shown_time(self.at), f"{self.lasted.total_seconds():,.1f} seconds"]
        if self.has_failed:
            words.append("failed")
        return Record(id=f"run {self.id}", said=" · ".join(words), url=self.url)


@dataclass(frozen=True)
class Beat:
    """Five minutes in which the employee was at work; shares are 0 to 1.

    Attributes:
        is_up: Whether the look of these minutes found nothing of its own down; before there were looks, it was.
    """

    at: datetime
    cpu: Decimal | None
    memory: Decimal
    disk_free_gb: Decimal
    is_up: bool = True

    def record(self) -> Record:
        """In the ledger's table `heartbeats`."""
        cpu = "not known" if self.cpu is None else f"{self.cpu:.1%}"
        words = f"CPU {cpu} · memory {self.memory:.1%} · {self.disk_free_gb:,.1f} GB free"
        return Record(id=f"heartbeat {shown_time(self.at)}", said=words)


@dataclass(frozen=True)
class SentReply:
    """An answer that was sent to somebody for a task; `at` is when."""

    id: str
    at: datetime
    action: str
    task: str

    def record(self) -> Record:
        """In the effect ledger."""
        return Record(id=f"effect {self.id}", said=f"{self.action} · {self.task} · {shown_time(self.at)}")
