"""What the owner wants watched: `Watched_Pages.md`'s front matter as typed entries. Nothing is guessed."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from domain.errors import ContractError, RejectedError
from domain.refused_values import refusals
from domain.text import OneLine

NOTE = "Watched_Pages.md"
MOST_PAGES = 200
RETRY = timedelta(hours=1)
"""What could not be read is tried again after this, or sooner where it is read more often."""


class PageKind(StrEnum):
    """What stands at the address, and what of it is read."""

    PAGE = "page"
    WHOLE = "whole"
    FEED = "feed"

    @property
    def noun(self) -> str:
        """In words."""
        return "feed" if self is PageKind.FEED else "page"


class Tag(StrEnum):
    """Whose page it is."""

    COMPETITOR = "competitor"
    NEWS = "news"
    MARKET = "market"


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")) or any(sign.isspace() for sign in value):
        raise ValueError("is no web address; give one such as https://www.example.com/prices")
    return value


WebAddress = Annotated[OneLine, AfterValidator(_web_address), Field(max_length=2_000)]


class WatchedPage(BaseModel, frozen=True, extra="forbid"):
    """A page or feed that is watched."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
        description="what it is called here: small letters, digits and -, a letter or digit first",
    )
    url: WebAddress
    kind: PageKind = Field(
        default=PageKind.PAGE,
        description="page: its main text; whole: menus and margins too; feed: RSS, Atom or JSON Feed",
    )
    every_hours: int = Field(default=24, ge=1, le=24 * 31, description="how often it is read")
    keywords: tuple[OneLine, ...] = Field(
        default=(), max_length=20, description="only a change with one of these words is told; none: each is"
    )
    tags: tuple[Tag, ...] = Field(default=(), description="competitor, news, market")

    def is_due(self, checked_at: datetime | None, now: datetime, *, failed: bool) -> bool:
        """Whether it is to be read again."""
        every = timedelta(hours=self.every_hours)
        return checked_at is None or now - checked_at >= (min(every, RETRY) if failed else every)


class WatchedPagesError(ContractError):
    """The note cannot be followed."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{NOTE}: {'; '.join(problems[:5])}; correct it there and save")


class UnknownPageError(RejectedError):
    """No page of this name is watched."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no page called '{name[:60]}' is watched; fte web list shows those that are")


def parse_watched(front: Mapping[str, Any]) -> list[WatchedPage]:
    """The entries under `pages`.

    Raises:
        WatchedPagesError: with everything that is wrong, each entry by its place.
    """
    entries = front.get("pages") or []
    if not isinstance(entries, list):
        raise WatchedPagesError(["pages is no list; begin each entry with a dash"])
    problems = [f"{key} is not known here; only pages is" for key in front if key != "pages"]
    pages = []
    for place, entry in enumerate(entries, 1):
        try:
            pages.append(WatchedPage.model_validate(entry))
        except ValidationError as error:
            problems += [f"pages, no. {place}, {said}" for said in refusals(error)]
    twice = [name for name, count in Counter(page.name for page in pages).items() if count > 1]
    problems += [f"{name} is the name of more than one entry" for name in twice]
    if len(entries) > MOST_PAGES:
        problems.append(f"there are {len(entries)} entries, at most {MOST_PAGES} are watched")
    if problems:
        raise WatchedPagesError(problems)
    return pages
