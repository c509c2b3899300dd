"""A person's answer, and whether it decides the request. Codes are checked elsewhere; only the result comes here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.approvals.changes import ChangesError, apply_changes
from domain.approvals.hashing import content_hash
from domain.approvals.request import ApprovalRequest, ApprovalState, Proof
from domain.policy.assess import Verdict

LONGEST_NAME = 80
LONGEST_COMMENT = 2000

Validate = Callable[[dict[str, Any]], dict[str, Any]]
"""Inputs -> the same as the action wants them; raises ValueError with a sentence."""

Reassess = Callable[[dict[str, Any]], Verdict]
"""Inputs -> what the policy says of them now; raises ValueError when it cannot say."""


class Decision(StrEnum):
    """What a person can say."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"


class Channel(StrEnum):
    """How an answer came."""

    UI = "ui"
    VAULT = "vault"
    CLI = "cli"


class Answer(BaseModel):
    """One answer as it arrived, unchecked."""

    model_config = ConfigDict(frozen=True)

    decision: Decision
    approver: str
    channel: Channel
    comment: str = ""
    code: str | None = Field(default=None, repr=False)
    changes: dict[str, Any] = {}
    problem: str | None = Field(default=None, description="why the rest could not be read")

    @field_validator("approver", "comment", "code")
    @classmethod
    def _storable(cls, text: str | None) -> str | None:
        """YAML and JSON can spell halves of characters, which no database stores."""
        return text if text is None else text.encode("utf-8", "replace").decode()

    @property
    def name(self) -> str:
        """The approver's name on one line."""
        return " ".join(self.approver.split())


@dataclass(frozen=True)
class Ruling:
    """What an answer comes to: a refusal with its reason, or a decision about these inputs."""

    state: ApprovalState
    inputs: dict[str, Any]
    content_hash: str
    proof_required: bool
    refusal: str | None = None


def judge(
    request: ApprovalRequest,
    answer: Answer,
    *,
    validate: Validate | None = None,
    reassess: Reassess | None = None,
) -> Ruling:
    """Decide everything about an answer but its code and whether another answer came first."""
    refusal = _form_refusal(answer)
    if refusal:
        return _refused(request, refusal)
    if answer.decision is Decision.REJECT:
        return Ruling(ApprovalState.REJECTED, request.asked, request.asked_hash, proof_required=False)
    if answer.decision is Decision.APPROVE:
        return Ruling(ApprovalState.APPROVED, request.asked, request.asked_hash, request.proof_required)
    return _judge_edit(request, answer, validate, reassess)


def proof_refusal(ruling: Ruling, proof: Proof) -> str | None:
    """Why this much proof is not enough, if it is not."""
    if ruling.state is ApprovalState.APPROVED and ruling.proof_required and proof is not Proof.CODE:
        return "this needs the one-time code of an enrolled approver (enrol with: fte approvers enrol NAME)"
    return None


def is_due(request: ApprovalRequest, now: datetime) -> bool:
    """Whether a pending request's time is over."""
    return request.state is ApprovalState.PENDING and request.expires_at <= now


def _form_refusal(answer: Answer) -> str | None:
    return _name_refusal(answer) or answer.problem or _changes_refusal(answer)


def _name_refusal(answer: Answer) -> str | None:
    if not answer.name:
        return "say who decides: fill in 'approver'"
    if len(answer.name) > LONGEST_NAME or not answer.name.isprintable():
        return f"'approver' must be a name of at most {LONGEST_NAME} ordinary characters"
    if len(answer.comment) > LONGEST_COMMENT:
        return f"'comment' may have at most {LONGEST_COMMENT} characters"
    return None


def _changes_refusal(answer: Answer) -> str | None:
    if answer.decision is Decision.APPROVE and answer.changes:
        return "there are changes, but the decision is 'approve'; choose 'edit' to approve with them, or empty them"
    if answer.decision is Decision.EDIT and not answer.changes:
        return (
            "'edit' needs at least one line 'key: value' in changes; choose 'approve' to approve it as shown"
        )
    return None


def _judge_edit(
    request: ApprovalRequest, answer: Answer, validate: Validate | None, reassess: Reassess | None
) -> Ruling:
    try:
        known = validate(request.asked) if validate else request.asked
        inputs = apply_changes(known, answer.changes)
        inputs = validate(inputs) if validate else inputs
        verdict = reassess(inputs) if reassess else None
    except (ChangesError, ValueError) as error:
        return _refused(request, str(error))
    proof = request.proof_required or (verdict is not None and verdict.proof_required)
    return Ruling(ApprovalState.APPROVED, inputs, content_hash(request.action, inputs), proof)


def _refused(request: ApprovalRequest, reason: str) -> Ruling:
    return Ruling(
        ApprovalState.PENDING, request.asked, request.asked_hash, request.proof_required, refusal=reason
    )
