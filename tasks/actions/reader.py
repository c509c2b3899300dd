"""Reading for a plan: a look of the catalogue, through its service's limits and circuit breaker, tried again."""

from typing import Any

from pydantic import BaseModel

from domain.planning.plan import Step
from domain.planning.reads import READS
from tasks.actions.performer import AnyReader
from tasks.actions.performers import reader_of
from tasks.clock import present
from tasks.reliability.breakers import guarded
from tasks.reliability.rate_limits import wait_turn
from tasks.reliability.retries import retrying


async def read_step(step: Step) -> dict[str, Any]:
    """What a step that reads was told, as JSON values.

    Raises:
        TransientError: it cannot be read now.
        RejectedError: there is no such thing.
    """
    known, reader = READS[step.action], reader_of(step.action)
    inputs = known.inputs.model_validate(step.inputs)
    service = known.service
    if service is None:
        return await _asked(reader, inputs)

    async def ask() -> dict[str, Any]:
        await wait_turn(service, clock=present)
        async with guarded(service, clock=present):
            return await _asked(reader, inputs)

    return await retrying(ask)


async def _asked(reader: AnyReader, inputs: BaseModel) -> dict[str, Any]:
    async with await reader.connect() as client:
        return (await reader.read(client, inputs)).model_dump(mode="json")
