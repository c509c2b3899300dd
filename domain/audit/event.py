"""What is written down about one thing that happened."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel


class AuditStatus(StrEnum):
    """How far it went."""

    INTENT = "intent"
    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"
    INFO = "info"


class AuditEvent(BaseModel, frozen=True):
    """One event before it gets its place in the chain; `private` stays out of the hashed lines."""

    action: str
    status: AuditStatus
    actor: str = "orchestrator"
    domain: Literal["personal", "business", "both"] = "business"
    resource: str = ""
    details: dict[str, Any] = {}
    private: dict[str, Any] = {}
    approval_required: bool = False
    approved_by: str | None = None
    approver_channel: str | None = None
    run_id: str | None = None
    payload_hash: str | None = None
    error: str | None = None
