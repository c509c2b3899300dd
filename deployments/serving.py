"""The employee at work: settles what an earlier run left, registers the deployments, serves them, watches the Vault.

`deployments/runner.py` is its program; it needs a healthy Prefect server.
"""

import asyncio
from contextlib import suppress
from functools import partial

import httpx
from prefect.runner import Runner

from blocks.settings import Mode, settings
from deployments.automations import register_automations
from deployments.sandbox_blocks import save_sandbox_blocks
from deployments.schedules import build_deployments
from deployments.settle import settle_dead_runs, settle_late_runs
from deployments.vault_watcher import watch_vault
from deployments.warm_start import WaitingProcess, start_runs_warm

SIMULTANEOUS_RUNS = 8
"""Each run is a process of about 100 MB; more would only wait for the processors."""


async def begin_now(runner: Runner) -> None:
    """Have the runner look for scheduled runs now, not when its next second is over; a failure is left to that look."""
    if runner.started:
        with suppress(httpx.HTTPError):
            await runner._get_and_submit_flow_runs()  # type: ignore[no-untyped-call]  # noqa: SLF001 (its own look)


async def serve(waiting: WaitingProcess | None) -> None:
    """Serve until stopped; `waiting` takes the first run."""
    here = settings()
    if here.mode is Mode.SANDBOX:
        await save_sandbox_blocks(here)
    await settle_dead_runs()
    if waiting is not None:
        start_runs_warm(waiting)
    runner = Runner(name="digital-fte", pause_on_shutdown=False, limit=SIMULTANEOUS_RUNS)
    for deployment in await build_deployments():
        await runner.aadd_deployment(deployment)
    await settle_late_runs()
    await register_automations()
    (here.state / "runner-ready").touch()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch_vault(here.vault_path, hurry=partial(begin_now, runner)))
        await runner.start()  # until it is asked to stop
        watching.cancel()
