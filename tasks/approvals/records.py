"""What the audit log is told of requests and answers: who, through which door, how sure, and which content."""

from datetime import datetime

from domain.approvals.answer import Answer
from domain.approvals.request import ApprovalRequest, Proof
from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import audit_log


def audit_opened(request: ApprovalRequest, now: datetime) -> None:
    """A person is asked."""
    _append(request, "approval.requested", now, {"proof_required": request.proof_required})


def audit_answer(
    request: ApprovalRequest, answer: Answer, outcome: str, reason: str | None, now: datetime
) -> None:
    """An answer, whether it decided or was refused; the code itself is never written."""
    decided = outcome in {"approved", "rejected"}
    proof = request.proof if decided and request.proof else Proof.SELF_DECLARED
    event = AuditEvent(
        action=f"approval.{outcome.replace(' ', '_')}",
        status=AuditStatus.SUCCESS if decided else AuditStatus.FAILURE,
        actor="person",
        resource=request.task_id,
        details={
            "request": request.id,
            "version": request.version,
            "step": request.step_id,
            "decision": answer.decision.value,
            "edited": request.is_edited,
            "proof": proof.value,
        },
        private={"comment": answer.comment} if answer.comment else {},
        approval_required=True,
        approved_by=answer.name or None,
        approver_channel=_channel(answer, proof),
        payload_hash=request.content_hash,
        error=reason,
    )
    audit_log().append(event, now)


def audit_expired(request: ApprovalRequest, now: datetime) -> None:
    """Nobody answered."""
    _append(request, "approval.expired", now, {"expired_at": request.expires_at.isoformat()})


def audit_reminded(request: ApprovalRequest, kind: str, now: datetime) -> None:
    """The owner was reminded, or told that it is late."""
    _append(request, f"approval.{kind}", now, {})


def audit_refused(request: ApprovalRequest, reason: str, now: datetime) -> None:
    """A form that could not be read as an answer."""
    _append(request, "approval.ask_again", now, {"reason": reason})


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


def _channel(answer: Answer, proof: Proof) -> str:
    return (
        answer.channel.value
        if proof is Proof.CODE
        else f"{answer.channel.value} ({Proof.SELF_DECLARED.value})"
    )


def _append(request: ApprovalRequest, action: str, now: datetime, details: dict[str, object]) -> None:
    event = AuditEvent(
        action=action,
        status=AuditStatus.INFO,
        resource=request.task_id,
        details={"request": request.id, "version": request.version, "step": request.step_id, **details},
        private={"reasons": request.reasons},
        approval_required=True,
        payload_hash=request.content_hash,
    )
    audit_log().append(event, now)
