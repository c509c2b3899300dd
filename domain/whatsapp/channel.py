"""WhatsApp as errors and commands name it, and its users' numbers."""

import re
from dataclasses import dataclass

from domain.policy.people import Person


@dataclass(frozen=True)
class ChannelService:
    """What a service is called: in words, and in `fte connect NAME`."""

    title: str
    access: str


WHATSAPP = ChannelService("WhatsApp", "whatsapp")
SOURCE = "whatsapp"
NUMBER = r"^([1-9][0-9]{6,14}|[A-Z]{2}\.(ENT\.)?[0-9]{1,30})$"
"""A customer as WhatsApp names them: a telephone number, E.164 without the plus sign; of one who hides it the id that
they have for this business (business-scoped user ID)."""


def digits_of(number: str) -> str:
    """A number as a person writes it, +43 660 1234567, as WhatsApp does; other text is left as it is."""
    bare = re.sub(r"[\s()./-]", "", number).removeprefix("+")
    return bare if re.fullmatch(NUMBER, bare) else number


def shown_number(number: str) -> str:
    """The same for a person; what is no telephone number is left as it is."""
    return f"+{number}" if re.fullmatch(NUMBER, number) and number.isdigit() else number


def listed_numbers(known: dict[str, Person], role: str = "") -> frozenset[str]:
    """The numbers under the handbook's `people.known`, of one role or of any; a name never stands for a number."""
    return frozenset(
        digits_of(key)
        for key, one in known.items()
        if key.strip().startswith("+") and role in ("", one.role.strip().casefold())
    )
