"""What became of a plan's steps."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.planning.order import STEP
from domain.planning.plan import Plan, StepStatus
from domain.planning.plan_page import PlanProgress
from domain.planning.program import INPUTS
from domain.planning.remedy import WHO


@dataclass(frozen=True)
class Delay:
    """A step that has to wait.

    Attributes:
        service: Whose outbox it waits in; None for a trouble of this machine, tried again by each round.
        due: When it may be tried again.
    """

    step: str
    service: str | None
    reason: str
    due: datetime

    def __str__(self) -> str:
        return said_of_step(self.step, self.reason)


def said_of_step(step: str, said: object) -> str:
    """What is said of a step, with its name; an order and a question need not be told from others."""
    is_alone = step in {STEP, INPUTS} or step.endswith(WHO)
    return str(said) if is_alone else f"{step}: {said}"


@dataclass
class PlanOutcome:
    """What became of a plan's steps.

    Attributes:
        records: What they made, as Markdown.
        tried: What went otherwise.
        plan: The plan as it stands now; steps may have been added since it was made.
        is_whole: Whether every step of a kept plan is done or not needed.
        undone: The steps that were undone.
        left: The steps that cannot be undone.
        is_refused: Whether a person said no to one of the steps.
    """

    statuses: dict[str, StepStatus] = field(default_factory=dict)
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting_for: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    records: dict[str, str] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    plan: Plan | None = None
    is_whole: bool = True
    undone: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    is_refused: bool = False

    @property
    def progress(self) -> PlanProgress:
        """What the run's page says of it."""
        said = [*self.failures, *map(str, self.delays), *self.tried]
        return PlanProgress(self.statuses, self.records, said, self.plan)
