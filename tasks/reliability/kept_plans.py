"""A plan that takes more than one step, kept from its beginning on: its playbook as it was, and what is known by now.

Both are sealed rows in the ledger's database. A playbook that is edited meanwhile, a mail that is read differently by a
later version, a list that has grown: a plan that has begun goes on with what it began with. A plan that is stopped says
so here before anything is undone, so whoever works on it goes back, never forward again: no effect of it is begun.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.approvals.hashing import canonical_json
from domain.errors import ContractError, RejectedError
from domain.planning.program import AGAIN, Program
from tasks.keys import mac_of
from tasks.reliability.claims import refuse_lost
from tasks.reliability.serialised import find_rows, serialised

_ROUND = re.compile(rf"{AGAIN}\d+\.$")
WHOLE = ""
"""The scope of all steps; others are records of loops, such as `remind.3.`."""


class PlanRow(Base):
    """A plan that has begun.

    Attributes:
        source: Who asked for it by name, and how; empty: it was chosen for what the task is.
        stopped: By scope, why what was done there is undone.
        rounds: How often it was begun anew after it was undone.
    """

    __tablename__ = "plans"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    content: Mapped[str]
    program: Mapped[dict[str, Any]] = mapped_column(JSON)
    stopped: Mapped[dict[str, str]] = mapped_column(JSON)
    rounds: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seal: Mapped[str]


class StepRow(Base):
    """What is known of one step.

    Attributes:
        inputs: As they were completed before it was begun; of one that waits, since when and until when.
        facts: What later steps refer to; None: it is not done yet.
        evidence: What its task's note shows.
    """

    __tablename__ = "plan_steps"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    step_id: Mapped[str] = mapped_column(primary_key=True)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    waits_for: Mapped[str | None] = mapped_column(index=True)
    """`paid:17`, `reply:THREAD` or `time:`, as long as it waits for that."""
    seal: Mapped[str]


class ForgedPlanError(ContractError):
    """The record of a plan was changed by something other than the employee."""

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"the record of the plan of {task_id} is not as it was kept; it is not followed: look who changed it"
        )


class PlanStoppedError(RejectedError):
    """What is done of its plan is being undone, so nothing more of it is begun."""


@dataclass(frozen=True)
class KeptStep:
    """What is known of a step; `facts` is None until it is verified."""

    inputs: dict[str, Any]
    facts: dict[str, Any] | None
    evidence: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class KeptPlan:
    """A plan as it stands."""

    task_id: str
    source: str
    content: str
    program: Program
    stopped: dict[str, str]
    rounds: int
    begun_at: datetime
    steps: dict[str, KeptStep] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        """Of each verified step."""
        return {name: step.facts for name, step in self.steps.items() if step.facts is not None}


def find_plan(task_id: str) -> KeptPlan | None:
    """The plan of a task, if it has begun.

    Raises:
        ForgedPlanError: its record was tampered with.
    """

    def find(session: Session) -> tuple[PlanRow | None, list[StepRow]]:
        row = session.get(PlanRow, task_id)
        if row is None:
            return None, []
        return row, list(session.scalars(select(StepRow).where(StepRow.task_id == task_id)))

    row, steps = serialised(find)
    return None if row is None else _kept(row, steps)


def begin_plan(
    task_id: str, program: Program, now: datetime, *, source: str = "", content: str = ""
) -> KeptPlan:
    """Keep a plan; of two workers at once the first one's counts and is returned."""

    def keep(session: Session) -> tuple[PlanRow, list[StepRow]]:
        row = session.get(PlanRow, task_id)
        if row is not None:
            return row, list(session.scalars(select(StepRow).where(StepRow.task_id == task_id)))
        row = PlanRow(
            task_id=task_id,
            source=source,
            content=content,
            program=program.model_dump(mode="json"),
            stopped={},
            rounds=1,
            begun_at=now,
        )
        row.seal = _mac(row)
        session.add(row)
        return row, []

    return _kept(*serialised(keep))


def begin_again(task_id: str, program: Program) -> None:
    """Another round of a plan that was undone: with the playbook as it is now, and step ids of its own."""

    def again(session: Session) -> None:
        refuse_lost(session)
        row = _genuine(session, task_id)
        if WHOLE not in row.stopped:
            return  # another worker was faster
        rounds = row.rounds + 1
        new = program.model_copy(update={"prefix": f"{AGAIN}{rounds}.", "rounds": {}})
        row.program, row.stopped, row.rounds = new.model_dump(mode="json"), {}, rounds
        row.seal = _mac(row)

    serialised(again)


def begin_records_again(task_id: str, scopes: set[str]) -> None:
    """The same for some records of its loops; the others stay as they are."""

    def again(session: Session) -> None:
        refuse_lost(session)
        row = _genuine(session, task_id)
        program = Program.model_validate(row.program)
        for scope in row.stopped.keys() & scopes:
            record = _ROUND.sub("", scope)
            program.rounds[record] = program.rounds.get(record, 1) + 1
        row.program = program.model_dump(mode="json")
        row.stopped = {scope: why for scope, why in row.stopped.items() if scope not in scopes}
        row.seal = _mac(row)

    serialised(again)


def keep_step(  # noqa: PLR0913 (what is known of a step)
    task_id: str,
    step_id: str,
    now: datetime,
    *,
    inputs: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
    waits_for: str | None = None,
) -> KeptStep:
    """Keep what is known of a step; what was kept first stays, so that nobody goes on with something else."""

    def keep(session: Session) -> StepRow:
        refuse_lost(session)
        row = session.get(StepRow, (task_id, step_id))
        if row is None:
            row = StepRow(task_id=task_id, step_id=step_id, inputs=dict(inputs or {}), evidence={}, at=now)
            session.add(row)
        if facts is not None and row.facts is None:
            row.facts, row.evidence, row.at = dict(facts), dict(evidence or {}), now
        row.waits_for = waits_for if row.facts is None else None
        row.seal = _step_mac(row)
        session.flush()
        return row

    return _kept_step(serialised(keep))


def wait_anew(task_id: str, step_id: str, now: datetime, inputs: Mapping[str, Any]) -> KeptStep:
    """Keep another beginning and end of a wait that is not over."""

    def keep(session: Session) -> StepRow:
        row = session.get_one(StepRow, (task_id, step_id))
        if row.facts is None:
            row.inputs, row.at = dict(inputs), now
            row.seal = _step_mac(row)
        return row

    return _kept_step(serialised(keep))


def stop_plan(task_id: str, scope: str, why: str) -> str:
    """From here on what was done in this scope is undone and nothing else; the first reason, which stays.

    Args:
        task_id: Whose plan.
        scope: What of it.
        why: For a person.
    """

    def stop(session: Session) -> str:
        refuse_lost(session)
        row = _genuine(session, task_id)
        row.stopped = {scope: why} | row.stopped
        row.seal = _mac(row)
        return row.stopped[scope]

    return serialised(stop)


def refuse_stopped(session: Session, task_id: str, step_id: str) -> None:
    """In the transaction that begins an effect, so that no worker begins one after another has stopped the plan.

    Raises:
        PlanStoppedError: the step belongs to what is stopped; says why.
    """
    if session.get(PlanRow, task_id) is None:
        return
    for scope, why in _genuine(session, task_id).stopped.items():
        if is_of(step_id, scope):
            raise PlanStoppedError(why)


def is_of(step_id: str, scope: str) -> bool:
    """Whether a step belongs to the scope; a loop's step of its own has the record's name without the dot."""
    return step_id.startswith(scope) or step_id == scope.removesuffix(".")


def waiting_for(kind: str) -> dict[str, list[StepRow]]:
    """What plans wait for of this kind (`paid`, `reply`, `time`): by reference, the steps that do."""
    waiting = select(StepRow).where(StepRow.waits_for.startswith(f"{kind}:"))
    found: dict[str, list[StepRow]] = {}
    for row in find_rows(waiting):
        reference = (row.waits_for or "").partition(":")[2]
        found.setdefault(reference, []).append(row)
    return found


def _genuine(session: Session, task_id: str) -> PlanRow:
    row = session.get(PlanRow, task_id)
    if row is None or not hmac.compare_digest(row.seal, _mac(row)):
        raise ForgedPlanError(task_id)
    return row


def _kept(row: PlanRow, steps: list[StepRow]) -> KeptPlan:
    if not hmac.compare_digest(row.seal, _mac(row)):
        raise ForgedPlanError(row.task_id)
    return KeptPlan(
        task_id=row.task_id,
        source=row.source,
        content=row.content,
        program=Program.model_validate(row.program),
        stopped=dict(row.stopped),
        rounds=row.rounds,
        begun_at=row.begun_at,
        steps={step.step_id: _kept_step(step) for step in steps},
    )


def _kept_step(row: StepRow) -> KeptStep:
    if not hmac.compare_digest(row.seal, _step_mac(row)):
        raise ForgedPlanError(row.task_id)
    return KeptStep(row.inputs, row.facts, row.evidence, row.at)


def _mac(row: PlanRow) -> str:
    names = ("task_id", "source", "content", "program", "stopped", "rounds")
    return mac_of({"kind": "plan"} | {name: getattr(row, name) for name in names})


def _step_mac(row: StepRow) -> str:
    names = ("task_id", "step_id", "inputs", "facts", "evidence", "waits_for")
    facts = {name: getattr(row, name) for name in names}
    return mac_of({"kind": "plan step", "facts": canonical_json(facts)})
