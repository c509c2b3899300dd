"""The tables of requests, of codes that were used and of codes that were wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base, UtcDateTime


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


class UsedCode(Base):
    """The last time step whose code an approver has used, and for which request."""

    __tablename__ = "approver_codes"

    approver: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int]
    used_for: Mapped[str]


class WrongCode(Base):
    """A code that did not fit; too many in a short time lock the approver out for a while."""

    __tablename__ = "approver_wrong_codes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    approver: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
