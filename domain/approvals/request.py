"""A request for one decision, and the approval that may come of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.times import shown_time

RULES_CHANGE = "rules.change"
"""The action of a request about the owner's rules; no plan has it."""


class ApprovalState(StrEnum):
    """Where a request stands; only PENDING can still change by an answer."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class ApproverProof(StrEnum):
    """How sure it is that the approver is who the answer says."""

    SELF_DECLARED = "self-declared"
    CODE = "one-time code"


class ApprovalRequest(BaseModel, frozen=True, from_attributes=True):
    """What was asked, and what became of it.

    Attributes:
        asked: the inputs as planned; `inputs` are those that count, which differ after an edit.
        shown: the Markdown that the person reads.
        expires_at: end of the request, and once approved, of the approval.
        round: how many answers in Prefect's form were refused; each has its own form.
        problem: why the last answer was refused.
        finished_at: when the decision had been acted on.
    """

    id: str
    task_id: str
    step_id: str
    version: int
    action: str
    asked: dict[str, Any]
    asked_hash: str
    inputs: dict[str, Any]
    content_hash: str
    shown: str
    shown_hash: str
    reasons: list[str]
    proof_required: bool
    state: ApprovalState
    created_at: datetime
    expires_at: datetime
    remind_at: datetime
    escalate_at: datetime
    round: int = 0
    problem: str | None = None
    approver: str | None = None
    channel: str | None = None
    proof: ApproverProof | None = None
    comment: str = ""
    decided_at: datetime | None = None
    finished_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    flow_run_id: str | None = None
    run_attempts: int = 0

    @property
    def is_open(self) -> bool:
        """Whether an answer can still decide it."""
        return self.state is ApprovalState.PENDING

    def is_overdue(self, now: datetime) -> bool:
        """Whether its time is over without an answer."""
        return self.is_open and self.expires_at <= now

    @property
    def is_edited(self) -> bool:
        """Whether the person changed what was asked."""
        return self.asked_hash != self.content_hash


class VoidReason(StrEnum):
    """Why an approval does not count."""

    TAMPERED = "its record was changed by something other than an answer"
    CHANGED = "the content is not the one that was approved"
    EXPIRED = "it has expired"
    UNPROVEN = "the handbook now asks for a one-time code and it has none"


class ApprovalVoidError(RejectedError):
    """There was an approval, and it does not count.

    Attributes:
        approved: the approval itself when it was genuine (expired, unproven), to look up what was done with it.
    """

    def __init__(self, request_id: str, reason: VoidReason, approved: "Approved | None" = None) -> None:
        self.request_id, self.reason, self.approved = request_id, reason, approved
        super().__init__(
            f"approval {request_id} does not count: {reason.value}; a person has to decide again"
        )


class ApprovalRejectedError(RejectedError):
    """A person said no to exactly this."""

    def __init__(self, request_id: str, approver: str, comment: str) -> None:
        self.request_id, self.approver, self.comment = request_id, approver, comment
        why = f": {comment}" if comment else ""
        super().__init__(f"{approver} rejected it (request {request_id}){why}; it is not done")


class ApprovalExpiredError(RejectedError):
    """Nobody answered in time. That is not a no, but it is not asked again by itself."""

    def __init__(self, request_id: str, expired_at: datetime) -> None:
        self.request_id = request_id
        super().__init__(
            f"nobody answered request {request_id} until {shown_time(expired_at)}; "
            f"ask again with: fte approvals again {request_id}"
        )


class Approved(BaseModel, frozen=True, from_attributes=True):
    """A genuine approval of exactly these inputs. Made by `tasks.approvals.decide.approval_for` alone."""

    request_id: str = Field(validation_alias="id")
    version: int
    action: str
    inputs: dict[str, Any]
    content_hash: str
    shown: str
    approver: str
    channel: str
    proof: ApproverProof
    decided_at: datetime
    expires_at: datetime
    is_edited: bool
