"""A week of the business in public words: what may be told of it, and that no other number is."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import RejectedError

_SEPARATORS = ".,'\u2019\u00a0\u202f"
"""What stands inside a number: 1,204.50, 1'204, 1 204 with a blank that does not break."""

_DRAWN = "\U0001f51f\U0001f4af"
"""Ten and a hundred as pictures; the other numbers among them begin with a digit."""


class Tellable(StrEnum):
    """What the handbook may allow to be told; nobody's name is among it."""

    TASKS_DONE = "tasks done"
    POSTS_PUBLISHED = "posts published"
    BILLS_BOOKED = "bills booked"
    INVOICES_MADE = "invoices made"
    NEW_CUSTOMERS = "new customers"
    REVENUE = "revenue"

    @property
    def variable(self) -> str:
        """Its name in a template."""
        return self.value.replace(" ", "_")


@dataclass(frozen=True)
class TellableWeek:
    """What may be told of a week, and why the rest is not.

    Attributes:
        values: By variable; None where there is nothing to tell.
        left_out: Of each thing that may be told and is not: why.
    """

    values: Mapping[str, int | str | None]
    left_out: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not any(value is not None for value in self.values.values())


class NumberNotTellableError(RejectedError):
    """A text has a number that the handbook does not allow, or that nobody can prove."""

    def __init__(self, numbers: list[str], where: str) -> None:
        super().__init__(
            f"{where}: the text has {', '.join(numbers)}, which is none of the numbers that may be told; take it out "
            "of the template, or allow what it stands for under may_tell in Company_Handbook.md"
        )


def told_numbers(text: str, told: TellableWeek, known: Iterable[str], where: str) -> list[str]:
    """The numbers of a text, which are told ones without exception.

    Args:
        text: As it would be published.
        told: The numbers that may stand in it.
        known: Words with numbers that are not figures: the days of the week, the name of the business.
        where: Whose text it is, for the message.

    Raises:
        NumberNotTellableError: it has another one.
    """
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, " ")
    allowed = {
        number for value in told.values.values() if value is not None for number in numbers(str(value))
    }
    found = numbers(text)
    if others := [number for number in found if number not in allowed]:
        raise NumberNotTellableError(others, where)
    return found


def numbers(text: str) -> list[str]:
    """Every number that is written in digits, of any script, in the order of the text; words are none."""
    marked = "".join(sign if sign in _SEPARATORS else "0" if _is_digit(sign) else " " for sign in text)
    return [text[found.start() : found.end()] for found in re.finditer(f"0(?:[0{_SEPARATORS}]*0)?", marked)]


def _is_digit(sign: str) -> bool:
    return unicodedata.category(sign).startswith("N") or sign in _DRAWN
