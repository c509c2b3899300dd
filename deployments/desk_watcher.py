"""Turns a dropped file or a moved approval into a flow run within about a second."""

import asyncio
from pathlib import Path

from watchfiles import Change, awatch

from blocks.settings import settings
from tasks.engine.runs import is_under_way, start_run

WATCHED = {"Inbox": "watch_files", "Approved": "collect_decisions", "Rejected": "collect_decisions"}
"""Folder -> the flow that looks at it."""

STILL_THERE_SECONDS = 5.0
"""A file that came while a run was already going is looked at again after this time."""


async def watch_desk(vault: Path) -> None:
    """Start the fitting flow for every change, until cancelled."""
    for folder in WATCHED:
        (vault / folder).mkdir(parents=True, exist_ok=True)
    async with asyncio.TaskGroup() as group:
        for folder, flow in WATCHED.items():
            group.create_task(_watch_folder(vault / folder, flow))


async def _watch_folder(folder: Path, flow: str) -> None:
    if _waiting(folder):
        await start_run(flow)
    timeout = int(STILL_THERE_SECONDS * 1000)
    async for changes in awatch(folder, debounce=200, step=50, rust_timeout=timeout, yield_on_timeout=True):
        arrived = any(change is not Change.deleted and _is_work(Path(path)) for change, path in changes)
        if (arrived or (not changes and _waiting(folder))) and not await is_under_way(flow):
            await start_run(flow)


def _waiting(folder: Path) -> bool:
    return any(_is_work(path) for path in folder.iterdir())


def _is_work(path: Path) -> bool:
    """Files in Inbox/, notes elsewhere: what no flow takes would start one after the other."""
    return not path.name.startswith(".") and (path.parent.name == "Inbox" or path.suffix == ".md")


if __name__ == "__main__":
    asyncio.run(watch_desk(settings().vault_path))
