"""watch_calendar: the owner's calendar is read, and its near deadlines become tasks."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from domain.appointments.event import SOURCE
from domain.errors import TransientError
from domain.reliability.look import LookResult
from flows.work_tasks import work_together
from tasks.flow_runs.runs import name_run
from tasks.planning.deadlines import look_for_calendar, store_deadlines
from tasks.planning.open_tasks import open_tasks


@flow(name="watch-calendar", flow_run_name="Look into the calendar")
async def watch_calendar() -> State:
    """Bring the kept copy of the calendar up to date, and make tasks of the deadlines that are near.

    Trigger: a look each five minutes that finds a near deadline (`tasks/planning/deadlines.py`); that look reads what
    changed. Effects: one note per deadline in Needs_Action/; the calendar is only read. Named end states: `Completed`;
    `Degraded` when Google Calendar is away (what was read before stands, with its time); `NotConnected` when the owner
    lets no calendar be read. A refused access fails the run, so that its owner is told.
    """
    now = datetime.now(UTC)
    problem: TransientError | None = None
    try:
        if await look_for_calendar(now) is LookResult.CLOSED:
            return Completed(
                name="NotConnected", message="no calendar is connected; to connect it: fte connect calendar"
            )
    except TransientError as error:
        problem = error
    stored = store_deadlines(now)
    if stored:
        await name_run(f"Calendar: {len(stored)} new")
    await work_together([name for name in open_tasks() if name.startswith(f"{SOURCE}-")])
    if problem:
        return Completed(name="Degraded", message=f"{len(stored)} new; {problem}")
    return Completed(message=f"{len(stored)} new")
