import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.reliability.rate_limits import RateLimitedError, TurnTooLargeError, UnlistedServiceError
from tasks.clock import present
from tasks.reliability.rate_limits import postpone, postponed_until, reserve_turn, wait_turn


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


async def test_the_burst_passes_at_once_and_the_next_waits_once(now: datetime) -> None:
    clock = Clock(now)
    for _ in range(15):
        await wait_turn("gmail", 100, clock=clock, sleep=clock.sleep)
    assert clock.slept == []
    await wait_turn("gmail", 100, clock=clock, sleep=clock.sleep)
    assert clock.slept == [pytest.approx(100 / 75, abs=1e-5)]  # (6000 - 1500) units a minute are 75 a second


async def test_a_turn_beyond_the_patience_is_refused_and_costs_nothing(now: datetime) -> None:
    clock = Clock(now)
    await wait_turn("x", 25, clock=clock)
    for _ in range(2):
        with pytest.raises(RateLimitedError, match="x is rate limited until") as refused:
            await wait_turn("x", 10, clock=clock)
        assert refused.value.retry_after == pytest.approx(120)
    clock.now += timedelta(seconds=120)
    await wait_turn("x", 10, clock=clock)


async def test_a_named_reset_is_everybody_s(now: datetime) -> None:
    postpone("odoo", now + timedelta(seconds=20))
    postpone("odoo", now + timedelta(seconds=10))  # an earlier one changes nothing
    assert postponed_until("odoo") == now + timedelta(seconds=20)
    clock = Clock(now)
    await wait_turn("odoo", clock=clock, sleep=clock.sleep)
    assert clock.slept == [20]
    postpone("odoo", clock.now + timedelta(hours=1))
    with pytest.raises(RateLimitedError) as refused:
        await wait_turn("odoo", clock=clock)
    assert refused.value.until == clock.now + timedelta(hours=1)


async def test_a_reset_named_while_somebody_waits_is_met_too(now: datetime) -> None:
    clock = Clock(now)
    reserve_turn("gmail", now=now, units=1500)

    async def sleep_and_hear(seconds: float) -> None:
        if not clock.slept:
            postpone("gmail", now + timedelta(seconds=30))
        await clock.sleep(seconds)

    await wait_turn("gmail", 75, clock=clock, sleep=sleep_and_hear)
    assert clock.now == now + timedelta(seconds=30)


@pytest.mark.parametrize("service", ["odoo", "x", "owner-notifications"])
async def test_a_clock_that_ran_ahead_holds_no_turn_back(now: datetime, service: str) -> None:
    for _ in range(10):
        reserve_turn(service, now=now + timedelta(days=2))
    assert reserve_turn(service, now=now, patience_seconds=0) == now


async def test_a_missing_limit_never_passes_silently() -> None:
    with pytest.raises(UnlistedServiceError, match=r"domain/reliability/rate_limits\.py"):
        await wait_turn("fax")
    with pytest.raises(TurnTooLargeError):
        await wait_turn("gmail", 1501)


async def test_many_waiters_of_one_process_are_spaced() -> None:
    """Real sleeps: 30 units past the burst at 45 a second."""
    begun = present()
    await asyncio.gather(*(wait_turn("odoo", 30) for _ in range(11)))
    assert 0.6 < (present() - begun).total_seconds() < 10


def test_processes_share_one_bucket(run_crew: Callable[..., list[str]]) -> None:
    """Three processes want 30 turns, 25 of which are x-tweets' burst; the rest come every 12 seconds."""
    script = """
from datetime import datetime, UTC
from tasks.reliability.rate_limits import reserve_turn
now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# go
turns = [reserve_turn("x", now=now, patience_seconds=900) for _ in range(10)]
print(" ".join(str(round((turn - now).total_seconds())) for turn in turns))
"""
    waits = sorted(int(wait) for line in run_crew(script, workers=3) for wait in line.split())
    assert waits == [0] * 25 + [12, 24, 36, 48, 60]
