"""What the audit log is told of requests and answers: who, by which way, how sure, and which content."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from domain.approvals.answer import LONGEST_NAME, Answer
from domain.approvals.request import ApprovalRequest, ApprovalState, Proof
from domain.audit.event import AuditEvent, AuditStatus
from tasks.approvals.rows import request_in
from tasks.approvals.table import ApprovalRow
from tasks.audit.log import audit_log
from tasks.reliability.serialised import serialised

REQUESTED = "requested"
UNRECORDED_SECONDS = 60
"""Younger changes are being told by the process that made them."""


def audit_state(request: ApprovalRequest, now: datetime) -> None:
    """Tell the log where the request stands, then remember that it was told.

    Dying in between tells it twice, which the request's id shows; dying before is made up by `audit_unrecorded`.
    """
    decided = request.state in (ApprovalState.APPROVED, ApprovalState.REJECTED)
    name = REQUESTED if request.is_open else request.state.value
    proof = request.proof or Proof.SELF_DECLARED
    event = AuditEvent(
        action=f"approval.{name}",
        status=AuditStatus.SUCCESS if decided else AuditStatus.INFO,
        actor="person" if decided else "orchestrator",
        resource=request.task_id,
        details=_named(request) | ({"edited": request.is_edited, "proof": proof.value} if decided else {}),
        private={"reasons": request.reasons} | ({"comment": request.comment} if request.comment else {}),
        approval_required=True,
        approved_by=request.approver,
        approver_channel=_channel(request.channel, proof) if request.channel else None,
        payload_hash=request.content_hash,
    )
    audit_log().append(event, now)
    told = update(ApprovalRow).where(ApprovalRow.id == request.id, ApprovalRow.state == request.state.value)
    serialised(lambda session: session.execute(told.values(audited=request.state.value)))


def audit_unrecorded(now: datetime) -> int:
    """Make up for processes that died between a change and its audit record; how many there were."""
    late = late_records(now)
    for request in late:
        audit_state(request, now)
    return len(late)


def late_records(now: datetime) -> list[ApprovalRequest]:
    """Requests whose state the audit log should have been told of by now."""
    query = select(ApprovalRow).where(ApprovalRow.audited.is_distinct_from(ApprovalRow.state))
    unrecorded = serialised(lambda session: [request_in(row) for row in session.scalars(query)])
    return [
        request
        for request in unrecorded
        if _changed_at(request) + timedelta(seconds=UNRECORDED_SECONDS) <= now
    ]


def audit_refused_answer(request: ApprovalRequest, answer: Answer, reason: str, now: datetime) -> None:
    """An answer that did not decide; its code is never written."""
    event = AuditEvent(
        action="approval.answer_refused",
        status=AuditStatus.FAILURE,
        actor="person",
        resource=request.task_id,
        details=_named(request) | {"decision": answer.decision.value},
        private={"comment": answer.comment} if answer.comment else {},
        approval_required=True,
        approved_by=answer.name[:LONGEST_NAME] or None,
        approver_channel=_channel(answer.channel.value, Proof.SELF_DECLARED),
        payload_hash=request.content_hash,
        error=reason,
    )
    audit_log().append(event, now)


def audit_reminded(request: ApprovalRequest, kind: str, now: datetime) -> None:
    """The owner was reminded, or told that it is late."""
    _append(request, f"approval.{kind}", now, {})


def audit_refused(request: ApprovalRequest, reason: str, now: datetime) -> None:
    """A form that could not be read as an answer."""
    _append(request, "approval.answer_refused", now, {"reason": reason})


def audit_set_aside(name: str, reason: str, now: datetime) -> None:
    """A note in Approved/ or Rejected/ that is no answer to anything."""
    event = AuditEvent(
        action="approval.note_refused",
        status=AuditStatus.FAILURE,
        actor="person",
        resource=name,
        error=reason,
    )
    audit_log().append(event, now)


def _channel(channel: str, proof: Proof) -> str:
    return channel if proof is Proof.CODE else f"{channel} ({Proof.SELF_DECLARED.value})"


def _named(request: ApprovalRequest) -> dict[str, Any]:
    return {"request": request.id, "version": request.version, "step": request.step_id}


def _changed_at(request: ApprovalRequest) -> datetime:
    if request.state is ApprovalState.EXPIRED:
        return request.expires_at
    return request.decided_at or request.created_at


def _append(request: ApprovalRequest, action: str, now: datetime, details: dict[str, Any]) -> None:
    event = AuditEvent(
        action=action,
        status=AuditStatus.INFO,
        resource=request.task_id,
        details=_named(request) | details,
        approval_required=True,
        payload_hash=request.content_hash,
    )
    audit_log().append(event, now)
