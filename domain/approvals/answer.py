"""A person's answer, and whether it decides the request. Codes are checked elsewhere; only the result comes here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, ValidationError, field_validator

from domain.accounting.bank import BankDetails
from domain.accounting.party import party_key
from domain.approvals.changes import ChangesError, allowed_changes
from domain.approvals.hashing import content_hash
from domain.approvals.request import RULES_CHANGE, ApprovalRequest, ApprovalState, ApproverProof
from domain.errors import DigitalFteError
from domain.planning.catalogue import CATALOGUE
from domain.policy.assess import Verdict, assess
from domain.policy.facts import Facts, MovedMoney
from domain.policy.handbook import Handbook
from domain.refused_values import refusals

LONGEST_NAME = 80
LONGEST_COMMENT = 2000

ReadHandbook = Callable[[], Handbook]


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
    MAIL = "mail"
    WHATSAPP = "whatsapp"


BY_REPLY = frozenset({Channel.MAIL, Channel.WHATSAPP})
FILL_IN_BY = {
    Channel.UI: "choose 'edit' and fill it in",
    Channel.VAULT: "write each under changes as 'key: value', and move the note to Approved/ again",
    Channel.CLI: "give each with --set, such as: --set 'KEY=VALUE'",
    **dict.fromkeys(
        BY_REPLY, "a reply cannot say it: fill it in where Prefect or the Vault shows the request"
    ),
}
"""How a person says what is missing, where they answered."""
"""Channels that anybody can write to: a yes needs a code there, whatever it is about."""


class Answer(BaseModel, frozen=True):
    """One answer as it arrived, unchecked."""

    decision: Decision
    approver: str
    channel: Channel
    comment: str = ""
    code: str | None = Field(default=None, repr=False)
    given_at: datetime | None = Field(
        default=None,
        description="of a reply: when its channel had it; the code is of that time or shortly before",
    )
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


def judge(request: ApprovalRequest, answer: Answer, read_handbook: ReadHandbook, now: datetime) -> Ruling:
    """Decide everything about an answer but its code and whether another answer came first."""
    refusal = _name_refusal(answer) or answer.problem or _changes_refusal(answer)
    if refusal:
        return _refused(request, refusal)
    if answer.decision is Decision.REJECT:
        return Ruling(ApprovalState.REJECTED, request.asked, request.asked_hash, proof_required=False)
    if answer.decision is Decision.APPROVE:
        if blanks := _blanks(request):
            return _refused(request, f"{'; '.join(blanks)}; {FILL_IN_BY[answer.channel]}")
        proof = request.proof_required or answer.channel in BY_REPLY
        return Ruling(ApprovalState.APPROVED, request.asked, request.asked_hash, proof)
    return _judge_edit(request, answer, read_handbook, now)


def _blanks(request: ApprovalRequest) -> list[str]:
    """What a person has to fill in first."""
    action = CATALOGUE.get(request.action)
    try:
        return action.blanks(action.inputs.model_validate(request.asked)) if action else []
    except ValidationError:
        return []


def proof_refusal(ruling: Ruling, proof: ApproverProof) -> str | None:
    """Why this much proof is not enough, if it is not."""
    if ruling.state is ApprovalState.APPROVED and ruling.proof_required and proof is not ApproverProof.CODE:
        return "this needs the one-time code of an enrolled approver (enrol with: fte approvers enrol NAME)"
    return None


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
    request: ApprovalRequest, answer: Answer, read_handbook: ReadHandbook, now: datetime
) -> Ruling:
    """An edit must satisfy the action's own types, what the outside world takes, and the policy once more."""
    if request.action == RULES_CHANGE:
        return _refused(
            request, "approve the rules as shown or reject them; another wording is written in the Vault"
        )
    if request.action not in CATALOGUE:
        return _refused(request, f"there is no action '{request.action}' any more; reject this request")
    try:
        handbook = read_handbook()
    except DigitalFteError as error:
        return _refused(request, f"edits cannot be judged now: {error}")
    try:
        inputs = _edited(request, answer.changes, handbook, now)
        verdict = _reassessed(request, inputs, handbook)
    except ValidationError as error:
        return _refused(request, refusals(error)[0])
    except ChangesError as error:
        return _refused(request, str(error))
    proof = request.proof_required or verdict.proof_required or answer.channel in BY_REPLY
    return Ruling(ApprovalState.APPROVED, inputs, content_hash(request.action, inputs), proof)


def _edited(
    request: ApprovalRequest, changes: dict[str, Any], handbook: Handbook, now: datetime
) -> dict[str, Any]:
    action = CATALOGUE[request.action]
    asked = action.inputs.model_validate(request.asked)
    allowed = allowed_changes(action.changeable(asked), changes)
    edited = action.inputs.model_validate(action.changed(asked, allowed, handbook.time_zone))
    if problems := action.problems(edited, now):
        raise ChangesError("; ".join(problems))
    return edited.model_dump(mode="json")


def _reassessed(request: ApprovalRequest, inputs: dict[str, Any], handbook: Handbook) -> Verdict:
    """The policy's word on edited inputs: a payee or an account that was typed in is a new one.

    What was spent before is looked at again when the effect is performed.
    """
    action = CATALOGUE[request.action]
    before = action.inputs.model_validate(request.asked)
    after = action.inputs.model_validate(inputs)
    payee, was = action.payee(after), action.payee(before)
    is_other_account = action.accounts(after) != action.accounts(before)
    facts = Facts(
        action=action.name,
        base_risk=action.base_risk,
        money=action.money(after),
        payee=payee,
        public=action.is_public,
        payee_known=payee is not None and was is not None and party_key(payee) == party_key(was),
        is_outgoing=action.is_outgoing(after),
        is_sundry=action.is_sundry(after),
        bank_details=BankDetails.CHANGED if is_other_account else BankDetails.KNOWN,
    )
    return assess(facts, handbook, MovedMoney())


def _refused(request: ApprovalRequest, reason: str) -> Ruling:
    return Ruling(
        ApprovalState.PENDING, request.asked, request.asked_hash, request.proof_required, refusal=reason
    )
