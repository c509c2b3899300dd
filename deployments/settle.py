"""Settling at start-up: runs that died with their runner, and scheduled runs whose time passed while stopped.

Only for the embedded form, where this machine's one runner is about to start and so no run can be alive.
Nothing is lost by it: the tasks still lie in the Vault and the ledger knows every effect; the next
`work_tasks` goes on from there.
"""

from datetime import UTC, datetime

from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Cancelled, Crashed

from blocks.prefect_server import prefect_client

ALIVE = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


async def settle_dead_runs() -> list[str]:
    """Mark runs that cannot be alive as Crashed.

    Returns:
        The names of the runs that were settled.
    """
    dead = await _runs_in(ALIVE)
    async with prefect_client() as client:
        for run in dead:
            message = "its process ended unexpectedly; its tasks are worked on again"
            await client.set_flow_run_state(run.id, Crashed(message=message), force=True)
    return [run.name for run in dead]


async def settle_late_runs() -> list[str]:
    """Cancel scheduled runs whose time has passed: one run now does what all of them would have done."""
    now = datetime.now(UTC)
    late = [
        run
        for run in await _runs_in([StateType.SCHEDULED])
        if run.auto_scheduled and run.expected_start_time and run.expected_start_time < now
    ]
    async with prefect_client() as client:
        for run in late:
            message = "it was due while the employee was stopped"
            await client.set_flow_run_state(run.id, Cancelled(message=message), force=True)
    return [run.name for run in late]


async def _runs_in(types: list[StateType]) -> list[FlowRun]:
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)))
    found: list[FlowRun] = []
    async with prefect_client() as client:
        while page := await client.read_flow_runs(flow_run_filter=wanted, limit=200, offset=len(found)):
            found += page
    return found
