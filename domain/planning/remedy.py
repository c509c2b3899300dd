"""What the employee proposes by itself when a step is refused: changed inputs and why. A person decides about each.

A remedy never goes ahead alone: its reason is a doubt about the step, and the policy asks about every doubt.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.accounting.customer import UnknownCustomerError
from domain.accounting.period import ClosedPeriodError
from domain.errors import RejectedError, UnclearNameError
from domain.planning.catalogue import FILL_IN
from domain.planning.own_actions import FillInInputs
from domain.planning.plan import Step
from domain.planning.playbook import Playbook
from domain.planning.slots import Slot

MOST_REMEDIES = 3
"""For one step in one round; a step that is refused after so many changes is a person's."""

DATED_BY = {"odoo.create_invoice": "issued_on", "odoo.record_payment": "paid_on"}
"""Which input says the day on which an action is booked."""


WHO = ".who"
"""How the id of a step ends that asks whom a look means."""

ASK_FOR_DOCUMENT = "missing_document"
"""The playbook by which a document that a mail does not bring is asked for; without it in the Vault nobody is asked."""


@dataclass(frozen=True)
class Remedy:
    """The step as it could be done, and the sentence that a person decides by."""

    step: Step
    because: str


def remedy_for(step: Step, refused: RejectedError) -> Remedy | None:
    """What could be done instead of a step that was refused; None: only a person knows."""
    for kind, remedy in REMEDIES:
        if isinstance(refused, kind):
            return remedy(step, refused)
    return None


def who_is_meant(look: Step, playbook: Playbook, refused: UnclearNameError) -> Step | None:
    """The one question whom a look means by a name that is nobody's alone; None: nobody is near to it."""
    names = tuple(dict.fromkeys(refused.perhaps))
    said = next((name for name, value in look.inputs.items() if value == refused.name), None)
    if not names or said is None:
        return None
    slot = Slot(name=said, question="Who is meant?", one_of=names)
    values = {said: names[0] if len(names) == 1 else ""}
    question = FillInInputs(playbook=playbook.name, slots=[slot], values=values, title=playbook.title)
    return Step(
        id=f"{look.id}{WHO}", action=FILL_IN, inputs=question.model_dump(mode="json"), scope=look.scope
    )


def _on_first_open_day(step: Step, refused: ClosedPeriodError) -> Remedy | None:
    """The same on the first day after what is closed; a due date is kept, and moves only to stay after it."""
    name = DATED_BY.get(step.action)
    if name is None:
        return None
    day, was = refused.first_open_day, step.inputs[name]
    changed = {name: day.isoformat()}
    if "due_date" in step.inputs:
        changed["due_date"] = max(day, dt.date.fromisoformat(step.inputs["due_date"])).isoformat()
    return _changed(
        step,
        changed,
        f"the books are closed on {was}: {day} is proposed, the first day that is open",
    )


def _for_nearest_customer(step: Step, refused: UnknownCustomerError) -> Remedy | None:
    """For the one customer whose name or mail domain is near to what was said; several are a person's to tell."""
    if len(refused.near) != 1 or step.inputs.get("customer") != refused.asked.name:
        return None
    (near,) = refused.near
    return _changed(
        step,
        {"customer": near.name, "customer_email": near.email, "customer_vat": near.vat},
        f"Odoo has no customer '{refused.asked.name}': {near.name} is proposed, the only one near to it",
    )


def _changed(step: Step, values: dict[str, Any], because: str) -> Remedy:
    return Remedy(step.model_copy(update={"inputs": step.inputs | values}), because)


REMEDIES: tuple[tuple[type[RejectedError], Callable[[Step, Any], Remedy | None]], ...] = (
    (ClosedPeriodError, _on_first_open_day),
    (UnknownCustomerError, _for_nearest_customer),
)
