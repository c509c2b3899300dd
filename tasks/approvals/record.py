"""Requests on record: their rows, the seal that proves a row to be ours, and what the audit log is told of them."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, Row, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.approvals.answer import LONGEST_NAME, Answer
from domain.approvals.hashing import content_hash, text_hash
from domain.approvals.request import ApprovalRequest, ApprovalState, ApproverProof
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import RejectedError
from tasks.audit.log import audit_log
from tasks.keys import mac_of
from tasks.reliability.serialised import find_row, find_rows, serialised

UNRECORDED_SECONDS = 60
"""Younger changes are being told by the process that made them."""

SEALED = (
    "id",
    "task_id",
    "step_id",
    "version",
    "action",
    "asked_hash",
    "content_hash",
    "shown_hash",
    "proof_required",
    "state",
    "approver",
    "channel",
    "proof",
    "comment",
    "decided_at",
    "created_at",
    "expires_at",
)


class ApprovalRow(Base):
    """One request.

    Attributes:
        seal: A MAC over all that must not be changed by hand.
        audited: The last state that the audit log was told of.
    """

    __tablename__ = "approval_requests"

    id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str]
    step_id: Mapped[str]
    version: Mapped[int]
    action: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_hash: Mapped[str]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str]
    shown: Mapped[str]
    shown_hash: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    proof_required: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime] = mapped_column(UtcDateTime)
    escalate_at: Mapped[datetime] = mapped_column(UtcDateTime)
    round: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    approver: Mapped[str | None]
    channel: Mapped[str | None]
    proof: Mapped[str | None]
    comment: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flow_run_id: Mapped[str | None]
    run_attempts: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(default="")
    audited: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        UniqueConstraint("task_id", "step_id", "version"),
        Index("approval_requests_content", "task_id", "step_id", "asked_hash"),
    )


class NoSuchRequestError(RejectedError):
    """Nobody was asked under this id."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"there is no approval request '{request_id}'; see: fte approvals list")


def seal(row: ApprovalRow) -> None:
    """Seal the row as it is now."""
    row.seal = _mac(row)


def is_genuine(row: ApprovalRow) -> bool:
    """Whether the row, its contents and what was shown are as our own code left them."""
    return (
        hmac.compare_digest(row.seal, _mac(row))
        and content_hash(row.action, row.asked) == row.asked_hash
        and content_hash(row.action, row.inputs) == row.content_hash
        and text_hash(row.shown) == row.shown_hash
    )


def request_in(row: ApprovalRow) -> ApprovalRequest:
    """What the row holds, apart from the session."""
    return ApprovalRequest.model_validate(row)


def rows_of(session: Session, task_id: str, step_id: str) -> list[ApprovalRow]:
    """A step's requests, newest first; what was replaced is left out."""
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


def row_of(session: Session, request_id: str) -> ApprovalRow:
    """The request's row.

    Raises:
        NoSuchRequestError: nobody was asked under this id.
    """
    row = session.get(ApprovalRow, request_id)
    if row is None:
        raise NoSuchRequestError(request_id)
    return row


def get(request_id: str) -> ApprovalRequest:
    """The request.

    Raises:
        NoSuchRequestError: nobody was asked under this id.
    """
    return serialised(lambda session: request_in(row_of(session, request_id)))


def find(request_id: str) -> ApprovalRequest | None:
    """The request, if there is one."""
    try:
        return get(request_id)
    except NoSuchRequestError:
        return None


def genuine_approval(request_id: str) -> ApprovalRequest | None:
    """The request, if a person approved it and its record is as our own code left it; its end does not matter."""
    row = find_row(ApprovalRow, request_id)
    is_approval = row is not None and row.state == ApprovalState.APPROVED and is_genuine(row)
    return request_in(row) if row is not None and is_approval else None


def pending() -> list[ApprovalRequest]:
    """What waits for a person, oldest first."""
    return _requests(ApprovalRow.state == ApprovalState.PENDING.value)


def waiting() -> Sequence[Row[tuple[str, str, dict[str, Any]]]]:
    """The same in short: id, action and inputs of each."""
    query = (
        select(ApprovalRow.id, ApprovalRow.action, ApprovalRow.inputs)
        .where(ApprovalRow.state == ApprovalState.PENDING.value)
        .order_by(ApprovalRow.created_at, ApprovalRow.id)
    )
    return serialised(lambda session: session.execute(query).all())


def unfinished() -> list[ApprovalRequest]:
    """Requests that are open, or whose decision has not been acted on, oldest first."""
    return _requests(ApprovalRow.finished_at.is_(None))


def of_task(task_id: str) -> list[ApprovalRequest]:
    """Every request about a task, oldest first."""
    return _requests(ApprovalRow.task_id == task_id)


def as_decided(task_id: str, planned: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The inputs of a task's steps by the step's id, as a person corrected them where they approved just these."""
    decided = {
        one.step_id: one.inputs
        for one in of_task(task_id)
        if one.state is ApprovalState.APPROVED and one.asked == planned.get(one.step_id)
    }
    return {**planned, **decided}


def attach_run(request_id: str, flow_run_id: str) -> None:
    """Remember which run shows the request's form; another run than before is one more attempt."""

    def attach(session: Session) -> None:
        row = row_of(session, request_id)
        if row.flow_run_id != flow_run_id:
            row.flow_run_id, row.run_attempts = flow_run_id, row.run_attempts + 1

    serialised(attach)


def finish(request_id: str, now: datetime) -> None:
    """The decision has been acted on; nothing is left to resume."""

    def end(session: Session) -> None:
        row = row_of(session, request_id)
        row.finished_at = row.finished_at or now

    serialised(end)


def audit(request: ApprovalRequest, event: str, now: datetime, **facts: Any) -> None:
    """Tell the audit log of something about a request; `facts` are the record's fields."""
    named = {"request": request.id, "version": request.version, "step": request.step_id}
    details = named | facts.pop("details", {})
    record = {"resource": request.task_id, "approval_required": True, "payload_hash": request.content_hash}
    fields: dict[str, Any] = {"status": AuditStatus.INFO, **record, **facts, "details": details}
    audit_log().append(AuditEvent(action=f"approval.{event}", **fields), now)


def audit_state(request: ApprovalRequest, now: datetime) -> None:
    """Tell the log where the request stands, then remember that it was told.

    Dying in between tells it twice, which the request's id shows; dying before is made up by `audit_unrecorded`.
    """
    decided = request.state in (ApprovalState.APPROVED, ApprovalState.REJECTED)
    proof = request.proof or ApproverProof.SELF_DECLARED
    audit(
        request,
        "requested" if request.is_open else request.state.value,
        now,
        status=AuditStatus.SUCCESS if decided else AuditStatus.INFO,
        actor="person" if decided else "orchestrator",
        details={"edited": request.is_edited, "proof": proof.value} if decided else {},
        private={"reasons": request.reasons} | ({"comment": request.comment} if request.comment else {}),
        approved_by=request.approver,
        approver_channel=_channel(request.channel, proof) if request.channel else None,
    )
    told = update(ApprovalRow).where(ApprovalRow.id == request.id, ApprovalRow.state == request.state.value)
    serialised(lambda session: session.execute(told.values(audited=request.state.value)))


def audit_refused_answer(request: ApprovalRequest, answer: Answer, reason: str, now: datetime) -> None:
    """An answer that did not decide; its code is never written."""
    audit(
        request,
        "answer_refused",
        now,
        status=AuditStatus.FAILURE,
        actor="person",
        details={"decision": answer.decision.value},
        private={"comment": answer.comment} if answer.comment else {},
        approved_by=answer.name[:LONGEST_NAME] or None,
        approver_channel=_channel(answer.channel.value, ApproverProof.SELF_DECLARED),
        error=reason,
    )


def audit_unrecorded(now: datetime) -> int:
    """Make up for processes that died between a change and its audit record; how many there were."""
    late = late_records(now)
    for request in late:
        audit_state(request, now)
    return len(late)


def late_records(now: datetime) -> list[ApprovalRequest]:
    """Requests whose state the audit log should have been told of by now."""
    longest = timedelta(seconds=UNRECORDED_SECONDS)
    unrecorded = _requests(ApprovalRow.audited.is_distinct_from(ApprovalRow.state))
    return [request for request in unrecorded if _changed_at(request) + longest <= now]


def _requests(condition: ColumnElement[bool]) -> list[ApprovalRequest]:
    query = select(ApprovalRow).where(condition).order_by(ApprovalRow.created_at, ApprovalRow.id)
    return [request_in(row) for row in find_rows(query)]


def _mac(row: ApprovalRow) -> str:
    return mac_of({name: getattr(row, name) for name in SEALED})


def _channel(channel: str, proof: ApproverProof) -> str:
    return channel if proof is ApproverProof.CODE else f"{channel} ({ApproverProof.SELF_DECLARED.value})"


def _changed_at(request: ApprovalRequest) -> datetime:
    if request.state is ApprovalState.EXPIRED:
        return request.expires_at
    return request.decided_at or request.created_at
