"""work_tasks: the loop. Every open task is worked until its evidence holds, a person is asked, or a limit is met."""

import asyncio
from itertools import count

from prefect import State, flow, tags
from prefect.runtime import flow_run
from prefect.states import Completed

from blocks.settings import settings
from domain.errors import TransientError
from flows.work_task import ELSEWHERE, LATER, subject_of, work_task
from tasks.clock import present
from tasks.planning.letters import show_letters
from tasks.planning.open_tasks import is_open, open_tasks
from tasks.planning.progress import give_up
from tasks.planning.service_recovery import is_away, services_back
from tasks.reliability import outbox
from tasks.reliability.breakers import is_up
from tasks.reliability.claims import this_process
from tasks.reliability.notify import notify_owner
from tasks.reliability.outbox import OutboxItem

TOGETHER = 4
"""Tasks in work at once; more would only wait for Odoo, which has two workers."""


@flow(name="work-tasks", flow_run_name="Work the open tasks")
async def work_tasks() -> State:
    """Work every open task of Needs_Action/.

    Trigger: a watcher that stored something, a decision, a service that is back, and a look that finds something to
    work on (`tasks/planning/look.py`). First what waits in the outboxes: what is about the same vendor, customer,
    product or document in the order in which it came, the rest side by side; then the other tasks, a few at a time.
    Effects: those of the tasks' plans, each through `perform`. Named end states: `Completed`; `Degraded` when
    tasks have to wait for a service.
    """
    await services_back(present())
    await asyncio.gather(*(_drain(service) for service in outbox.waiting_counts()))
    names = open_tasks()
    stuck = await work_together(names)
    await asyncio.to_thread(show_letters)
    stuck += [
        item.key for item in outbox.waiting() if item.key not in stuck and item.service != outbox.SCHEDULE
    ]
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
    """Work what waits for a service until nothing more is due; the outbox says what may go beside what."""
    worker = f"{this_process()}#{flow_run.get_id()}"
    under_way: set[asyncio.Task[None]] = set()
    for number in count():
        item = outbox.next_due(service, now=present(), worker=f"{worker}.{number}")
        if item is not None:
            under_way.add(asyncio.create_task(_deliver(item)))
        elif under_way:
            ended, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.gather(*ended)
        else:
            return


async def _deliver(item: OutboxItem) -> None:
    if not is_open(item.key):
        outbox.done(item.key)
        return
    was_up = is_up(item.service)
    state = await _work(item.key)
    if not outbox.waits(item.id):
        return
    tries = item.attempts
    if was_up and (state.name == ELSEWHERE or await is_away(item.service)):  # no try at a service that is up
        outbox.forgive(item.id)
        tries -= 1
    await _put_back(item, tries, str(state.message))


async def _put_back(item: OutboxItem, tries: int, said: str) -> None:
    """Have the item tried again later, or hand its task to a person after too many tries."""
    again = outbox.next_try(item.service, tries, present())
    outbox.failed(item.id, error=TransientError(said), now=present(), retry_at=again)
    if again is not None:
        return
    why = f"tried {tries} times"
    give_up(item.key, [why, said], present())
    title, body = (
        f"A task needs you: {subject_of(item.key)}",
        f"{why}; {said}. Its note: Needs_Action/{item.key}",
    )
    await notify_owner(title, body, urgency="warning", key=item.key)
