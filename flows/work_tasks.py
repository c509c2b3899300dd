"""work_tasks: the loop. Every open task is worked until its evidence holds, a person is asked, or a limit is met."""

import asyncio

from prefect import flow
from prefect.states import Completed, State

from flows.work_task import work_task
from tasks.planning.progress import open_tasks

TOGETHER = 4
"""Tasks in work at once; more would only wait for Odoo, which has two workers."""


@flow(name="work-tasks")
async def work_tasks() -> State:
    """Work every open task of Needs_Action/.

    Trigger: a watcher that stored something, a decision, and every minute. Effects: those of the tasks' plans,
    each through the one door. Named end states: `Completed`; `Degraded` when tasks have to wait for a service.
    """
    places = asyncio.Semaphore(TOGETHER)

    async def work(task_id: str) -> State:
        async with places:
            return await work_task(task_id, return_state=True)

    names = open_tasks()
    states = await asyncio.gather(*(work(task_id) for task_id in names))
    stuck = [name for name, state in zip(names, states, strict=True) if state.name in {"Failed", "Later"}]
    if stuck:
        return Completed(name="Degraded", message=f"will be tried again: {', '.join(stuck)}")
    return Completed(message=f"{len(names)} worked")
