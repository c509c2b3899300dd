"""Reading what the employee recorded of its own work: the audit log, the ledger's tables and the Prefect server.

What cannot be read, or holds nothing yet, says so instead of being empty; wrong rows are left out and named.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import case, func, null, select
from sqlalchemy.orm import Session, aliased

from blocks.settings import settings
from domain.approvals.render import title_of
from domain.approvals.request import ApprovalState
from domain.audit.event import AuditStatus
from domain.briefing.measure import COMPARED_WEEKS
from domain.briefing.recorded import (
    AskedRequest,
    AuditRecord,
    Beat,
    Dated,
    DeadLetterRecord,
    KeptRows,
    Run,
    SentReply,
)
from domain.errors import DigitalFteError
from domain.health.spell import Spell, up_slots
from domain.reliability.effect import EffectState
from domain.week import Week
from tasks.approvals.record import ApprovalRow
from tasks.audit.search import Query, audit_files, opened
from tasks.briefing.recorded_suite import (
    AUDIT,
    BEATS,
    LETTERS,
    REPLIES,
    REQUESTS,
    RUNS,
    SPELLS,
    RecordedCheck,
)
from tasks.flow_runs.ended import MOST_RUNS, EndedRun, ended_runs
from tasks.intake import SeenEvent
from tasks.reliability.dead_letters import DeadLetter
from tasks.reliability.heartbeats import Heartbeat, first_heartbeat, heartbeats
from tasks.reliability.serialised import find_rows, serialised
from tasks.reliability.table import Effect
from tasks.reliability.waiting import first_spells, spell_of, spell_rows

if TYPE_CHECKING:
    from domain.frame_check import FrameCheck

Raw = TypeVar("Raw")
Row = TypeVar("Row", bound=Dated)
GIGABYTE = Decimal(10**9)
HUNDRED = Decimal(100)
ANSWERS = ("in_reply_to", "thread_id", "reply_to")
"""An effect with one of these inputs answers somebody: a mail, or a post."""
ANSWERED = (ApprovalState.APPROVED, ApprovalState.REJECTED)
MICROSECOND = timedelta(microseconds=1)
STATUSES = {status.value: status for status in AuditStatus}
EPOCH = datetime.fromtimestamp(0, UTC)
_one_reads_the_log = Lock()
READ = """
SELECT event_id, epoch_us(try_cast(timestamp AS TIMESTAMPTZ)), action, status, coalesce(resource, ''),
    coalesce(domain, ''), coalesce(details->>'effect', ''),
    epoch_us(try_cast(details->>'received' AS TIMESTAMPTZ)), coalesce(details->>'priority', ''),
    concat_ws(' ', details->>'promised', details->>'due'),
    coalesce(array_to_string(details->>'$.depends_on[*]', ' '), ''), sequence
FROM log ORDER BY sequence
"""


@dataclass(frozen=True)
class _Found(Generic[Row]):
    """What a source gave: the sound rows, what was left out in words, and what was checked."""

    kept: KeptRows[Row]
    said: Sequence[str] = ()
    checks: "Sequence[FrameCheck]" = ()


class Sources:
    """Reads the sources of one week's part, and remembers what was checked and left out."""

    def __init__(self, week: Week, now: datetime) -> None:
        """Nothing is read yet."""
        self.week, self.now = week, now
        self.said: list[str] = []
        self.checks: list[FrameCheck] = []

    def log(self) -> KeptRows[AuditRecord]:
        """The whole audit log: what ended after the week was open in it."""
        vault = settings().vault_path
        with _one_reads_the_log:
            return self._take(_read_log(vault, self.now, _state_of(vault)))

    def requests(self) -> KeptRows[AskedRequest]:
        """The requests to people."""
        return _since_ledger(self._kept(REQUESTS, _requests, _asked))

    def letters(self) -> KeptRows[DeadLetterRecord]:
        """The dead letters, resolved ones too."""
        return _since_ledger(self._kept(LETTERS, _letters, _letter))

    def beats(self) -> KeptRows[Beat]:
        """The heartbeats since the oldest week that it is compared with."""
        kept = self._kept(BEATS, lambda: heartbeats(self._oldest, self.now), _beat)
        if kept.problem:
            return kept
        looks = self.spells()
        up = up_slots(looks.rows)
        rows = [row if _was_up(row, looks.since, up) else replace(row, is_up=False) for row in kept.rows]
        return KeptRows(rows, first_heartbeat())

    def spells(self) -> KeptRows[Spell]:
        """How the services were, since the oldest week that it is compared with."""
        return self._spells

    @cached_property
    def _spells(self) -> KeptRows[Spell]:
        kept = self._kept(SPELLS, lambda: spell_rows(self._oldest), spell_of)
        if kept.problem:
            return kept
        first = min(first_spells().values(), default=None)
        return replace(kept, since=first) if first and first < self._oldest else kept

    def runs(self) -> KeptRows[Run]:
        """The runs that the Prefect server still keeps of these weeks."""
        kept = self._kept(RUNS, lambda: ended_runs(self._oldest, self.now), _run)
        is_cut = len(kept.rows) >= MOST_RUNS
        keeps_since = self.now - timedelta(days=settings().keep_runs_days)
        return kept if is_cut or not kept.since else replace(kept, since=max(kept.since, keeps_since))

    def replies(self) -> KeptRows[SentReply]:
        """What was ever sent to somebody as an answer: the first of a mail may be older than its task's end."""
        return _since_ledger(self._kept(REPLIES, _replies, lambda row: row))

    @property
    def _oldest(self) -> datetime:
        return self.week.previous(COMPARED_WEEKS).since

    def _kept(
        self, check: RecordedCheck[Raw], read: Callable[[], Sequence[Raw]], make: Callable[[Raw], Row]
    ) -> KeptRows[Row]:
        return self._take(_found(check, read, make, self.now))

    def _take(self, found: _Found[Row]) -> KeptRows[Row]:
        self.said += found.said
        self.checks += found.checks
        return found.kept


def _found(
    check: RecordedCheck[Raw], read: Callable[[], Sequence[Raw]], make: Callable[[Raw], Row], now: datetime
) -> _Found[Row]:
    """The sound rows, by time."""
    try:
        sound = check.sound(read(), now)
    except DigitalFteError as error:
        return _Found(KeptRows(problem=str(error)))
    rows = sorted(map(make, sound.rows), key=attrgetter("at"))
    return _Found(KeptRows(rows, rows[0].at if rows else None), sound.said, [sound.check])


@lru_cache(maxsize=1)
def _read_log(vault: Path, now: datetime, _state: object) -> _Found[AuditRecord]:
    """The whole log, once for all parts that are read at the same moment."""
    broken = 0

    def lines() -> list[tuple[Any, ...]]:
        nonlocal broken
        with opened(vault, Query()) as log:
            found = log.execute(READ).fetchall()
        records = [row for row in found if row[-1] is not None]
        broken = len(found) - len(records)
        return records

    found = _found(AUDIT, lines, _audit_record, now)
    said = [f"{broken} lines of the audit log are no records: see fte audit verify."] if broken else []
    return replace(found, said=[*said, *found.said])


def _state_of(vault: Path) -> tuple[tuple[str, int, int], ...]:
    """Another one as soon as anything was written to the log."""
    found = [(path.name, path.stat()) for path in audit_files(vault, Query())]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


def _since_ledger(kept: KeptRows[Row]) -> KeptRows[Row]:
    """With when the ledger began: nothing that was asked or given up since then is a fact, too."""
    return kept if kept.problem else replace(kept, since=_ledger_began())


def _ledger_began() -> datetime | None:
    """When the ledger's oldest row was written."""
    columns = (SeenEvent.stored_at, Effect.created_at, ApprovalRow.created_at, Heartbeat.slot)

    def look(session: Session) -> list[datetime | None]:
        return [session.scalar(select(func.min(column))) for column in columns]

    return min((one for one in serialised(look) if one), default=None)


def _requests() -> Sequence[Any]:
    later = aliased(ApprovalRow)
    replaced = select(func.min(later.created_at)).where(
        later.task_id == ApprovalRow.task_id,
        later.step_id == ApprovalRow.step_id,
        later.version > ApprovalRow.version,
    )
    names = ("id", "task_id", "action", "state", "created_at", "decided_at", "expires_at")
    columns = [getattr(ApprovalRow, name) for name in names]
    waiting = case((ApprovalRow.state == ApprovalState.PENDING.value, ApprovalRow.inputs), else_=null())
    query = select(*columns, waiting.label("inputs"), replaced.scalar_subquery().label("replaced_at"))
    return serialised(lambda session: session.execute(query).all())


def _letters() -> list[DeadLetter]:
    return find_rows(select(DeadLetter))


def _replies() -> list[SentReply]:
    query = select(Effect.key, Effect.begun_at, Effect.action, Effect.task_id, Effect.inputs).where(
        Effect.state.in_([EffectState.DONE.value, EffectState.COMPENSATED.value]),
        Effect.begun_at.is_not(None),
    )
    rows = serialised(lambda session: session.execute(query).all())
    return [
        SentReply(row.key, row.begun_at, row.action, row.task_id)
        for row in rows
        if any(row.inputs.get(name) for name in ANSWERS)
    ]


def _asked(row: Any) -> AskedRequest:
    state = ApprovalState(row.state)
    ends = {
        ApprovalState.EXPIRED: row.expires_at,
        ApprovalState.SUPERSEDED: row.replaced_at or row.created_at,
    }
    return AskedRequest(
        id=row.id,
        at=row.created_at,
        title=title_of(row.action, row.inputs or {}),
        task=row.task_id,
        state=state,
        decided_at=row.decided_at if state in ANSWERED else None,
        ended_at=row.decided_at if state in ANSWERED else ends.get(state),
    )


def _letter(row: DeadLetter) -> DeadLetterRecord:
    return DeadLetterRecord(row.id, row.first_buried_at, row.key, row.cause, row.resolved_at)


def _audit_record(row: tuple[Any, ...]) -> AuditRecord:
    event_id, at, action, status, task, domain, effect, received, priority, moved, needs, _ = row
    return AuditRecord(
        id=event_id,
        at=_moment(at),
        action=action,
        status=STATUSES[status],
        task=task,
        domain=domain,
        effect=effect,
        received=None if received is None else _moment(received),
        priority=priority,
        moved=moved,
        needs=needs,
    )


def _beat(row: Heartbeat) -> Beat:
    return Beat(
        at=row.slot,
        cpu=None if row.cpu_percent is None else _share(row.cpu_percent),
        memory=_share(row.memory_percent),
        disk_free_gb=Decimal(row.disk_free_bytes) / GIGABYTE,
    )


@lru_cache(maxsize=2000)
def _share(percent: float) -> Decimal:
    """There are a thousand of them: they are kept with one digit."""
    return Decimal(str(percent)) / HUNDRED


def _was_up(beat: Beat, looked_since: datetime | None, up: Collection[datetime]) -> bool:
    """One definition with `fte health`; what was before the first look counts as it was recorded then."""
    return looked_since is None or beat.at < looked_since or beat.at in up


def _run(run: EndedRun) -> Run:
    return Run(run.id, run.begun_at, run.flow, run.name, run.has_failed, run.lasted, run.url)


def _moment(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND
