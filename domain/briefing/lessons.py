"""The part of a week's briefing that tells what was learned: from answers, ends of tasks, and estimates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.briefing.measure import Measure, MeasuredSource, PartReading
from domain.briefing.number import Record
from domain.briefing.operations import days_recorded, ended_early, nothing_recorded
from domain.briefing.part import Part, Standing, Table, unused
from domain.briefing.recorded import AuditRecord, Dated, KeptRows
from domain.learning.duration import Duration, in_words
from domain.learning.outcome import Outcome, OutcomeEnd
from domain.times import shown_time
from domain.week import Week

KEY, TITLE, SOURCE = "learning", "What I Learned", "outcomes counted from the ledger and the audit log"
MOST_ROWS = 5


@dataclass(frozen=True)
class Ended:
    """An outcome, with how long its task was expected to take."""

    outcome: Outcome
    expected: Duration | None = None

    @property
    def at(self) -> datetime:
        """When it ended."""
        return self.outcome.at

    @property
    def is_inside(self) -> bool:
        """Whether it took as long as was expected."""
        seconds = self.outcome.seconds
        return self.expected is not None and seconds is not None and self.expected.holds(seconds)

    @property
    def is_timed(self) -> bool:
        """Whether that can be told."""
        return self.expected is not None and self.outcome.seconds is not None

    def record(self) -> Record:
        """In `fte approvals`, or in `fte audit search`."""
        one = self.outcome
        words = [one.action, one.how.value, one.task_id if one.action else "", shown_time(one.at)]
        if self.is_timed:
            words.append(f"took {in_words(one.seconds or 0)}")
        sort, _, key = one.id.partition(" ")
        name = "request" if one.action else sort
        return Record(id=f"{name} {key}", said=" · ".join(filter(None, words)))


@dataclass(frozen=True)
class MadeSuggestion:
    """A suggestion: when it was made or accepted."""

    request_id: str
    at: datetime
    said: str

    def record(self) -> Record:
        """In `fte suggestions`."""
        return Record(id=f"request {self.request_id}", said=f"{self.said} · {shown_time(self.at)}")


@dataclass(frozen=True)
class Lessons:
    """What was learned: answers, tasks that ended, suggestions by when they were made or accepted.

    Attributes:
        log: The audit log, from which the ends of tasks are learned.
        left_out: What was wrong and does not count, in words.
    """

    answers: KeptRows[Ended]
    tasks: KeptRows[Ended]
    made: KeptRows[MadeSuggestion]
    accepted: KeptRows[MadeSuggestion]
    log: KeptRows[AuditRecord]
    left_out: tuple[str, ...] = ()

    def measures(self) -> Iterator[Measure]:
        """The numbers that every week has."""
        yield from self.answered()
        ended = MeasuredSource(self.tasks, "no task ended")
        yield ended.count("ended", "Tasks that ended", self.tasks.of)
        yield ended.share("alone", "Of these without you", self.alone, lambda week: len(self.tasks.of(week)))
        timed = MeasuredSource(self.tasks, "no length was expected")
        yield timed.share(
            "inside",
            "Lengths within what was expected",
            lambda week: [row for row in self.timed(week) if row.is_inside],
            lambda week: len(self.timed(week)),
        )
        yield MeasuredSource(self.made, "").count("suggested", "Suggestions made", self.made.of)
        yield MeasuredSource(self.accepted, "").count("accepted", "Suggestions accepted", self.accepted.of)

    def answered(self, action: str = "") -> Iterator[Measure]:
        """How many requests were answered, and which of them were changed or refused."""

        def of(week: Week, how: OutcomeEnd | None = None) -> list[Ended]:
            return [
                row
                for row in self.answers.of(week)
                if action in {"", row.outcome.action} and how in {None, row.outcome.how}
            ]

        answers = MeasuredSource(self.answers, "nothing was answered", action)
        yield answers.count("answers", "Answers", of)
        yield answers.share(
            "edited",
            "Of these with changes",
            lambda week: of(week, OutcomeEnd.EDITED),
            lambda week: len(of(week)),
        )
        yield answers.share(
            "rejected",
            "Of these refused",
            lambda week: of(week, OutcomeEnd.REJECTED),
            lambda week: len(of(week)),
        )

    def alone(self, week: Week) -> list[Dated]:
        """The tasks that needed no person."""
        return [row for row in self.tasks.of(week) if row.outcome.how is OutcomeEnd.ALONE]

    def timed(self, week: Week) -> list[Ended]:
        """The tasks of which a length was expected."""
        return [row for row in self.tasks.of(week) if row.is_timed]

    def actions(self, week: Week) -> list[str]:
        """Those that were answered about and not always as asked."""
        found = {
            row.outcome.action for row in self.answers.of(week) if row.outcome.how is not OutcomeEnd.APPROVED
        }
        return sorted(found)[:MOST_ROWS]


def lessons(found: Lessons, week: Week, as_of: datetime) -> Part:
    """What was learned in a week."""
    if found.answers.unknown(week) and not found.left_out:
        return unused(KEY, TITLE, SOURCE, nothing_recorded([found.answers]))
    read = PartReading(KEY, SOURCE, as_of)
    rows = tuple(read.row(action, found.answered(action), week) for action in found.actions(week))
    table = Table(title="Not as I asked", columns=("answers", "with changes", "refused"), rows=rows)
    ended, lacking = ended_early([found.log], week), [*days_recorded(found.log, week), *found.left_out]
    standing = Standing.PARTIAL if lacking else Standing.KNOWN
    return Part(
        key=KEY,
        title=TITLE,
        source=SOURCE,
        standing=Standing.STALE if ended else standing,
        as_of=as_of,
        said=(*ended, *lacking),
        numbers=tuple(read.compared(one, week) for one in found.measures()),
        tables=(table,) if rows else (),
    )
