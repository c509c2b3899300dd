"""Each action's performer, found by its service.

A new action is a row in the catalogue and a row in its service's module; a new service is a line in `SERVICES`.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

from domain.errors import DigitalFteError
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Step
from domain.social.rules import PUBLISHED_ON
from tasks.actions.performer import AnyPerformer, AnyReader

Performers = Mapping[str, AnyPerformer]


def _of_the_vault() -> Performers:
    from tasks.actions.vault import PERFORMERS

    return PERFORMERS


def _of_odoo() -> Performers:
    from tasks.actions.odoo import PERFORMERS

    return PERFORMERS


def _of_the_mailbox() -> Performers:
    from tasks.actions.mail import PERFORMERS

    return PERFORMERS


def _of_the_briefing() -> Performers:
    """By its name: what is told of a week is drawn from all that was planned and done, so it stands above this."""
    found: Performers = import_module("tasks.briefing.action").PERFORMERS
    return found


def _of_plans() -> Performers:
    from tasks.actions.own import plan_performers

    return plan_performers(performer_of)


def _of_the_platforms() -> Performers:
    from tasks.actions.social import PERFORMERS

    return PERFORMERS


def _of_whatsapp() -> Performers:
    from tasks.actions.whatsapp import PERFORMERS

    return PERFORMERS


SERVICES: Mapping[str, Callable[[], Performers]] = {
    "vault": _of_the_vault,
    "briefing": _of_the_briefing,
    "plan": _of_plans,
    "odoo": _of_odoo,
    "mail": _of_the_mailbox,
    "whatsapp": _of_whatsapp,
    "social": _of_the_platforms,
    **dict.fromkeys(PUBLISHED_ON, _of_the_platforms),
}
"""A service's tasks are imported when its first action is looked up, here and nowhere else: the commands, the servers
and the flows import this module at their start, and a run uses one or two services."""


def performer_of(action: str) -> AnyPerformer:
    """The performer of a catalogued action."""
    return SERVICES[action.partition(".")[0]]()[action]


def _read_in_odoo() -> Mapping[str, AnyReader]:
    from tasks.actions.odoo_reads import READERS

    return READERS


def _read_of_mail() -> Mapping[str, AnyReader]:
    from tasks.actions.mail_reads import READERS

    return READERS


def _read_in_the_calendar() -> Mapping[str, AnyReader]:
    from tasks.actions.calendar_reads import READERS

    return READERS


def _read_in_the_vault() -> Mapping[str, AnyReader]:
    from tasks.actions.expense_reads import READERS

    return READERS


READ_IN: Mapping[str, Callable[[], Mapping[str, AnyReader]]] = {
    "odoo": _read_in_odoo,
    "mail": _read_of_mail,
    "vault": _read_in_the_vault,
    "calendar": _read_in_the_calendar,
}
"""The same for what is only read."""


def reader_of(read: str) -> AnyReader:
    """The reader of a catalogued read."""
    return READ_IN[read.partition(".")[0]]()[read]


async def preview_step(step: Step) -> dict[str, str]:
    """What its service will make of a step, for the person who is asked; what cannot be told now says why."""
    inputs = CATALOGUE[step.action].inputs.model_validate(step.inputs)
    try:
        return await performer_of(step.action).preview(inputs)
    except DigitalFteError as error:  # the person is asked all the same
        return {"outcome": f"could not be looked up now: {error}"}
