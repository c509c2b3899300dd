"""Undoing what a failed plan has already done, last step first."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from blocks.social.errors import NotTakenBackError
from domain.planning.plan import Plan
from tasks.actions.performers import performer_of
from tasks.actions.undo import undo_effect
from tasks.reliability.effect_ledger import Effect, EffectState, effects_of


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
    """Undo an effect that was done, on record; False: it cannot be undone, and stays done."""
    return await undo_effect(performer_of(effect.action), effect, now)


def _before(plan: Plan, failed: Collection[str]) -> set[str]:
    """The steps that these need, directly or not, and themselves."""
    needs = {step.id: step.needs for step in plan.steps}
    found, ahead = set(failed), list(failed)
    while ahead:
        new = set(needs.get(ahead.pop(), [])) - found
        found |= new
        ahead += new
    return found
