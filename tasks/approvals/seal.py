"""The seal on each request: a row that our own code did not write is not an approval."""

import hmac

from domain.approvals.hashing import content_hash, text_hash
from tasks.approvals.table import ApprovalRow
from tasks.keys import mac_of

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


def _mac(row: ApprovalRow) -> str:
    return mac_of({name: getattr(row, name) for name in SEALED})
