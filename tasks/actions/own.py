"""What a plan does about itself: a person's answers, a person's yes to a long loop, and undoing what it did."""

from typing import Any

from pydantic import BaseModel

from domain.errors import RejectedError
from domain.planning.catalogue import FILL_IN, GO_ON, UNDO
from domain.planning.own_actions import FillInInputs, GoOnInputs, UndoInputs
from domain.reliability.effect import EffectState
from tasks.actions.compensate import undo
from tasks.actions.performer import Performer, Receipt, by_name, kept, no_client
from tasks.clock import present
from tasks.reliability.effect_ledger import find_effect


class NotUndoneError(RejectedError):
    """It stays done."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} cannot be undone")


class GivenAnswers(BaseModel):
    """What a person said."""

    values: dict[str, str]


class MayGoOn(BaseModel):
    """So many records may be worked."""

    records: int


class Undone(BaseModel):
    """The effect that was undone."""

    effect: str
    state: str


async def _answers(_client: None, inputs: FillInInputs, _key: str) -> GivenAnswers:
    return GivenAnswers(values=inputs.values)


async def _may_go_on(_client: None, inputs: GoOnInputs, _key: str) -> MayGoOn:
    return MayGoOn(records=inputs.found)


async def _read_undone(_client: None, receipt: Receipt, _inputs: Any) -> Undone:
    effect = find_effect(receipt["effect"])
    return Undone(effect=receipt["effect"], state=effect.state if effect else "unknown")


async def _undo(_client: None, inputs: UndoInputs, _key: str) -> Undone:
    """Again changes nothing: what is undone already is found so in the ledger, or in its service by its key."""
    effect = find_effect(inputs.effect)
    if effect is None:
        raise NotUndoneError(inputs.what)
    if effect.state != EffectState.COMPENSATED and not await undo(effect, present()):
        raise NotUndoneError(inputs.what)
    return Undone(effect=inputs.effect, state=EffectState.COMPENSATED)


def _undo_problems(inputs: UndoInputs, undone: Undone) -> list[str]:
    return [] if undone.state == EffectState.COMPENSATED else [f"{inputs.what} is not undone"]


PERFORMERS = by_name(
    Performer[None, FillInInputs, GivenAnswers](
        name=FILL_IN,
        connect=no_client,
        do=_answers,
        read=kept(GivenAnswers),
        problems=lambda inputs, _answers: inputs.problems(),
    ),
    Performer[None, GoOnInputs, MayGoOn](
        name=GO_ON, connect=no_client, do=_may_go_on, read=kept(MayGoOn), problems=lambda _inputs, _may: []
    ),
    Performer[None, UndoInputs, Undone](
        name=UNDO, connect=no_client, do=_undo, read=_read_undone, problems=_undo_problems
    ),
)
