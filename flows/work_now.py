"""work_now: an agent's call, worked where it came in; Prefect's UI shows it afterwards."""

import asyncio
import logging
from uuid import uuid4

from prefect import State
from prefect.states import Failed

from flows.work_task import ELSEWHERE, name_of, work_once, work_task
from tasks.flow_runs.runs import record_run
from tasks.planning.run_page import RunPage, pages_kept

log = logging.getLogger(__name__)
_records: set[asyncio.Task[None]] = set()


async def work_now(task_id: str) -> State:
    """Work one task as `work_task` does, without a flow run.

    A run costs some fifteen questions to the Prefect server before and after the work, for which nobody waits
    but the agent. So the run is written down once the work has ended, with its name, its end state and its plan, beside
    the answer. A process that ends before that leaves the task to the next `work_tasks`.
    """
    name = name_of(task_id)
    with pages_kept() as pages:
        try:
            state = await work_once(task_id, worker=uuid4().hex)
        except Exception as error:  # what a flow run would show as failed; the task stays open
            log.exception("task %s", task_id)
            state = Failed(message=f"{type(error).__name__}: {error}")
    if state.name != ELSEWHERE:
        record = asyncio.create_task(_record(task_id, name, state, pages))
        _records.add(record)
        record.add_done_callback(_records.discard)
    return state


async def _record(task_id: str, name: str, state: State, pages: list[RunPage]) -> None:
    page = pages[-1] if pages else None
    tags = page.tags() if page else ()
    run_id = await record_run(work_task, name=name, parameters={"task_id": task_id}, state=state, tags=tags)
    if run_id is not None and page:
        await page.write(run_id, is_tagged=True)
