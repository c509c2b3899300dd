import gc
from collections.abc import Awaitable, Callable

import pytest

from domain.errors import ContractError, RejectedError, TransientError, UnknownOutcomeError
from domain.reliability.backoff import STANDARD
from tasks.reliability.retries import TRANSIENT_RETRIES, retrying


class SlowDownError(TransientError):
    def __init__(self, seconds: float) -> None:
        self.retry_after = seconds
        super().__init__("429")


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def failing(*errors: Exception) -> Callable[[], Awaitable[str]]:
    left = list(errors)

    async def call() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return call


async def test_transient_errors_are_tried_again_with_growing_spread_delays() -> None:
    waits = Waits()
    assert await retrying(failing(*[TransientError("down")] * 4), sleep=waits) == "done"
    for waited, delay in zip(waits.seconds, STANDARD.delays(), strict=True):
        assert delay * 0.5 <= waited <= delay * 1.5


async def test_after_the_last_retry_the_error_goes_to_the_caller() -> None:
    with pytest.raises(TransientError, match="fifth"):
        await retrying(failing(*[TransientError("down")] * 4, TransientError("fifth")), sleep=Waits())


@pytest.mark.parametrize("kind", [RejectedError, UnknownOutcomeError, ContractError, KeyError])
async def test_nothing_else_is_tried_again(kind: type[Exception]) -> None:
    waits = Waits()
    with pytest.raises(kind):
        await retrying(failing(kind("no")), sleep=waits)
    assert waits.seconds == []


async def test_a_wait_that_the_service_names_is_honoured() -> None:
    waits = Waits()
    await retrying(failing(SlowDownError(20)), sleep=waits)
    assert waits.seconds == [20]
    with pytest.raises(SlowDownError):
        await retrying(failing(SlowDownError(900)), sleep=waits)
    assert waits.seconds == [20]  # a quarter of an hour is for a queue, not for a sleep


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # Prefect leaves one of its own
@pytest.mark.usefixtures("prefect_server")
async def test_prefect_s_tasks_follow_the_same_policy() -> None:
    from prefect import flow, task

    quick = TRANSIENT_RETRIES | {"retry_delay_seconds": [0] * STANDARD.retries}
    calls: dict[str, int] = {"transient": 0, "sync": 0, "refused": 0, "unknown": 0}

    def count(name: str, error: Exception, *, fails: int) -> str:
        calls[name] += 1
        if calls[name] <= fails:
            raise error
        return "done"

    @task(**quick)
    async def transient() -> str:
        return count("transient", TransientError("down"), fails=2)

    @task(**quick)
    def on_the_loop() -> str:
        return count("sync", TransientError("down"), fails=9)

    @task(**quick)
    async def refused() -> str:
        return count("refused", RejectedError("no"), fails=9)

    @task(**quick)
    async def unknown() -> str:
        return count("unknown", UnknownOutcomeError("cut"), fails=9)

    @flow
    async def try_all() -> list[str]:
        ends = [
            await transient(return_state=True),
            on_the_loop(return_state=True),
            await refused(return_state=True),
            await unknown(return_state=True),
        ]
        return [end.type.value for end in ends]

    assert await try_all() == ["COMPLETED", "FAILED", "FAILED", "FAILED"]
    assert calls == {"transient": 3, "sync": 5, "refused": 1, "unknown": 1}
    gc.collect()  # so that the socket is not met in somebody else's test
