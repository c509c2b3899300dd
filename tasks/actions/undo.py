"""Undoing one effect that was done, on record."""

from datetime import datetime

from domain.audit.event import AuditEvent, AuditStatus
from tasks.actions.performer import AnyPerformer
from tasks.audit.log import audit_log
from tasks.reliability.effect_ledger import Effect, compensate_effect


async def undo_effect(performer: AnyPerformer, effect: Effect, now: datetime) -> bool:
    """Undo what this performer did; False: it cannot be undone, and stays done."""
    if not await performer.compensate(effect.key, effect.receipt or {}):
        return False
    event = AuditEvent(
        action=f"{effect.action}.undone",
        status=AuditStatus.SUCCESS,
        actor="work_tasks",
        resource=effect.task_id,
        details={"effect": effect.key},
    )
    audit_log().append(event, now)  # first: dying in between tells it twice, and never leaves it unrecorded
    compensate_effect(effect.key, {"at": now.isoformat(timespec="seconds")}, now)
    return True
