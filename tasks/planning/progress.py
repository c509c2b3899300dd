"""How far a task has come, written where a person reads it: its note, its plan, its evidence."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.approvals.render import filled_values
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import TransientError
from domain.markdown import shown_inline
from domain.planning.catalogue import CATALOGUE, PLAN
from domain.planning.correction import ROUTED
from domain.planning.dependency import DEPENDS_ON, PERHAPS_AFTER
from domain.planning.kinds import QUIET
from domain.planning.plan import Plan, Step, StepStatus, order_of
from domain.planning.plan_page import progress_in, step_title
from domain.planning.program import WORDS
from domain.planning.triage import TaskDomain
from domain.vault.note import Note
from tasks.approvals.record import as_decided
from tasks.audit.log import audit_log
from tasks.planning.corrections import corrected_values, remember_filed
from tasks.planning.open_tasks import ENDING, ESCALATED, HANDED_OVER, STOP, WORKING, is_stop_wanted, status_of
from tasks.planning.plan_outcome import PlanOutcome
from tasks.planning.prepare import Prepared
from tasks.reliability import outbox
from tasks.reliability.claims import see_not_lost
from tasks.reliability.dead_letters import resolve_work
from tasks.reliability.notify import notify_owner
from tasks.vault.vault import Folder, current_vault

TASK = outbox.TASK
MOST_STEPS = 60
"""Of a plan, in the front matter of its note and of its task's: a person reads it, and YAML is slow."""
MOST_NEEDS = 20
HANDED_BACK = (
    "put right what is said under why, then set status: new here and the task goes on from where it stands; or do "
    "it yourself and move this note to Done/"
)
"""What would help, in a note that was handed to a person."""
REFUSED = (
    "if it is not wanted, move this note to Done/; to be asked anew, set status: new here; for something else, "
    "say it in a new note"
)
REFUSED_AS_IT_IS = (
    "as it is it is not asked again: move this note to Done/, or correct it and set status: new here"
)
"""The same where a person said no."""


class StopWantedError(TransientError):
    """A person wrote `status: stop` while the last of it was done."""

    def __init__(self) -> None:
        super().__init__("it is to be stopped: what was done of it is undone first")


def hold(task_id: str, why: str) -> None:
    """It is no longer wanted, and cannot be ended yet: nothing of it goes on meanwhile."""
    outbox.done(task_id)
    _change(task_id, {"status": ESCALATED, ENDING: True, "why": [why], "delays": None, "waits_for": None})


def write_beginning(prepared: Prepared) -> None:
    """Show that the task is in work, and by which plan.

    Of an order of one step it is shown with its end, a moment later: it costs a third of what the step does.
    """
    if not prepared.is_brief:
        write_plan(prepared)


def write_plan(prepared: Prepared, outcome: PlanOutcome | None = None) -> None:
    """Write the plan with each step's status to Plans/, and what was read into the task's note."""
    plan = (outcome.plan if outcome else None) or prepared.plan
    if plan is None:
        return
    see_not_lost()
    statuses = outcome.statuses if outcome else {}
    front = {
        "task": plan.task_id,
        "playbook": plan.playbook,
        "progress": progress_in(plan, statuses),
        **({DEPENDS_ON: list(prepared.needs)} if prepared.needs else {}),
        "steps": [
            {
                "id": step.id,
                "action": step.action,
                "needs": step.needs[-MOST_NEEDS:],
                "status": statuses.get(step.id, StepStatus.PLANNED).value,
            }
            for step in plan.steps[:MOST_STEPS]
        ],
    }
    where = current_vault()
    where.save_unsynced(Folder.PLANS, plan.task_id, Note.new(front, _plan_body(plan, prepared, statuses)))
    if outcome is None:
        _go_on(prepared, {**_thoughts(prepared), "status": WORKING})


async def note_milestone(
    prepared: Prepared, outcome: PlanOutcome, step: Step, now: datetime, *, notify: bool
) -> None:
    """A milestone is reached: the note says so at once, and the owner is told if the playbook wants it."""
    said = f"{now:%Y-%m-%d %H:%M} UTC: {step.milestone}"
    write_plan(prepared, outcome)
    task_id = prepared.task_id

    def add(note: Note) -> Note:
        reached = [str(one) for one in note.front.get("milestones") or ()]
        return note if said in reached else note.with_front(milestones=[*reached, said])

    _update(task_id, add)
    details = {"step": step.id, "milestone": step.milestone}
    _audit(task_id, "plan.milestone", AuditStatus.INFO, now, details)
    if notify:
        body = f"{progress_in(outcome.plan or prepared.plan, outcome.statuses)}. Its note: Needs_Action/{task_id}"
        await notify_owner(step.milestone, body, key=f"{task_id} {step.id}")


def record_waiting(prepared: Prepared, outcome: PlanOutcome) -> None:
    """The task waits for a person."""
    write_plan(prepared, outcome)
    changes = {
        **_late_thoughts(prepared),
        "status": "waiting",
        "waits_for": outcome.waiting_for,
        "tried": outcome.tried or None,
    }
    _go_on(prepared, {**changes, "delays": None, "why": outcome.failures or None})


def record_later(prepared: Prepared, outcome: PlanOutcome) -> None:
    """The task waits: in the outbox of each service that kept a step from being done."""
    write_plan(prepared, outcome)
    delays = [str(delay) for delay in outcome.delays]
    changes = {
        **_late_thoughts(prepared),
        "status": "later",
        "delays": delays,
        "waits_for": outcome.waiting_for or None,
    }
    _go_on(prepared, {**changes, "why": outcome.failures or None})
    payload: dict[str, Any] = {"task_id": prepared.task_id}
    if prepared.plan is not None:  # else nobody knows yet what it is about, and it keeps its place
        payload[outbox.ORDER] = order_of(_as_decided(outcome.plan or prepared.plan))
    services = {delay.service for delay in outcome.delays if delay.service}
    outbox.done(prepared.task_id, but_for=services - {outbox.SCHEDULE})  # its time may be another one now
    for delay in sorted(outcome.delays, key=lambda delay: delay.due):
        if delay.service:
            outbox.put(delay.service, prepared.task_id, kind=TASK, payload=payload, due=delay.due)


def _as_decided(plan: Plan) -> Plan:
    """What a person corrected is what it is about."""
    inputs = as_decided(plan.task_id, {step.id: step.inputs for step in plan.steps})
    steps = [step.model_copy(update={"inputs": inputs[step.id]}) for step in plan.steps]
    return plan.model_copy(update={"steps": steps})


def record_dependent(prepared: Prepared, reasons: Sequence[str], now: datetime) -> None:
    """The task waits for other tasks to be done."""
    write_plan(prepared)
    _go_on(prepared, {**_thoughts(prepared), "status": "later", "delays": list(reasons)})
    details = {DEPENDS_ON: list(prepared.needs)}
    event = _event(prepared.task_id, "dependency.waiting", AuditStatus.INFO, details)
    private = {"reasons": list(reasons)}
    audit_log().append(event.model_copy(update={"private": private, **_domain(prepared)}), now)


def record_queued(task_id: str, service: str) -> None:
    """The task stands in the service's queue and is not tried before its turn."""
    _change(task_id, {"status": "later", "delays": [f"others wait for {service} before it"]})


def give_up(task_id: str, reasons: list[str], now: datetime) -> None:
    """The task waited too long and is a dead letter now: a person has to look."""
    _change(task_id, {"status": ESCALATED, **_handed_over(reasons, now=now), "delays": None})
    front = current_vault().read(Folder.NEEDS_ACTION, task_id).front
    details = {"reasons": len(reasons), "priority": str(front.get("priority", ""))}
    event = _event(task_id, "task.escalated", AuditStatus.INFO, details)
    domain = str(front.get("domain") or TaskDomain.BUSINESS)
    audit_log().append(event.model_copy(update={"domain": domain}), now)


def close_done(prepared: Prepared, outcome: PlanOutcome, now: datetime) -> None:
    """Move the note to Done/ with its evidence; only verified steps get here.

    The audit line comes before the move: a crash between the two tells it twice, never not at all.

    Raises:
        StopWantedError: a person wrote `status: stop` meanwhile.
    """
    write_plan(prepared, outcome)
    task_id = prepared.task_id
    if is_stop_wanted(task_id):
        raise StopWantedError
    changes = {
        **_late_thoughts(prepared),
        "status": "done",
        "done": now.isoformat(timespec="seconds"),
        "evidence": _evidence(outcome),
        "tried": outcome.tried or None,
        "why": None,
        "would_help": None,
        HANDED_OVER: None,
        "waits_for": None,
        "delays": None,
    }
    decided = prepared.triage
    details = {"steps": list(outcome.statuses), "priority": decided.priority.value}
    event = _event(task_id, "task.done", AuditStatus.SUCCESS, details)
    audit_log().append(event.model_copy(update=_domain(prepared)), now)
    close, answer = _unless_stopped(changes), _answer(prepared, outcome, now)
    _move_done(task_id, lambda note: _with_answer(close(note), answer), now)
    if decided.kind in QUIET:
        remember_filed(task_id, decided.kind)


def _answer(prepared: Prepared, outcome: PlanOutcome, now: datetime) -> str:
    """What came of a request in words, where its playbook says it; empty where it says nothing."""
    if prepared.program is None or not prepared.program.context.get(WORDS):
        return ""
    said = [str(facts["filed"]) for facts in outcome.evidence.values() if facts.get("filed")]
    return f"**Answer, {now:%Y-%m-%d %H:%M} UTC:** {shown_inline(' '.join(said))}" if said else ""


def _with_answer(note: Note, answer: str) -> Note:
    """An answer stands where it was asked, below what a person wrote there; one of before stays."""
    return note.with_body(f"{note.body.rstrip()}\n\n{answer}\n") if answer else note


def close_ended(task_id: str, status: str, now: datetime) -> None:
    """Move the note of a task that is no longer wanted to Done/, with the word for how it ended."""
    _audit(task_id, f"task.{status}", AuditStatus.INFO, now, {})
    changes = {"status": status, "waits_for": None, "delays": None}
    _move_done(task_id, _changed_to(changes), now)


def _move_done(task_id: str, change: Callable[[Note], Note], now: datetime) -> None:
    resolve_work(TASK, task_id, now)
    current_vault().move(task_id, Folder.NEEDS_ACTION, Folder.DONE, _unless_lost(change))


def escalate(prepared: Prepared, reasons: Sequence[str], outcome: PlanOutcome, now: datetime) -> None:
    """Hand the task to a person: the note says why, what was tried and what would help.

    Raises:
        StopWantedError: a person wrote `status: stop` meanwhile.
    """
    changes = {
        **_thoughts(prepared),
        "status": ESCALATED,
        **_handed_over(reasons, outcome.tried, now=now),
        **({"would_help": REFUSED if prepared.program else REFUSED_AS_IT_IS} if outcome.is_refused else {}),
        **(
            {} if prepared.plan else {"would_help": None}
        ),  # why says already what a person can do with its kind
        "waits_for": None,
        "delays": None,
    }
    change = _changed_to(changes) if prepared.is_stopped else _unless_stopped(changes)
    _update(prepared.task_id, change)
    details = {"reasons": len(reasons), "priority": prepared.triage.priority.value}
    event = _event(prepared.task_id, "task.escalated", AuditStatus.INFO, details)
    audit_log().append(event.model_copy(update=_domain(prepared)), now)


def _handed_over(reasons: Sequence[str], tried: Sequence[str] = (), *, now: datetime) -> dict[str, Any]:
    said = {"why": list(reasons), "tried": list(tried) or None, "would_help": HANDED_BACK}
    return said | {HANDED_OVER: now.isoformat()}


def _domain(prepared: Prepared) -> dict[str, Any]:
    return {"domain": prepared.triage.domain.value}


def _thoughts(prepared: Prepared) -> dict[str, Any]:
    decided = prepared.triage
    return {
        "kind": decided.kind,
        "domain": decided.domain.value,
        "priority": decided.priority.value,
        "confidence": decided.confidence,
        ROUTED: dict(prepared.routed),
        "reasons": list(decided.reasons),
        **({"expected": list(prepared.expected)} if prepared.expected else {}),
        **({"people": list(prepared.people)} if prepared.people else {}),
        **({"records": list(prepared.records)} if prepared.records else {}),
        PERHAPS_AFTER: list(prepared.perhaps_after) or None,
        **prepared.draft,
        **({"model_said": dict(prepared.model_said)} if prepared.model_said else {}),
        **({"was_read": prepared.rows} if prepared.rows else {}),
        **({"doubts": prepared.doubts} if prepared.doubts else {}),
    }


def _late_thoughts(prepared: Prepared) -> dict[str, Any]:
    """Those that were not written at the beginning."""
    return _thoughts(prepared) if prepared.is_brief else {}


def _change(task_id: str, changes: Mapping[str, Any]) -> None:
    _update(task_id, _changed_to(changes))


def _update(task_id: str, change: Callable[[Note], Note]) -> None:
    current_vault().update(Folder.NEEDS_ACTION, task_id, _unless_lost(change))


def _unless_lost(change: Callable[[Note], Note]) -> Callable[[Note], Note]:
    """The change, which a worker whose task another one has taken over does not make."""

    def changed(note: Note) -> Note:
        see_not_lost()
        return change(note)

    return changed


def _changed_to(changes: Mapping[str, Any]) -> Callable[[Note], Note]:
    return lambda note: _changed(note, changes)


def _unless_stopped(changes: Mapping[str, Any]) -> Callable[[Note], Note]:
    """These changes of a note that does not say `stop`."""

    def changed(note: Note) -> Note:
        if status_of(note) == STOP:
            raise StopWantedError
        return _changed(note, changes)

    return changed


def _go_on(prepared: Prepared, changes: Mapping[str, Any]) -> None:
    """The same of a task that goes on: a person's `status: stop` stays until it is kept in the plan that is stopped."""
    is_kept = prepared.is_stopped and prepared.program is not None

    def change(note: Note) -> Note:
        changed = _changed(note, {**changes, HANDED_OVER: None, "would_help": None})
        return changed.with_front(status=STOP) if status_of(note) == STOP and not is_kept else changed

    _update(prepared.task_id, change)


def _changed(note: Note, changes: Mapping[str, Any]) -> Note:
    """The note with these values; what is None goes, and what a person corrected stays."""
    kept = {key: value for key, value in changes.items() if value is not None}
    said = corrected_values(note.front) if ROUTED in kept else {}
    first = {ROUTED: {**kept[ROUTED], **{name: note.front[ROUTED][name] for name in said}}} if said else {}
    changed = note.with_front(**{**kept, **said, **first})
    for key in changes.keys() - kept.keys():
        changed.front.pop(key, None)
    return changed


def _evidence(outcome: PlanOutcome) -> dict[str, Any]:
    """Each step's; of a plan of very many steps a document beside the note, which has to stay readable."""
    evidence = {
        step: {name: value for name, value in facts.items() if value is not None}
        for step, facts in outcome.evidence.items()
    }
    if len(evidence) <= MOST_STEPS:
        return evidence
    content = json.dumps(evidence, indent=1, ensure_ascii=False, default=str).encode()
    return {"steps": len(evidence), "document": current_vault().attach(content, "evidence.json")}


def _plan_body(plan: Plan, prepared: Prepared, statuses: Mapping[str, StepStatus]) -> str:
    by = f"By the playbook [[{plan.playbook}{_titled(plan, prepared)}]]." if plan.playbook else "As ordered."
    lines = [f"\n# Plan for [[{plan.task_id}]]\n", f"{by}\n"]
    for number, step in enumerate(plan.steps, start=1):
        status = statuses.get(step.id, StepStatus.PLANNED).value
        lines.append(f"{number}. **{shown_inline(step_title(step))}**: {status}")
        lines += [f"   - {name}: {shown_inline(str(value))}" for name, value in filled_values(_shown(step))]
    if prepared.expected:
        lines += ["\nExpected, as tasks like it went:", *(f"- {line}" for line in prepared.expected)]
    if prepared.needs:
        lines.append(f"\nOnly after {', '.join(f'[[{name}]]' for name in prepared.needs)}.")
    if prepared.doubts:
        lines += ["\nDoubtful:", *(f"- {shown_inline(doubt)}" for doubt in prepared.doubts)]
    return "\n".join(lines) + "\n"


def _titled(plan: Plan, prepared: Prepared) -> str:
    """What a link to the playbook reads: its title, where it has one."""
    book = prepared.program.read.get(plan.playbook) if prepared.program else None
    return f"|{book.title}" if book and book.title and not set(book.title) & set("[]|") else ""


def _shown(step: Step) -> Mapping[str, Any]:
    """What is to be done with, as a person is asked about it; of what a plan asks itself, not how it asks."""
    action = CATALOGUE.get(step.action)
    if action is None or not step.action.startswith(PLAN):
        return step.inputs
    return action.shown(action.inputs.model_validate(step.inputs))


def _audit(task_id: str, action: str, status: AuditStatus, now: datetime, details: dict[str, Any]) -> None:
    audit_log().append(_event(task_id, action, status, details), now)


def _event(task_id: str, action: str, status: AuditStatus, details: dict[str, Any]) -> AuditEvent:
    return AuditEvent(action=action, status=status, actor="work_tasks", resource=task_id, details=details)
