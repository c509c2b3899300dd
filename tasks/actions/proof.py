"""What a task did, read once more from the outside world: nothing that was said before is believed."""

from typing import Any

from pydantic import BaseModel, Field

from domain.approvals.hashing import content_hash
from domain.errors import RejectedError
from domain.planning.catalogue import CATALOGUE, own_part
from domain.reliability.effect import EffectState
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.performers import performer_of
from tasks.approvals.record import genuine_approval
from tasks.reliability.effect_ledger import effects_of
from tasks.reliability.table import Effect

UNDONE = frozenset({EffectState.REFUSED, EffectState.WITHDRAWN})
"""Provably nothing happened."""


class Proof(BaseModel, frozen=True):
    """One thing that was looked at."""

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
        NothingDoneError: nothing was, and nothing may have been done.
        TransientError: the outside world cannot be read now.
    """
    effects = effects_of(task_id)
    if all(effect.state in UNDONE for effect in effects):
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
        facts, wrong = await performer_of(effect.action).prove(effect.receipt or {}, inputs)
    except (EvidenceMissingError, RejectedError) as error:
        facts, wrong = {}, str(error)
    is_decided = CATALOGUE[effect.action].is_public or effect.approval_id
    decision = _decision_on(effect) if is_decided else {}
    unapproved = "" if decision is not None else "no person's approval of exactly this stands behind it"
    said = "; ".join(filter(None, [wrong, unapproved]))
    return Proof(what=what, holds=not said, said=said, facts=facts | (decision or {}))


def _decision_on(effect: Effect) -> dict[str, Any] | None:
    """Who approved exactly what was done, when and how; None: nobody provably did."""
    request = genuine_approval(effect.approval_id) if effect.approval_id else None
    if request is None or request.task_id != effect.task_id:
        return None
    approved = own_part(request.action, request.inputs, CATALOGUE[effect.action], effect.inputs)
    if approved is None or content_hash(effect.action, approved) != content_hash(
        effect.action, effect.inputs
    ):
        return None
    told = request.model_dump(mode="json", include={"id", "approver", "channel", "proof", "decided_at"})
    return {"approval": told}
