"""Asking a person: a request is made once for one content of one step, and shown by a run of its own."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blocks.settings import Mode, settings
from domain.approvals.answer import BY_REPLY
from domain.approvals.hashing import canonical_json, content_hash, text_hash
from domain.approvals.render import Background, render_request, with_terms, without_terms
from domain.approvals.request import ApprovalRequest, ApprovalState, ApproverProof
from domain.errors import RejectedError
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Step
from domain.policy.assess import Verdict
from domain.policy.handbook import Handbook
from tasks.approvals import record
from tasks.approvals.record import ApprovalRow, is_genuine, request_in, row_of, rows_of, seal
from tasks.approvals.runs import ensure_run
from tasks.reliability.serialised import serialised
from tasks.vault.clocks import own_clocks


class NotExpiredError(RejectedError):
    """Only a request that nobody answered, or refused by a reply without a code, can be asked again."""

    def __init__(self, request_id: str, state: ApprovalState) -> None:
        super().__init__(
            f"request {request_id} is {state.value}; only an expired one can be asked again, or one that a reply "
            "without a one-time code refused"
        )


@dataclass(frozen=True)
class NewRequest:
    """What a person is to decide about one step."""

    task_id: str
    step_id: str
    action: str
    inputs: Mapping[str, Any]
    shown_markdown: str
    reasons: list[str]
    proof_required: bool


async def ask_person(  # noqa: PLR0913 (what is asked, why, and what of)
    task_id: str, step: Step, verdict: Verdict, background: Background, *, handbook: Handbook, now: datetime
) -> str:
    """Ask about one step; the same question again finds the same request and the same run.

    Returns:
        The request's id. Should the Prefect server be away, `collect_decisions` starts the waiting run later.
    """
    action = CATALOGUE[step.action]
    inputs = action.inputs.model_validate(step.inputs)
    shown = render_request(
        action.headed(step.inputs),
        action.shown(inputs),
        reasons=verdict.reasons,
        sandbox=settings().mode is Mode.SANDBOX,
        background=background,
        preview=action.preview(inputs),
    )
    new = NewRequest(
        task_id, step.id, action.name, step.inputs, shown, verdict.reasons, verdict.proof_required
    )
    request = open_request(new, now, handbook)
    await ensure_run(request)
    return request.id


def open_request(new: NewRequest, now: datetime, handbook: Handbook) -> ApprovalRequest:
    """Ask for a decision; the same content for the same step is the same request.

    An answered or expired request comes back as it is: nobody is asked twice. Another content of the step
    replaces a request that was open or approved.
    """
    request, is_new = serialised(lambda session: _open(session, new, now, handbook))
    if is_new:
        record.audit_state(request, now)
    return request


def open_again(request_id: str, now: datetime, handbook: Handbook) -> ApprovalRequest:
    """Ask once more, as a new version, what nobody answered, or what a reply refused that anybody may have written.

    Raises:
        NoSuchRequestError, NotExpiredError: there is nothing to ask again.
    """

    def again(session: Session) -> ApprovalRequest:
        row = row_of(session, request_id)
        if row.state != ApprovalState.EXPIRED and not _is_unproven_refusal(row):
            raise NotExpiredError(request_id, ApprovalState(row.state))
        _supersede(row)
        shown = without_terms(row.shown)
        new = NewRequest(
            row.task_id, row.step_id, row.action, row.asked, shown, row.reasons, row.proof_required
        )
        return _insert(session, new, now, handbook)

    request = serialised(again)
    record.audit_state(request, now)
    return request


def withdraw_requests(task_id: str, now: datetime, *, of: Callable[[str], bool] = lambda _step: True) -> None:
    """Close what is still open about a task that is no longer wanted, or `of` some of its steps."""

    def withdraw(session: Session) -> list[ApprovalRequest]:
        query = select(ApprovalRow).where(
            ApprovalRow.task_id == task_id, ApprovalRow.state == ApprovalState.PENDING.value
        )
        rows = [row for row in session.scalars(query) if of(row.step_id)]
        for row in rows:
            _supersede(row)
        return [request_in(row) for row in rows]

    for request in serialised(withdraw):
        record.audit_state(request, now)


def close_questions(task_id: str, now: datetime) -> bool:
    """Close what a person is asked about a task of which something new was written; whether anything was asked."""
    if not any(one.is_open for one in record.of_task(task_id)):
        return False
    withdraw_requests(task_id, now)
    return True


def _open(
    session: Session, new: NewRequest, now: datetime, handbook: Handbook
) -> tuple[ApprovalRequest, bool]:
    """The request, and whether it is new."""
    wanted = content_hash(new.action, new.inputs)
    rows = rows_of(session, new.task_id, new.step_id)
    for row in rows:
        if row.asked_hash == wanted and _still_stands(row, new, now):
            return request_in(row), False
    for row in rows:
        if row.state in (ApprovalState.PENDING, ApprovalState.APPROVED):
            _supersede(row)
    return _insert(session, new, now, handbook), True


def _still_stands(row: ApprovalRow, new: NewRequest, now: datetime) -> bool:
    if not is_genuine(row):
        return False
    if row.state == ApprovalState.APPROVED:
        proven = row.proof == ApproverProof.CODE or not new.proof_required
        return proven and row.expires_at > now
    stricter_now = new.proof_required and not row.proof_required
    return row.state != ApprovalState.PENDING or not stricter_now


def _is_unproven_refusal(row: ApprovalRow) -> bool:
    unproven = row.proof != ApproverProof.CODE and row.channel in BY_REPLY
    return row.state == ApprovalState.REJECTED and unproven and is_genuine(row)


def _supersede(row: ApprovalRow) -> None:
    row.state = ApprovalState.SUPERSEDED
    seal(row)


def _insert(session: Session, new: NewRequest, now: datetime, handbook: Handbook) -> ApprovalRequest:
    latest = session.scalar(
        select(func.max(ApprovalRow.version)).where(
            ApprovalRow.task_id == new.task_id, ApprovalRow.step_id == new.step_id
        )
    )
    version, times = (latest or 0) + 1, handbook.approvals
    inputs = json.loads(canonical_json(new.inputs))
    hashed = content_hash(new.action, inputs)
    expires_at = now + timedelta(hours=times.expire_hours)
    shown = with_terms(
        new.shown_markdown,
        hashed,
        expires_at.astimezone(own_clocks()),
        proof_required=new.proof_required,
        changeable=_changeable(new),
    )
    row = ApprovalRow(
        id=_id_of(new, hashed, version),
        task_id=new.task_id,
        step_id=new.step_id,
        version=version,
        action=new.action,
        asked=inputs,
        asked_hash=hashed,
        inputs=inputs,
        content_hash=hashed,
        shown=shown,
        shown_hash=text_hash(shown),
        reasons=list(new.reasons),
        proof_required=new.proof_required,
        state=ApprovalState.PENDING,
        created_at=now,
        expires_at=expires_at,
        remind_at=now + timedelta(hours=times.remind_hours),
        escalate_at=now + timedelta(hours=times.escalate_hours),
        comment="",
    )
    seal(row)
    session.add(row)
    session.flush()
    return request_in(row)


def _changeable(new: NewRequest) -> list[str]:
    """The names of what a person may change in it; nothing where an older version asked otherwise."""
    action = CATALOGUE.get(new.action)
    try:
        return list(action.changeable(action.inputs.model_validate(new.inputs))) if action else []
    except ValidationError:
        return []


def _id_of(new: NewRequest, hashed: str, version: int) -> str:
    named = canonical_json([new.task_id, new.step_id, hashed, version])
    return f"ask-{hashlib.sha256(named.encode()).hexdigest()[:12]}"
