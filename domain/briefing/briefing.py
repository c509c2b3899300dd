"""A week's briefing as it is kept: parts, what needs a decision, and what follows from stated rules."""

import datetime as dt
from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import AwareDatetime, BaseModel, Field

from domain.briefing.number import Number
from domain.briefing.part import Advice, Part
from domain.briefing.wording import BriefingWording
from domain.errors import RejectedError
from domain.week import days_shown

MOST_NEAR = 5
"""How many keys are proposed for one that there is not."""


class UnknownNumberError(RejectedError):
    """The briefing has no such number."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        near = get_close_matches(key, list(known), n=MOST_NEAR, cutoff=0.4)
        meant = f"did you mean {', '.join(near)}? " if near else ""
        super().__init__(
            f"the briefing has no number '{key[:60]}'; {meant}fte briefing show lists those that it has"
        )


class WaitingDecision(BaseModel, frozen=True):
    """What waits for a person."""

    said: str
    note: str = Field(description="the note in the Vault where it is decided")


class Briefing(BaseModel, frozen=True):
    """One week's briefing."""

    week: str = Field(description="as ISO 8601 has it: 2026-W47")
    first: dt.date
    last: dt.date
    made_at: AwareDatetime
    company: str = ""
    is_sandbox: bool
    parts: tuple[Part, ...]
    decisions: tuple[WaitingDecision, ...] = ()
    wins: tuple[Advice, ...] = ()
    challenges: tuple[Advice, ...] = ()
    actions: tuple[Advice, ...] = ()
    recommendations: tuple[Advice, ...] = ()
    wording: BriefingWording = BriefingWording()
    audit_sequence: int = Field(default=0, description="the audit log's newest record when this was made")
    audit_hash: str = ""

    @property
    def name(self) -> str:
        """The note's name: by the Monday on which the week is looked back on."""
        return f"CEO_Briefing_{self.last + dt.timedelta(days=1)}"

    @property
    def days(self) -> str:
        """The week in words."""
        return days_shown(self.first, self.last)

    @property
    def is_complete(self) -> bool:
        """Whether every source answered with fresh data."""
        return not any(part.standing.is_trouble for part in self.parts)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """All numbers of all parts."""
        return tuple(number for part in self.parts for number in part.all_numbers)

    @property
    def rewordable(self) -> tuple[str, ...]:
        """The plain sentences that may be said in other words, each once.

        Findings, wins, challenges and recommendations; never tables, decisions, what is not known, rules or keys.
        """
        advice = (*self.wins, *self.challenges, *self.recommendations)
        findings = (finding for part in self.parts for finding in part.findings)
        return tuple(dict.fromkeys([*findings, *(one.said for one in advice)]))

    @property
    def names(self) -> frozenset[str]:
        """Who and what it tells of by name: customers, vendors, platforms, accounts."""
        rows = (row.label for part in self.parts for table in part.tables for row in table.rows)
        return frozenset(name for name in (self.company, *rows) if name)

    def number(self, key: str) -> Number:
        """One of them.

        Raises:
            UnknownNumberError: there is no such number.
        """
        found = next((one for one in self.numbers if one.key == key), None)
        if found is None:
            raise UnknownNumberError(key, (one.key for one in self.numbers))
        return found
