"""Who is who for the business: the owner, and the people whose mail is sorted by who they are."""

from email.utils import parseaddr
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Person(BaseModel):
    """What is known of one sender; what is left out is decided as for anybody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str = Field(default="", max_length=100, description="what they are to the business, in words")
    domain: Literal["personal", "business", "both"] | None = None
    priority: Literal["high", "normal", "low"] | None = None


class People(BaseModel):
    """The owner's name, and known people by mail address or name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str | None = None
    known: dict[str, Person] = {}

    def who_wrote(self, sender: str) -> tuple[str, Person] | None:
        """The entry for `Name <address>`, by its address first; a name never stands for an address."""
        name, address = parseaddr(sender)
        if not address:
            return None
        keys = {key.strip().casefold(): key for key in self.known}
        for wanted in (address, "" if "@" in name else name):
            key = keys.get(wanted.strip().casefold())
            if key is not None:
                return key, self.known[key]
        return None
