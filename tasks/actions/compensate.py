"""Undoing what was done, on record: one effect, or all that a failed plan has already done, last step first."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from blocks.social.errors import NotTakenBackError
from domain.audit.event import AuditEvent, AuditStatus
from domain.planning.plan import Plan
from domain.reliability.effect import EffectState
from tasks.actions.performers import performer_of
from tasks.audit.log import audit_log
from tasks.reliability.claims import held, see_not_lost, this_process
from tasks.reliability.effect_ledger import compensate_effect, effects_of, find_effect
from tasks.reliability.table import Effect


async def compensate_plan(plan: Plan, failed: Collection[str], now: datetime) -> list[str]:
    """Undo what the failed steps built on; what went its own way beside them stays done.

    Returns:
        The ids of the steps that were undone; a step that cannot be undone is left as it is.
    """
    order = {step.id: place for place, step in enumerate(plan.steps) if step.id in _before(plan, failed)}
    done = [
        effect
        for effect in effects_of(plan.task_id)
        if effect.state == EffectState.DONE and effect.step_id in order
    ]
    undone = []
    for effect in sorted(done, key=lambda effect: -order[effect.step_id]):
        with suppress(NotTakenBackError):  # a person is told of the step anyway, and looks there
            if await undo(effect, now):
                undone.append(effect.step_id)
    return undone


async def undo(effect: Effect, now: datetime) -> bool:
    """Undo an effect that was done, on record, one worker at a time; False: it cannot be undone, and stays done."""
    async with held(f"undoing of {effect.key}", owner=f"{this_process()}#{id(effect)}"):
        latest = find_effect(effect.key)
        if latest is not None and latest.state == EffectState.COMPENSATED:
            return True  # who held it before has undone it
        see_not_lost()
        return await _undo(effect, now)


async def _undo(effect: Effect, now: datetime) -> bool:
    if not await performer_of(effect.action).compensate(effect.key, effect.receipt or {}):
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


def _before(plan: Plan, failed: Collection[str]) -> set[str]:
    """The steps that these need, directly or not, and themselves."""
    needs = {step.id: step.needs for step in plan.steps}
    found, ahead = set(failed), list(failed)
    while ahead:
        new = set(needs.get(ahead.pop(), [])) - found
        found |= new
        ahead += new
    return found
