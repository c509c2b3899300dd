"""watch_files: what was dropped into Inbox/ becomes tasks."""

import asyncio
from datetime import UTC, datetime, timedelta

from prefect import State, flow
from prefect.states import Completed

from domain.mail.excerpt import sanitized
from flows.work_tasks import TOGETHER, work_together
from tasks.flow_runs.runs import name_run
from tasks.inbox import seconds_until_whole, set_aside_special_files, store_files, waiting_files

MOST_AT_ONCE = 2 * TOGETHER
LONGEST = timedelta(seconds=20)
"""After that no further file is taken, the next run does: a worker that is asked to stop waits for this one."""


@flow(name="watch-files", flow_run_name="Look for dropped files")
async def watch_files() -> State:
    """Store what lies in Inbox/ as tasks, then work them.

    Trigger: a drop, found within seconds. Effects: one note per content in
    Needs_Action/, the file kept in Attachments/, then removed from Inbox/, a dropped folder with its last file.
    Files that are still being written wait; links and pipes are set aside. Named end states: `Completed`, also
    when the next run takes the rest; `Waiting` when all that is left is still being written or cannot be read.
    """
    count, begun = 0, datetime.now(UTC)
    set_aside_special_files(begun)
    while True:
        stored = await store_files(MOST_AT_ONCE)
        await work_together(stored)
        count += len(stored)
        if not waiting_files() or datetime.now(UTC) - begun > LONGEST:
            break
        if not stored:
            await asyncio.sleep(seconds_until_whole(datetime.now(UTC)))
    if waiting_files() and not count:
        return Completed(
            name="Waiting",
            message="still being written, or not to be read: "
            + ", ".join(sanitized(path.name) for path in waiting_files()),
        )
    if count:
        await name_run(f"Dropped files: {count} new")
    return Completed(message=f"{count} new")
