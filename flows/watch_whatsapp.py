"""watch_whatsapp: what customers write on WhatsApp becomes tasks."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from flows.work_tasks import work_together
from tasks.approvals.by_reply import follow_replies
from tasks.flow_runs.runs import name_run
from tasks.planning.prepare import read_handbook
from tasks.whatsapp.access import WhatsAppNotConnectedError
from tasks.whatsapp.asked import answer_messages
from tasks.whatsapp.take import take_messages


@flow(name="watch-whatsapp", flow_run_name="Look for WhatsApp messages")
async def watch_whatsapp() -> State:
    """Take up what the receiver has stored, then work it: bills as bills, words are put before a person.

    Trigger: a look that finds something stored (`tasks/whatsapp/take.py`). Effects: one note per message in
    Needs_Action/, or a part of the open task that it answers; its file in Attachments/; nothing is answered by itself
    but what answers a request, which decides it instead.
    Named end states: `Completed`; `Degraded` when a file cannot be had now (it is tried again by itself);
    `NotConnected` when there is no number. A refused access fails the run, so that its owner is told.
    """
    try:
        found = await take_messages(_now, read_handbook)
        await follow_replies(_now())
        await answer_messages(read_handbook)
    except WhatsAppNotConnectedError as error:
        return Completed(name="NotConnected", message=str(error))
    await work_together(found.task_ids)
    if found.task_ids:
        await name_run(f"WhatsApp: {len(found.task_ids)} new")
    if found.problem is not None:
        return Completed(name="Degraded", message=f"{len(found.task_ids)} new; {found.problem}")
    return Completed(message=f"{len(found.task_ids)} new")


def _now() -> datetime:
    return datetime.now(UTC)
