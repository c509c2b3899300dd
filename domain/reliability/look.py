"""A look at a channel, and the words for it: so an owner sees that it is looked at although no run shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MISSED_LOOKS = 3
GRACE = timedelta(seconds=60)
"""On a busy machine a look comes late; one that is later than this and several pauses does not come."""


class LookResult(StrEnum):
    """What a look came to."""

    NOTHING = "nothing to do"
    WORK = "something to do"
    CLOSED = "not connected"


@dataclass(frozen=True)
class Look:
    """One look at a channel: what was found, or the problem that kept it from finding anything."""

    channel: str
    every_seconds: float
    looked_at: datetime
    found: LookResult | None
    problem: str | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the next look should have come long ago."""
        return now - self.looked_at > MISSED_LOOKS * timedelta(seconds=self.every_seconds) + GRACE

    def words(self) -> str:
        """When it was, and what it came to where that is no matter of course."""
        if self.found is LookResult.CLOSED:
            return self.found.value
        at = f"{self.looked_at:%Y-%m-%d %H:%M:%S} UTC"
        return f"{at}: {self.problem}" if self.problem else at
