"""work_tasks: the loop. Every open task is worked until its evidence holds, a person is asked, or a limit is met."""

import asyncio
from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from flows.work_task import work_task
from tasks.planning.overview import refresh_dashboard
from tasks.planning.progress import open_tasks

TOGETHER = 4
"""Tasks in work at once; more would only wait for Odoo, which has two workers."""


@flow(name="work-tasks")
async def work_tasks() -> State:
    """Work every open task of Needs_Action/.

    Trigger: a watcher that stored something, a decision, and every minute. Effects: those of the tasks' plans,
    each through the one door. Named end states: `Completed`; `Degraded` when tasks have to wait for a service.
    """
    names = open_tasks()
    stuck = await work_together(names)
    await asyncio.to_thread(refresh_dashboard, datetime.now(UTC))
    if stuck:
        return Completed(name="Degraded", message=f"will be tried again: {', '.join(stuck)}")
    return Completed(message=f"{len(names)} worked")


async def work_together(names: list[str]) -> list[str]:
    """Work these tasks, a few at a time.

    Returns:
        Those that have to be tried again.
    """
    places = asyncio.Semaphore(TOGETHER)

    async def work(task_id: str) -> State:
        async with places:
            return await work_task(task_id, return_state=True)

    states = await asyncio.gather(*(work(task_id) for task_id in names))
    return [name for name, state in zip(names, states, strict=True) if state.name in {"Failed", "Later"}]
