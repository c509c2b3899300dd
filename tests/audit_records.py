"""Audit events and logs for tests."""

from datetime import UTC, datetime, timedelta

from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import AuditLog
from tasks.audit.verify import VerificationState, verify_audit_log

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def event(action: str = "odoo.record_bill", **changes: object) -> AuditEvent:
    return AuditEvent.model_validate({"action": action, "status": AuditStatus.SUCCESS} | changes)


def fill(log: AuditLog, count: int = 6, days: int = 3) -> None:
    for number in range(count):
        log.append(event(resource=f"file-{number}"), NOW + timedelta(days=number * days // count))


def verified(log: AuditLog) -> VerificationState:
    return verify_audit_log(log.folder.parent, log.keys).state
