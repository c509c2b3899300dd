"""The period a person or an agent names: a day, month, quarter or year of the calendar, or `first..last`."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from domain.errors import RejectedError

TO = ".."
FIRST_YEAR, LAST_YEAR = 1900, 2999
_DAY, _MONTH = re.compile(r"(\d{4})-(\d\d)-(\d\d)"), re.compile(r"(\d{4})-(\d\d)")
_QUARTER, _YEAR = re.compile(r"(\d{4})-[Qq]([1-4])"), re.compile(r"(\d{4})")
_LONGEST_QUOTE = 60


class PeriodError(RejectedError):
    """Nobody can say which days are meant."""

    def __init__(self, said: str, problem: str = "is no period") -> None:
        super().__init__(
            f"'{said[:_LONGEST_QUOTE]}' {problem}; use a month (2026-10), a quarter (2026-Q3), a year (2026), "
            "a day (2026-10-31) or first and last day (2026-10-01..2026-10-31)"
        )


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days, the first and the last one included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        """As it can be said again."""
        return f"{self.first}{TO}{self.last}"


def parse_period(said: str) -> DateRange:
    """The days that are meant.

    Raises:
        PeriodError: it is no period, ends before it begins, or no books are that old.
    """
    start, separator, end = said.partition(TO)
    try:
        first = _parsed(start.strip())
        last = _parsed(end.strip()) if separator else first
    except ValueError as error:
        raise PeriodError(said) from error
    if last.last < first.first:
        raise PeriodError(said, "ends before it begins")
    if first.first.year < FIRST_YEAR or last.last.year > LAST_YEAR:
        raise PeriodError(said, f"is not within the years {FIRST_YEAR} to {LAST_YEAR}")
    return DateRange(first.first, last.last)


def _parsed(text: str) -> DateRange:
    if found := _DAY.fullmatch(text):
        day = dt.date(*map(int, found.groups()))
        return DateRange(day, day)
    if found := _MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]), int(found[2]))
    if found := _QUARTER.fullmatch(text):
        last = int(found[2]) * 3
        return _months(int(found[1]), last - 2, last)
    if found := _YEAR.fullmatch(text):
        return _months(int(found[1]), 1, 12)
    raise ValueError(text)


def _months(year: int, first: int, last: int) -> DateRange:
    start = dt.date(year, first, 1)
    return DateRange(start, dt.date(year, last, calendar.monthrange(year, last)[1]))


def _said(value: str) -> str:
    parse_period(value)
    return value


SaidPeriod = Annotated[str, AfterValidator(_said)]
"""A period in the words that `parse_period` reads."""
AnyPeriod = Annotated[SaidPeriod | None, BeforeValidator(lambda value: value or None)]
"""The same, or none: an empty text is none, too."""
