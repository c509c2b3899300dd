"""What the employee's own records must hold to be counted: Great Expectations suites, one for each source.

A row that breaks one is left out and named; the others are counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from domain.appointments.event import CalendarEvent
from domain.approvals.request import ApprovalState
from domain.audit.event import AuditStatus
from domain.briefing.recorded import SentReply
from domain.frame_check import FrameCheck
from domain.health.spell import HealthStanding
from tasks.flow_runs.ended import EndedRun
from tasks.frames.suite import Suite, checked, named_ids, says
from tasks.reliability.dead_letters import DeadLetter, LetterState
from tasks.reliability.heartbeats import Heartbeat

Raw = TypeVar("Raw")
FIRST_YEAR = 2020
EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()
"""No employee was at work before; seconds that were read as milliseconds are of 1970."""
CLOCKS_DIFFER = timedelta(hours=1)
MILLION = 1_000_000
DECIDED = (ApprovalState.APPROVED.value, ApprovalState.REJECTED.value)
PERCENT = {"min_value": 0, "max_value": 100}


@dataclass(frozen=True)
class Sound(Generic[Raw]):
    """The rows that hold, what is wrong with the others in words, and what came of each expectation."""

    rows: Sequence[Raw]
    said: Sequence[str]
    check: FrameCheck


@dataclass(frozen=True)
class RecordedCheck(Generic[Raw]):
    """How the rows of one source become a frame, and what is expected of it.

    Attributes:
        name: What a reader calls the rows.
        columns: By name; times are seconds since 1970, and `id` says which row it is.
        suite: The expectations, as of now.
    """

    name: str
    columns: Callable[[Sequence[Raw]], Mapping[str, Sequence[Any]]]
    suite: Callable[[float], Sequence[Any]]

    def sound(self, rows: Sequence[Raw], now: datetime) -> Sound[Raw]:
        """The rows without those that break an expectation."""
        columns = self.columns(rows)
        result = checked(self.name, columns, self._suite(now))
        found = result.broken
        bad = {row_id for _, ids in found for row_id in ids}
        kept = [row for row, row_id in zip(rows, columns["id"], strict=True) if row_id not in bad]
        said = [f"{self.name}, not so and left out: {sentence}: {named_ids(ids)}." for sentence, ids in found]
        return Sound(kept if bad else rows, said, result.result(now))

    def _suite(self, now: datetime) -> Suite:
        return partial(self.suite, (now + CLOCKS_DIFFER).timestamp())


def _audit(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    grace = CLOCKS_DIFFER.total_seconds()
    return {
        "id": [row[0] for row in rows],
        "at": [row[1] and row[1] / MILLION for row in rows],
        "action": [row[2] for row in rows],
        "status": [row[3] for row in rows],
        "received": [row[7] and row[7] / MILLION - grace for row in rows],
    }


def _audit_suite(latest: float) -> list[Any]:
    from great_expectations import expectations as expect

    return [
        *each_once("record"),
        expect.ExpectColumnValuesToNotBeNull(column="at", meta=says("every record has a time")),
        of_its_time("at", latest, "record"),
        expect.ExpectColumnValuesToNotBeNull(column="action", meta=says("every record names an action")),
        one_of("status", AuditStatus, "every record has a status"),
        not_before("at", "received", "no event is of a later time than its task"),
    ]


def _requests(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        "id": [row.id for row in rows],
        "state": [row.state for row in rows],
        "at": seconds(row.created_at for row in rows),
        "decided": seconds(row.decided_at for row in rows),
        "is_decided": [int(row.decided_at is not None or row.state not in DECIDED) for row in rows],
    }


def _request_suite(latest: float) -> list[Any]:
    return [
        *each_once("request"),
        one_of("state", ApprovalState, "every request has a state"),
        of_its_time("at", latest, "request"),
        not_before("decided", "at", "no request was decided before it was asked"),
        is_so("is_decided", "every decision has its time"),
    ]


def _letters(rows: Sequence[DeadLetter]) -> dict[str, list[Any]]:
    return {
        "id": [row.id for row in rows],
        "state": [row.state for row in rows],
        "at": seconds(row.first_buried_at for row in rows),
        "resolved": seconds(row.resolved_at for row in rows),
        "is_resolved": [
            int((row.resolved_at is None) == (row.state != LetterState.RESOLVED)) for row in rows
        ],
    }


def _letter_suite(latest: float) -> list[Any]:
    return [
        *each_once("letter"),
        one_of("state", LetterState, "every letter has a state"),
        of_its_time("at", latest, "letter"),
        not_before("resolved", "at", "no letter was resolved before it was given up"),
        is_so("is_resolved", "a letter is resolved where it has the time of that"),
    ]


def _beats(rows: Sequence[Heartbeat]) -> dict[str, list[Any]]:
    return {
        "id": [row.slot.isoformat(" ", "minutes")[:16] for row in rows],
        "at": seconds(row.slot for row in rows),
        "cpu": [row.cpu_percent for row in rows],
        "memory": [row.memory_percent for row in rows],
        "disk_free": [row.disk_free_bytes for row in rows],
    }


def _beat_suite(latest: float) -> list[Any]:
    from great_expectations import expectations as expect

    return [
        *each_once("slot"),
        of_its_time("at", latest, "slot"),
        expect.ExpectColumnValuesToBeBetween(
            column="cpu", **PERCENT, meta=says("processors are 0 to 100 % busy")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="memory", **PERCENT, meta=says("memory is 0 to 100 % full")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="disk_free", min_value=0, meta=says("no less than 0 bytes are free")
        ),
    ]


def _events(rows: Sequence[CalendarEvent]) -> dict[str, list[Any]]:
    spans = [row.span(ZoneInfo("UTC")) for row in rows]
    return {
        "id": [row.id for row in rows],
        "begins": [begins.timestamp() for begins, _ in spans],
        "ends": [ends.timestamp() for _, ends in spans],
    }


def _event_suite(_latest: float) -> list[Any]:
    return [*each_once("event"), not_before("ends", "begins", "no event ends before it begins")]


def _replies(rows: Sequence[SentReply]) -> dict[str, list[Any]]:
    return {"id": [row.id for row in rows], "at": seconds(row.at for row in rows)}


def _reply_suite(latest: float) -> list[Any]:
    return [*each_once("reply"), of_its_time("at", latest, "reply")]


def _runs(rows: Sequence[EndedRun]) -> dict[str, list[Any]]:
    return {
        "id": [row.id for row in rows],
        "at": seconds(row.begun_at for row in rows),
        "ended": seconds(row.begun_at + row.lasted for row in rows),
    }


def _run_suite(latest: float) -> list[Any]:
    return [
        *each_once("run"),
        of_its_time("at", latest, "run"),
        of_its_time("ended", latest, "end of a run"),
        not_before("ended", "at", "no run ended before it began"),
    ]


def _spells(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    return {
        "id": [f"{row['service']} {row['since']:%Y-%m-%d %H:%M}" for row in rows],
        "standing": [row["standing"] for row in rows],
        "begins": seconds(row["since"] for row in rows),
        "ends": seconds(row["until"] for row in rows),
    }


def _spell_suite(latest: float) -> list[Any]:
    return [
        *each_once("spell"),
        one_of("standing", HealthStanding, "every spell says how the service was"),
        of_its_time("begins", latest, "spell"),
        not_before("ends", "begins", "no spell ends before it begins"),
    ]


def each_once(what: str) -> list[Any]:
    """Every row has an id of its own."""
    from great_expectations import expectations as expect

    return [
        expect.ExpectColumnValuesToNotBeNull(column="id", meta=says(f"every {what} has an id")),
        expect.ExpectColumnValuesToBeUnique(column="id", meta=says(f"every {what} is there once")),
    ]


def one_of(column: str, values: Iterable[str], sentence: str) -> Any:
    """A column holds nothing but these."""
    from great_expectations import expectations as expect

    return expect.ExpectColumnValuesToBeInSet(
        column=column, value_set=[str(one) for one in values], meta=says(sentence)
    )


def of_its_time(column: str, latest: float, what: str) -> Any:
    """No time of a column is after a moment, or so early that its unit must be another one."""
    from great_expectations import expectations as expect

    return expect.ExpectColumnValuesToBeBetween(
        column=column,
        min_value=EARLIEST,
        max_value=latest,
        meta=says(f"no {what} is of the future or from before {FIRST_YEAR}"),
    )


def not_before(later: str, earlier: str, sentence: str) -> Any:
    """Where both are known, the one time is not before the other."""
    from great_expectations import expectations as expect

    return expect.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later,
        column_B=earlier,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        meta=says(sentence),
    )


def is_so(column: str, sentence: str) -> Any:
    """A column of 1 and 0 holds nothing but 1."""
    from great_expectations import expectations as expect

    return expect.ExpectColumnValuesToBeBetween(column=column, min_value=1, max_value=1, meta=says(sentence))


def seconds(moments: Iterable[datetime | None]) -> list[float | None]:
    """Times as seconds since 1970."""
    return [None if moment is None else moment.timestamp() for moment in moments]


AUDIT: RecordedCheck[tuple[Any, ...]] = RecordedCheck("Records of the audit log", _audit, _audit_suite)
REQUESTS: RecordedCheck[Any] = RecordedCheck("Requests", _requests, _request_suite)
LETTERS: RecordedCheck[DeadLetter] = RecordedCheck("Dead letters", _letters, _letter_suite)
BEATS: RecordedCheck[Any] = RecordedCheck("Heartbeats", _beats, _beat_suite)
SPELLS: RecordedCheck[dict[str, Any]] = RecordedCheck("Spells of the services", _spells, _spell_suite)
RUNS: RecordedCheck[EndedRun] = RecordedCheck("Runs", _runs, _run_suite)
EVENTS: RecordedCheck[CalendarEvent] = RecordedCheck("Events of the calendar", _events, _event_suite)
REPLIES: RecordedCheck[SentReply] = RecordedCheck("Replies", _replies, _reply_suite)
