"""When the business is open."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _existing(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is no time zone; it looks like Europe/Berlin or America/New_York") from error
    return zone


ZoneName = Annotated[str, AfterValidator(_existing)]


class Hours(BaseModel, frozen=True, extra="forbid"):
    """Working hours in a time zone; an end that is not after the start belongs to the next day."""

    timezone: ZoneName = Field(default="UTC", description="as in Europe/Berlin")
    start: time = Field(default=time(9), alias="from")
    end: time = Field(default=time(17), alias="to")
    days: list[Day] = Field(default=["mon", "tue", "wed", "thu", "fri"])

    def is_open(self, moment: datetime) -> bool:
        """Whether the business is open at this moment."""
        local = moment.astimezone(ZoneInfo(self.timezone))
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        if self.start < self.end:
            return self._works_on(today) and self.start <= local.time() < self.end
        begun, still = local.time() >= self.start, local.time() < self.end
        return (begun and self._works_on(today)) or (still and self._works_on(yesterday))

    def _works_on(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days
