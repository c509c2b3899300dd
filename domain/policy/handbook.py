"""The Company Handbook's front matter as typed policy. A misspelt key is refused, never silently ignored."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from domain.accounting.rates import HourRates
from domain.errors import ContractError
from domain.money import as_written
from domain.policy.absences import Absence
from domain.policy.addressees import MailRules
from domain.policy.health import HealthRules
from domain.policy.hours import Hours, ZoneName
from domain.policy.people import People
from domain.policy.routing_rule import RoutingRule
from domain.refused_values import why_refused
from domain.social.brand import Brand
from domain.social.week import Tellable

Amount = Decimal


class HandbookError(ContractError):
    """The handbook cannot be followed as it is written."""

    def __init__(self, key: str, problem: str, line: int | None = None) -> None:
        self.key, self.line = key, line
        where = f"Company_Handbook.md, line {line}" if line else "Company_Handbook.md"
        super().__init__(f"{where}: {key}: {problem}; correct it there and save")


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProofRules(_Group):
    """When a name is not enough and a one-time code is asked for."""

    amount_above: Amount | None = Field(default=None, ge=0, description="sums above this need a code")
    new_payees: bool = Field(
        default=False, description="payments to new payees or changed accounts need a code"
    )
    public_posts: bool = Field(default=False, description="whatever the public can read needs a code")


class ApprovalTimes(_Group):
    """How long a person has, in hours, and what is sent to the owner to be answered there."""

    expire_hours: float = Field(default=72, gt=0, le=24 * 90)
    remind_hours: float = Field(default=24, gt=0)
    escalate_hours: float = Field(default=48, gt=0)
    by_mail: Literal["all", "none"] | Amount = Field(
        default="all",
        description="requests that are mailed to the owner, too: all, none, or sums above an amount",
    )
    by_whatsapp: Literal["all", "none"] | Amount = Field(
        default="all",
        description="requests that are sent to the owner's number, too: all, none, or sums above it",
    )
    whatsapp_template: str = Field(
        default="",
        pattern=r"^([a-z0-9_]{1,512}/[a-z]{2,3}(_[A-Z]{2})?)?$",
        description="says there that something waits, where 24 hours are over, as name/language; one gap: what",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "ApprovalTimes":
        if self.escalate_hours < self.remind_hours:
            raise ValueError("escalate_hours must not be smaller than remind_hours")
        return self


class Autonomy(_Group):
    """What counts without further questions."""

    vault_moves_count_as: str | None = Field(
        default=None, description="approver of a moved note that names none; 'owner' is people.owner"
    )
    always_ask: list[str] = Field(default=[], description="actions that are never done alone")


class Handbook(BaseModel, frozen=True, extra="ignore"):
    """The owner's policy. Amounts are in `currency`."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    ask_above: Amount = Field(default=Decimal(1000), ge=0, description="a single sum above this is asked for")
    day_limit: Amount | None = Field(default=None, ge=0, description="sum of a day; absent: ask_above")
    payee_limit: Amount | None = Field(default=None, ge=0, description="sum to one payee; absent: ask_above")
    sundry_limit: Amount = Field(
        default=Decimal(50), ge=0, description="a purchase without a named payee, up to this"
    )
    sundry_day_limit: Amount = Field(default=Decimal(100), ge=0, description="the sum of those in a day")
    incoming_day_limit: Amount | None = Field(
        default=None, ge=0, description="sum claimed or received on a day; absent: none is watched"
    )
    incoming_payee_limit: Amount | None = Field(
        default=None, ge=0, description="sum claimed or received from one customer; absent: none is watched"
    )
    payee_days: int = Field(default=30, ge=1, le=366, description="days that payee_limit looks back")
    ask_for_new_payees: bool = True
    known_payees: list[str] = []
    time_zone: ZoneName = Field(default="UTC", description="whose clocks a time without a zone is of")
    post_grace_minutes: int = Field(
        default=60, ge=0, le=1440, description="a post this much past its time still goes out; later ones ask"
    )
    mention_minutes: int = Field(
        default=15, ge=1, le=1440, description="how often mentions in public are looked for"
    )
    mention_tasks: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="mentions of a platform in 24 hours that become tasks of their own; one task counts the others",
    )
    insight_posts: int = Field(
        default=200,
        ge=1,
        le=3000,
        description="own posts of a platform whose counts are read at once, at most",
    )
    may_tell: list[Tellable] = Field(
        default=[], description="what drafts may tell of a week; absent: nothing"
    )
    topics: list[str] = Field(
        default=[], description="what the business speaks about; absent: no trends are read for its drafts"
    )
    rates: HourRates = Field(default=HourRates(), description="what hours worked for customers cost them")
    mail: MailRules = MailRules()
    brand: Brand = Brand()
    proof: ProofRules = ProofRules()
    approvals: ApprovalTimes = ApprovalTimes()
    confidence_below: float = Field(default=0.8, ge=0, le=1, description="readings less sure than this ask")
    routing: list[RoutingRule] = Field(default=[], description="what tasks are, before anything else decides")
    routing_below: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="a kind or domain less sure than this is not acted on, but asked about",
    )
    model_sorts_mail: bool = Field(
        default=False, description="mail that nothing else could sort is shown to the language model"
    )
    model_plans: bool = Field(
        default=False,
        description="your requests that no playbook's words fit are shown to the language model",
    )
    model_drafts: bool = Field(
        default=False,
        description="what has to be answered, and a week's post, are shown to the language model",
    )
    business_domains: list[str] = []
    people: People = People()
    hours: Hours | None = Field(default=None, description="absent: always open")
    absences: list[Absence] = Field(default=[], description="days on which the owner is away")
    health: HealthRules = Field(default=HealthRules(), description="when you are told how everything is")
    autonomy: Autonomy = Autonomy()

    @field_validator(
        "ask_above",
        "day_limit",
        "payee_limit",
        "incoming_day_limit",
        "incoming_payee_limit",
        "sundry_limit",
        "sundry_day_limit",
        mode="before",
    )
    @classmethod
    def _exact(cls, value: Any) -> Any:
        return as_written(value)

    @property
    def day_threshold(self) -> Decimal:
        """What a day's sum may reach without asking."""
        return self.ask_above if self.day_limit is None else self.day_limit

    @property
    def payee_threshold(self) -> Decimal:
        """What one payee's sum may reach without asking."""
        return self.ask_above if self.payee_limit is None else self.payee_limit

    @property
    def owner(self) -> str | None:
        """Who owns the business, if the handbook says."""
        return (self.people.owner or "").strip() or None

    def is_open(self, moment: datetime) -> bool:
        """Whether the business is open; always, where the handbook names no hours."""
        return self.hours is None or self.hours.is_open(moment)

    @property
    def mover(self) -> str | None:
        """Whose decision a moved note is when it names nobody."""
        named = (self.autonomy.vault_moves_count_as or "").strip()
        return self.owner if named.casefold() == "owner" else named or None


def parse_handbook(front: Mapping[str, Any]) -> Handbook:
    """The policy in the handbook's front matter; absent keys have their defaults.

    Raises:
        HandbookError: naming the first wrong key, its line where known, and how to mend it.
    """
    for key in front:
        _refuse_misspelt(front, str(key))
    try:
        return Handbook.model_validate(
            {key: _plain(value) for key, value in front.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [str(part) for part in first["loc"]]
        raise HandbookError(".".join(path), _said(first), _line(front, path)) from error


def _refuse_misspelt(front: Mapping[str, Any], key: str) -> None:
    if key in Handbook.model_fields:
        return
    close = get_close_matches(
        key.casefold().replace("-", "_").replace(" ", "_"), Handbook.model_fields, 1, 0.8
    )
    if close:
        raise HandbookError(
            key, f"is not a key of the handbook; did you mean {close[0]}?", _line(front, [key])
        )


def _said(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return "is not a key of this group"
    given = problem.get("input")
    shown = "" if isinstance(given, Mapping) else f" (it is {given!r})"
    what, _, to_do = why_refused(problem).partition("; ")
    return what + shown + (f"; {to_do}" if to_do else "")


def _plain(value: Any) -> Any:
    """Round-trip YAML values as the plain ones they stand for."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _line(front: Mapping[str, Any], path: list[str]) -> int | None:
    """Line in the file (the front matter starts on line 2), if the parser kept positions."""
    line, here = None, front
    for part in path:
        positions = getattr(here, "lc", None)
        if positions is None or part not in here:
            break
        line = positions.key(part)[0] + 2
        here = here[part]
        if not isinstance(here, Mapping):
            break
    return line
