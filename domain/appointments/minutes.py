"""What was agreed in a meeting, read from its minutes: who does what until when. Nothing is guessed.

A line of a list (`- Ann: send the plan by 2026-12-01`) that names somebody or a day is something to do; what else
stands there is what was talked about.
"""

import datetime as dt
import re
from functools import cache

from pydantic import BaseModel, Field

from domain.mail.outgoing import address_of
from domain.text import OneLine

MOST_ITEMS, LONGEST_ITEM, LONGEST_NAME = 100, 300, 4
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "ms")
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+(?:\[[ x]?\]\s*)?(.+)$")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAMED = re.compile(
    r"([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,3})\s*[<(]\s*([\w.+-]+@[\w-]+(?:\.[\w-]+)+)\s*[>)]"
)
_WHO = re.compile(r"^([^\W\d_][\w'. &,-]{0,60}?)\s*:\s+(.+)$")
_BY = (
    r"(?:\b(?:by|until|till|before|on|bis(?: zum)?|am|avant(?: le)?|d'ici|pour le|antes del?|para el|entro(?: il)?|"
    r"voor|sebelum)\s+)?"
)
_ISO = re.compile(rf"{_BY}\b(20\d\d)-(\d\d)-(\d\d)\b", re.IGNORECASE)
_DOTTED = re.compile(rf"{_BY}\b(\d{{1,2}})\.(\d{{1,2}})\.(20\d\d)\b", re.IGNORECASE)


class ActionItem(BaseModel, frozen=True):
    """Something to do."""

    what: str
    who: str = ""
    email: str | None = None
    due: dt.date | None = None

    def line(self) -> str:
        """As people read it."""
        until = f" (until {self.due})" if self.due else ""
        return f"- {self.who}: {self.what}{until}" if self.who else f"- {self.what}{until}"


class MinutesWanted(BaseModel, extra="forbid", frozen=True, str_strip_whitespace=True):
    """Which meeting, and its minutes where they were said."""

    meeting: OneLine = Field(min_length=1, max_length=200, description="what it is called")
    minutes: str | None = Field(
        default=None, max_length=4_000, description="none: those of the appointment in the calendar"
    )
    words: str = Field(
        default="", max_length=4_000, description="the owner's, which may be the minutes themselves"
    )


class Minutes(BaseModel, frozen=True):
    """What was agreed."""

    meeting: str
    items: list[ActionItem]
    count: int
    text: str = Field(description="the items, one a line")
    people: list[str] = Field(description="the addresses of those who are named")
    first: str | None = Field(description="the first of them")
    has_people: bool


def read_minutes(meeting: str, text: str, today: dt.date) -> Minutes:
    """What is to be done, by the minutes; the owner's words, so that the people in them may be written to."""
    known = {name.casefold(): _clean(address) for name, address in _NAMED.findall(text)}
    lines = [found[1] for line in text.splitlines() if (found := _BULLET.match(line))]
    items = [item for line in lines[:MOST_ITEMS] if (item := _item(line, known, today)) is not None]
    people = [_clean(address) for address in _ADDRESS.findall(text)]
    addresses = list(dict.fromkeys(one for one in people if one))
    return Minutes(
        meeting=meeting,
        items=items,
        count=len(items),
        text="\n".join(item.line() for item in items),
        people=addresses,
        first=addresses[0] if addresses else None,
        has_people=bool(addresses),
    )


def _item(line: str, known: dict[str, str], today: dt.date) -> ActionItem | None:
    address = next((_clean(one) for one in _ADDRESS.findall(line)), "")
    bare = " ".join(re.sub(r"[<(]?\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[>)]?", " ", line).split())
    bare = re.sub(r"\s+:", ":", bare)
    due, bare = _due(bare, today)
    said = _WHO.match(bare)
    who = said[1].strip() if said and len(said[1].split()) <= LONGEST_NAME else ""
    what = (said[2] if said and who else bare).strip(" .,;-")[:LONGEST_ITEM]
    if not what or not (who or due):
        return None
    return ActionItem(what=what, who=who, email=address or known.get(who.casefold()) or None, due=due)


def _due(text: str, today: dt.date) -> tuple[dt.date | None, str]:
    """The day, and the text without it: written as a date, or the next weekday of that name."""
    for pattern, order in ((_ISO, (1, 2, 3)), (_DOTTED, (3, 2, 1))):
        if found := pattern.search(text):
            try:
                day = dt.date(*(int(found[at]) for at in order))
            except ValueError:
                return None, text
            return day, _without(text, found)
    if found := _weekday().search(text):
        ahead = (_weekdays()[found[1].casefold()] - today.weekday() - 1) % 7 + 1
        return today + dt.timedelta(days=ahead), _without(text, found)
    return None, text


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


@cache
def _weekdays() -> dict[str, int]:
    from babel.dates import get_day_names

    names = (get_day_names("wide", locale=language).items() for language in LANGUAGES)
    return {name.casefold(): number for days in names for number, name in days}


@cache
def _weekday() -> re.Pattern[str]:
    """A weekday counts where a word before it says until when."""
    names = "|".join(sorted(map(re.escape, _weekdays()), key=len, reverse=True))
    return re.compile(rf"{_BY.removesuffix('?')}({names})\b", re.IGNORECASE)


def _clean(address: str) -> str:
    try:
        return address_of(address)
    except ValueError:
        return ""
