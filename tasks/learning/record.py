"""Counting outcomes, each once, and making them all anew from the ledger and the audit log.

An effect and an answer leave a row in the transaction that ends them (`tasks/reliability/outcomes_due.py`), a task
its line in the audit log. What is counted, and how far, is written in one transaction: after a kill, or where two count
at once, nothing is counted twice and nothing is missed.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, delete, false, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from domain.accounting.party import party_key
from domain.approvals.request import ApprovalState
from domain.learning.outcome import Outcome, OutcomeEnd, Sort, outcome_id
from domain.planning.catalogue import CATALOGUE
from domain.reliability.effect import EffectState
from tasks.approvals.record import ApprovalRow
from tasks.audit.log import audit_log
from tasks.learning.table import (
    LearnedOutcome,
    LearnedPlace,
    LearnedTask,
    outcomes_where,
    rows_where,
)
from tasks.learning.told import DONE, ESCALATED, LogPlace, ToldRecord, first_moment, told_since
from tasks.reliability.outcomes_due import OutcomeDue
from tasks.reliability.serialised import serialised
from tasks.reliability.table import Effect

NAME = "outcomes"
MOST_DUE = 2_000
"""Counted in one transaction."""
ENDS = {
    EffectState.DONE: OutcomeEnd.DONE,
    EffectState.REFUSED: OutcomeEnd.REFUSED,
    EffectState.COMPENSATED: OutcomeEnd.UNDONE,
}


def learn() -> int:
    """Count what has ended since the last time; how many records that were.

    Raises:
        AuditUnavailableError: the audit log cannot be read.
        LedgerUnavailableError: the ledger cannot be used.
    """
    count = 0
    while found := _learn_some():
        count += found
    return count


def _learn_some() -> int:
    place = serialised(_place)
    if place is None:  # the first time: what ended before there was learning
        _set_back()
        return 1
    told, after = told_since(audit_log(), place)

    def count(session: Session) -> int:
        due = list(session.scalars(select(OutcomeDue).limit(MOST_DUE)))
        _count_due(session, due)
        if _place(session) != place:  # another one counted these lines
            return len(due)
        _count_told(session, told)
        row = _place_row(session)
        row.file, row.offset = after.file, after.offset
        return len(due) + (after != place)

    return serialised(count)


def rebuild() -> int:
    """Make every outcome anew; how many there are.

    Ends of tasks that are older than the oldest line of the audit log have no other record, and stay as they are. All
    is only set back at once, and then counted like anything new: others go on writing, and a kill loses nothing.
    """
    _set_back()
    learn()
    return serialised(lambda session: session.scalar(select(func.count()).select_from(LearnedOutcome)) or 0)


def _set_back() -> None:
    oldest = first_moment(audit_log())

    def set_back(session: Session) -> None:
        is_of_ledger = LearnedOutcome.sort != Sort.TASK.value
        is_told = LearnedOutcome.at >= oldest if oldest else false()
        session.execute(delete(LearnedOutcome).where(or_(is_of_ledger, is_told)))
        session.execute(delete(OutcomeDue))
        for sort, key, has_ended in (
            (Sort.EFFECT, Effect.key, Effect.state.in_([state.value for state in ENDS])),
            (Sort.DECISION, ApprovalRow.id, ApprovalRow.decided_at.is_not(None)),
        ):
            due = select(literal(sort.value), key).where(has_ended)
            session.execute(insert(OutcomeDue).from_select(["sort", "key"], due))
        row = _place_row(session)
        row.file, row.offset = "", 0

    serialised(set_back)


def forget(since: datetime | None) -> int:
    """Learn only from what ends from a moment on, and forget what ended before; how many outcomes were forgotten.

    Args:
        since: None: all that is on record may be learned from, once it is made anew.
    """

    def drop(session: Session) -> int:
        _place_row(session).since = since
        if since is None:
            return 0
        gone = session.execute(delete(LearnedOutcome).where(LearnedOutcome.at < since))
        session.execute(update(LearnedTask).where(LearnedTask.planned_at < since).values(expected=None))
        return int(gone.rowcount)  # type: ignore[attr-defined]

    return serialised(drop)


def learned() -> list[Outcome]:
    """The counted outcomes, the newest first."""
    return serialised(outcomes_where)


def learned_rows() -> list[Any]:
    """The same as they are kept: nothing of them is read yet."""
    return serialised(rows_where)


def _place_row(session: Session) -> LearnedPlace:
    row = session.get(LearnedPlace, NAME)
    if row is None:
        row = LearnedPlace(name=NAME, file="", offset=0)
        session.add(row)
    return row


def _place(session: Session) -> LogPlace | None:
    row = session.get(LearnedPlace, NAME)
    return LogPlace(row.file, row.offset) if row else None


def _count_due(session: Session, due: Sequence[OutcomeDue]) -> None:
    """The outcomes of these records, as they are now; none where one has none any more."""
    keys = {sort: [row.key for row in due if row.sort == sort] for sort in (Sort.EFFECT, Sort.DECISION)}
    session.execute(
        delete(LearnedOutcome).where(
            LearnedOutcome.id.in_([outcome_id(Sort(row.sort), row.key) for row in due])
        )
    )
    _write(session, _effects(session, Effect.key.in_(keys[Sort.EFFECT])))
    _write(session, _decisions(session, ApprovalRow.id.in_(keys[Sort.DECISION])))
    for row in due:
        session.delete(row)


def _write(session: Session, outcomes: Iterable[Outcome]) -> None:
    """Add outcomes, each with what is known of its task."""
    since = _place_row(session).since
    wanted = [one for one in outcomes if since is None or one.at >= since]
    known = _known_of(session, {one.task_id for one in wanted})
    if wanted:
        rows = [vars(one) | known.get(one.task_id, {}) for one in wanted]
        session.execute(insert(LearnedOutcome.__table__), rows)  # type: ignore[arg-type]


def _known_of(session: Session, ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Of these tasks what was known before their end."""
    columns = (LearnedTask.task_id, LearnedTask.kind, LearnedTask.playbook)
    rows = session.execute(select(*columns).where(LearnedTask.task_id.in_(ids)))
    return {task_id: {"kind": kind, "playbook": playbook} for task_id, kind, playbook in rows.tuples()}


def _tasks(session: Session, ids: Collection[str]) -> dict[str, LearnedTask]:
    query = select(LearnedTask).where(LearnedTask.task_id.in_(ids))
    return {row.task_id: row for row in session.scalars(query)}


def _effects(session: Session, condition: ColumnElement[bool]) -> list[Outcome]:
    """From the intent to the receipt; of what was undone, how long it had taken is no longer on record."""
    columns = (
        Effect.key,
        Effect.task_id,
        Effect.action,
        Effect.payee,
        Effect.state,
        Effect.attempts,
        Effect.created_at,
        Effect.updated_at,
    )
    return [
        Outcome(
            id=outcome_id(Sort.EFFECT, row.key),
            sort=Sort.EFFECT,
            how=ENDS[row.state],
            at=row.updated_at,
            task_id=row.task_id,
            action=row.action,
            counterparty=row.payee or "",
            lasted_ms=None
            if row.state == EffectState.COMPENSATED
            else _between(row.created_at, row.updated_at),
            retries=row.attempts - 1,
        )
        for row in session.execute(select(*columns).where(condition))
        if row.state in ENDS
    ]


def _decisions(session: Session, condition: ColumnElement[bool]) -> list[Outcome]:
    """A person's answers about actions, from the question on; those about the rules are about no action.

    What was approved and then replaced by other content had been approved all the same.
    """
    columns = (
        ApprovalRow.id,
        ApprovalRow.task_id,
        ApprovalRow.action,
        ApprovalRow.asked,
        ApprovalRow.asked_hash,
        ApprovalRow.content_hash,
        ApprovalRow.state,
        ApprovalRow.created_at,
        ApprovalRow.decided_at,
    )
    return [
        Outcome(
            id=outcome_id(Sort.DECISION, row.id),
            sort=Sort.DECISION,
            how=_answer(row),
            at=row.decided_at,
            task_id=row.task_id,
            action=row.action,
            counterparty=counterparty_in(row.action, row.asked),
            lasted_ms=_between(row.created_at, row.decided_at),
        )
        for row in session.execute(select(*columns).where(condition))
        if row.decided_at is not None and row.action in CATALOGUE
    ]


def _answer(row: Any) -> OutcomeEnd:
    if row.state == ApprovalState.REJECTED:
        return OutcomeEnd.REJECTED
    return OutcomeEnd.APPROVED if row.asked_hash == row.content_hash else OutcomeEnd.EDITED


def counterparty_in(action: str, inputs: dict[str, Any]) -> str:
    """Who is paid or pays by these inputs, as a `party_key`; nothing where they are none of the action's any more."""
    known = CATALOGUE[action]
    try:
        payee = known.payee(known.inputs.model_validate(inputs))
    except ValidationError:
        return ""
    return party_key(payee) if payee else ""


def _count_told(session: Session, told: Sequence[ToldRecord]) -> None:
    """Arrivals and ends of tasks, in their order; the first line of each counts."""
    ids = {one.task_id for one in told}
    tasks = _tasks(session, ids)
    outcome_ids = [outcome_id(Sort.TASK, task_id) for task_id in ids]
    known = {one.task_id: one for one in outcomes_where(session, LearnedOutcome.id.in_(outcome_ids))}
    asked_at = _asked_at(session, ids)
    changed: dict[str, Outcome] = {}
    for one in told:
        if one.action not in {DONE, ESCALATED}:
            row = tasks.setdefault(one.task_id, LearnedTask(task_id=one.task_id, kind="", playbook=""))
            row.came_at = row.came_at or one.at
            continue
        before = known.get(one.task_id)
        if before is None or (before.how is OutcomeEnd.HANDED and one.action == DONE):
            was_asked = one.task_id in asked_at and asked_at[one.task_id] <= one.at
            is_helped = before is not None or was_asked
            known[one.task_id] = changed[one.task_id] = _end(one, tasks.get(one.task_id), is_helped=is_helped)
    session.add_all(tasks.values())
    session.flush()
    session.execute(delete(LearnedOutcome).where(LearnedOutcome.id.in_([one.id for one in changed.values()])))
    _write(session, changed.values())


def _asked_at(session: Session, ids: Collection[str]) -> dict[str, datetime]:
    """When a person was first asked about each of these tasks."""
    first = func.min(ApprovalRow.created_at)
    query = select(ApprovalRow.task_id, first).where(ApprovalRow.task_id.in_(ids))
    return dict(session.execute(query.group_by(ApprovalRow.task_id)).tuples().all())


def _end(told: ToldRecord, task: LearnedTask | None, *, is_helped: bool) -> Outcome:
    begun = [at for at in (task.came_at, task.planned_at) if at and at <= told.at] if task else []
    done = OutcomeEnd.HELPED if is_helped else OutcomeEnd.ALONE
    return Outcome(
        id=outcome_id(Sort.TASK, told.task_id),
        sort=Sort.TASK,
        how=OutcomeEnd.HANDED if told.action == ESCALATED else done,
        at=told.at,
        task_id=told.task_id,
        lasted_ms=_between(begun[0], told.at) if begun else None,
    )


def _between(first: datetime, last: datetime) -> int:
    return max(round((last - first).total_seconds() * 1000), 0)
