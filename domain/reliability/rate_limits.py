"""How often each service may be asked: the table of limits, and the arithmetic of a turn.

A turn is reserved on a token bucket that is kept as one moment (the time at which the bucket is full
again). The bucket holds `burst` units and is refilled with the rest of the allowance, so that no window
of the limit's length, wherever it begins, ever holds more than `units`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.errors import ContractError, TransientError
from domain.times import shown_there


@dataclass(frozen=True)
class Limit:
    """At most `units` in any `per_seconds`, `burst` of them at once."""

    service: str
    units: int
    per_seconds: int
    burst: int
    checked_on: date
    source: str

    @property
    def units_per_second(self) -> float:
        """The refill: what the burst leaves of the allowance."""
        return (self.units - self.burst) / self.per_seconds


WEB = "web"
"""Every host of the web has a bucket of its own, under this name, a colon and the host's."""
_CHECKED = date(2026, 11, 1)
_OWN = "our own pacing: none is published"

LIMITS: tuple[Limit, ...] = (
    Limit("gmail", 6_000, 60, 1_500, _CHECKED, "Gmail API usage limits: quota units per user per minute"),
    Limit(
        "google-calendar", 600, 60, 100, _CHECKED, "Calendar API usage limits: queries per user per minute"
    ),
    Limit("odoo", 3_000, 60, 300, _CHECKED, _OWN + " for a server of one's own"),
    Limit("x", 100, 900, 25, _CHECKED, "X API v2 rate limits: POST /2/tweets per user"),
    Limit("x", 10_000, 86_400, 2_500, _CHECKED, "X API v2 rate limits: POST /2/tweets per app"),
    Limit("x-deletes", 50, 900, 10, _CHECKED, "X API v2 rate limits: DELETE /2/tweets per user"),
    Limit(
        "facebook", 200, 3_600, 50, _CHECKED, "Graph API: calls per hour per user; headers tell the budget"
    ),
    Limit(
        "instagram", 200, 3_600, 50, _CHECKED, "Graph API: calls per hour per user; headers tell the budget"
    ),
    Limit("linkedin", 100, 86_400, 50, _CHECKED, _OWN + "; the developer portal shows each app's own"),
    Limit("whatsapp", 1_200, 60, 60, _CHECKED, _OWN + " below the 80 messages per second of a number"),
    Limit(WEB, 31, 60, 1, _CHECKED, _OWN + ": one request in two seconds at each host of the web"),
    Limit("agents", 1_200, 60, 600, _CHECKED, _OWN + ": an agent in a loop leaves the machine to others"),
    Limit(
        "owner-notifications",
        30,
        3_600,
        10,
        _CHECKED,
        _OWN + ": so that a fault does not send hundreds of notices",
    ),
)


class DueLaterError(TransientError):
    """When it can go on is known: nothing is tried before, and no service has failed."""

    def __init__(self, said: str, due: datetime) -> None:
        self.due = due
        super().__init__(said)


class NotDueError(DueLaterError):
    """It was approved for a later time."""

    def __init__(self, action: str, due: datetime, again: datetime | None = None) -> None:
        super().__init__(f"{action} waits for its time, {shown_there(due)}", again or due)


class UnlistedServiceError(ContractError):
    """A service has no row in the table of limits."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"service {service!r} has no limit; add its row to domain/reliability/rate_limits.py"
        )


class TurnTooLargeError(ContractError):
    """One call asks for more units than the bucket holds."""

    def __init__(self, service: str, units: int, burst: int) -> None:
        super().__init__(
            f"{units} units at once from {service!r} are above its burst of {burst}; ask in parts"
        )


class RateLimitedError(TransientError):
    """The turn is further away than the caller can wait; queue the work until then."""

    def __init__(self, service: str, until: datetime, retry_after: float) -> None:
        super().__init__(
            f"{service} is rate limited until {until.isoformat(timespec='seconds')}; queue the work"
        )
        self.service = service
        self.until = until
        self.retry_after = retry_after


def limits_of(service: str) -> list[Limit]:
    """The service's rows.

    Raises:
        UnlistedServiceError: it has none; a missing limit never passes silently.
    """
    group, _, host = service.partition(":")
    rows = [limit for limit in LIMITS if limit.service == (WEB if host and group == WEB else service)]
    if not rows:
        raise UnlistedServiceError(service)
    return rows


def reserve(limit: Limit, full_at: datetime | None, units: int, now: datetime) -> tuple[datetime, datetime]:
    """Take `units`: the moment they may be used, and the moment the bucket is then full again.

    Args:
        limit: the row.
        full_at: when the bucket is full, as the last reservation left it; None when never used.
        units: how many.
        now: the present.

    Raises:
        TurnTooLargeError: more units than the burst.
    """
    if units > limit.burst:
        raise TurnTooLargeError(limit.service, units, limit.burst)
    base = now if full_at is None or full_at < now else full_at
    after = base + timedelta(seconds=units / limit.units_per_second)
    turn = after - timedelta(seconds=limit.burst / limit.units_per_second)
    return max(now, turn), after
