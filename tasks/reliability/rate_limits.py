"""Turns at a service, shared by all processes through the ledger database. Waits, never polls."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.reliability.rate_limits import Limit, RateLimitedError, limits_of, reserve
from tasks.clock import Clock, present
from tasks.reliability.serialised import serialised, serialised_unsynced

PATIENCE_SECONDS = 60.0
"""A turn further away than this is not waited for: the work is queued instead of holding a process."""


class LimitBucket(Base):
    """One limit's bucket, as the moment at which it is full again."""

    __tablename__ = "rate_limits"

    service: Mapped[str] = mapped_column(primary_key=True)
    per_seconds: Mapped[int] = mapped_column(primary_key=True)
    full_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Postponement(Base):
    """Until when a service asked to be left alone."""

    __tablename__ = "rate_limit_resets"

    service: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def reserve_turn(
    service: str, *, now: datetime, units: int = 1, patience_seconds: float = PATIENCE_SECONDS
) -> datetime:
    """Reserve a turn and say when it is; nothing is reserved when it is too far away.

    Raises:
        RateLimitedError: it is beyond the patience.
        UnlistedServiceError, TurnTooLargeError: the table of limits forbids the question.
    """

    def take(session: Session) -> datetime:
        turn, full_at = _turn(session, service, units, now, max(patience_seconds, PATIENCE_SECONDS))
        if turn > now + timedelta(seconds=patience_seconds):
            raise RateLimitedError(service, turn, (turn - now).total_seconds())
        for per_seconds, moment in full_at.items():
            session.merge(LimitBucket(service=service, per_seconds=per_seconds, full_at=moment))
        return turn

    return serialised_unsynced(take)  # a power cut takes back the turns of calls that it cut off as well


def next_turn(service: str, now: datetime) -> datetime:
    """When one unit could be spent, as things stand; reserves nothing."""
    return serialised(lambda session: _turn(session, service, 1, now)[0])


def _turn(
    session: Session, service: str, units: int, now: datetime, patience_seconds: float = PATIENCE_SECONDS
) -> tuple[datetime, dict[int, datetime]]:
    """The turn, and when each of the service's buckets is full after it."""
    earliest = max(now, _postponed_until(session, service) or now)
    turn, full_at = earliest, {}
    for limit in limits_of(service):
        bucket = session.get(LimitBucket, (service, limit.per_seconds))
        known = (
            bucket.full_at
            if bucket and not _is_of_wrong_clock(bucket, limit, now, patience_seconds)
            else None
        )
        at, full_at[limit.per_seconds] = reserve(limit, known, units, earliest)
        turn = max(turn, at)
    return turn, full_at


def _is_of_wrong_clock(bucket: LimitBucket, limit: Limit, now: datetime, patience_seconds: float) -> bool:
    """Whether no turn that anybody waits for leaves it like that: it was used while the clock ran ahead."""
    longest = limit.burst / limit.units_per_second + patience_seconds
    return bucket.full_at > now + timedelta(seconds=longest)


def _postponed_until(session: Session, service: str) -> datetime | None:
    row = session.get(Postponement, service)
    return row.until if row else None


def postpone(service: str, until: datetime) -> None:
    """Nobody asks the service before `until`, the reset it named (an earlier one changes nothing)."""

    def put_off(session: Session) -> None:
        row = session.get(Postponement, service)
        if row is None:
            session.add(Postponement(service=service, until=until))
        elif row.until < until:
            row.until = until

    serialised(put_off)


def postponed_until(service: str) -> datetime | None:
    """The last reset the service named; it may be past."""
    return serialised(lambda session: _postponed_until(session, service))


async def wait_turn(
    service: str,
    units: int = 1,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    clock: Clock = present,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Return when it is this caller's turn to spend `units` at the service.

    Raises:
        RateLimitedError: the turn, or a reset that was named meanwhile, is beyond the patience; queue.
        UnlistedServiceError, TurnTooLargeError: the table of limits forbids the question.
    """
    deadline = clock() + timedelta(seconds=patience_seconds)
    while True:
        now = clock()
        left = (deadline - now).total_seconds()
        turn = reserve_turn(service, now=now, units=units, patience_seconds=left)
        if turn <= now:
            return
        await sleep((turn - now).total_seconds())
        named = postponed_until(service)
        if named is None or named <= turn:
            return
