"""A plan's way back: what was done in a scope is undone, last effect first, each through the door it was done by."""

from typing import Any

from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.planning.catalogue import CATALOGUE, PLAN, UNDO
from domain.planning.own_actions import UndoInputs
from domain.planning.plan import Step, StepStatus
from domain.planning.plan_page import step_title
from domain.policy.assess import Verdict
from domain.reliability.effect import EffectState
from tasks.actions.effects import Request
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.performers import performer_of
from tasks.actions.step import performed
from tasks.approvals.ask import withdraw_requests
from tasks.planning.effect_step import Terms, ask, delay_of
from tasks.reliability.effect_ledger import effects_of
from tasks.reliability.kept_plans import is_of
from tasks.reliability.table import Effect

STAYS = ". It is not done anew from here, since that would be done twice: ask for what is left when you have looked"
UNDONE = ".undo"
"""How the id of a step ends that undoes the step before it."""
UNFINISHED = frozenset({EffectState.INTENT, EffectState.UNKNOWN})


async def roll_back(scope: str, why: str, prefix: str, terms: Terms) -> None:
    """Undo what was done in a scope, the last first; what waits for a person or a service keeps what is before it.

    The plan's own order is followed, not the clock's: a step always stands after those that it needs.

    Args:
        scope: All steps, or a record's of a loop.
        why: For the person who is asked about it.
        prefix: Of every step id of this round of the plan.
        terms: What it is done under.
    """
    outcome = terms.outcome
    wanted = scope or prefix
    known = effects_of(terms.task_id)
    begun = {
        effect.step_id: effect.inputs
        for effect in known
        if effect.action == UNDO and effect.state != EffectState.REFUSED
    }
    effects = [
        effect
        for effect in known
        if not effect.action.startswith(PLAN)
        and is_of(effect.step_id, wanted)
        and effect.state in {*UNFINISHED, EffectState.DONE, EffectState.COMPENSATED}
    ]
    outcome.failures.append(why)
    withdraw_requests(
        terms.task_id, terms.clock(), of=lambda step: is_of(step, wanted) and not step.endswith(UNDONE)
    )
    place = {step.id: number for number, step in enumerate(outcome.plan.steps if outcome.plan else ())}
    for effect in sorted(effects, key=lambda one: (place.get(one.step_id, -1), one.begun_at), reverse=True):
        if not await _undone(effect, begun.get(f"{effect.step_id}{UNDONE}"), why, terms):
            return
    left = [line for line in outcome.left if line]
    if left:
        outcome.failures.append(f"could not be undone and stays as it is: {'; '.join(left)}{STAYS}")
    undone = [what for what in outcome.undone if what]
    if undone:
        outcome.failures.append(f"undone: {'; '.join(undone)}")
    outcome.left.clear()
    outcome.undone.clear()


async def _undone(effect: Effect, begun: dict[str, Any] | None, why: str, terms: Terms) -> bool:
    """Undo one effect, or say that it cannot be; False: whoever or whatever it waits for comes first.

    What was begun of it before, perhaps for another reason, is what is finished: else it would be undone twice.
    """
    outcome = terms.outcome
    done = Step(id=effect.step_id, action=effect.action, inputs=effect.inputs)
    what = f"{effect.step_id} ({step_title(done)})"
    performer = performer_of(effect.action)
    if performer.undo is None:
        unsure = " may have happened" if effect.state in UNFINISHED else ""
        outcome.left.append(f"{what}{unsure}")
        return True
    inputs = UndoInputs(
        effect=effect.key,
        action=effect.action,
        what=step_title(done),
        why=why,
        amount=effect.amount,
        currency=effect.currency,
        payee=effect.payee,
    )
    step = Step(id=f"{effect.step_id}{UNDONE}", action=UNDO, inputs=begun or inputs.model_dump(mode="json"))
    service = CATALOGUE[effect.action].service
    try:
        if effect.state in UNFINISHED:  # nobody knows: what it came to is found out, and that is undone
            await performed(Request(terms.task_id, done, []), terms.handbook)
        undone = await performed(Request(terms.task_id, step, []), terms.handbook)
    except (TransientError, UnknownOutcomeError) as error:
        outcome.delays.append(delay_of(step.id, service, error, terms.clock()))
        return False
    except (RejectedError, EvidenceMissingError) as error:
        outcome.left.append(f"{what}: {error}")
        return True
    if isinstance(undone, Verdict):
        await ask(step, undone, terms)
        return False
    outcome.statuses[effect.step_id] = StepStatus.COMPENSATED
    outcome.undone.append(what)
    return True
