"""What the employee's own records say of any week: tasks, approvals, effects, dead letters, watchers, runs, machine."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from domain.approvals.request import ApprovalState
from domain.audit.event import AuditStatus
from domain.briefing.measure import Measure, MeasuredSource, OfWeek, Seen
from domain.briefing.number import Unit
from domain.briefing.recorded import (
    DEPENDENT,
    DONE,
    ESCALATED,
    SLOT,
    AskedRequest,
    AuditRecord,
    Beat,
    Dated,
    DeadLetterRecord,
    KeptRows,
    Run,
)
from domain.health.spell import EMPLOYEE, WATCHER, HealthStanding, Spell, Uptime, uptime
from domain.week import Week

TIMED = frozenset({"gmail", "mentions"})
"""Sources whose events have a time of their own; that of a file is not when it was dropped."""
FAILED = frozenset({AuditStatus.FAILURE, AuditStatus.UNKNOWN})
ENDS = {
    "granted": ApprovalState.APPROVED,
    "refused": ApprovalState.REJECTED,
    "expired": ApprovalState.EXPIRED,
}


@dataclass(frozen=True)
class Life:
    """A task from its arrival on, with the records that tell of it."""

    arrival: AuditRecord
    escalation: AuditRecord | None = None
    dependence: AuditRecord | None = None
    end: AuditRecord | None = None

    @property
    def handled(self) -> AuditRecord | None:
        """With what it was first handed to a person or ended."""
        told = [row for row in (self.escalation, self.end) if row]
        return min(told, key=lambda row: row.at, default=None)

    def is_open(self, moment: datetime) -> bool:
        """Whether it was still to be done then."""
        return self.arrival.at < moment and (self.end is None or self.end.at >= moment)


@dataclass(frozen=True)
class OpenNote:
    """A task's note as it is now: where, what it is called, and why it is not done."""

    place: str
    title: str
    why: str = ""


@dataclass(frozen=True)
class Worked:
    """What was recorded of the employee's work.

    Attributes:
        spells: How the services were.
        open_notes: The tasks whose note lies in Needs_Action/ now.
        left_out: What of it was wrong and does not count, in words.
        note: The note of a task, wherever it is now; none where it cannot be read.
    """

    log: KeptRows[AuditRecord]
    requests: KeptRows[AskedRequest]
    letters: KeptRows[DeadLetterRecord]
    runs: KeptRows[Run]
    beats: KeptRows[Beat]
    open_notes: frozenset[str]
    spells: KeptRows[Spell] = field(default_factory=KeptRows)
    left_out: tuple[str, ...] = ()
    note: Callable[[str], OpenNote | None] = lambda _task: None

    @property
    def sources(self) -> dict[str, KeptRows[Any]]:
        """By what a reader calls them."""
        return {
            "The audit log": self.log,
            "The record of approvals": self.requests,
            "The record of dead letters": self.letters,
            "The Prefect server's record of runs": self.runs,
            "The record of heartbeats": self.beats,
        }

    def measures(self) -> Iterator[Measure]:
        """The numbers that every week has."""
        yield from self.tasks()
        yield from self.approvals()
        yield from self.effects()
        yield from self.dead_letters()
        yield from self.lag()
        yield from self.flow_runs()
        yield from self.machine()

    @cached_property
    def lives(self) -> dict[str, Life]:
        """Every task of the log."""
        return lives_of(self.log.rows)

    @cached_property
    def taken_away(self) -> set[str]:
        """The tasks that a person ended by moving their note, which nobody recorded."""
        return {task for task, life in self.lives.items() if not life.end and task not in self.open_notes}

    @cached_property
    def _pending(self) -> dict[datetime, list[Life]]:
        return {}

    def pending(self, week: Week) -> list[Life]:
        """The tasks that were to be done at the end of a week."""
        end = week.until
        if end not in self._pending:
            self._pending[end] = [
                life for task, life in self.lives.items() if life.is_open(end) and task not in self.taken_away
            ]
        return self._pending[end]

    def escalated(self, week: Week) -> list[AuditRecord]:
        """Of these, those that had been handed to a person."""
        told, end = [life.escalation for life in self.pending(week)], week.until
        return [row for row in told if row and row.at < end]

    def dependent(self, week: Week) -> list[AuditRecord]:
        """Of these, those that had to wait for another task."""
        told, end = [life.dependence for life in self.pending(week)], week.until
        return [row for row in told if row and row.at < end]

    def tasks(self) -> Iterator[Measure]:
        """What came, what was done, what is left."""
        of = self.log.of
        log = MeasuredSource(self.log, "no task")
        yield log.count(
            "came", "Tasks that came", lambda week: once(row for row in of(week) if row.is_arrival)
        )
        yield log.count("done", "Tasks done", lambda week: tasks_done(of(week)))
        yield log.count(
            "pending", "Tasks pending at its end", lambda week: (life.arrival for life in self.pending(week))
        )
        yield log.count("escalated", "Of these handed to a person", self.escalated)
        yield log.count("dependent", "Of these that had to wait for another task", self.dependent)

    def approvals(self) -> Iterator[Measure]:
        """What was asked and how it was answered."""
        asked = MeasuredSource(self.requests, "nothing was decided")
        yield asked.count("asked", "Approvals asked", self.requests.of)
        for key, state in ENDS.items():
            yield asked.count(key, f"Approvals {key}", lambda week, state=state: self.ended(week, state))  # type: ignore[misc]
        yield asked.count(
            "waiting", "Approvals waiting at its end", lambda week: _waiting(self.requests, week)
        )
        yield from asked.lengths("answer", "Wait for an answer", Unit.HOURS, self.waits)

    def ended(self, week: Week, *states: ApprovalState) -> list[AskedRequest]:
        """The requests that came to such an end in a week."""
        since, until = week.since, week.until
        return [
            row
            for row in self.requests.rows
            if row.state in states and row.ended_at and since <= row.ended_at < until
        ]

    def waits(self, week: Week) -> list[tuple[timedelta, Dated]]:
        """How long the requests had waited that a person decided in a week."""
        decided = self.ended(week, ApprovalState.APPROVED, ApprovalState.REJECTED)
        return [(row.waited, row) for row in decided if row.waited is not None]

    def told(self, week: Week, how: Collection[AuditStatus], service: str = "") -> list[AuditRecord]:
        """What the log says of effects in a week, of all services or of one."""
        return [
            row
            for row in self.log.of(week)
            if row.effect and row.status in how and service in {"", row.source}
        ]

    def tries(self, week: Week, service: str = "") -> list[AuditRecord]:
        """The tries of effects in a week."""
        return self.told(week, {AuditStatus.INTENT}, service)

    def effects(self, service: str = "") -> Iterator[Measure]:
        """How often the outside world was to be changed, and how often that failed."""
        log = MeasuredSource(self.log, "nothing was tried", service)

        def failed(week: Week) -> list[AuditRecord]:
            return self.told(week, FAILED, service)

        yield log.count("tries", "Tries of effects", lambda week: self.tries(week, service))
        yield log.count("failures", "Failed tries", failed)
        yield log.share(
            "error_rate", "Error rate of effects", failed, lambda week: len(self.tries(week, service))
        )

    def dead_letters(self) -> Iterator[Measure]:
        """What was given up."""
        given_up = MeasuredSource(self.letters, "none")
        yield given_up.count("letters_new", "Dead letters, new", self.letters.of)
        yield given_up.count(
            "letters", "Dead letters waiting at its end", lambda week: _waiting(self.letters, week)
        )

    def lag(self, source: str = "") -> Iterator[Measure]:
        """From an event's own time to its task."""

        def lags(week: Week) -> list[tuple[timedelta, Dated]]:
            rows = (row for row in self.log.of(week) if row.is_arrival and row.source in TIMED)
            return [(row.lag, row) for row in rows if row.lag is not None and source in {"", row.source}]

        log = MeasuredSource(self.log, "no event with a time of its own", source)
        yield from log.lengths("lag", "From event to task", Unit.MINUTES, lags)

    def ran(self, week: Week, flow: str = "") -> list[Run]:
        """The runs of a week, of all flows or of one."""
        return [row for row in self.runs.of(week) if flow in {"", row.flow}]

    def flow_runs(self, flow: str = "") -> Iterator[Measure]:
        """Runs that ended, those that failed, and how long they took."""
        runs = MeasuredSource(self.runs, "nothing ran", flow)
        yield runs.count("runs", "Runs", lambda week: self.ran(week, flow))
        yield runs.count(
            "runs_failed", "Failed runs", lambda week: (row for row in self.ran(week, flow) if row.has_failed)
        )
        yield from runs.lengths(
            "run",
            "Duration of a run",
            Unit.SECONDS,
            lambda week: ((row.lasted, row) for row in self.ran(week, flow)),
        )

    def machine(self) -> Iterator[Measure]:
        """Whether the employee was at work, and what was left of its machine."""
        of = self.beats.of
        beats = MeasuredSource(self.beats, "not recorded then")
        yield beats.share("uptime", "Uptime", lambda week: [row for row in of(week) if row.is_up], self.slots)
        yield beats.mean(
            "cpu",
            "Processors in use (mean)",
            Unit.SHARE,
            lambda week: ((row.cpu, row) for row in of(week) if row.cpu is not None),
        )
        yield beats.highest(
            "memory",
            "Memory in use (highest)",
            Unit.SHARE,
            lambda week: ((row.memory, row) for row in of(week)),
        )
        yield beats.lowest(
            "disk_free",
            "Disk free (lowest)",
            Unit.GIGABYTES,
            lambda week: ((row.disk_free_gb, row) for row in of(week)),
        )

    def services(self, week: Week) -> list[str]:
        """The services of which a week has a look; the watchers are the employee's own."""
        names = {row.service for row in self.spells.rows if row.within(week.since, week.until)}
        return sorted(name for name in names if not name.startswith(WATCHER) and name != EMPLOYEE)

    def uptime(self, service: str) -> Iterator[Measure]:
        """Of the week's slots those in which a service was up, was down, and those of which nobody knows."""
        rows = [row for row in self.spells.rows if row.service == service]
        begun = rows[0].since if rows else None

        def share(count: Callable[[Uptime], int], standing: HealthStanding) -> OfWeek[Seen]:
            def see(week: Week) -> Seen:
                found = uptime(rows, week.since, week.until, begun)
                behind = [
                    row for row in rows if row.standing is standing and row.within(week.since, week.until)
                ]
                if not found.whole:
                    return Seen(None, problem="not looked at")
                return Seen(Decimal(count(found)) / found.whole, behind)

            return see

        of = MeasuredSource(self.spells, "not looked at", service)
        yield of.measure("up", "Uptime", Unit.SHARE, share(lambda found: found.up, HealthStanding.UP))
        yield of.measure("down", "Down", Unit.SHARE, share(lambda found: found.down, HealthStanding.DOWN))
        yield of.measure(
            "unknown", "Not known", Unit.SHARE, share(lambda found: found.unknown, HealthStanding.UNKNOWN)
        )

    def slots(self, week: Week) -> int:
        """The slots of five minutes of a week, since the first that was ever recorded."""
        return (week.until - max(week.since, self.beats.since or week.since)) // SLOT


def lives_of(rows: Iterable[AuditRecord]) -> dict[str, Life]:
    """Every task that the records tell of, with its first escalation, wait for another and end."""
    found: dict[str, Life] = {}
    for row in rows:
        known = found.get(row.task)
        if known is None and row.is_arrival:
            found[row.task] = Life(row)
        elif known and not known.escalation and row.action == ESCALATED:
            found[row.task] = replace(known, escalation=row)
        elif known and not known.dependence and row.action == DEPENDENT:
            found[row.task] = replace(known, dependence=row)
        elif known and not known.end and row.is_end:
            found[row.task] = replace(known, end=row)
    return found


def tasks_done(rows: Iterable[AuditRecord]) -> list[AuditRecord]:
    """The tasks that were done, each once."""
    return once(row for row in rows if row.action == DONE)


def once(rows: Iterable[AuditRecord]) -> list[AuditRecord]:
    """One for each task: what is told twice after a crash counts once."""
    found: dict[str, AuditRecord] = {}
    for row in rows:
        found.setdefault(row.task, row)
    return list(found.values())


def _waiting(kept: KeptRows[Any], week: Week) -> Iterator[Dated]:
    end = week.until
    return (row for row in kept.before(end) if row.waits(end))
