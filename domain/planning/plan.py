"""A plan: a graph of typed steps, checked before anything runs."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ValidationError

from domain.errors import ContractError
from domain.planning.catalogue import CATALOGUE, order_keys
from domain.refused_values import place_of, why_refused


class StepStatus(StrEnum):
    """Where a step stands."""

    PLANNED = "planned"
    WAITING = "waiting for approval"
    LATER = "waiting"
    DONE = "done"
    SKIPPED = "not needed"
    FAILED = "failed"
    COMPENSATED = "undone"


class Wait(BaseModel, frozen=True):
    """What a step waits for, filled; the first that happens ends it."""

    date: str | None = None
    after: str | None = None
    paid: int | None = None
    reply: str | None = None
    sender: str | None = None
    document: bool | None = None
    at_most: str | None = None


class Step(BaseModel, frozen=True):
    """One action with its inputs (JSON values) and the steps that must be verified first.

    Attributes:
        id: With the loops and playbooks that it is in: `remind.3.send`.
        action: Of the catalogue; empty for what waits, and for what is not known in detail yet.
        scope: The record of a loop that it belongs to (`remind.3.`): what fails there is undone there.
        title: What a person reads where there is no action.
        is_known: Whether its inputs are; else they come from steps before it.
        milestone: What is told when it is done.
        takes_seconds: About how long, as its author says; 0: moments.
    """

    id: str
    action: str
    inputs: dict[str, Any]
    needs: list[str] = []
    scope: str = ""
    title: str = ""
    is_known: bool = True
    milestone: str = ""
    takes_seconds: int = 0
    wait: Wait | None = None


class Plan(BaseModel, frozen=True):
    """What will be done for one task."""

    task_id: str
    playbook: str
    steps: list[Step]


def effect_key(task_id: str, step_id: str, action: str, inputs: Mapping[str, Any]) -> str:
    """A step's stable name in the world, from what it means: task, step and content. 32 hex digits."""
    meaning = json.dumps([task_id, step_id, action, dict(inputs)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(meaning.encode()).hexdigest()[:32]


class PlanError(ContractError):
    """A plan that must not run."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def check_plan(plan: Plan) -> None:
    """Refuse a plan with unknown actions, invalid inputs, missing needs or a cycle.

    Raises:
        PlanError: with every problem, each as one sentence.
    """
    known = {step.id for step in plan.steps}
    problems = [
        f"two steps are called {step.id}"
        for step in plan.steps
        if [s.id for s in plan.steps].count(step.id) > 1
    ]
    for step in plan.steps:
        problems += [
            f"step {step.id} needs {need}, which is not in the plan"
            for need in step.needs
            if need not in known
        ]
        problems += _input_problems(step)
    if not problems:
        try:
            TopologicalSorter({step.id: step.needs for step in plan.steps}).prepare()
        except CycleError as error:
            problems = [f"the steps wait for each other: {' -> '.join(error.args[1])}"]
    if problems:
        raise PlanError(problems)


def _input_problems(step: Step) -> list[str]:
    action = CATALOGUE.get(step.action)
    if action is None:
        return [
            f"step {step.id}: there is no action '{step.action}'; known are {', '.join(sorted(CATALOGUE))}"
        ]
    return refused_inputs(action.inputs, step)


def refused_inputs(model: type[BaseModel], step: Step) -> list[str]:
    """Why the step's inputs do not satisfy the model, one sentence each."""
    try:
        model.model_validate(step.inputs)
    except ValidationError as error:
        return [
            f"{', '.join(map(str, place_of(item))) or step.id}: {_said(item)}"
            for item in error.errors(include_url=False)
        ]
    return []


def _said(item: Any) -> str:
    missing = item["type"] == "missing" or item.get("input") is None
    return "was not found in the document" if missing else why_refused(item)


def order_of(plan: Plan) -> list[str]:
    """The words for what a plan is about, as far as its steps' inputs are known."""
    return sorted({word for step in plan.steps for word in _words(step)})


def _words(step: Step) -> list[str]:
    if (
        step.action not in CATALOGUE
        or not step.is_known
        or refused_inputs(CATALOGUE[step.action].inputs, step)
    ):
        return []
    return order_keys(step.action, step.inputs)
