"""A draft in the Vault: its front matter as a post, where it stands, and everything that is wrong with it, at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from domain.errors import RejectedError
from domain.refused_values import refusals
from domain.social.dialect import file_problems, publication_of, word_problems
from domain.social.post import (
    EMPTY,
    LINK_ALONE,
    LONGEST_ALT_TEXT,
    Media,
    Platform,
    SocialPost,
    shows_something,
)
from domain.social.rules import PUBLISHED_ON
from domain.social.schedule import WallTime, check_zone, wall_time


class DraftStatus(StrEnum):
    """Where a post stands; a person writes the first two."""

    DRAFT = "draft"
    READY = "ready"
    ASKED = "asked"
    SCHEDULED = "scheduled"
    UNPROVEN = "unproven"
    PUBLISHED = "published"
    REFUSED = "refused"
    CANCELLED = "cancelled"


FOLLOWED = frozenset({DraftStatus.ASKED, DraftStatus.SCHEDULED, DraftStatus.UNPROVEN, DraftStatus.REFUSED})
"""Statuses that change by themselves."""

OF_TASKS = frozenset({DraftStatus.ASKED, DraftStatus.SCHEDULED, DraftStatus.UNPROVEN, DraftStatus.PUBLISHED})
"""Statuses that no post has before somebody was asked."""

PLATFORM_NAMES = ", ".join(platform.value for platform in PUBLISHED_ON)
STATUS_PROBLEM = "the status "
NEAR = 0.75
"""How alike two words are of which one may be the other misspelt."""

SHORTEST_MISSPELT = 4
OTHER_WORDS = {
    **dict.fromkeys(("state", "ready"), "status"),
    **dict.fromkeys(("alt", "description"), "alt_texts"),
    **dict.fromkeys(("time", "when", "date", "scheduled", "publish_at"), "at"),
    **dict.fromkeys(("time_zone", "timezone", "tz"), "zone"),
    **dict.fromkeys(("image", "images", "picture", "pictures", "photo", "file", "files", "video"), "media"),
    **dict.fromkeys(("url", "address"), "link"),
    **dict.fromkeys(("text", "body", "caption"), "it below the second ---"),
}
"""What people call the properties."""

OTHERS = frozenset(
    {"by", "task", "asked", "problem", "warnings", "published", "published_at", "corrected", "media_from"}
    | {"proposed", "left_out", "answers", "tags", "aliases", "cssclasses"}
)
"""Properties that the employee writes, and those of Obsidian."""

FARTHEST_ZONES = timedelta(hours=26)
"""No two places' clocks are farther apart."""


class BadDraftError(RejectedError):
    """It cannot be made into a post."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("; ".join(dict.fromkeys(problems)))


class Draft(BaseModel, frozen=True, extra="ignore", coerce_numbers_to_str=True):
    """The properties of a note in Posts/ that a person writes; unknown ones are theirs."""

    platforms: tuple[Platform, ...] = ()
    at: str | None = None
    zone: str | None = None
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    media: tuple[str, ...] = Field(default=(), max_length=20)
    alt_texts: tuple[Annotated[str, Field(max_length=LONGEST_ALT_TEXT)], ...] = ()
    reply_to: str | None = None

    @field_validator("platforms", mode="before")
    @classmethod
    def _published_on(cls, value: object) -> object:
        names = _platform_names(value)
        if others := [name for name in names if name not in set(PUBLISHED_ON)]:
            raise ValueError("; ".join(map(_unknown_platform, others)))
        return names or value

    @field_validator("platforms", "hashtags", "media", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if value is None:
            return ()
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("alt_texts", mode="before")
    @classmethod
    def _one_sentence_or_many(cls, value: object) -> object:
        return () if value is None else [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _described(self) -> "Draft":
        if len(self.alt_texts) > len(self.media):
            given, files = len(self.alt_texts), len(self.media)
            raise ValueError(
                f"there are {given} alt_texts for {files} files in media; give one for each file"
            )
        return self


KNOWN = ("status", *Draft.model_fields)


@dataclass
class DraftRead:
    """What a note says, as far as it can be understood.

    Attributes:
        said: JSON values of a `SocialOrder`, without its files.
        media: Its files as the note names them.
        problems: What cannot be meant, each as one sentence.
        refused: What a platform would refuse of its text.
    """

    said: dict[str, Any] = field(default_factory=dict)
    media: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def read_draft(front: Mapping[str, Any], body: str, zone: str, now: datetime) -> DraftRead:
    """Read a note's properties and text.

    Args:
        front: The note's properties.
        body: The post's text.
        zone: The time zone where the note names none.
        now: A time before it has passed.
    """
    text = body.strip()
    draft, problems = _understood(front)
    others = {key: _meant(key) for key in map(str, front) if key not in KNOWN}
    said_of_status = () if "status" in front else ("status",)
    misspelt = [
        f"{key}: is not known; write {meant}"
        for key, meant in others.items()
        if meant and meant not in said_of_status
    ]
    when, wrong_times = _when(draft, zone, now)
    post, wrong_words = _post(draft, text)
    said = draft.model_dump(mode="json", exclude={"at", "zone", "media"}, exclude_defaults=True)
    said |= {"text": text} | ({"at": when.model_dump(mode="json")} if when else {})
    parts = [publication_of(post, platform, "-", "") for platform in draft.platforms] if post else []
    return DraftRead(
        said=said,
        media=draft.media,
        problems=[*misspelt, *problems, *wrong_times, *wrong_words],
        refused=[problem for part in parts for problem in word_problems(part)],
    )


def files_refused(said: Mapping[str, Any], media: Iterable[Media]) -> list[str]:
    """What its platforms would refuse of the files of a note that says this."""
    files, answered = tuple(media), said.get("reply_to")
    return [
        problem
        for name in said.get("platforms", ())
        for problem in file_problems(Platform(name), files, answered and str(answered))
    ]


def passed_over(front: Mapping[str, Any]) -> list[str]:
    """Properties that say nothing of a post, and resemble none that does, in one sentence."""
    unknown = [key for key in map(str, front) if key not in KNOWN and key not in OTHERS and not _meant(key)]
    return [f"no property of a post, and passed over: {', '.join(unknown)}"] if unknown else []


def order_of(front: Mapping[str, Any], body: str, zone: str, now: datetime) -> dict[str, Any]:
    """What a note without files orders, as JSON values of a `SocialOrder`; a platform may still refuse its text.

    Raises:
        BadDraftError: with everything that cannot be meant.
    """
    read = read_draft(front, body, zone, now)
    if read.problems:
        raise BadDraftError(read.problems)
    return read.said


def status_of(front: Mapping[str, Any]) -> DraftStatus:
    """Where a post stands; a word that is none is a draft's."""
    written = _written_status(front)
    return DraftStatus(written) if written in set(DraftStatus) else DraftStatus.DRAFT


def address_in(published: object) -> str:
    """The address of an entry of a note's `published`."""
    return str(published).rpartition(" ")[2]


def unknown_status(front: Mapping[str, Any]) -> str | None:
    """What is wrong with a status that is none, or is called otherwise."""
    if "status" not in front and (called := [key for key in front if _meant(str(key)) == "status"]):
        written = f"{called[0]}: {front[called[0]]}"
        return f"{STATUS_PROBLEM}is written '{written}'; write status: {_near_status(str(front[called[0]]))}"
    written = _written_status(front)
    if written in OF_TASKS and not front.get("task"):
        return f"{STATUS_PROBLEM}'{written}' is the employee's to write, and nobody was asked; write ready"
    if written in set(DraftStatus):
        return None
    return f"{STATUS_PROBLEM}'{written}' is not known; write {_near_status(written)}"


def _near_status(written: str) -> str:
    near = get_close_matches(written.strip().casefold(), list(DraftStatus), 1, NEAR)
    return near[0] if near else "draft or ready"


def _written_status(front: Mapping[str, Any]) -> str:
    return str(front.get("status") or DraftStatus.DRAFT).strip().casefold()


def _platform_names(value: object) -> list[str]:
    names = value.split(",") if isinstance(value, str) else value
    said = names if isinstance(names, list | tuple) else []
    return [*dict.fromkeys(str(name).strip().casefold() for name in said)]


def _unknown_platform(name: str) -> str:
    if name in set(Platform):
        return f"{Platform(name).title} cannot be published on yet; choose of {PLATFORM_NAMES}"
    names = [*map(str, PUBLISHED_ON), "twitter"]
    near = get_close_matches(name, names, 1, NEAR)
    meant = f"write {near[0].replace('twitter', 'x')}" if near else f"choose of {PLATFORM_NAMES}"
    return f"'{name}' is no platform; {meant}"


def _meant(key: str) -> str | None:
    """The property that is called so by mistake."""
    word = key.strip().casefold()
    near = get_close_matches(word, KNOWN, 1, NEAR) if len(word) >= SHORTEST_MISSPELT else []
    meant = word if word in KNOWN else OTHER_WORDS.get(word) or (near[0] if near else None)
    return None if word in OTHERS else meant


def _understood(front: Mapping[str, Any]) -> tuple[Draft, list[str]]:
    """The properties that hold, and what is wrong with the others."""
    holding, problems = {key: front[key] for key in Draft.model_fields if front.get(key) is not None}, []
    if not holding.get("platforms"):
        problems.append(f"platforms: is missing; choose of {PLATFORM_NAMES}")
    while True:
        try:
            return Draft.model_validate(holding), problems
        except ValidationError as error:
            problems += refusals(error)
            wrong = {item["loc"][0] if item["loc"] else "alt_texts" for item in error.errors()}
            wrong |= {"alt_texts"} if "media" in wrong else set()
            good = [name for name in _platform_names(holding.get("platforms")) if name in set(PUBLISHED_ON)]
            holding = {key: value for key, value in holding.items() if key not in wrong}
            holding |= {"platforms": good} if "platforms" in wrong and good else {}


def _when(draft: Draft, zone: str, now: datetime) -> tuple[WallTime | None, list[str]]:
    problems: list[str] = []
    try:
        place = check_zone(draft.zone or zone)
    except ValueError as error:
        problems, place = [f"zone: {error}"], "UTC"
    if draft.at is None:
        return None, problems
    try:
        when = wall_time(draft.at, place)
    except ValueError as error:
        said = refusals(error)[0] if isinstance(error, ValidationError) else str(error)
        return None, [*problems, f"at: {said}"]
    if now - when.instant >= (FARTHEST_ZONES if problems else timedelta()):
        shown = draft.at if problems else when
        return when, [*problems, f"at: {shown} has passed; choose a later time, or none"]
    return (None if problems else when), problems


def _post(draft: Draft, text: str) -> tuple[SocialPost | None, list[str]]:
    """The post without its files, and what is wrong with its text, link, hashtags and what it answers."""
    given = draft.model_dump(include={"link", "hashtags", "reply_to"})
    try:
        return SocialPost.model_validate(given | {"text": text}), []
    except ValidationError as error:
        said = [line for line in refusals(error) if line not in (EMPTY, LINK_ALONE)]
    lacks = [] if draft.media or shows_something(text) else [LINK_ALONE if draft.link else EMPTY]
    return None, [*said, *lacks]
