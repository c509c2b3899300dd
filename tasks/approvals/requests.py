"""Requests and decisions as rows. The only code that makes an approval, and the only code that says one counts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.approvals.answer import (
    Answer,
    Reassess,
    Ruling,
    Validate,
    is_due,
    judge,
    proof_refusal,
)
from domain.approvals.hashing import canonical_json, content_hash, text_hash
from domain.approvals.render import render_terms
from domain.approvals.request import (
    ApprovalExpiredError,
    ApprovalRejectedError,
    ApprovalRequest,
    ApprovalState,
    ApprovalVoidError,
    Approved,
    Proof,
    VoidReason,
)
from domain.errors import RejectedError
from domain.policy.handbook import Handbook
from tasks.approvals import records
from tasks.approvals.codes import check_code
from tasks.approvals.seal import is_genuine, seal
from tasks.approvals.table import ApprovalRow
from tasks.reliability.serialised import serialised

__all__ = [
    "ApprovalExpiredError",
    "ApprovalRejectedError",
    "ApprovalRequest",
    "ApprovalState",
    "ApprovalVoidError",
    "Approved",
    "NewRequest",
    "Outcome",
    "OutcomeKind",
    "approval_for",
    "find",
    "open_again",
    "open_request",
    "pending",
    "record_answer",
]


class NoSuchRequestError(RejectedError):
    """Nobody was asked under this id."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"there is no approval request '{request_id}'; see: fte approvals list")


class NotExpiredError(RejectedError):
    """Only a request that nobody answered can be asked again."""

    def __init__(self, request_id: str, state: ApprovalState) -> None:
        super().__init__(f"request {request_id} is {state.value}; only an expired one can be asked again")


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


class OutcomeKind(StrEnum):
    """What an answer came to."""

    APPROVED = "approved"
    REJECTED = "rejected"
    ASK_AGAIN = "ask again"
    ALREADY = "already"


@dataclass(frozen=True)
class Outcome:
    """The request after an answer; `reason` says why an answer was not taken."""

    kind: OutcomeKind
    request: ApprovalRequest
    reason: str | None = None


def open_request(new: NewRequest, now: datetime, handbook: Handbook) -> ApprovalRequest:
    """Ask for a decision; the same content for the same step is the same request.

    An answered or expired request comes back as it is: nobody is asked twice. Another content of the step
    replaces a request that was open or approved.
    """
    made = serialised(lambda session: _open(session, new, now, handbook))
    if made.is_new:
        records.audit_opened(made.request, now)
    return made.request


def open_again(request_id: str, now: datetime, handbook: Handbook) -> ApprovalRequest:
    """Ask once more what nobody answered, as a new version.

    Raises:
        NoSuchRequestError, NotExpiredError: there is nothing to ask again.
    """

    def again(session: Session) -> ApprovalRequest:
        row = _row(session, request_id)
        if row.state != ApprovalState.EXPIRED:
            raise NotExpiredError(request_id, ApprovalState(row.state))
        _supersede(row)
        new = NewRequest(
            row.task_id,
            row.step_id,
            row.action,
            row.asked,
            _untermed(row.shown),
            row.reasons,
            row.proof_required,
        )
        return _insert(session, new, now, handbook)

    request = serialised(again)
    records.audit_opened(request, now)
    return request


def record_answer(
    request_id: str,
    answer: Answer,
    now: datetime,
    *,
    validate: Validate | None = None,
    reassess: Reassess | None = None,
) -> Outcome:
    """Take one answer, from whichever door; of several at the same moment one decides.

    Args:
        request_id: what is answered.
        answer: as it arrived.
        now: the present, aware.
        validate: edited inputs -> as the action wants them; ValueError asks again with its sentence.
        reassess: edited inputs -> the policy's verdict, which may want a code that the original did not.

    Raises:
        NoSuchRequestError: nobody was asked under this id.
    """
    ruling = judge(get(request_id), answer, validate=validate, reassess=reassess)
    outcome = serialised(lambda session: _settle(session, request_id, answer, ruling, now))
    records.audit_answer(outcome.request, answer, outcome.kind.value, outcome.reason, now)
    return outcome


def approval_for(
    task_id: str, step_id: str, action: str, inputs: Mapping[str, Any], now: datetime
) -> Approved | None:
    """The genuine approval of exactly this content; None when nobody has decided about it.

    Args:
        task_id: the task.
        step_id: its step.
        action: the action's name.
        inputs: as planned, or as edited by the approver.
        now: the present, aware.

    Raises:
        ApprovalVoidError: there was one, and it does not count (tampered, other content, expired).
        ApprovalRejectedError: a person said no to this.
        ApprovalExpiredError: a person was asked about this and did not answer in time.
    """
    wanted = content_hash(action, inputs)
    rows = serialised(lambda session: _rows_of(session, task_id, step_id))
    fitting = [row for row in rows if wanted in (row.asked_hash, row.content_hash)]
    if not fitting:
        earlier = [row for row in rows if row.state == ApprovalState.APPROVED]
        if earlier:
            raise ApprovalVoidError(earlier[0].id, VoidReason.CHANGED)
        return None
    return _counted(fitting[0], now)


def get(request_id: str) -> ApprovalRequest:
    """The request.

    Raises:
        NoSuchRequestError: nobody was asked under this id.
    """
    request = find(request_id)
    if request is None:
        raise NoSuchRequestError(request_id)
    return request


def find(request_id: str) -> ApprovalRequest | None:
    """The request, if there is one."""

    def look(session: Session) -> ApprovalRequest | None:
        row = session.get(ApprovalRow, request_id)
        return _request(row) if row else None

    return serialised(look)


def requests_of(task_id: str) -> list[ApprovalRequest]:
    """Every request of a task, oldest first."""
    query = select(ApprovalRow).where(ApprovalRow.task_id == task_id).order_by(ApprovalRow.created_at)
    return serialised(lambda session: [_request(row) for row in session.scalars(query)])


def pending() -> list[ApprovalRequest]:
    """What waits for a person, oldest first."""
    query = (
        select(ApprovalRow)
        .where(ApprovalRow.state == ApprovalState.PENDING.value)
        .order_by(ApprovalRow.created_at, ApprovalRow.id)
    )
    return serialised(lambda session: [_request(row) for row in session.scalars(query)])


@dataclass(frozen=True)
class _Made:
    request: ApprovalRequest
    is_new: bool


def _open(session: Session, new: NewRequest, now: datetime, handbook: Handbook) -> _Made:
    wanted = content_hash(new.action, new.inputs)
    rows = _rows_of(session, new.task_id, new.step_id)
    for row in rows:
        if row.asked_hash == wanted and _still_stands(row, new, now):
            return _Made(_request(row), is_new=False)
    for row in rows:
        if row.state in (ApprovalState.PENDING, ApprovalState.APPROVED):
            _supersede(row)
    return _Made(_insert(session, new, now, handbook), is_new=True)


def _still_stands(row: ApprovalRow, new: NewRequest, now: datetime) -> bool:
    if row.state == ApprovalState.SUPERSEDED or not is_genuine(row):
        return False
    if row.state == ApprovalState.APPROVED:
        proven = row.proof == Proof.CODE or not new.proof_required
        return proven and row.expires_at > now
    stricter_now = new.proof_required and not row.proof_required
    return row.state != ApprovalState.PENDING or not stricter_now


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
    shown = (
        f"{new.shown_markdown.rstrip()}\n\n{TERMS}{render_terms(hashed, expires_at, new.proof_required)}\n"
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
        round=0,
        comment="",
        run_attempts=0,
    )
    seal(row)
    session.add(row)
    session.flush()
    return _request(row)


TERMS = "---\n\n"
"""What follows is ours: expiry and hash, made anew for each version."""


def _untermed(shown: str) -> str:
    return shown.rpartition(TERMS)[0]


def _id_of(new: NewRequest, hashed: str, version: int) -> str:
    named = canonical_json([new.task_id, new.step_id, hashed, version])
    return f"ask-{hashlib.sha256(named.encode()).hexdigest()[:12]}"


def _settle(session: Session, request_id: str, answer: Answer, ruling: Ruling, now: datetime) -> Outcome:
    row = _row(session, request_id)
    code = check_code(session, answer, request_id, now)  # first: a code that was read is spent
    if row.state == ApprovalState.PENDING and not is_genuine(row):
        row.problem = VoidReason.TAMPERED.value
        row.state = ApprovalState.SUPERSEDED
    elif is_due(_request(row), now):
        row.state = ApprovalState.EXPIRED
        seal(row)
    if row.state != ApprovalState.PENDING:
        return Outcome(OutcomeKind.ALREADY, _request(row), f"it is already {ApprovalState(row.state).value}")
    refusal = code.problem or ruling.refusal or proof_refusal(ruling, code.proof)
    if refusal:
        row.problem = refusal
        row.round += 1 if answer.channel == "ui" else 0
        return Outcome(OutcomeKind.ASK_AGAIN, _request(row), refusal)
    _decide(row, answer, ruling, code.proof, now)
    return Outcome(OutcomeKind(ruling.state.value), _request(row))


def _decide(row: ApprovalRow, answer: Answer, ruling: Ruling, proof: Proof, now: datetime) -> None:
    if ruling.content_hash != row.content_hash:
        row.version += 1
    row.expires_at = now + (row.expires_at - row.created_at)
    row.inputs = json.loads(canonical_json(ruling.inputs))
    row.content_hash = ruling.content_hash
    row.proof_required = ruling.proof_required
    row.state, row.problem = ruling.state, None
    row.approver, row.channel, row.proof = answer.name, answer.channel, proof
    row.comment, row.decided_at = answer.comment, now
    seal(row)


def _counted(row: ApprovalRow, now: datetime) -> Approved | None:
    if row.state == ApprovalState.PENDING:
        return None
    if not is_genuine(row):
        raise ApprovalVoidError(row.id, VoidReason.TAMPERED)
    if row.state == ApprovalState.REJECTED:
        raise ApprovalRejectedError(row.id, row.approver or "a person", row.comment)
    if row.state == ApprovalState.EXPIRED:
        raise ApprovalExpiredError(row.id, row.expires_at)
    approved = _approved(row)
    if row.expires_at <= now:
        raise ApprovalVoidError(row.id, VoidReason.EXPIRED, approved)
    if row.proof_required and approved.proof is not Proof.CODE:
        raise ApprovalVoidError(row.id, VoidReason.UNPROVEN, approved)
    return approved


def _approved(row: ApprovalRow) -> Approved:
    request = _request(row)
    if (
        request.approver is None
        or request.channel is None
        or request.decided_at is None
        or request.proof is None
    ):
        raise ApprovalVoidError(row.id, VoidReason.TAMPERED)
    return Approved(
        request_id=request.id,
        version=request.version,
        action=request.action,
        inputs=request.inputs,
        content_hash=request.content_hash,
        approver=request.approver,
        channel=request.channel,
        proof=request.proof,
        decided_at=request.decided_at,
        expires_at=request.expires_at,
        is_edited=request.is_edited,
    )


def _rows_of(session: Session, task_id: str, step_id: str) -> list[ApprovalRow]:
    """Newest first; what was replaced is left out."""
    query = (
        select(ApprovalRow)
        .where(
            ApprovalRow.task_id == task_id,
            ApprovalRow.step_id == step_id,
            ApprovalRow.state != ApprovalState.SUPERSEDED.value,
        )
        .order_by(ApprovalRow.version.desc())
    )
    return list(session.scalars(query))


def _row(session: Session, request_id: str) -> ApprovalRow:
    row = session.get(ApprovalRow, request_id)
    if row is None:
        raise NoSuchRequestError(request_id)
    return row


def _request(row: ApprovalRow) -> ApprovalRequest:
    return ApprovalRequest.model_validate(row)
