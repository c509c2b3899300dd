"""Keys and consents that end: what is said of one, and when its owner is told."""

from dataclasses import dataclass
from datetime import date

RENEW_DAYS = 14
"""So long before its end something has to be renewed."""
TOLD_DAYS = (1, 3, 7, RENEW_DAYS)
"""The owner is told as many days before it, and once it has ended."""


@dataclass(frozen=True)
class Ending:
    """A key or consent (`what`) and the last day on which it may work."""

    what: str
    ends: date

    def words(self, today: date) -> str:
        """What to say where it has ended or ends soon; nothing for any other."""
        days = (self.ends - today).days
        if days <= 0:
            return f"{self.what} expired on {self.ends}"
        return f"{self.what} ends on {self.ends}, in {days} days" if days <= RENEW_DAYS else ""

    def stage(self, today: date) -> int | None:
        """How near the end is, as the next of the days on which its owner is told; none: far away."""
        days = (self.ends - today).days
        return 0 if days <= 0 else next((told for told in TOLD_DAYS if days <= told), None)
