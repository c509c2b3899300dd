"""A week of the business: Monday to Sunday by the owner's clocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from domain.errors import RejectedError

_NUMBER = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_LONGEST_QUOTE = 40


class WeekError(RejectedError):
    """Nobody can say which week is meant, or it has not ended."""

    def __init__(self, said: str, problem: str) -> None:
        super().__init__(f"'{said[:_LONGEST_QUOTE]}' {problem}; write a week as 2026-W47, or any day of it")


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
        return days_shown(self.monday, self.sunday)

    def day(self, place: int) -> tuple[datetime, datetime]:
        """When one of its days begins and ends, in UTC; 0 is Monday."""
        begins, ends = (
            datetime.combine(self.monday + timedelta(days=number), time(), self.zone).astimezone(UTC)
            for number in (place, place + 1)
        )
        return begins, ends

    def earlier(self, weeks: int) -> Iterator[Self]:
        """The weeks before it, the oldest first."""
        return (self.previous(back) for back in range(weeks, 0, -1))

    def previous(self, weeks: int = 1) -> Self:
        """So many weeks earlier."""
        return type(self)(self.monday - timedelta(weeks=weeks), self.zone)


def days_shown(first: date, last: date) -> str:
    """Days for readers: 16 to 22 November 2026."""
    begins = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    begins += f" {first.year}" if first.year != last.year else ""
    return f"{begins} to {last.day} {last:%B} {last.year}"


def ended_week(said: str, now: datetime, zone: ZoneInfo) -> Week:
    """The week that is meant: 2026-W47, a day of it, or nothing for the last one that has ended.

    Raises:
        WeekError: nobody can say which, or it has not ended.
    """
    last = Week.before(now, zone)
    if not said:
        return last
    week = Week(_monday(said.strip()), zone)
    if week.monday > last.monday:
        raise WeekError(said, f"has not ended: {week.number} begins on {week.monday}")
    return week


def _monday(said: str) -> date:
    number = _NUMBER.fullmatch(said)
    try:
        if number:
            return date.fromisocalendar(int(number[1]), int(number[2]), 1)
        day = date.fromisoformat(said)
        return day - timedelta(days=day.weekday())
    except (ValueError, OverflowError):
        raise WeekError(said, "is no week") from None
