"""What is to be expected of a task: said once, before its work begins, and kept to be compared with what came."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from domain.learning.estimate import Calibration, Estimate, Past, calibration, estimate, read_estimate
from domain.learning.outcome import OutcomeEnd, Sort
from tasks.learning.table import (
    COLUMNS,
    LearnedOutcome,
    LearnedTask,
    outcome_in,
    task_row,
)
from tasks.reliability.serialised import serialised, serialised_unsynced

MOST_TASKS = 200
"""Of a playbook, of a kind and of all, how many of the newest are looked at."""


def expected_of(task_id: str, kind: str, playbook: str, now: datetime) -> Estimate | None:
    """What was expected of a task when it was understood first; None: no task has ended yet.

    What kind of task it is, and by which playbook it is done, is remembered for its outcomes.
    """

    def expect(session: Session) -> Estimate | None:
        row = task_row(session, task_id)
        if (row.kind, row.playbook) != (kind, playbook):
            row.kind, row.playbook = kind, playbook
            same = update(LearnedOutcome).where(LearnedOutcome.task_id == task_id)
            session.execute(same.values(kind=kind, playbook=playbook))
        if row.planned_at is None:
            row.planned_at = now
            found = _estimate(session, kind, playbook)
            row.expected = found.plain() if found else None
        return read_estimate(row.expected) if row.expected else None

    return serialised_unsynced(expect)  # what is done of the task waits for the disk, and this with it


def _estimate(session: Session, kind: str, playbook: str) -> Estimate | None:
    """From the newest tasks of the playbook, of the kind, and of all."""
    groups = [
        _newest(session, *conditions)
        for conditions in ([LearnedOutcome.playbook == playbook], [LearnedOutcome.kind == kind], [])
    ]
    return estimate(groups) if groups[-1] else None


def _newest(session: Session, *conditions: ColumnElement[bool]) -> list[Past]:
    query = (
        select(LearnedOutcome.how, LearnedOutcome.lasted_ms)
        .where(LearnedOutcome.sort == Sort.TASK.value, *conditions)
        .order_by(LearnedOutcome.at.desc(), LearnedOutcome.id.desc())
        .limit(MOST_TASKS)
    )
    return [(OutcomeEnd(how), lasted) for how, lasted in session.execute(query).tuples()]


def calibrated() -> Calibration:
    """How what was expected agrees with what came, of all tasks that ended."""
    query = (
        select(LearnedTask.expected, *COLUMNS)
        .join(LearnedTask, LearnedTask.task_id == LearnedOutcome.task_id)
        .where(LearnedOutcome.sort == Sort.TASK.value, LearnedTask.expected.is_not(None))
        .order_by(LearnedOutcome.at, LearnedOutcome.id)
    )
    rows = serialised(lambda session: list(session.execute(query)))
    return calibration([(read_estimate(row.expected), outcome_in(row)) for row in rows])


def expected_lengths() -> dict[str, dict[str, Any]]:
    """Of each task of which a length was expected, that length as it is kept: nothing of it is read yet."""
    query = select(LearnedTask.task_id, LearnedTask.expected).where(LearnedTask.expected.is_not(None))
    rows = serialised(lambda session: session.execute(query).tuples().all())
    return {task_id: expected["lasts"] for task_id, expected in rows if expected and expected.get("lasts")}
