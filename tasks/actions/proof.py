"""What a task did, read once more from the outside world: nothing that was said before is believed."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import RejectedError
from domain.planning.catalogue import CATALOGUE
from domain.reliability.effect import EffectState
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.performers import performer_of
from tasks.reliability.ledger import Effect, effects_of


class Proof(BaseModel):
    """One thing that was looked at."""

    model_config = ConfigDict(frozen=True)

    what: str
    holds: bool
    said: str = Field(default="", description="what is wrong; empty: nothing")
    facts: dict[str, Any] = Field(default={}, description="as they were read just now")


class NothingDoneError(RejectedError):
    """The task changed nothing yet."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"nothing was done for {task_id}; if it waits for a person, it will be afterwards")


async def prove(task_id: str) -> list[Proof]:
    """Every effect of the task, oldest first, compared with what is there now.

    Raises:
        NothingDoneError: there is no effect.
        TransientError: the outside world cannot be read now.
    """
    effects = effects_of(task_id)
    if not effects:
        raise NothingDoneError(task_id)
    return [await _prove(effect) for effect in effects]


async def _prove(effect: Effect) -> Proof:
    what = f"{effect.action} ({effect.key})"
    if effect.state != EffectState.DONE:
        return Proof(
            what=what, holds=False, said=f"it is not done: {effect.state}; {effect.error or ''}".strip("; ")
        )
    inputs = CATALOGUE[effect.action].inputs.model_validate(effect.inputs)
    try:
        facts, again = await performer_of(effect.action).prove(effect.receipt or {}, inputs)
    except (EvidenceMissingError, RejectedError) as error:
        return Proof(what=what, holds=False, said=str(error))
    return Proof(what=what, holds=not again, said=again, facts=facts)
