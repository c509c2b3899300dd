"""What a new owner answers, and which rules of the handbook each answer sets. Holds no secret, and refuses to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from domain.policy.hours import ZoneName
from domain.refused_values import refusals

Amount = Decimal


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Company(_Group):
    """Whose employee it is."""

    name: str = Field(min_length=1)
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    zone: ZoneName = "UTC"
    owner: str = Field(min_length=1)
    email: str = ""

    @field_validator("email")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            return validate_email(value, check_deliverability=False).normalized if value else ""
        except EmailNotValidError as error:
            raise ValueError("is no mail address; give one such as ann@example.com") from error


class SetupRules(_Group):
    """What it may do without asking."""

    ask_above: Amount = Field(default=Decimal(1000), ge=0)
    day_limit: Amount = Field(default=Decimal(1000), ge=0)
    payee_limit: Amount = Field(default=Decimal(1000), ge=0)
    ask_for_new_payees: bool = True
    write_to_known_people: bool = False
    code_above: Amount | None = Field(default=None, ge=0)
    code_for_posts: bool = False


class SetupAnswers(_Group):
    """All that `fte init` wants to know.

    Attributes:
        vault: The Vault's folder; empty: as it is set.
        accounts: What to connect, each with the options of its `fte connect` that are no secrets.
        approver: Who proves decisions with a one-time code; empty: nobody yet.
    """

    vault: str = ""
    company: Company
    rules: SetupRules = SetupRules()
    accounts: dict[str, dict[str, str | int | float | bool]] = {}
    approver: str = ""

    @field_validator("accounts", mode="before")
    @classmethod
    def _plain_names(cls, value: Any) -> Any:
        """A list of names is a mapping without options, and a name alone has none."""
        if isinstance(value, list):
            return {str(name): {} for name in value}
        return (
            {name: options or {} for name, options in value.items()} if isinstance(value, Mapping) else value
        )


@dataclass(frozen=True)
class SetupQuestion:
    """One question in the owner's words.

    Attributes:
        place: Of the answer in `SetupAnswers`.
        rules: Of the handbook that it sets, `group.name`; the first says what holds now.
    """

    place: tuple[str, str]
    words: str
    rules: tuple[str, ...] = ()


QUESTIONS = (
    SetupQuestion(("company", "name"), "What is the company called?", ("brand.name",)),
    SetupQuestion(("company", "country"), "In which country is it? Two letters, such as US"),
    SetupQuestion(("company", "currency"), "In which currency does it keep its books?", ("currency",)),
    SetupQuestion(
        ("company", "zone"),
        "In which time zone is it, such as Europe/Vienna?",
        ("time_zone", "hours.timezone"),
    ),
    SetupQuestion(
        ("company", "owner"), "What is your name? Decisions are recorded under it", ("people.owner",)
    ),
    SetupQuestion(("company", "email"), "Your mail address, to be asked there (nothing: not by mail)"),
    SetupQuestion(
        ("rules", "ask_above"), "Up to which sum may a bill be booked without asking?", ("ask_above",)
    ),
    SetupQuestion(("rules", "day_limit"), "And all bills of a day together?", ("day_limit",)),
    SetupQuestion(("rules", "payee_limit"), "And all bills of one vendor in 30 days?", ("payee_limit",)),
    SetupQuestion(
        ("rules", "ask_for_new_payees"), "Shall it ask before a vendor's first bill?", ("ask_for_new_payees",)
    ),
    SetupQuestion(
        ("rules", "write_to_known_people"),
        "May it write mail without files or sums to people it knows, unasked?",
        ("mail.known_people",),
    ),
    SetupQuestion(
        ("rules", "code_above"),
        "Above which sum has a one-time code from your telephone to prove an approval (nothing: none)?",
        ("proof.amount_above",),
    ),
    SetupQuestion(
        ("rules", "code_for_posts"),
        "Shall a code prove what is said in public, too?",
        ("proof.public_posts",),
    ),
)


def mistakes(said: Any) -> list[str]:
    """Every mistake in what was answered, in sentences; none: it can be used."""
    try:
        SetupAnswers.model_validate(said)
    except ValidationError as error:
        return refusals(error)
    return []


def mistake_at(said: Mapping[str, Any], place: tuple[str, str]) -> str:
    """What is wrong with one answer, whatever else is missing; empty: nothing is."""
    place_said = f"{', '.join(place)}: "
    found = (one.removeprefix(place_said) for one in mistakes(said) if one.startswith(place_said))
    return next(found, "")


def rules_set(answers: SetupAnswers) -> Iterator[tuple[str, Any]]:
    """The handbook's rules as answered: `group.name` and its value."""
    plain = answers.model_dump(mode="json")
    for question in QUESTIONS:
        group, name = question.place
        value = plain[group][name]
        for rule in question.rules:
            yield (
                rule,
                _number(value) if isinstance(getattr(getattr(answers, group), name), Decimal) else value,
            )


def _number(text: str) -> int | float:
    """As a person writes it into the handbook."""
    return int(Decimal(text)) if Decimal(text) == int(Decimal(text)) else float(text)
