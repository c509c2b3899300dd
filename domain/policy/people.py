"""Who is who for the business: the owner, and the people whose mail is sorted by who they are."""

from email.utils import parseaddr
from typing import Literal

from pydantic import BaseModel, Field

from domain.accounting.party import base_name

LANDLORD = "landlord"
"""The role of whoever lets the rooms: their bills are the business's and the owner's own."""


class Person(BaseModel, frozen=True, extra="forbid"):
    """What is known of one sender; what is left out is decided as for anybody."""

    role: str = Field(default="", max_length=100, description="what they are to the business, in words")
    mail: str = Field(
        default="",
        max_length=254,
        description="of a telephone number: the address under which the same person is listed",
        exclude_if=lambda address: not address,
    )
    domain: Literal["personal", "business", "both"] | None = None
    priority: Literal["high", "normal", "low"] | None = None


class People(BaseModel, frozen=True, extra="forbid"):
    """The owner's name, and known people by mail address or name."""

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

    def who_is(self, business: str) -> tuple[str, Person] | None:
        """The entry for a business by the name on its bills, however its legal form is written."""
        wanted = base_name(business)
        named = ((key, one) for key, one in self.known.items() if "@" not in key)
        return next(((key, one) for key, one in named if wanted and base_name(key) == wanted), None)
