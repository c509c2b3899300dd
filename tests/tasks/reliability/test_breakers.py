import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from blocks.database import LedgerUnavailableError
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.reliability.breaker import FIRST_OPEN_SECONDS, THRESHOLD, BreakerState
from tasks.reliability.breakers import ServiceUnavailableError, breaker_state, breaker_states, enter, guarded
from tasks.reliability.rate_limits import postponed_until


class SlowDownError(TransientError):
    retry_after = 90


async def call(now: datetime, error: BaseException | None = None) -> None:
    async with guarded("odoo", clock=lambda: now):
        if error is not None:
            raise error


async def fail_until_open(now: datetime) -> None:
    for place in range(THRESHOLD):
        error = TransientError("connection refused") if place % 2 else UnknownOutcomeError("cut")
        with pytest.raises(type(error)):
            await call(now, error)


async def test_repeated_failures_open_the_circuit_for_every_process(now: datetime) -> None:
    await fail_until_open(now)
    with pytest.raises(
        ServiceUnavailableError, match=r"odoo is taken to be down until .*last failure: cut"
    ) as refused:
        await call(now + timedelta(seconds=1))
    assert refused.value.until == now + timedelta(seconds=FIRST_OPEN_SECONDS)
    assert breaker_states()["odoo"].state is BreakerState.OPEN


async def test_after_the_opening_one_probe_closes_it(now: datetime) -> None:
    await fail_until_open(now)
    later = now + timedelta(seconds=FIRST_OPEN_SECONDS)
    await call(later)
    assert breaker_state("odoo").state is BreakerState.CLOSED


async def test_while_one_probes_the_others_are_refused_and_a_failed_probe_doubles_the_wait(
    now: datetime,
) -> None:
    await fail_until_open(now)
    later = now + timedelta(seconds=FIRST_OPEN_SECONDS)

    async def probe() -> None:
        async with guarded("odoo", clock=lambda: later):
            with pytest.raises(ServiceUnavailableError):
                enter("odoo", "another process", later)
            raise TransientError("still down")

    with pytest.raises(TransientError, match="still down"):
        await probe()
    assert breaker_state("odoo").until == later + timedelta(seconds=2 * FIRST_OPEN_SECONDS)


@pytest.mark.parametrize(
    "error",
    [
        RejectedError("no such journal"),
        LedgerUnavailableError("sqlite://", "full"),
        KeyError("bug"),
        SlowDownError(),
    ],
)
async def test_answers_and_our_own_failures_do_not_count(now: datetime, error: Exception) -> None:
    for _ in range(THRESHOLD + 1):
        with pytest.raises(type(error)):
            await call(now, error)
    assert breaker_state("odoo").state is BreakerState.CLOSED


async def test_a_named_wait_postpones_the_service_for_all(now: datetime) -> None:
    with pytest.raises(SlowDownError):
        await call(now, SlowDownError())
    assert postponed_until("odoo") == now + timedelta(seconds=90)


@pytest.mark.parametrize("error", [asyncio.CancelledError(), KeyError("bug")])
async def test_a_probe_that_learns_nothing_lets_the_next_one_probe(
    now: datetime, error: BaseException
) -> None:
    await fail_until_open(now)
    later = now + timedelta(seconds=FIRST_OPEN_SECONDS)
    with pytest.raises(type(error)):
        await call(later, error)
    await call(later)
    assert breaker_state("odoo").state is BreakerState.CLOSED


async def test_a_ledger_that_fails_after_the_call_does_not_spoil_its_success(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object) -> None:
        raise LedgerUnavailableError("sqlite://", "disk full")

    async with guarded("odoo", clock=lambda: now):
        monkeypatch.setattr("tasks.reliability.breakers.serialised", full)


async def test_a_probe_is_not_refused_by_a_guard_inside_its_own(now: datetime) -> None:
    await fail_until_open(now)
    later = now + timedelta(seconds=FIRST_OPEN_SECONDS)
    async with guarded("odoo", clock=lambda: later):
        await call(later)
        assert breaker_state("odoo").state is BreakerState.HALF_OPEN
    assert breaker_state("odoo").state is BreakerState.CLOSED


async def test_of_many_processes_one_probes_and_a_dead_prober_is_replaced(
    now: datetime, run_crew: Callable[..., list[str]]
) -> None:
    await fail_until_open(now)
    script = """
from datetime import datetime, UTC
from tasks.reliability.breakers import ServiceUnavailableError, enter
from tasks.reliability.claims import this_process
# go
try:
    enter("odoo", this_process() + "#0", datetime(2026, 3, 2, 9, 1, tzinfo=UTC))
    print("probes")
except ServiceUnavailableError:
    print("refused")
"""
    assert sorted(run_crew(script, workers=3)) == ["probes"] + ["refused"] * 2
    enter("odoo", "me#1", now + timedelta(minutes=1))  # the prober has ended without a word
