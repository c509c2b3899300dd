"""work_tasks: the loop. Every open task is worked until its evidence holds, a person is asked, or a limit is met."""

import asyncio
from datetime import UTC, datetime

from prefect import State, flow, tags
from prefect.runtime import flow_run
from prefect.states import Completed

from blocks.settings import settings
from domain.errors import TransientError
from flows.work_task import LATER, subject_of, work_task
from tasks.planning.letters import show_letters
from tasks.planning.overview import refresh_dashboard
from tasks.planning.progress import give_up, is_open, open_tasks
from tasks.reliability import outbox
from tasks.reliability.claims import this_process
from tasks.reliability.notify import notify_owner
from tasks.reliability.outbox import OutboxItem

TOGETHER = 4
"""Tasks in work at once; more would only wait for Odoo, which has two workers."""


@flow(name="work-tasks", flow_run_name="Work the open tasks")
async def work_tasks() -> State:
    """Work every open task of Needs_Action/.

    Trigger: a watcher that stored something, a decision, and a look that finds something to work on
    (`tasks/planning/look.py`). First what waits in the outboxes, each service's strictly in order; then the other
    tasks, a few at a time. Effects: those of the tasks' plans, each through `perform`. Named end states:
    `Completed`; `Degraded` when tasks have to wait for a service.
    """
    await asyncio.gather(*(_drain(service) for service in outbox.waiting_counts()))
    names = open_tasks()
    stuck = await work_together(names)
    await asyncio.to_thread(show_letters)
    await asyncio.to_thread(refresh_dashboard, _now())
    stuck += [item.key for item in outbox.waiting() if item.key not in stuck]
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
            return await _work(task_id)

    states = await asyncio.gather(*(work(task_id) for task_id in names))
    return [name for name, state in zip(names, states, strict=True) if state.name in {"Failed", LATER}]


async def _work(task_id: str) -> State:
    """Work one task in a run of its own, which tells sandbox from live before it has looked at the task."""
    with tags(settings().mode.value):
        return await work_task(task_id, return_state=True)


async def _drain(service: str) -> None:
    """Work what waits for a service in its order; what has to wait on stops the queue."""
    worker = f"{this_process()}#{flow_run.get_id()}"
    while item := outbox.next_due(service, now=_now(), worker=worker):
        if not is_open(item.key):
            outbox.done(item.key)
            continue
        state = await _work(item.key)
        if outbox.waits(item.id) and not await _is_given_up(item, str(state.message)):
            return


async def _is_given_up(item: OutboxItem, said: str) -> bool:
    """Put the item back to be tried later, or hand its task to a person after too many tries."""
    again = outbox.next_try(item.service, item.attempts, _now())
    outbox.failed(item.id, error=TransientError(said), now=_now(), retry_at=again)
    if again is not None:
        return False
    why = f"tried {item.attempts} times"
    give_up(item.key, [why, said], _now())
    title, body = (
        f"A task needs you: {subject_of(item.key)}",
        f"{why}; {said}. Its note: Needs_Action/{item.key}",
    )
    await notify_owner(title, body, urgency="warning", key=item.key)
    return True


def _now() -> datetime:
    return datetime.now(UTC)
