"""The part of a week's briefing that tells how the employee worked, and what of that is not known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.briefing.measure import Measure, PartReading, Seen, in_unit
from domain.briefing.number import Unit
from domain.briefing.part import Part, Standing, Table, TableRow, missing
from domain.briefing.recorded import SLOT, AuditRecord, Dated, KeptRows
from domain.briefing.work_charts import throughput_charts
from domain.briefing.worked import FAILED, Worked
from domain.dashboard.services import service_name
from domain.times import shown_time
from domain.week import Week

KEY, TITLE, SOURCE = "operations", "Operational Metrics", "the employee's own records"
MOST_ROWS, MOST_WAITING, MOST_SERVICES = 10, 5, 20
LONGEST_WORDS = 90
"""Of what stands in a note."""
DAY = timedelta(days=1)
WATCHERS = {
    "gmail": "watch-gmail",
    "files": "watch-files",
    "mentions": "watch-mentions",
    "calendar": "watch-calendar",
}
"""Where tasks come from, and the flow that watches it."""


def operations(worked: Worked, week: Week, as_of: datetime) -> Part:
    """How the employee worked in a week."""
    if all(kept.unknown(week) for kept in worked.sources.values()):
        return missing(
            KEY, TITLE, SOURCE, " ".join(_down(worked)) or nothing_recorded(worked.sources.values())
        )
    return _Maker(worked, week, PartReading(KEY, SOURCE, as_of)).part()


def nothing_recorded(sources: Iterable[KeptRows[Any]]) -> str:
    """What is said of a week that nobody recorded."""
    begun = min((kept.since for kept in sources if kept.since), default=None)
    return f"Nothing was recorded before {shown_time(begun)}." if begun else "Nothing is on record yet."


def days_recorded(kept: KeptRows[Any], week: Week) -> list[str]:
    """How many days of the week were recorded, where not all were."""
    begun = kept.since
    if begun is None or not week.since < begun < week.until:
        return []
    first = begun.astimezone(week.zone).date()
    return [f"The week was recorded from {first} on: {(week.sunday - first).days + 1} of its 7 days."]


def ended_early(sources: Iterable[KeptRows[Any]], week: Week) -> list[str]:
    """What is said where nothing was recorded at the week's end or after it."""
    last = max((kept.rows[-1].at for kept in sources if kept.rows), default=None)
    if last is None or last + SLOT >= week.until:
        return []
    return [f"Nothing was recorded after {shown_time(last)}: was the employee at work until the week's end?"]


def _down(worked: Worked) -> list[str]:
    return [
        f"{name} cannot be read: {kept.problem}." for name, kept in worked.sources.items() if kept.problem
    ]


@dataclass(frozen=True)
class _Maker:
    worked: Worked
    week: Week
    read: PartReading

    def part(self) -> Part:
        lacking = [*_down(self.worked), *days_recorded(self.worked.log, self.week), *self.worked.left_out]
        ended = ended_early([self.worked.log, self.worked.beats], self.week)
        standing = Standing.PARTIAL if lacking else Standing.KNOWN
        return Part(
            key=KEY,
            title=TITLE,
            source=SOURCE,
            standing=Standing.STALE if ended else standing,
            as_of=self.read.as_of,
            said=(*ended, *lacking, *self.younger(), *self.by_hand()),
            numbers=tuple(self.read.compared(one, self.week) for one in self.worked.measures()),
            charts=tuple(throughput_charts(self.worked, self.week)),
            tables=tuple(table for table in self.tables() if table.rows),
        )

    def younger(self) -> list[str]:
        """Which sources began later than the audit log, too late for all of the week."""
        begun = max(self.worked.log.since or self.week.since, self.week.since)
        return [
            f"{name} {'begins ' + shown_time(kept.since) if kept.since else 'is empty'}."
            for name, kept in self.worked.sources.items()
            if not kept.problem and (kept.since is None or kept.since > begun + DAY)
        ]

    def by_hand(self) -> list[str]:
        count = len(self.worked.taken_away)
        said = (
            "tasks were ended by hand: when is not on record, so they count neither as pending nor as done."
        )
        return [f"{count} {said}"] if count else []

    def tables(self) -> Iterator[Table]:
        """By service, by watcher, by flow, and what waits by name."""
        worked, week = self.worked, self.week
        services = {row.source for row in (*worked.tries(week), *worked.told(week, FAILED))}
        tried = [self.row(one, worked.effects(one)) for one in sorted(services)]
        flows = sorted({row.flow for row in worked.ran(week)} - set(WATCHERS.values()))
        ran = [self.row(flow, worked.flow_runs(flow)) for flow in flows]
        yield _table("Effects by service", ("tried", "failed", "error rate"), tried)
        looked = [self.row(service_name(one), worked.uptime(one)) for one in worked.services(week)]
        yield _table("Services", ("uptime", "down", "not known"), looked, most=MOST_SERVICES)
        yield _table("Watchers", ("runs", "failed", "lag (median)", "lag (longest)"), list(self.watchers()))
        yield _table("Runs by flow", ("runs", "failed", "median", "longest"), ran)
        blocked = ("Tasks that wait for another task", "blocked", worked.dependent(week))
        for title, key, records in (("Tasks handed to a person", "handed", worked.escalated(week)), blocked):
            longest = sorted(records, key=lambda record: record.at)
            rows = [self.waits_in_note(key, record) for record in longest[:MOST_WAITING]]
            more = len(records) - len(rows)
            yield Table(title=title, columns=("for",), rows=tuple(rows), note=_more(more))
        yield _table("Approvals that wait", ("for",), list(self.undecided()), most=MOST_WAITING)
        yield _table("Dead letters that wait", ("for",), list(self.given_up()), most=MOST_WAITING)

    def watchers(self) -> Iterator[TableRow]:
        """Those of whom the week has a run or a task."""
        came = {row.source for row in self.worked.log.of(self.week) if row.is_arrival}
        for source, flow in WATCHERS.items():
            if source in came or self.worked.ran(self.week, flow):
                runs, failed, *_ = self.worked.flow_runs(flow)
                yield self.row(flow, [runs, failed, *self.worked.lag(source)])

    def undecided(self) -> Iterator[TableRow]:
        """The requests that waited at the week's end and still do, the oldest first."""
        kept = self.worked.requests
        for row in kept.before(self.week.until):
            if row.ended_at is None:
                yield self.waits(f"wait.{row.id}", row.title, kept, row)

    def given_up(self) -> Iterator[TableRow]:
        """The dead letters that waited at the week's end and still do, the oldest first."""
        kept = self.worked.letters
        for row in kept.before(self.week.until):
            if row.resolved_at is None:
                yield self.waits(f"letter.{row.id}", f"{row.id}: {row.key} ({row.cause})", kept, row)

    def waits_in_note(self, key: str, record: AuditRecord) -> TableRow:
        """What a task waits for, since when and why, as its note says; of one that waits no more what was recorded."""
        note = self.worked.note(record.task)
        names = [known.title if (known := self.worked.note(one)) else one for one in record.needs.split()]
        awaited = f"it waits for {', '.join(names)}" if names else ""
        why = (note.why if note else "") or awaited
        since = f"{_cut(note.title if note else record.task)}, since {shown_time(record.at)}"
        said = ": ".join(filter(None, [since, _cut(why)]))
        row = self.waits(f"{key}.{record.task}", said, self.worked.log, record)
        return row.model_copy(update={"place": note.place}) if note else row

    def waits(self, key: str, label: str, kept: KeptRows[Any], row: Dated) -> TableRow:
        """How many days something had waited at the week's end."""
        waited = in_unit(Unit.DAYS, self.week.until - row.at)
        return self.row(label, [Measure(key, label, Unit.DAYS, kept, lambda _week: Seen(waited, [row]))])

    def row(self, label: str, measures: Iterable[Measure]) -> TableRow:
        """Measures side by side."""
        return self.read.row(label, measures, self.week)


def _table(title: str, columns: tuple[str, ...], rows: Sequence[TableRow], *, most: int = MOST_ROWS) -> Table:
    return Table(title=title, columns=columns, rows=tuple(rows[:most]), note=_more(len(rows) - most))


def _more(count: int) -> str:
    return f"And {count} more." if count > 0 else ""


def _cut(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST_WORDS else f"{flat[: LONGEST_WORDS - 1]}…"
