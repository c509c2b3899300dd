"""The handbook's own rules of routing: which tasks are of a kind, a domain, a priority."""

from difflib import get_close_matches
from email.utils import parseaddr
from typing import Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from domain.planning.kinds import BY_ITS_DOCUMENT, GIVEN


class RoutingRule(BaseModel, frozen=True, extra="forbid", populate_by_name=True):
    """Where all conditions hold, these values are given; the first rule that gives a value counts."""

    sender: str = Field(
        default="", alias="from", description="an address, or @example.com for all at a domain"
    )
    list_id: str = Field(default="", alias="list", description="a mailing list's id")
    subject: str = Field(default="", description="words that the subject has")
    kind: str | None = None
    domain: Literal["personal", "business", "both"] | None = None
    priority: Literal["high", "normal", "low"] | None = None

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str | None) -> str | None:
        if kind is None or kind in GIVEN:
            return kind
        if kind in BY_ITS_DOCUMENT:
            raise ValueError(f"must not be {kind}: only what is read makes a task one")
        close = get_close_matches(kind, GIVEN, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"must be one of {', '.join(sorted(GIVEN))}{hint}")

    @model_validator(mode="after")
    def _says_something(self) -> "RoutingRule":
        if not (self.sender or self.list_id or self.subject):
            raise ValueError("must have a condition: from, list or subject")
        if not (self.kind or self.domain or self.priority):
            raise ValueError("must give a kind, a domain or a priority")
        return self

    def holds(self, sender: str, list_id: str, subject: str) -> bool:
        """Whether it is for a task with these; all three are the sender's claims."""
        return (
            (not self.sender or _is_from(self.sender.strip().casefold(), sender))
            and (not self.list_id or self.list_id.strip("<> ").casefold() == list_id.casefold())
            and (not self.subject or " ".join(self.subject.casefold().split()) in subject.casefold())
        )

    def __str__(self) -> str:
        """As it is written."""
        return ", ".join(
            f"{name}: {value}" for name, value in self.model_dump(by_alias=True).items() if value
        )


def _is_from(wanted: str, sender: str) -> bool:
    address = (parseaddr(sender)[1] or "").casefold()
    if not wanted.startswith("@"):
        return address == wanted
    host = address.rpartition("@")[2]
    return host == wanted[1:] or host.endswith(f".{wanted[1:]}")
