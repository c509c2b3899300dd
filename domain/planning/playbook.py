"""Playbooks: how a kind of task is done, as notes that a person can read, edit and add."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import ContractError
from domain.planning.plan import Plan, Step
from domain.refused_values import refusals

REFERENCE = re.compile(r"^\{\{\s*([\w.]+)\s*\}\}$")
"""A value is a literal or exactly one reference; text from a mail is data here and never a template."""


class PlaybookError(ContractError):
    """A playbook cannot be read."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"playbook {name}: {problem}; correct its front matter in Vault/Playbooks/")


class PlaybookStep(BaseModel):
    """One step as its author wrote it."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    action: str
    inputs: dict[str, Any] = {}
    needs: list[str] = []


class Playbook(BaseModel):
    """Which tasks it is for (`when`: each fact with its value or a list of values) and its steps."""

    name: str
    when: dict[str, str | list[str]]
    steps: list[PlaybookStep] = Field(min_length=1)


def parse_playbook(name: str, front: Mapping[str, Any]) -> Playbook:
    """The playbook in a note's front matter.

    Raises:
        PlaybookError: naming the first key that is wrong.
    """
    try:
        return Playbook.model_validate({"name": name, **front})
    except ValidationError as error:
        raise PlaybookError(name, refusals(error)[0]) from error


def choose_playbook(playbooks: list[Playbook], facts: Mapping[str, str]) -> Playbook | None:
    """The most specific playbook whose every condition holds; by name among equals."""
    fitting = [
        book for book in playbooks if all(_holds(facts.get(key), value) for key, value in book.when.items())
    ]
    return min(fitting, key=lambda book: (-len(book.when), book.name), default=None)


def _holds(fact: str | None, wanted: str | list[str]) -> bool:
    return fact in wanted if isinstance(wanted, list) else fact == wanted


def make_plan(playbook: Playbook, task_id: str, context: Mapping[str, Any]) -> Plan:
    """Fill a playbook's steps with what is known about a task.

    Args:
        playbook: The recipe.
        task_id: The task it is for.
        context: Nested values that references like `{{ reading.vendor }}` name. `inputs: {from: reading}`
            takes all values of that group.

    Raises:
        PlaybookError: a reference names nothing.
    """
    steps = [
        Step(
            id=step.id,
            action=step.action,
            needs=step.needs,
            inputs=_filled(playbook.name, step.inputs, context),
        )
        for step in playbook.steps
    ]
    return Plan(task_id=task_id, playbook=playbook.name, steps=steps)


def _filled(name: str, inputs: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    filled = dict(_looked_up(name, str(inputs["from"]), context)) if "from" in inputs else {}
    for key, value in inputs.items():
        if key == "from":
            continue
        reference = REFERENCE.match(value) if isinstance(value, str) else None
        filled[key] = _looked_up(name, reference[1], context) if reference else value
    return filled


def _looked_up(name: str, path: str, context: Mapping[str, Any]) -> Any:
    value: Any = context
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise PlaybookError(name, f"nothing is known as '{path}' for this task")
        value = value[part]
    return value
