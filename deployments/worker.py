"""A worker of the distributed form that ends its runs before it ends itself.

`python -m deployments.worker --pool employee` is `prefect worker start --type process` but for its end: asked to stop
(SIGTERM, as by a container engine), Prefect's worker takes the runs that it started down with it, and what they were at
waits until somebody notices. This one takes no more runs, lets those under way end, and ends then. Asked again, or
interrupted (Ctrl-C), it ends as Prefect's does.
"""

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from deployments.command_line import PRIVATE

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

SIMULTANEOUS_RUNS = 8
"""Each run is a process of about 100 MB; Prefect counts what is under way only where there is a limit."""


class DrainedError(Exception):
    """No run is under way any more."""


async def work(pool: str) -> None:
    """Work the pool's runs until asked to stop and none is under way."""
    worker = ProcessWorker(
        work_pool_name=pool,
        limit=SIMULTANEOUS_RUNS,
        heartbeat_interval_seconds=int(get_current_settings().worker.heartbeat_seconds),
    )
    take, is_asked = worker.get_and_submit_flow_runs, asyncio.Event()

    async def take_or_end() -> "list[FlowRun]":
        if not is_asked.is_set():
            return await take()
        if not worker.limiter.borrowed_tokens:
            raise DrainedError
        return []

    def asked() -> None:
        typer.echo("Asked to stop: takes no more runs, and ends when those under way have ended.")
        is_asked.set()
        signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))

    worker.get_and_submit_flow_runs = take_or_end  # type: ignore[method-assign]  # a subclass would be another type
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(asked))
    try:
        await worker.start(printer=typer.echo)
    except* DrainedError:
        typer.echo("Every run has ended.")


def main(pool: Annotated[str, typer.Option(help="Name of the work pool.")] = "employee") -> None:
    """Work until stopped."""
    os.umask(PRIVATE)
    try:
        asyncio.run(work(pool))
    except KeyboardInterrupt:
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
