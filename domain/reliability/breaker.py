"""The circuit breaker's state machine: who may call a failing service, and when. Pure.

Each failure raises a score, each success lowers it; at the threshold the circuit opens. So five failures
in a row open it, and so does any lasting mix with more failures than successes, while a rare failure
among successes is forgotten.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

THRESHOLD = 5
FIRST_OPEN_SECONDS = 5.0
"""Doubled by each probe that fails: a service that only restarted is asked again soon, one that stays down seldom."""
LONGEST_OPEN_SECONDS = 600.0
PROBE_SECONDS = 120.0
"""A probe that has not answered by then is taken for lost, and another caller may probe."""


class BreakerState(StrEnum):
    """Whether calls pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"
    """One caller tries; the others are refused until it knows."""


@dataclass(frozen=True)
class Breaker:
    """A service's breaker.

    `until` is when an open circuit admits a probe, or when a half-open one's probe is lost;
    `open_seconds` is the length of the present or last opening; `prober` holds the half-open circuit.
    """

    state: BreakerState = BreakerState.CLOSED
    score: int = 0
    open_seconds: float = 0.0
    until: datetime | None = None
    prober: str | None = None
    reason: str | None = None


def admit(breaker: Breaker, caller: str, now: datetime) -> Breaker | None:
    """The breaker after letting `caller` through; None when it must not call."""
    if breaker.state is BreakerState.CLOSED:
        return breaker
    if breaker.until is not None and now < breaker.until:
        return None
    return replace(
        breaker,
        state=BreakerState.HALF_OPEN,
        prober=caller,
        until=now + timedelta(seconds=PROBE_SECONDS),
    )


def succeeded(breaker: Breaker, caller: str) -> Breaker:
    """The breaker after the service answered `caller`; late answers from before an opening count nothing."""
    if breaker.state is BreakerState.CLOSED:
        return replace(breaker, score=max(0, breaker.score - 1)) if breaker.score else breaker
    return Breaker() if _is_probe(breaker, caller) else breaker


def failed(breaker: Breaker, caller: str, now: datetime, reason: str) -> Breaker:
    """The breaker after the service failed `caller`; a failed probe doubles the opening."""
    if breaker.state is BreakerState.CLOSED:
        if breaker.score + 1 < THRESHOLD:
            return replace(breaker, score=breaker.score + 1, reason=reason)
        return _opened(FIRST_OPEN_SECONDS, now, reason)
    if not _is_probe(breaker, caller):
        return breaker
    return _opened(min(breaker.open_seconds * 2, LONGEST_OPEN_SECONDS), now, reason)


def abandoned(breaker: Breaker, caller: str, now: datetime) -> Breaker:
    """The breaker after `caller` ended without learning anything about the service, or died."""
    if not _is_probe(breaker, caller):
        return breaker
    return replace(breaker, state=BreakerState.OPEN, until=now, prober=None)


def _is_probe(breaker: Breaker, caller: str) -> bool:
    return breaker.state is BreakerState.HALF_OPEN and breaker.prober == caller


def _opened(seconds: float, now: datetime, reason: str) -> Breaker:
    return Breaker(
        state=BreakerState.OPEN,
        score=THRESHOLD,
        open_seconds=seconds,
        until=now + timedelta(seconds=seconds),
        reason=reason,
    )
