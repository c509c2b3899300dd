"""An opportunity in Odoo's CRM: which one is meant, where it is moved, and what is noted on it."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from domain.errors import RejectedError
from domain.text import OneLine


class CustomerWanted(BaseModel, frozen=True, extra="forbid"):
    """Whose opportunity."""

    customer_id: int = Field(gt=0)


class Opportunity(BaseModel, frozen=True):
    """A customer's one open opportunity, or why there is none to work on; that is no error."""

    found: bool
    why: str = ""
    opportunity_id: int = 0
    name: str = ""
    stage: str = ""


class OpportunityInputs(BaseModel, frozen=True, str_strip_whitespace=True):
    """What a person approves: a note on an opportunity, and perhaps another stage."""

    opportunity_id: int = Field(gt=0)
    note: OneLine = Field(min_length=1, max_length=1000)
    stage: OneLine | None = Field(default=None, max_length=100, description="None: it stays where it is")


class OpportunityFacts(BaseModel, frozen=True):
    """What the CRM says now."""

    opportunity_id: int
    name: str
    stage: str
    notes: int = Field(description="messages of this effect; one is right")


class OpportunityReceipt(OpportunityFacts):
    """The evidence of one note."""

    key: str
    stage_before: str
    url: str = Field(description="where a person sees the opportunity")


class UnknownStageError(RejectedError):
    """The CRM has no such stage."""

    def __init__(self, stage: str, known: Sequence[str]) -> None:
        super().__init__(
            f"Odoo's CRM has no stage '{stage}'; it has {', '.join(known)}: write one of them into the playbook"
        )


class OpportunityMissingError(RejectedError):
    """There is no such opportunity."""

    def __init__(self, opportunity_id: int) -> None:
        super().__init__(
            f"opportunity {opportunity_id} is not in Odoo's CRM any more; it was deleted or archived"
        )


def opportunity_problems(inputs: OpportunityInputs, facts: OpportunityFacts) -> list[str]:
    """What keeps these facts from being evidence; empty when they are."""
    problems = [] if facts.notes == 1 else [f"the note stands {facts.notes} times on {facts.name}"]
    if inputs.stage and inputs.stage.casefold() != facts.stage.casefold():
        problems.append(f"{facts.name} is in stage {facts.stage}, asked was {inputs.stage}")
    return problems
