"""Decisions: the only code that makes an approval, and the only code that says that one counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from domain.approvals.answer import Answer, ReadHandbook, Ruling, judge, proof_refusal
from domain.approvals.hashing import canonical_json, content_hash
from domain.approvals.request import (
    ApprovalExpiredError,
    ApprovalRejectedError,
    ApprovalRequest,
    ApprovalState,
    ApprovalVoidError,
    Approved,
    ApproverProof,
    VoidReason,
)
from domain.learning.outcome import Sort
from domain.planning.catalogue import CATALOGUE
from tasks.approvals import record
from tasks.approvals.one_time_codes import check_code
from tasks.approvals.record import ApprovalRow, is_genuine, request_in, row_of, rows_of, seal
from tasks.reliability.outcomes_due import outcome_due
from tasks.reliability.serialised import serialised


class AnswerResult(StrEnum):
    """What an answer came to."""

    APPROVED = "approved"
    REJECTED = "rejected"
    ASK_AGAIN = "ask again"
    ALREADY = "already"


@dataclass(frozen=True)
class Answered:
    """The request after an answer; `reason` says why an answer was not taken."""

    kind: AnswerResult
    request: ApprovalRequest
    reason: str | None = None


def record_answer(request_id: str, answer: Answer, now: datetime, read_handbook: ReadHandbook) -> Answered:
    """Take one answer, whichever way it came; of several at the same moment one decides.

    Args:
        request_id: what is answered.
        answer: as it arrived.
        now: the present, aware.
        read_handbook: the policy's rules, read only for an edit: it may want a code that the original did not.

    Raises:
        NoSuchRequestError: nobody was asked under this id.
    """
    ruling = judge(record.get(request_id), answer, read_handbook, now)
    outcome = serialised(lambda session: _settle(session, request_id, answer, ruling, now))
    if outcome.reason is None:
        record.audit_state(outcome.request, now)
    else:
        record.audit_refused_answer(outcome.request, answer, outcome.reason, now)
    return outcome


def refuse_form(request_id: str, reason: str, now: datetime) -> None:
    """Ask again in Prefect's form when what came back was not the form at all."""

    def refuse(session: Session) -> ApprovalRequest:
        row = row_of(session, request_id)
        row.problem, row.round = reason, row.round + 1
        return request_in(row)

    record.audit(serialised(refuse), "answer_refused", now, details={"reason": reason})


def _settle(session: Session, request_id: str, answer: Answer, ruling: Ruling, now: datetime) -> Answered:
    row = row_of(session, request_id)
    proof, problem = check_code(session, answer, request_id, now)  # first: a code that was read is spent
    if row.state == ApprovalState.PENDING and not is_genuine(row):
        row.problem = VoidReason.TAMPERED.value
        row.state = ApprovalState.SUPERSEDED
    elif request_in(row).is_overdue(now):
        row.state = ApprovalState.EXPIRED
        seal(row)
    if row.state != ApprovalState.PENDING:
        already = f"it is already {ApprovalState(row.state).value}"
        return Answered(AnswerResult.ALREADY, request_in(row), already)
    refusal = problem or ruling.refusal or proof_refusal(ruling, proof)
    if refusal:
        row.problem = refusal
        row.round += 1 if answer.channel == "ui" else 0
        return Answered(AnswerResult.ASK_AGAIN, request_in(row), refusal)
    _decide(row, answer, ruling, proof, now)
    return Answered(AnswerResult(ruling.state.value), request_in(row))


def _due(action: str, inputs: Mapping[str, Any]) -> datetime | None:
    """When what is approved is to be done, in UTC as it is sealed: an approval lasts until then."""
    known = CATALOGUE.get(action)
    due = known.due(known.inputs.model_validate(inputs)) if known else None
    return due and due.astimezone(UTC)


def _decide(row: ApprovalRow, answer: Answer, ruling: Ruling, proof: ApproverProof, now: datetime) -> None:
    if ruling.content_hash != row.content_hash:
        row.version += 1
    lifetime = row.expires_at - row.created_at
    row.expires_at = max(now, _due(row.action, ruling.inputs) or now) + lifetime
    row.inputs = json.loads(canonical_json(ruling.inputs))
    row.content_hash = ruling.content_hash
    row.proof_required = ruling.proof_required
    row.state, row.problem = ruling.state, None
    row.approver, row.channel, row.proof = answer.name, answer.channel, proof
    row.comment, row.decided_at = answer.comment, now
    outcome_due(row, Sort.DECISION, row.id)
    seal(row)


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
    rows = serialised(lambda session: rows_of(session, task_id, step_id))
    fitting = [row for row in rows if wanted in (row.asked_hash, row.content_hash)]
    if fitting:
        return _counted(fitting[0], now)
    earlier = [row for row in rows if row.state == ApprovalState.APPROVED]
    if earlier:
        raise ApprovalVoidError(earlier[0].id, VoidReason.CHANGED)
    return None


def _counted(row: ApprovalRow, now: datetime) -> Approved | None:
    if row.state == ApprovalState.PENDING:
        return None
    if not is_genuine(row):
        raise ApprovalVoidError(row.id, VoidReason.TAMPERED)
    if row.state == ApprovalState.REJECTED:
        raise ApprovalRejectedError(row.id, row.approver or "a person", row.comment)
    if row.state == ApprovalState.EXPIRED:
        raise ApprovalExpiredError(row.id, row.expires_at)
    approved = Approved.model_validate(request_in(row))
    if row.expires_at <= now:
        raise ApprovalVoidError(row.id, VoidReason.EXPIRED, approved)
    if row.proof_required and approved.proof is not ApproverProof.CODE:
        raise ApprovalVoidError(row.id, VoidReason.UNPROVEN, approved)
    return approved
