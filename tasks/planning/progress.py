"""How far a task has come, written where a person reads it: its note, its plan, its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.approvals.render import shown_inline
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import TransientError
from domain.planning.plan import Plan, StepStatus
from domain.vault.note import BrokenNoteError, Note
from tasks.approvals.requests import pending
from tasks.audit.log import audit_log
from tasks.planning.intake import desk, mark_seen
from tasks.planning.prepare import Prepared
from tasks.reliability.dead_letters import bury
from tasks.vault.desk import Folder

OPEN = frozenset({"new", "working", "later", "waiting"})
"""Statuses that the loop works on; a person sets `status: new` to have a task worked again."""


@dataclass
class Outcome:
    """What became of a plan's steps."""

    statuses: dict[str, StepStatus] = field(default_factory=dict)
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting_for: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    delays: list[str] = field(default_factory=list)


def open_tasks() -> list[str]:
    """Ids of the tasks that can be worked now, so not those that wait for a person.

    Broken notes are set aside with a reason, never lost.
    """
    where, found = desk(), []
    asked = {request.task_id for request in pending()}
    for name in sorted(where.names(Folder.NEEDS_ACTION)):
        note = read_open_task(name)
        if note is not None and str(note.front.get("status", "new")) in OPEN and name not in asked:
            found.append(name)
    return found


def read_open_task(task_id: str) -> Note | None:
    """The task's note; None when it has left Needs_Action/ or cannot be read (then it was set aside)."""
    where = desk()
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
    return note


def write_plan(prepared: Prepared, outcome: Outcome | None = None) -> None:
    """Write the plan with each step's status to Plans/, and what was read into the task's note."""
    plan = prepared.plan
    if plan is None:
        return
    statuses = outcome.statuses if outcome else {}
    front = {
        "task": plan.task_id,
        "playbook": plan.playbook,
        "steps": [
            {
                "id": step.id,
                "action": step.action,
                "needs": step.needs,
                "status": statuses.get(step.id, StepStatus.PLANNED).value,
            }
            for step in plan.steps
        ],
    }
    where = desk()
    where.save(Folder.PLANS, plan.task_id, Note.new(front, _plan_body(plan, prepared, statuses)))
    if outcome is None:
        _change(plan.task_id, {**_thoughts(prepared), "status": "working"})


def record_waiting(prepared: Prepared, outcome: Outcome) -> None:
    """The task waits for a person."""
    write_plan(prepared, outcome)
    _change(prepared.task_id, {"status": "waiting", "waits_for": outcome.waiting_for})


MOST_TRIES = 120
"""Runs that may end `Later` before a person has to look: two hours of a service that is away."""


def record_later(prepared: Prepared, outcome: Outcome, now: datetime) -> bool:
    """The task waits for a service; False when it has waited too often and lies among the dead letters."""
    write_plan(prepared, outcome)
    note = read_open_task(prepared.task_id)
    tries = int(str(note.front.get("tries", 0))) + 1 if note else 1
    _change(prepared.task_id, {"status": "later", "delays": outcome.delays, "tries": tries})
    if tries < MOST_TRIES:
        return True
    bury(
        "task",
        prepared.task_id,
        payload={"task_id": prepared.task_id},
        error=TransientError("; ".join(outcome.delays)),
        now=now,
    )
    escalate(prepared, [f"tried {tries} times", *outcome.delays], now)
    return False


def close_done(prepared: Prepared, outcome: Outcome, now: datetime) -> None:
    """Move the note to Done/ with its evidence; only verified steps get here."""
    write_plan(prepared, outcome)
    task_id = prepared.task_id
    changes = {
        "status": "done",
        "done": now.isoformat(timespec="seconds"),
        "evidence": _plain(outcome.evidence),
        "waits_for": None,
        "delays": None,
        "tries": None,
    }
    mark_seen(task_id, now)
    _change(task_id, changes)
    desk().move(task_id, Folder.NEEDS_ACTION, Folder.DONE)
    _audit(task_id, "task.done", AuditStatus.SUCCESS, now, {"steps": list(outcome.statuses)})


def escalate(prepared: Prepared, reasons: list[str], now: datetime) -> None:
    """Hand the task to a person: the note says why and what to do."""
    changes = {**_thoughts(prepared), "status": "escalated", "why": reasons, "waits_for": None}
    _change(prepared.task_id, changes)
    _audit(prepared.task_id, "task.escalated", AuditStatus.INFO, now, {"reasons": len(reasons)})


def _thoughts(prepared: Prepared) -> dict[str, Any]:
    decided = prepared.triage
    return {
        "kind": decided.kind,
        "domain": decided.domain.value,
        "priority": decided.priority.value,
        "reasons": list(decided.reasons),
        **({"was_read": prepared.rows} if prepared.rows else {}),
        **({"doubts": prepared.doubts} if prepared.doubts else {}),
    }


def _change(task_id: str, changes: Mapping[str, Any]) -> None:
    gone = [key for key, value in changes.items() if value is None]
    kept = {key: value for key, value in changes.items() if value is not None}

    def change(note: Note) -> Note:
        changed = note.with_front(**kept)
        for key in gone:
            changed.front.pop(key, None)
        return changed

    desk().update(Folder.NEEDS_ACTION, task_id, change)


def _plain(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        step: {name: value for name, value in facts.items() if value is not None}
        for step, facts in evidence.items()
    }


def _plan_body(plan: Plan, prepared: Prepared, statuses: Mapping[str, StepStatus]) -> str:
    lines = [f"\n# Plan for [[{plan.task_id}]]\n", f"By the playbook [[{plan.playbook}]].\n"]
    for number, step in enumerate(plan.steps, start=1):
        lines.append(
            f"{number}. **{step.id}** ({step.action}): {statuses.get(step.id, StepStatus.PLANNED).value}"
        )
        lines += [f"   - {name}: {shown_inline(str(value))}" for name, value in step.inputs.items()]
    if prepared.doubts:
        lines += ["\nDoubtful:", *(f"- {shown_inline(doubt)}" for doubt in prepared.doubts)]
    return "\n".join(lines) + "\n"


def _audit(task_id: str, action: str, status: AuditStatus, now: datetime, details: dict[str, Any]) -> None:
    event = AuditEvent(action=action, status=status, actor="work_tasks", resource=task_id, details=details)
    audit_log().append(event, now)
