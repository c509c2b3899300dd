"""The distributed form's worker: asked to stop it takes nothing more, and ends after its runs."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from prefect.workers.process import ProcessWorker

from deployments.worker import work


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to catch")
def test_a_worker_that_is_asked_to_stop_lets_its_run_end_and_takes_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []

    async def take(_worker: ProcessWorker) -> list[Any]:
        told.append("took")
        return []

    async def start(worker: ProcessWorker, **_printer: Callable[..., None]) -> None:
        worker._limiter = anyio.CapacityLimiter(2)
        await worker.get_and_submit_flow_runs()
        worker.limiter.acquire_on_behalf_of_nowait("run")
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)
        for _look in range(3):
            assert await worker.get_and_submit_flow_runs() == []
            told.append("waited")
            await asyncio.sleep(0)
        worker.limiter.release_on_behalf_of("run")
        await worker.get_and_submit_flow_runs()
        pytest.fail("it went on")

    monkeypatch.setattr(ProcessWorker, "get_and_submit_flow_runs", take)
    monkeypatch.setattr(ProcessWorker, "start", start)
    asyncio.run(work("employee"))
    assert told == ["took", "waited", "waited", "waited"]
