"""What the week did for a person: mails, important tasks, answers and how soon they came, by whose matter it was."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from domain.briefing.measure import Measure, MeasuredSource, PartReading, Seen, in_unit
from domain.briefing.number import Record, Unit
from domain.briefing.operations import SOURCE, days_recorded, ended_early, nothing_recorded
from domain.briefing.part import Part, Standing, Table, TableRow, missing
from domain.briefing.recorded import DONE, ESCALATED, MOVED, AuditRecord, Dated, KeptRows, SentReply, in_hours
from domain.briefing.worked import Life, lives_of, once
from domain.planning.triage import Priority, TaskDomain
from domain.week import Week

KEY, TITLE = "productivity", "Personal Productivity"
MAIL = "gmail"
MOST_ROWS = 20


@dataclass(frozen=True)
class FirstAnswer:
    """The first answer to a mail, or the end of its task where that came first; `took` is since the mail arrived."""

    at: datetime
    took: timedelta
    domain: str
    by: Dated

    def record(self) -> Record:
        """The record of what answered it."""
        found = self.by.record()
        return found.model_copy(update={"said": f"{found.said} · after {in_hours(self.took)}"})


@dataclass(frozen=True)
class Served:
    """What was recorded of the work for a person.

    Attributes:
        left_out: What of it was wrong and does not count, in words.
    """

    log: KeptRows[AuditRecord]
    replies: KeptRows[SentReply]
    left_out: tuple[str, ...] = ()

    @cached_property
    def mails(self) -> dict[str, list[Life]]:
        """The tasks of each mail, by the first of them: a mail may bring several."""
        lives = {task: one for task, one in lives_of(self.log.rows).items() if one.arrival.source == MAIL}
        found = defaultdict(list)
        for task, life in lives.items():
            mail, _, part = task.rpartition("-")
            found[mail if part.isdecimal() and mail in lives else task].append(life)
        return found

    @cached_property
    def came(self) -> KeptRows[AuditRecord]:
        """The first record of each mail."""
        return _sorted(self.log, (min(one.arrival for one in lives) for lives in self.mails.values()))

    @cached_property
    def handled(self) -> KeptRows[AuditRecord]:
        """The record with which the last task of a mail was ended or handed to a person."""
        ends = ((len(lives), [one.handled for one in lives if one.handled]) for lives in self.mails.values())
        return _sorted(self.log, (max(found, key=_time) for count, found in ends if len(found) == count))

    @cached_property
    def done(self) -> KeptRows[AuditRecord]:
        """The tasks done whose domain and priority are on record."""
        rows = once(row for row in self.log.rows if row.action == DONE)
        return _recorded(self.log, rows, lambda row: bool(row.priority))

    @cached_property
    def handed(self) -> KeptRows[AuditRecord]:
        """The tasks handed to a person whose domain is on record."""
        rows = once(row for row in self.log.rows if row.action == ESCALATED)
        return _recorded(self.log, rows, lambda row: bool(row.priority))

    @cached_property
    def answers(self) -> KeptRows[FirstAnswer]:
        """The first answers to mails whose own time is on record."""
        arrivals = [one.arrival for lives in self.mails.values() for one in lives]
        timed = _recorded(self.log, arrivals, lambda row: row.received is not None)
        domains = {row.task: row.domain for row in self.done.rows}
        found = (self._answer(one, domains) for lives in self.mails.values() for one in lives)
        return replace(_sorted(self.log, (one for one in found if one)), since=timed.since)

    @cached_property
    def _first_replies(self) -> dict[str, SentReply]:
        return {row.task: row for row in reversed(self.replies.rows)}

    def _answer(self, life: Life, domains: dict[str, str]) -> FirstAnswer | None:
        task, received = life.arrival.task, life.arrival.received
        by = [row for row in (self._first_replies.get(task), life.end) if row]
        if received is None or not by:
            return None
        first = min(by, key=_time)
        return FirstAnswer(first.at, max(first.at - received, timedelta()), domains.get(task, ""), first)

    def measures(self) -> Iterator[Measure]:
        """The numbers that every week has."""
        yield MeasuredSource(self.came, "").count("mails", "Mails that came", self.came.of)
        yield MeasuredSource(self.handled, "").count("handled", "Mails processed", self.handled.of)
        yield MeasuredSource(self.replies, "").count("replies", "Replies sent", self.replies.of)
        yield self.important()
        yield MeasuredSource(self.log, "").count("moved", "Promised days that an absence moved", self.moved)
        yield from self.response()

    def moved(self, week: Week) -> list[AuditRecord]:
        """The last move of each task's promised day in a week."""
        rows = (row for row in self.log.of(week) if row.action == MOVED and row.moved_by)
        return list({row.task: row for row in rows}.values())

    def important(self, domain: str = "") -> Measure:
        """The tasks of high priority that were done."""
        return MeasuredSource(self.done, "", domain).count(
            "important",
            "Important tasks done",
            lambda week: (row for row in self.of(week, domain) if row.priority == Priority.HIGH),
        )

    def response(self, domain: str = "") -> Iterator[Measure]:
        """How long mails waited for their answer, or for the end of their task."""
        answers = MeasuredSource(self.answers, "no mail was answered", domain)
        yield from answers.lengths(
            "response",
            "From mail to answer",
            Unit.HOURS,
            lambda week: ((row.took, row) for row in self.answers.of(week) if domain in {"", row.domain}),
        )

    def of(self, week: Week, domain: str = "") -> list[AuditRecord]:
        """The tasks done in a week, of all domains or of one."""
        return [row for row in self.done.of(week) if domain in {"", row.domain}]

    def by_domain(self, domain: str) -> Iterator[Measure]:
        """The numbers of one domain."""
        done = MeasuredSource(self.done, "", domain)
        yield done.count("done", "Tasks done", lambda week: self.of(week, domain))
        yield MeasuredSource(self.handed, "", domain).count(
            "handed",
            "Tasks handed to a person",
            lambda week: (row for row in self.handed.of(week) if row.domain == domain),
        )
        yield self.important(domain)
        yield from self.response(domain)


def productivity(served: Served, week: Week, as_of: datetime) -> Part:
    """What a week did for a person."""
    log = served.log
    if log.unknown(week):
        problem = f"The audit log cannot be read: {log.problem}." if log.problem else nothing_recorded([log])
        return missing(KEY, TITLE, SOURCE, problem)
    read = PartReading(KEY, SOURCE, as_of)
    ended, lacking = ended_early([log], week), [*days_recorded(log, week), *served.left_out]
    if served.replies.problem:
        lacking.insert(0, f"The record of what was sent cannot be read: {served.replies.problem}.")
    rows = tuple(read.row(domain.title(), served.by_domain(domain), week) for domain in TaskDomain)
    is_told = bool(served.of(week) or served.handed.of(week))
    columns = ("done", "handed to you", "important", "answer (median)", "answer (longest)")
    return Part(
        key=KEY,
        title=TITLE,
        source=SOURCE,
        standing=Standing.STALE if ended else Standing.PARTIAL if lacking else Standing.KNOWN,
        as_of=as_of,
        said=(*ended, *lacking, *_younger(served, week)),
        numbers=tuple(read.compared(one, week) for one in served.measures()),
        tables=tuple(
            table
            for table in (
                Table(title="By domain", columns=columns, rows=rows if is_told else ()),
                _moved(served, week, read),
            )
            if table.rows
        ),
    )


def _moved(served: Served, week: Week, read: PartReading) -> Table:
    """Whose promised day an absence moved, and by how much."""

    def row(record: AuditRecord) -> TableRow:
        def see(_week: Week) -> Seen:
            return Seen(in_unit(Unit.DAYS, record.moved_by or timedelta()), [record])

        later = Measure(f"moved.{record.task}", f"{record.task} later", Unit.DAYS, served.log, see)
        return read.row(f"{record.task} (now {record.moved.split()[-1]})", [later], week)

    rows = tuple(map(row, served.moved(week)[:MOST_ROWS]))
    return Table(title="Promised days that an absence moved", columns=("later by",), rows=rows)


def _younger(served: Served, week: Week) -> list[str]:
    """What is on record for a part of the week only, or not at all."""
    found: dict[str, KeptRows[Any]] = {
        "Domain and priority of the tasks done": served.done,
        "The own time of mails": served.answers,
    }
    later = [name for name, kept in found.items() if served.log.is_whole(week) and not kept.is_whole(week)]
    return [f"{name}: not on record for all of the week." for name in later]


def _recorded(
    log: KeptRows[AuditRecord], rows: Sequence[AuditRecord], has: Callable[[AuditRecord], bool]
) -> KeptRows[AuditRecord]:
    """The rows that have something, since they have it: all the time, or from the first on that does."""
    found = [row for row in rows if has(row)]
    since = log.since if len(found) == len(rows) else min(map(_time, found), default=None)
    return replace(_sorted(log, found), since=since)


def _sorted(log: KeptRows[AuditRecord], rows: Iterable[Any]) -> KeptRows[Any]:
    return KeptRows(sorted(rows, key=_time), log.since, log.problem)


def _time(row: Dated) -> datetime:
    return row.at
