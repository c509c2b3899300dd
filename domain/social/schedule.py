"""When a post goes out: a time on the wall of a place, right on the days when its clocks change."""

import re
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, model_validator

WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*")
ONE_DIGIT_HOUR = re.compile(r"(?<=\d[ T])(?=\d:)")
FORM = "write the local time, such as 2026-12-24 09:00"


class WallTime(BaseModel, frozen=True, extra="forbid"):
    """A local time and the IANA zone whose clocks show it; which of two equal times is said by `second`."""

    local: datetime
    zone: str
    second: bool = False

    @model_validator(mode="after")
    def _exists(self) -> Self:
        if self.local.tzinfo is not None:
            raise ValueError(
                f"{self.local} has an offset of its own; write the local time, such as 2026-03-29T09:00"
            )
        zone = ZoneInfo(check_zone(self.zone))
        try:
            instant = self.local.replace(tzinfo=zone, fold=int(self.second)).astimezone(UTC)
            again = instant.astimezone(zone).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(f"{self.local} is no time that can come; choose another") from error
        if again != self.local:
            raise ValueError(
                f"on that day the clocks of {self.zone} skip {self.local:%H:%M}; choose another time"
            )
        return self

    @property
    def instant(self) -> datetime:
        """The moment, in UTC."""
        return self.local.replace(tzinfo=ZoneInfo(self.zone), fold=int(self.second)).astimezone(UTC)

    @property
    def there(self) -> datetime:
        """The moment, by the clocks of its place."""
        return self.instant.astimezone(ZoneInfo(self.zone))

    @property
    def is_ambiguous(self) -> bool:
        """Whether the clocks show this time twice on that day."""
        zone = ZoneInfo(self.zone)
        first, again = (self.local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        return first != again

    def __str__(self) -> str:
        """As its author reads it; of two equal times with the offset that tells which."""
        offset = f" ({self.instant.astimezone(ZoneInfo(self.zone)):%z})" if self.is_ambiguous else ""
        return f"{self.local:%Y-%m-%d %H:%M} {self.zone}{offset}"


def wall_time(written: str, zone: str) -> WallTime:
    """A time as a person writes it: by the clocks of the zone, or with an offset, as of two equal times one has to be.

    Raises:
        ValueError: it is none.
    """
    written = ONE_DIGIT_HOUR.sub("0", written.strip())
    try:
        moment = datetime.fromisoformat(written) if WRITTEN.fullmatch(written) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"{written!r} is no time; {FORM}")
    if moment.tzinfo is None:
        return WallTime(local=moment, zone=zone)
    there = moment.astimezone(ZoneInfo(check_zone(zone)))
    return WallTime(local=there.replace(tzinfo=None, fold=0), zone=zone, second=bool(there.fold))


def check_zone(name: str) -> str:
    """The name itself, if it is a time zone's.

    Raises:
        ValueError: it is none.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}; one is called Europe/Vienna") from error
    return name
