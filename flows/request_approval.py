"""request_approval: one question to a person, shown until it has an answer or its time is over."""

import logging
from contextlib import suppress
from datetime import timedelta

from prefect import State, flow, get_run_logger
from prefect.flow_runs import asuspend_flow_run
from prefect.runtime import flow_run
from prefect.states import Completed
from pydantic import ValidationError

from domain.approvals.render import DocumentPage, attachments, by_whom, with_documents
from domain.approvals.request import RULES_CHANGE, ApprovalRequest, ApprovalState
from domain.markdown import shown_inline
from domain.policy.handbook import HandbookError
from flows.work_task import work_task
from tasks.approvals.decide import record_answer, refuse_form
from tasks.approvals.document_page import show_document
from tasks.approvals.form import answer_in, form_of
from tasks.approvals.notes import place_note
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import attach_run, finish, get
from tasks.approvals.runs import NEUTRAL_INPUT, is_shown_elsewhere, show_decision
from tasks.clock import present
from tasks.mail.owner_requests import mail_requests
from tasks.planning.suggestions import make_accepted
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.whatsapp.owner_requests import send_requests

BACKSTOP = timedelta(hours=1)
"""The Prefect server fails a run that nobody resumes; by then `collect_decisions` has long closed the request."""

WAITS = "Waits for your decision: choose Resume above. The form says why you are asked and what will be done."

END_STATES = {
    ApprovalState.APPROVED: "Approved",
    ApprovalState.REJECTED: "Rejected",
    ApprovalState.EXPIRED: "Expired",
    ApprovalState.SUPERSEDED: "Superseded",
}


def waiting_is_no_error(record: logging.LogRecord) -> bool:
    """Prefect logs the end of every run that is not completed as an error; of one that waits it is said what to do."""
    if record.getMessage().startswith("Finished in state Suspended"):
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        record.msg, record.args = WAITS, ()
    return True


logging.getLogger("prefect.flow_runs").addFilter(waiting_is_no_error)


@flow(name="request-approval")  # its runs are named by whoever starts them: action, amount, counterparty
async def request_approval(request_id: str) -> State:
    """Show one request to a person and go on with the task once it is decided.

    Trigger: a step whose risk the policy does not leave to the employee. The pause is the question: resume the
    run with the form. The decision may also come from the Vault or the command line; it is our own record that
    counts, and it is looked at again whenever the run is resumed. An answer that does not hold asks again with the
    reason. Named end states: `Approved`, `Rejected`, `Expired` (nobody answered), `Superseded` (the content
    changed and is asked about anew), `Elsewhere` (another run shows it). A
    resumed run goes through this body from the top.
    """
    run_id = str(flow_run.get_id())
    if await is_shown_elsewhere(get(request_id), run_id):
        return Completed(name="Elsewhere", message="another run shows this request")
    attach_run(request_id, run_id)
    while (request := get(request_id)).is_open:
        place_note(request)
        if expire_due(present()):
            continue
        await _ask(request, run_id)
    place_note(request)
    said = await _go_on(request)
    finish(request_id, present())
    place_note(get(request_id), said)
    await show_decision(get(request_id), run_id, said)
    return Completed(name=END_STATES[request.state], message=_message(request, said))


async def _ask(request: ApprovalRequest, run_id: str) -> None:
    """One round: suspend with the form, then take the answer that resumed us, if it is still wanted."""
    page = await show_document(request, run_id)
    with suppress(HandbookError):  # it is mailed once the handbook can be read again
        await mail_requests(read_handbook(), [request])
        await send_requests(read_handbook(), [request])
    timeout = request.expires_at - present() + BACKSTOP
    # where no form can be made the run fails: asking again would not help
    form_wanted = form_of(request, _shown(request, page))
    try:
        form = await asuspend_flow_run(
            wait_for_input=form_wanted,
            timeout=int(timeout.total_seconds()),
            key=f"{request.id}-{request.round}",
        )
    except ValidationError:  # resumed past Prefect's own check of the form
        refuse_form(request.id, "the form was not filled in as it should be", present())
        return
    if form.model_dump(include=set(NEUTRAL_INPUT)) == NEUTRAL_INPUT and not get(request.id).is_open:
        return  # resumed for a decision that came another way
    outcome = record_answer(request.id, answer_in(form, request), present(), read_handbook)
    if outcome.reason:
        get_run_logger().warning("not taken: %s", outcome.reason)


def _shown(request: ApprovalRequest, page: DocumentPage | None) -> str:
    """What is decided on, as the form shows it."""
    files = attachments(request.inputs)
    shown = with_documents(request.shown, files, page) if page else request.shown
    if request.problem is None:
        return shown
    return f"> **Your last answer was not taken:** {shown_inline(request.problem)}\n\n{shown}"


async def _go_on(request: ApprovalRequest) -> str:
    """Work the task with the decision; should that fail, `work_tasks` does it again.

    Returns:
        What is said of it: for rules, whether they hold; else how the task's run ended.
    """
    if request.state is ApprovalState.SUPERSEDED:
        return "its content changed; the new content is a request of its own"
    if request.action == RULES_CHANGE:
        problem = make_accepted(present()).get(request.id)
        read_handbook()
        read_playbooks()
        holds = request.state is ApprovalState.APPROVED and not problem
        return "the changed rules hold" if holds else problem or "the rules stay"
    state = await work_task(request.task_id, return_state=True)
    return f"the task: {state.name}" + (f", {state.message}" if state.message else "")


def _message(request: ApprovalRequest, said: str) -> str:
    return f"{request.state.value}{by_whom(request)}; {said}"
