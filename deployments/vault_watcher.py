"""Turns a dropped file or a moved approval into a flow run within about a second, and keeps looking at the rest."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from watchfiles import Change, awatch

from blocks.settings import settings
from deployments.looking import keep_looking
from tasks.flow_runs.runs import is_under_way, start_run

WATCHED = {"Inbox": "watch_files", "Approved": "collect_decisions", "Rejected": "collect_decisions"}
"""Folder -> the flow that looks at it."""


Hurry = Callable[[], Awaitable[None]]


async def patient() -> None:
    """A worker elsewhere asks for its runs by itself."""


async def watch_vault(vault: Path, hurry: Hurry = patient) -> None:
    """Start the fitting flow for every change and for all that a look finds, until cancelled.

    Args:
        vault: The Vault.
        hurry: Has the runner begin what was started, before it asks by itself.
    """
    for folder in WATCHED:
        (vault / folder).mkdir(parents=True, exist_ok=True)
    async with asyncio.TaskGroup() as group:
        for folder, flow in WATCHED.items():
            group.create_task(watch_folder(vault / folder, flow, hurry))
        group.create_task(keep_looking())


async def watch_folder(folder: Path, flow: str, hurry: Hurry = patient) -> None:
    """Start a flow for what arrives in a folder; what comes while it runs is seen by the next look."""
    async for changes in awatch(folder, debounce=200, step=50):
        arrived = any(change is not Change.deleted and _is_work(Path(path)) for change, path in changes)
        if arrived and not await is_under_way(flow):
            await start_run(flow)
            await hurry()


def _is_work(path: Path) -> bool:
    """Files in Inbox/, notes elsewhere: what no flow takes would start one after the other."""
    return not path.name.startswith(".") and (path.parent.name == "Inbox" or path.suffix == ".md")


if __name__ == "__main__":
    asyncio.run(watch_vault(settings().vault_path))
