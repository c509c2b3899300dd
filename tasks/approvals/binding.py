"""Whether exactly this content was approved: what a person decided counts for nothing else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.approvals.hashing import content_hash
from domain.approvals.request import (
    ApprovalExpiredError,
    ApprovalRejectedError,
    ApprovalState,
    ApprovalVoidError,
    Approved,
    ApproverProof,
    VoidReason,
)
from tasks.approvals.record import ApprovalRow, is_genuine, request_in, rows_of
from tasks.reliability.serialised import serialised


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
