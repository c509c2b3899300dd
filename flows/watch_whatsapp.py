"""watch_whatsapp: what customers write on WhatsApp becomes tasks."""

from prefect import State, flow
from prefect.states import Completed

from flows.work_tasks import work_together
from tasks.approvals.by_reply import follow_replies
from tasks.clock import present
from tasks.flow_runs.runs import name_run
from tasks.policy.handbook import read_handbook
from tasks.whatsapp.access import WhatsAppNotConnectedError, whatsapp_access
from tasks.whatsapp.owner_requests import answer_messages
from tasks.whatsapp.take import take_messages


@flow(name="watch-whatsapp", flow_run_name="Look for WhatsApp messages")
async def watch_whatsapp() -> State:
    """Take up what the receiver has stored, then work it: bills as bills, words are put before a person.

    Trigger: a look that finds something stored (`tasks/whatsapp/take.py`). Effects: one note per message in
    Needs_Action/, or a part of the open task that it answers; its file in Attachments/; nothing is answered by itself
    but what answers a request, which decides it instead.
    Named end states: `Completed`; `Degraded` when a file cannot be had now (it is tried again by itself);
    `NotConnected` when there is no number. A refused access fails the run the first time, so that its owner is told.
    """
    found = await take_messages(present, read_handbook)
    await follow_replies(present())
    closed = await _answered()
    await work_together(found.task_ids)
    if found.task_ids:
        await name_run(f"WhatsApp: {len(found.task_ids)} new")
    if closed is not None:
        return Completed(name="NotConnected", message=str(closed))
    if found.is_news and found.problem is not None:
        raise found.problem
    if found.problem is not None:
        return Completed(name="Degraded", message=f"{len(found.task_ids)} new; {found.problem}")
    return Completed(message=f"{len(found.task_ids)} new")


async def _answered() -> WhatsAppNotConnectedError | None:
    """Answer what replies to requests came to; why that is not possible where there is no number."""
    try:
        await whatsapp_access()
        await answer_messages(read_handbook)
    except WhatsAppNotConnectedError as error:
        return error
    return None
