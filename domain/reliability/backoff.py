"""How long to wait before trying again, in Prefect's tasks, outside of them and in the outbox.

What is tried again stands in `tasks/reliability/retries.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

MOST_STEPS = 60
"""Of growth; a float would overflow some time after it."""


@dataclass(frozen=True)
class Backoff:
    """Delays that grow by a factor up to a longest, each spread by jitter so that callers part."""

    retries: int = 4
    first_seconds: float = 1.0
    factor: float = 3.0
    longest_seconds: float = 60.0
    jitter: float = 0.5
    """Share of a delay by which it may be shorter or longer."""

    def delays(self) -> list[float]:
        """Seconds before each retry, without jitter."""
        return [self.delay(tries) for tries in range(1, self.retries + 1)]

    def delay(self, tries: int) -> float:
        """Seconds to wait after so many tries (from 1), without jitter."""
        return min(self.first_seconds * self.factor ** min(tries - 1, MOST_STEPS), self.longest_seconds)


LONGEST_ASKED_SECONDS = 86_400.0
"""A service that asks for more than a day is asked again after one."""

STANDARD = Backoff()
"""1, 3, 9 and 27 seconds: outlasts a restart of the service, not an outage (that is the breaker's)."""

OUTAGE = Backoff(retries=14, first_seconds=60.0, factor=2.0, longest_seconds=600.0, jitter=0.1)
"""For what waits in the outbox: a minute, doubling to ten; two hours of a service that is up and does not do it."""


def spread(delay: float, jitter: float, chance: float) -> float:
    """The delay moved within its jitter; `chance` is uniform in [0, 1)."""
    return delay * (1 + jitter * (2 * chance - 1))


def named_delay(error: BaseException) -> float | None:
    """Seconds the service itself asked to wait (the error's `retry_after`), if it named any."""
    named = getattr(error, "retry_after", None)
    return float(named) if isinstance(named, int | float) and named >= 0 else None


def seconds_asked(header: str, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, as a number or a date (RFC 9110, 10.2.3); None: it is neither."""
    if header.isascii() and header.isdigit():
        return min(float(header), LONGEST_ASKED_SECONDS)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_ASKED_SECONDS)
