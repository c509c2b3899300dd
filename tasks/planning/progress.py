"""How far a task has come, written where a person reads it: its note, its plan, its evidence."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.approvals.render import filled_values
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import TransientError
from domain.markdown import shown_inline
from domain.planning.correction import ROUTED
from domain.planning.dependency import DEPENDS_ON, PERHAPS_AFTER
from domain.planning.kinds import QUIET
from domain.planning.order import STEP
from domain.planning.plan import Plan, Step, StepStatus, order_of
from domain.planning.plan_page import PlanProgress, progress_in, step_title
from domain.planning.triage import TaskDomain
from domain.times import written_moment
from domain.vault.names import UnsafeNameError, check_name
from domain.vault.note import BrokenNoteError, Note
from tasks.approvals.record import as_decided, of_task, pending
from tasks.audit.log import audit_log
from tasks.planning.corrections import corrected_values, remember_filed
from tasks.planning.dependencies import is_known_to_wait
from tasks.planning.prepare import Prepared
from tasks.reliability import outbox
from tasks.reliability.claims import see_not_lost
from tasks.reliability.dead_letters import resolve_work
from tasks.reliability.notify import notify_owner
from tasks.vault.vault import Folder, NoteExistsError, NoteMissingError, current_vault

NEW, ESCALATED, STOP, WORKING = "new", "escalated", "stop", "working"
OPEN = frozenset({NEW, STOP, WORKING, "later", "waiting"})
"""Statuses that the loop works on; a person sets `status: new` to have a task worked again, `status: stop` to have what
was done of it undone."""

ENDING = "is_ending"
"""In a task's note: it is held, and taken up again by a person alone."""
HANDED_OVER = "handed_over"
"""In a task's note: when it was handed to a person."""
TASK = outbox.TASK
MOST_STEPS = 60
"""Of a plan, in the front matter of its note and of its task's: a person reads it, and YAML is slow."""
MOST_NEEDS = 20

HANDED_BACK = (
    "put right what is said under why, then set status: new here and the task goes on from where it stands; or do "
    "it yourself and move this note to Done/"
)
"""What would help, in a note that was handed to a person."""


class StopWantedError(TransientError):
    """A person wrote `status: stop` while the last of it was done."""

    def __init__(self) -> None:
        super().__init__("it is to be stopped: what was done of it is undone first")


@dataclass(frozen=True)
class Delay:
    """A step that has to wait.

    Attributes:
        service: Whose outbox it waits in; None for a trouble of this machine, tried again by each round.
        due: When it may be tried again.
    """

    step: str
    service: str | None
    reason: str
    due: datetime

    def __str__(self) -> str:
        return said_of_step(self.step, self.reason)


def said_of_step(step: str, said: object) -> str:
    """What is said of a step, with its name; an order is the only one that nobody has to be told apart."""
    return str(said) if step == STEP else f"{step}: {said}"


COPY_REMEDY = (
    "delete it; to have the task worked again, move the task's own note back, or set status: new in it"
)


@dataclass
class PlanOutcome:
    """What became of a plan's steps.

    Attributes:
        records: What they made, as Markdown.
        tried: What went otherwise.
        plan: The plan as it stands now; steps may have been added since it was made.
        is_whole: Whether every step of a kept plan is done or not needed.
        undone: The steps that were undone.
        left: The steps that cannot be undone.
    """

    statuses: dict[str, StepStatus] = field(default_factory=dict)
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting_for: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    records: dict[str, str] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    plan: Plan | None = None
    is_whole: bool = True
    undone: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def progress(self) -> PlanProgress:
        """What the run's page says of it."""
        said = [*self.failures, *map(str, self.delays), *self.tried]
        return PlanProgress(self.statuses, self.records, said, self.plan)


def open_tasks() -> list[str]:
    """Ids of the tasks that can be worked now, so not those that wait for a person, another task or in an outbox.

    A task that a person set to `new` is worked at once, wherever it waits. Broken notes are set aside with a
    reason, never lost.
    """
    current_vault().set_aside_misnamed(Folder.NEEDS_ACTION)
    asked = {request.task_id for request in pending()}
    queued = {item.key for item in outbox.waiting()}
    statuses = {name: _open_status(name) for name in sorted(current_vault().names(Folder.NEEDS_ACTION))}
    return [
        name
        for name, status in statuses.items()
        if status == STOP
        or (status is not None and name not in asked and (status == NEW or name not in queued))
    ]


def status_of(note: Note) -> str:
    """A task's status, in whatever case a person wrote it; without one it is new."""
    return str(note.front.get("status") or NEW).strip().casefold() or NEW


def is_stop_wanted(task_id: str) -> bool:
    """Whether a person wrote `status: stop` into the task's note."""
    return _status_now(task_id) == STOP


def is_new(task_id: str) -> bool:
    """Whether nobody has worked on it yet, or a person wants it worked again."""
    return _status_now(task_id) == NEW


def _status_now(task_id: str) -> str | None:
    try:
        return status_of(current_vault().read(Folder.NEEDS_ACTION, task_id))
    except (NoteMissingError, BrokenNoteError):
        return None


def work_again(task_id: str, status: str) -> bool:
    """Have a task worked that was handed to a person, `NEW` as if they had written that; whether it still is theirs."""
    with suppress(NoteMissingError):
        note = current_vault().read(Folder.NEEDS_ACTION, task_id)
        if status_of(note) == ESCALATED and not is_held(note):
            current_vault().update(
                Folder.NEEDS_ACTION,
                task_id,
                lambda note: note.with_front(status=status).without_front(
                    "why", "tried", "would_help", HANDED_OVER
                ),
            )
            return True
    return False


def hold(task_id: str, why: str) -> None:
    """It is no longer wanted, and cannot be ended yet: nothing of it goes on meanwhile."""
    outbox.done(task_id)
    _change(task_id, {"status": ESCALATED, ENDING: True, "why": [why], "delays": None, "waits_for": None})


def is_held(note: Note) -> bool:
    """Whether it is being ended; a person who sets it to `new` wants it after all."""
    return status_of(note) == ESCALATED and bool(note.front.get(ENDING))


def is_handed_over(task_id: str, note: Note) -> bool:
    """Whether it was handed to a person, who has decided nothing about it since.

    A worker may have been called before another one handed it over: it would do what was told as not done.
    """
    since = written_moment(note.front.get(HANDED_OVER))
    if status_of(note) != ESCALATED or since is None:
        return False
    return not any(asked.decided_at and asked.decided_at >= since for asked in of_task(task_id))


def is_open(task_id: str) -> bool:
    """Whether the employee still has to work it; a person may have taken it."""
    return _open_status(task_id) is not None


def _open_status(task_id: str) -> str | None:
    note = read_open_task(task_id)
    if note is None or is_known_to_wait(task_id, note):
        return None
    status = status_of(note)
    # `done` with our own date: a crash came before the move. A person who closes a task writes no such date.
    return status if status in OPEN or (status == "done" and "done" in note.front) else None


def read_open_task(task_id: str) -> Note | None:
    """The task's note; None when it has left Needs_Action/ or cannot be read (then it was set aside)."""
    where = current_vault()
    try:
        note = where.read(Folder.NEEDS_ACTION, task_id)
    except FileNotFoundError:
        return None
    except BrokenNoteError as error:
        where.set_aside(where.root / Folder.NEEDS_ACTION / f"{task_id}.md", error)
        return None
    if "document" not in note.front:
        where.set_aside(where.root / Folder.NEEDS_ACTION / f"{task_id}.md", "the note names no document")
        return None
    return note if _is_its_own(task_id, note) else None


def _is_its_own(name: str, note: Note) -> bool:
    """Whether the note is the task of its name; a copy is set aside, and one that was renamed gets its name back.

    Else what was done under the one name would be done again under the other.
    """
    where = current_vault()
    try:
        task_id = check_name(str(note.front.get("id") or name))
    except UnsafeNameError:
        return True
    of_task = where.find(task_id) if task_id != name else None
    done = where.find(name, [Folder.DONE])
    if of_task is None and done is None:
        if task_id != name:
            with suppress(NoteMissingError, NoteExistsError):
                where.rename(Folder.NEEDS_ACTION, name, task_id)
        return task_id == name
    with suppress(NoteMissingError):
        reason = f"it is a copy of the task {task_id}, whose own note is in {of_task or done}/"
        where.set_aside(where.root / Folder.NEEDS_ACTION / f"{name}.md", reason, COPY_REMEDY)
    return False


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
    _move_done(task_id, _unless_stopped(changes), now)
    if decided.kind in QUIET:
        remember_filed(task_id, decided.kind)


def close_ended(task_id: str, status: str, now: datetime) -> None:
    """Move the note of a task that is no longer wanted to Done/, with the word for how it ended."""
    _audit(task_id, f"task.{status}", AuditStatus.INFO, now, {})
    changes = {"status": status, "waits_for": None, "delays": None}
    _move_done(task_id, lambda note: _changed(note, changes), now)


def _move_done(task_id: str, change: Callable[[Note], Note], now: datetime) -> None:
    resolve_work(TASK, task_id, now)
    current_vault().move(task_id, Folder.NEEDS_ACTION, Folder.DONE, _unless_lost(change))


def escalate(prepared: Prepared, reasons: Sequence[str], tried: Sequence[str], now: datetime) -> None:
    """Hand the task to a person: the note says why, what was tried and what would help."""
    changes = {
        **_thoughts(prepared),
        "status": ESCALATED,
        **_handed_over(reasons, tried, now=now),
        **(
            {} if prepared.plan else {"would_help": None}
        ),  # why says already what a person can do with its kind
        "waits_for": None,
        "delays": None,
    }
    _change(prepared.task_id, changes)
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
    _update(task_id, lambda note: _changed(note, changes))


def _update(task_id: str, change: Callable[[Note], Note]) -> None:
    current_vault().update(Folder.NEEDS_ACTION, task_id, _unless_lost(change))


def _unless_lost(change: Callable[[Note], Note]) -> Callable[[Note], Note]:
    """The change, which a worker whose task another one has taken over does not make."""

    def changed(note: Note) -> Note:
        see_not_lost()
        return change(note)

    return changed


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
        changed = _changed(note, {**changes, HANDED_OVER: None})
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
    by = f"By the playbook [[{plan.playbook}]]." if plan.playbook else "As ordered."
    lines = [f"\n# Plan for [[{plan.task_id}]]\n", f"{by}\n"]
    for number, step in enumerate(plan.steps, start=1):
        done = step.action or step_title(step)
        lines.append(f"{number}. **{step.id}** ({done}): {statuses.get(step.id, StepStatus.PLANNED).value}")
        lines += [f"   - {name}: {shown_inline(str(value))}" for name, value in filled_values(step.inputs)]
    if prepared.expected:
        lines += ["\nExpected, as tasks like it went:", *(f"- {line}" for line in prepared.expected)]
    if prepared.needs:
        lines.append(f"\nOnly after {', '.join(f'[[{name}]]' for name in prepared.needs)}.")
    if prepared.doubts:
        lines += ["\nDoubtful:", *(f"- {shown_inline(doubt)}" for doubt in prepared.doubts)]
    return "\n".join(lines) + "\n"


def _audit(task_id: str, action: str, status: AuditStatus, now: datetime, details: dict[str, Any]) -> None:
    audit_log().append(_event(task_id, action, status, details), now)


def _event(task_id: str, action: str, status: AuditStatus, details: dict[str, Any]) -> AuditEvent:
    return AuditEvent(action=action, status=status, actor="work_tasks", resource=task_id, details=details)
