"""work_task: one task from its note to its evidence."""

import asyncio
from dataclasses import replace

from prefect import State, flow
from prefect.runtime import flow_run
from prefect.states import Completed

from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.mail.excerpt import sanitized
from domain.planning.dependency import Waits
from domain.planning.order import STEP
from domain.planning.plan import StepStatus
from domain.planning.plan_page import PlanProgress
from domain.policy.handbook import Handbook
from domain.vault.note import Note
from tasks.actions.compensate import compensate_plan
from tasks.approvals.runs import show_late_results
from tasks.clock import present
from tasks.planning.carry_out import carry_out
from tasks.planning.concerned import LONGEST_TEXT, concerned
from tasks.planning.corrections import record_corrections
from tasks.planning.cross_domain import crossed_task
from tasks.planning.dependencies import perhaps_after_of, waits_of
from tasks.planning.effect_step import behind, delay_of
from tasks.planning.open_tasks import NEW, STOP, is_handed_over, is_held, read_open_task, status_of
from tasks.planning.orders import complete_order, waits_for_books
from tasks.planning.plan_outcome import Delay, PlanOutcome
from tasks.planning.playbooks_by_name import begin_anew
from tasks.planning.prepare import Prepared, expecting, prepare_task
from tasks.planning.progress import (
    StopWantedError,
    close_done,
    escalate,
    record_dependent,
    record_later,
    record_waiting,
    write_beginning,
    write_plan,
)
from tasks.planning.proposed_answer import answered
from tasks.planning.proposed_kind import proposed
from tasks.planning.proposed_plan import planned_in_words
from tasks.planning.run_page import RunPage
from tasks.planning.waits import tell_reply
from tasks.policy.handbook import read_handbook
from tasks.reliability import outbox
from tasks.reliability.claims import claim, is_lost, renewed, task_claim, this_process
from tasks.reliability.notify import notify_owner
from tasks.vault.locks import locked
from tasks.vault.vault import Folder, NoteMissingError, current_vault

CLAIM_SECONDS = 600
LATER, ELSEWHERE, ESCALATED = "Later", "Elsewhere", "Escalated"
LONGEST_NAME = 100


def run_name() -> str:
    """What the run is called."""
    return name_of(str(flow_run.get_parameters()["task_id"]))


def name_of(task_id: str) -> str:
    """A run's name, by its task's subject, so that a person finds it again."""
    return f"Work: {subject_of(task_id)}"


def subject_of(task_id: str) -> str:
    """What a person knows the task by: the mail's subject or the file's name, else its id."""
    note = read_open_task(task_id)
    subject = " ".join(sanitized(str(note.front.get("subject") or "")).split()) if note else ""
    return subject[:LONGEST_NAME] or task_id


@flow(name="work-task", flow_run_name=run_name)
async def work_task(task_id: str) -> State:
    """Understand, plan, decide, act, verify: one task, once.

    Trigger: `work_tasks`, or `request_approval` after a decision. Effects: the plan's steps; independent ones
    run together, a step only after those it needs are verified. Named end states: `Completed` (the note lies in
    Done/ with its evidence), `Waiting` (a person was asked, or another task has to be done first), `Escalated`
    (a person has to take over), `Later` (a service is away: it waits in that service's outbox), `Elsewhere`
    (another process works on it).
    """
    return await work_once(task_id, worker=str(flow_run.get_id()))


async def work_once(task_id: str, *, worker: str) -> State:
    """Work a task, unless another worker, in this process or any other, is at it."""
    # `work_tasks` may come before the run that a decision woke: the claim lets one of them in, and the other
    # finds it elsewhere or no longer open.
    name, owner = task_claim(task_id), f"{this_process()}#{worker}"
    if not claim(name, owner=owner, now=present(), seconds=CLAIM_SECONDS):
        return Completed(name=ELSEWHERE, message="another process works on it")
    async with renewed(name, owner=owner, seconds=CLAIM_SECONDS, clock=present):
        try:
            state = await _understood(task_id)
        except StopWantedError:
            state = await _understood(task_id)
        except DigitalFteError as error:
            if is_lost(name, owner):
                return Completed(name=ELSEWHERE, message=f"another worker has taken it over; {error}")
            if (
                not isinstance(error, NoteMissingError)
                or current_vault().find(task_id, [Folder.DONE]) is None
            ):
                raise
            state = Completed(message="a person has closed it")
        if state.name != LATER:
            outbox.done(task_id)
        return state


async def _understood(task_id: str) -> State:
    with locked(current_vault().root, task_id):  # after a worker that was about to close it
        note = read_open_task(task_id)
    if note is None or is_held(note):
        return Completed(message="it is no longer open")
    if is_handed_over(task_id, note):
        return Completed(name=ESCALATED, message="a person has it: it was handed over meanwhile")
    handbook = read_handbook()
    note = await asyncio.to_thread(record_corrections, task_id, note, present())
    status = status_of(note)
    waits = Waits() if status == STOP else await asyncio.to_thread(waits_of, task_id, note)
    delay, problem = (None, "") if waits else await _completed(task_id)
    if status == NEW:
        await asyncio.to_thread(begin_anew, task_id, present())
        await asyncio.to_thread(tell_reply, note.front, present())
    prepared = await asyncio.to_thread(prepare_task, task_id, note, handbook, present())
    prepared = await planned_in_words(prepared, handbook, present())
    prepared = await proposed(prepared, note, handbook, present())
    prepared = await crossed_task(prepared, note, handbook, present())
    prepared = await concerned(prepared, note, handbook, present())
    prepared = await answered(prepared, note, handbook, present())
    prepared = await asyncio.to_thread(_related, prepared, note)
    prepared = replace(prepared, is_new=status == NEW, is_stopped=status == STOP)
    prepared = await asyncio.to_thread(expecting, prepared, present())
    if waits:
        return await _dependent(prepared, waits)
    if delay:
        return _later(prepared, PlanOutcome(delays=[delay]))
    if problem:
        return await _escalated(prepared, [problem])
    return await _work(prepared, handbook)


def _related(prepared: Prepared, note: Note) -> Prepared:
    """The task with the open ones that evidently belong before it."""
    seen = prepared.seen
    if seen is None:  # an order, or a plan that was asked for by name
        return prepared
    number = str(seen.reading.number.value) if seen.reading and seen.reading.number else ""
    words = f"{seen.subject}\n{seen.body[:LONGEST_TEXT]}"
    return replace(prepared, perhaps_after=perhaps_after_of(prepared.task_id, note, words, number))


async def _dependent(prepared: Prepared, waits: Waits) -> State:
    """The task does not go on: it waits for others, or a person has to say how."""
    page = RunPage(replace(prepared, problems=list(waits.reasons)))
    page.show(PlanProgress(reasons=waits.reasons))
    await page.settle()
    if waits.asks:
        return await _escalated(prepared, list(waits.reasons))
    record_dependent(prepared, waits.reasons, present())
    return Completed(name="Waiting", message="; ".join(waits.reasons))


async def _completed(task_id: str) -> tuple[Delay | None, str]:
    """Have the books complete an order; what keeps them from it now, or for good."""
    service = waits_for_books(task_id)
    if service is None:
        return None, ""
    try:
        queue = [item.key for item in outbox.waiting(service)]
        if queue and task_id not in queue:
            return behind(STEP, service, present()), ""
        await complete_order(task_id)
    except TransientError as error:
        return delay_of(STEP, service, error, present()), ""
    except RejectedError as error:
        return None, str(error)
    return None, ""


async def _work(prepared: Prepared, handbook: Handbook) -> State:
    page = RunPage(prepared)
    page.show(PlanProgress())
    try:
        state = await _carry_out(prepared, handbook, page)
        await show_late_results(prepared.task_id)
        return state
    finally:
        await page.settle()


async def _carry_out(prepared: Prepared, handbook: Handbook, page: RunPage) -> State:
    if prepared.plan is None:
        return await _escalated(prepared, prepared.problems)
    if not prepared.is_stopped:
        write_beginning(prepared)
    outcome = await carry_out(prepared, handbook, page, present)
    if prepared.program is not None or prepared.is_stopped:
        return await _ended(prepared, outcome, page)
    if outcome.failures:
        failed = [step for step, status in outcome.statuses.items() if status is StepStatus.FAILED]
        for step in await compensate_plan(prepared.plan, failed, present()):
            outcome.statuses[step] = StepStatus.COMPENSATED
            outcome.tried.append(f"{step}: done before, and undone again")
        write_plan(prepared, outcome)
        page.show(outcome.progress)
        return await _escalated(prepared, outcome.failures, outcome)
    if outcome.delays:
        return _later(prepared, outcome)
    if outcome.waiting_for:
        return _waiting(prepared, outcome)
    close_done(prepared, outcome, present())
    return Completed(message="evidence is in the note")


async def _ended(prepared: Prepared, outcome: PlanOutcome, page: RunPage) -> State:
    """A kept plan is a person's only when nothing more can go on or back by itself."""
    page.show(outcome.progress)
    if outcome.delays:
        return _later(prepared, outcome)
    if outcome.waiting_for:
        return _waiting(prepared, outcome)
    if outcome.failures:
        write_plan(prepared, outcome)
        return await _escalated(prepared, outcome.failures, outcome)
    if not outcome.is_whole:
        return await _escalated(prepared, ["its plan cannot go on, and no step says why; look at Plans/"])
    close_done(prepared, outcome, present())
    return Completed(message="evidence is in the note")


def _waiting(prepared: Prepared, outcome: PlanOutcome) -> State:
    record_waiting(prepared, outcome)
    return Completed(name="Waiting", message="for your decision: " + ", ".join(outcome.waiting_for))


def _later(prepared: Prepared, outcome: PlanOutcome) -> State:
    record_later(prepared, outcome)
    return Completed(name=LATER, message="; ".join(map(str, outcome.delays)))


async def _escalated(prepared: Prepared, reasons: list[str], outcome: PlanOutcome | None = None) -> State:
    """Hand over to a person: the note says why and what was tried, and the owner is told."""
    escalate(prepared, reasons, outcome or PlanOutcome(), present())
    why = "; ".join(reasons)
    task_id = prepared.task_id
    said = f"{why}. Its note: Needs_Action/{task_id}"
    await notify_owner(f"A task needs you: {subject_of(task_id)}", said, urgency="warning", key=task_id)
    return Completed(name=ESCALATED, message=why)
