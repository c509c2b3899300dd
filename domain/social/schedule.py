"""When a post goes out: a time on the wall of a place, right on the days when its clocks change."""

from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, model_validator


class WallTime(BaseModel):
    """A local time and the IANA zone whose clocks show it; which of two equal times is said by `second`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    local: datetime
    zone: str
    second: bool = False

    @model_validator(mode="after")
    def _exists(self) -> Self:
        if self.local.tzinfo is not None:
            raise ValueError(
                f"{self.local} has an offset of its own; write the local time, such as 2026-03-29T09:00"
            )
        try:
            zone = ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {self.zone!r}; one is called Europe/Vienna") from error
        instant = self.local.replace(tzinfo=zone, fold=int(self.second)).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != self.local:
            raise ValueError(
                f"on that day the clocks of {self.zone} skip {self.local:%H:%M}; choose another time"
            )
        return self

    @property
    def instant(self) -> datetime:
        """The moment, in UTC."""
        return self.local.replace(tzinfo=ZoneInfo(self.zone), fold=int(self.second)).astimezone(UTC)

    @property
    def is_ambiguous(self) -> bool:
        """Whether the clocks show this time twice on that day."""
        zone = ZoneInfo(self.zone)
        first, again = (self.local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        return first != again
