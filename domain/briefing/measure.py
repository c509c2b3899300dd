"""A week's numbers from what was recorded: each beside the weeks before it, unknown where nothing was recorded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, TypeVar

from domain.briefing.comparison import ZERO, usual
from domain.briefing.number import MOST_RECORDS, Number, Unit
from domain.briefing.part import TableRow
from domain.briefing.recorded import Dated, KeptRows
from domain.week import Week

COMPARED_WEEKS = 8
LENGTHS = {
    Unit.SECONDS: timedelta(seconds=1),
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
}

T = TypeVar("T")
Valued = tuple[Decimal, Dated]
"""A value and the row that has it."""
OfWeek = Callable[[Week], T]


@dataclass(frozen=True)
class Seen:
    """What a measure saw in a week: its value, none where nobody can know it and why, and the rows behind it."""

    value: Decimal | None
    rows: Sequence[Dated] = ()
    problem: str = ""


@dataclass(frozen=True)
class Measure:
    """A number that any week has.

    Attributes:
        kept: The source without which it is unknown.
        see: The number of a week of which the source has recorded something.
    """

    key: str
    label: str
    unit: Unit
    kept: KeptRows[Any] = field(repr=False)
    see: OfWeek[Seen]

    def seen(self, week: Week) -> Seen:
        """The number of any week."""
        problem = self.kept.unknown(week)
        return Seen(None, problem=problem) if problem else self.see(week)


@dataclass(frozen=True)
class PartReading:
    """The part that numbers are of, where they come from, and when that was read."""

    part: str
    source: str
    as_of: datetime

    def number(self, measure: Measure, week: Week) -> Number:
        """A measure of a week, as it is."""
        seen = measure.seen(week)
        return Number(
            key=f"{self.part}.{measure.key}",
            label=measure.label,
            unit=measure.unit,
            value=seen.value,
            as_of=self.as_of,
            source=self.source,
            problem=seen.problem if seen.value is None else "",
            records=tuple(row.record() for row in seen.rows[:MOST_RECORDS]),
            record_count=len(seen.rows),
        )

    def row(self, label: str, measures: Iterable[Measure], week: Week) -> TableRow:
        """Measures of a week side by side."""
        return TableRow(label=label, numbers=tuple(self.number(one, week) for one in measures))

    def compared(self, measure: Measure, week: Week) -> Number:
        """A measure of a week beside those weeks before it that were recorded from their first moment on."""
        whole = [one for one in week.earlier(COMPARED_WEEKS) if measure.kept.is_whole(one)]
        values = {one.monday: measure.see(one).value for one in whole}
        known = [value for value in values.values() if value is not None]
        before = values.get(week.previous().monday)
        return self.number(measure, week).compared(before, usual(known))


@dataclass(frozen=True)
class MeasuredSource:
    """Makes the measures of one source.

    Attributes:
        nothing: What is said where there was nothing to measure.
        of: What comes behind each key and label: the service or flow that they are of.
    """

    kept: KeptRows[Any]
    nothing: str
    of: str = ""

    def measure(self, key: str, label: str, unit: Unit, see: OfWeek[Seen]) -> Measure:
        """One of them."""
        end, name = (f".{self.of}", f" of {self.of}") if self.of else ("", "")
        return Measure(f"{key}{end}", f"{label}{name}", unit, self.kept, see)

    def count(self, key: str, label: str, rows: OfWeek[Iterable[Dated]]) -> Measure:
        """How many there are."""
        return self.measure(key, label, Unit.COUNT, lambda week: counted(rows(week)))

    def share(self, key: str, label: str, part: OfWeek[Sequence[Dated]], whole: OfWeek[int]) -> Measure:
        """A part of a whole, 0 to 1; the part's rows stand behind it."""

        def see(week: Week) -> Seen:
            found, size = part(week), whole(week)
            return Seen(Decimal(len(found)) / size, found) if size else Seen(None, problem=self.nothing)

        return self.measure(key, label, Unit.SHARE, see)

    def lengths(
        self, key: str, label: str, unit: Unit, of: OfWeek[Iterable[tuple[timedelta, Dated]]]
    ) -> tuple[Measure, Measure]:
        """The median of lengths of time, and the longest."""

        def valued(week: Week) -> list[Valued]:
            return [(in_unit(unit, length), row) for length, row in of(week)]

        return (
            self.of_values(f"{key}_median", f"{label} (median)", unit, valued, median),
            self.highest(f"{key}_longest", f"{label} (longest)", unit, valued),
        )

    def mean(self, key: str, label: str, unit: Unit, of: OfWeek[Iterable[Valued]]) -> Measure:
        """The mean of all values."""
        return self.of_values(key, label, unit, of, lambda values: sum(values, ZERO) / len(values))

    def of_values(
        self,
        key: str,
        label: str,
        unit: Unit,
        of: OfWeek[Iterable[Valued]],
        joined: Callable[[Sequence[Decimal]], Decimal],
    ) -> Measure:
        """What values come to together; the highest rows come first."""

        def see(week: Week) -> Seen:
            found = sorted(of(week), key=_highest_first)
            if not found:
                return Seen(None, problem=self.nothing)
            return Seen(joined([value for value, _ in found]), [row for _, row in found])

        return self.measure(key, label, unit, see)

    def highest(self, key: str, label: str, unit: Unit, of: OfWeek[Iterable[Valued]]) -> Measure:
        """The highest value, and the row that has it."""
        return self.measure(key, label, unit, lambda week: self._first(sorted(of(week), key=_highest_first)))

    def lowest(self, key: str, label: str, unit: Unit, of: OfWeek[Iterable[Valued]]) -> Measure:
        """The lowest value, and the row that has it."""
        return self.measure(key, label, unit, lambda week: self._first(sorted(of(week), key=_lowest_first)))

    def _first(self, found: Sequence[Valued]) -> Seen:
        return Seen(found[0][0], [found[0][1]]) if found else Seen(None, problem=self.nothing)


def counted(rows: Iterable[Dated]) -> Seen:
    """How many there are."""
    found = list(rows)
    return Seen(Decimal(len(found)), found)


def in_unit(unit: Unit, length: timedelta) -> Decimal:
    """A length of time in days, hours, minutes or seconds, exactly."""
    microsecond = timedelta(microseconds=1)
    return Decimal(length // microsecond) / Decimal(LENGTHS[unit] // microsecond)


def _highest_first(one: Valued) -> tuple[Decimal, datetime]:
    return -one[0], one[1].at


def _lowest_first(one: Valued) -> tuple[Decimal, datetime]:
    return one[0], one[1].at
