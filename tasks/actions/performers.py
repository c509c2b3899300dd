"""Each action's performer, found by its service.

A new action is a row in the catalogue and a row in its service's module; a new service is a line in `PERFORMED_IN`.
"""

from collections.abc import Mapping
from importlib import import_module

from domain.errors import DigitalFteError
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Step, effect_key
from domain.social.rules import PUBLISHED_ON
from tasks.actions.performer import AnyPerformer, AnyReader

PERFORMED_IN: Mapping[str, str] = {
    "vault": "tasks.actions.vault",
    "briefing": "tasks.briefing.action",
    "plan": "tasks.actions.own",
    "odoo": "tasks.actions.odoo",
    "mail": "tasks.actions.mail",
    "whatsapp": "tasks.actions.whatsapp",
    **dict.fromkeys(("social", *PUBLISHED_ON), "tasks.actions.social"),
}
"""The module of each service, imported when its first action is looked up, here and nowhere else: the commands, the
servers and the flows import this module at their start, and a run uses one or two services. What is told of a week is
drawn from all that was planned and done, so the briefing's stands above this; and a plan's own undoes what any did."""
READ_IN: Mapping[str, str] = {
    "odoo": "tasks.actions.odoo_reads",
    "mail": "tasks.actions.mail_reads",
    "vault": "tasks.actions.expense_reads",
    "calendar": "tasks.actions.calendar_reads",
}
"""The same for what is only read."""


def performer_of(action: str) -> AnyPerformer:
    """The performer of a catalogued action."""
    found: AnyPerformer = import_module(PERFORMED_IN[action.partition(".")[0]]).PERFORMERS[action]
    return found


def reader_of(read: str) -> AnyReader:
    """The reader of a catalogued read."""
    found: AnyReader = import_module(READ_IN[read.partition(".")[0]]).READERS[read]
    return found


async def oddities_of(task_id: str, step: Step) -> list[str]:
    """What is unusual about a step, as its service tells before it is done.

    Raises:
        TransientError: its service is away.
        RejectedError: it cannot be done.
    """
    inputs = CATALOGUE[step.action].inputs.model_validate(step.inputs)
    key = effect_key(task_id, step.id, step.action, inputs.model_dump(mode="json"))
    looked = await performer_of(step.action).look(key, inputs)
    return list(looked.get("oddities") or [])


async def preview_step(step: Step) -> dict[str, str]:
    """What its service will make of a step, for the person who is asked; what cannot be told now says why."""
    inputs = CATALOGUE[step.action].inputs.model_validate(step.inputs)
    try:
        return await performer_of(step.action).preview(inputs)
    except DigitalFteError as error:  # the person is asked all the same
        return {"outcome": f"could not be looked up now: {error}"}
