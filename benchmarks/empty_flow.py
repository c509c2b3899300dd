"""The floor: an empty flow, served and started as the employee's own flows are (a dropped file starts it)."""

import asyncio
import os
from pathlib import Path

from prefect import flow
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from deployments.vault_watcher import watch_folder
from deployments.warm_start import start_runs_warm, waiting_process


@flow(name="empty")
async def empty() -> None:
    """Nothing."""


async def main() -> None:
    """Serve it beside the employee's runner and watch a folder of its own."""
    folder = Path(os.environ["EMPTY_FLOW_FOLDER"])
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 (once, before anything runs)
    if waiting := waiting_process():
        start_runs_warm(waiting)
    runner = Runner(name="empty", pause_on_shutdown=False)
    await runner.aadd_deployment(
        await empty.ato_deployment(name="empty", entrypoint_type=EntrypointType.MODULE_PATH)
    )
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch_folder(folder, "empty"))
        await runner.start()
        watching.cancel()


if __name__ == "__main__":
    from benchmarks import empty_flow  # a run finds the flow by the module's name, which is not __main__

    asyncio.run(empty_flow.main())
