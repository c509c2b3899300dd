"""The owner's goals: `Business_Goals.md`'s front matter as typed budgets and targets. Nothing is guessed."""

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from domain.errors import ContractError
from domain.money import as_written
from domain.refused_values import place_of, why_refused


class GoalsError(ContractError):
    """The goals cannot be read as they are written."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        super().__init__(f"Business_Goals.md: {key}: {problem}; correct it there and save")


Amount = Annotated[Decimal, BeforeValidator(as_written), Field(ge=0, allow_inf_nan=False)]
Code = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]


class Targets(BaseModel, frozen=True, extra="forbid"):
    """What a month should bring; an absent target is not compared."""

    revenue: Amount | None = Field(default=None, description="invoiced in a month, before tax")
    profit: Amount | None = Field(default=None, description="revenue less expenses of a month")
    days_until_paid: Amount | None = Field(default=None, description="age of an invoice when it is paid")
    overdue: Amount | None = Field(default=None, description="at most this much may be overdue")
    runway_months: Amount | None = Field(default=None, description="the cash must last at least this long")


class Goals(BaseModel, frozen=True, extra="ignore"):
    """Monthly budgets by category of expense, and targets. Amounts are in `currency`."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    budgets: dict[str, Amount] = Field(default={}, description="a month's budget for each category")
    accounts: dict[str, list[Code]] = Field(
        default={}, description="codes of the accounts of a category, where its name does not tell"
    )
    targets: Targets = Targets()


def parse_goals(front: Mapping[str, Any]) -> Goals:
    """The goals in the note's front matter; an empty value is an absent one.

    Raises:
        GoalsError: naming the first wrong key and how to mend it.
    """
    for key in front:
        close = get_close_matches(str(key).casefold(), Goals.model_fields, 1, 0.8)
        if close and key not in Goals.model_fields:
            raise GoalsError(str(key), f"is not a key of the goals; did you mean {close[0]}?")
    try:
        goals = Goals.model_validate(_present(front))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise GoalsError(".".join(map(str, place_of(first))), why_refused(first)) from error
    for category in goals.accounts:
        if category not in goals.budgets:
            raise GoalsError(f"accounts.{category}", "has no budget; add it to budgets or remove it")
    return goals


def _present(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _present(item) for key, item in value.items() if item is not None}
    return value
