"""A week of the business in public words: what may be told of it, and that no other number is."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from domain.errors import RejectedError

_SEPARATORS = ".,'\u2019\u00a0\u202f"
"""What stands inside a number: 1,204.50, 1'204, 1 204 with a blank that does not break."""


class Tellable(StrEnum):
    """What the handbook may allow to be told; nobody's name is among it."""

    TASKS_DONE = "tasks done"
    POSTS_PUBLISHED = "posts published"
    BILLS_BOOKED = "bills booked"
    INVOICES_MADE = "invoices made"
    NEW_CUSTOMERS = "new customers"
    REVENUE = "revenue"

    @property
    def variable(self) -> str:
        """Its name in a template."""
        return self.value.replace(" ", "_")


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday on, by the clocks of a zone."""

    monday: date
    zone: ZoneInfo

    @classmethod
    def before(cls, now: datetime, zone: ZoneInfo) -> Self:
        """The last whole week."""
        today = now.astimezone(zone).date()
        return cls(today - timedelta(days=today.weekday() + 7), zone)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def since(self) -> datetime:
        """Its first moment, in UTC."""
        return datetime.combine(self.monday, time(), self.zone).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first moment after it, in UTC."""
        return self.previous(-1).since

    @property
    def number(self) -> str:
        """As ISO 8601 counts: 2026-W47."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def days(self) -> str:
        """For readers: 16 to 22 November 2026."""
        first, last = self.monday, self.sunday
        begins = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
        begins += f" {first.year}" if first.year != last.year else ""
        return f"{begins} to {last.day} {last:%B} {last.year}"

    def previous(self, weeks: int = 1) -> Self:
        """So many weeks earlier."""
        return type(self)(self.monday - timedelta(weeks=weeks), self.zone)


@dataclass(frozen=True)
class Told:
    """What may be told of a week, and why the rest is not.

    Attributes:
        values: By variable; None where there is nothing to tell.
        left_out: Of each thing that may be told and is not: why.
    """

    values: Mapping[str, int | str | None]
    left_out: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not any(value is not None for value in self.values.values())


class NumberNotTellableError(RejectedError):
    """A text has a number that the handbook does not allow, or that nobody can prove."""

    def __init__(self, numbers: list[str], where: str) -> None:
        super().__init__(
            f"{where}: the text has {', '.join(numbers)}, which is none of the numbers that may be told; take it out "
            "of the template, or allow what it stands for under may_tell in Company_Handbook.md"
        )


def told_numbers(text: str, told: Told, known: Iterable[str], where: str) -> list[str]:
    """The numbers of a text, which are told ones without exception.

    Args:
        text: As it would be published.
        told: The numbers that may stand in it.
        known: Words with numbers that are not figures: the days of the week, the name of the business.
        where: Whose text it is, for the message.

    Raises:
        NumberNotTellableError: it has another one.
    """
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, " ")
    allowed = {
        number for value in told.values.values() if value is not None for number in numbers(str(value))
    }
    found = numbers(text)
    if others := [number for number in found if number not in allowed]:
        raise NumberNotTellableError(others, where)
    return found


def numbers(text: str) -> list[str]:
    """Every number that is written in digits, of any script, in the order of the text; words are none."""
    marked = "".join(sign if sign in _SEPARATORS else "0" if _is_digit(sign) else " " for sign in text)
    return [text[found.start() : found.end()] for found in re.finditer(f"0(?:[0{_SEPARATORS}]*0)?", marked)]


def _is_digit(sign: str) -> bool:
    return unicodedata.category(sign).startswith("N")
