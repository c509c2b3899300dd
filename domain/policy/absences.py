"""When the owner is away, and the first working day after it."""

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, Field, model_validator

from domain.policy.hours import DAYS, Hours

LAST_DAY = date(2999, 12, 31)
ONE_DAY = timedelta(days=1)


class Absence(BaseModel, frozen=True, extra="forbid"):
    """Days on which nobody is there, the first and the last included."""

    first: date = Field(alias="from")
    last: date = Field(alias="until", le=LAST_DAY)
    why: str = Field(default="", max_length=200, description="in words, e.g. trade fair")

    @model_validator(mode="after")
    def _in_order(self) -> "Absence":
        if self.last < self.first:
            raise ValueError("until must not be before from")
        return self

    def covers(self, day: date) -> bool:
        """Whether it is one of the days."""
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """Such as `2026-12-01 to 2026-12-05 (trade fair)`."""
        days = str(self.first) if self.first == self.last else f"{self.first} to {self.last}"
        return f"{days} ({self.why})" if self.why else days


def absence_on(day: date, absences: Sequence[Absence]) -> Absence | None:
    """The absence that a day lies in."""
    return next((one for one in absences if one.covers(day)), None)


def day_back(day: date, absences: Sequence[Absence], hours: Hours | None) -> date:
    """The day itself, or the first working day after the absence that it lies in; no hours: each day is one."""
    works_on = {DAYS.index(name) for name in hours.days} if hours and hours.days else set(range(len(DAYS)))
    while absence := absence_on(day, absences):
        day = absence.last + ONE_DAY
        while day.weekday() not in works_on:
            day += ONE_DAY
    return day
