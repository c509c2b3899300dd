"""What is planned and was published, as the notes of Posts/ say it, and what of it a new post comes too close to."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from domain.social.draft import DraftStatus, status_of
from domain.social.post import Platform, Publication, plain
from domain.social.schedule import wall_time
from domain.times import shown_there
from domain.visible import visible

ALIKE = 0.8
"""Part of the words that two texts have in the same order, from which on a reader takes them for one."""

ALIKE_DAYS = timedelta(days=14)
CLOSE = timedelta(minutes=30)
PLANNED = frozenset({DraftStatus.ASKED, DraftStatus.SCHEDULED})
HANDED_OVER = frozenset({DraftStatus.UNPROVEN, DraftStatus.PUBLISHED})
LONGEST_TEXT = 60
REFUSE_REPEATS = frozenset({Platform.X, Platform.LINKEDIN})
"""Platforms that take no text twice; what they answer is told in `blocks/social`."""


@dataclass(frozen=True)
class PostLine:
    """A post in a list.

    Attributes:
        task: The id of its task.
        is_answer: It is said to somebody, not to everybody.
        at: When it goes out, or went out, by its author's clocks; None: once it is approved.
        names_zone: Whose clocks these are stands in its note.
    """

    name: str
    status: DraftStatus
    task: str
    platforms: tuple[str, ...]
    at: datetime | None
    text: str
    problem: str
    is_answer: bool = False
    names_zone: bool = False

    @property
    def short(self) -> str:
        """How it begins."""
        words = " ".join(self.text.split())
        return words if len(words) <= LONGEST_TEXT else f"{words[: LONGEST_TEXT - 1].rstrip()}…"

    @property
    def when(self) -> str:
        """Its time in words."""
        return shown_there(self.at) if self.at else "once approved" if self.status in PLANNED else ""

    @property
    def plan(self) -> str:
        """Time, platforms and status in words."""
        return ", ".join(filter(None, (self.when, self.where, self.status.value)))

    @property
    def where(self) -> str:
        """Its platforms in words."""
        titles = {platform.value: platform.title for platform in Platform}
        return ", ".join(titles.get(name, name) for name in self.platforms)


def post_line(name: str, front: Mapping[str, Any], body: str, zone: str) -> PostLine:
    """A note as a line, however wrong it is.

    Args:
        name: The note's.
        front: Its properties.
        body: Its text.
        zone: The time zone where it names none.
    """
    platforms = front.get("platforms") or ()
    names = platforms.split(",") if isinstance(platforms, str) else platforms
    return PostLine(
        name=name,
        status=status_of(front),
        task=str(front.get("task") or ""),
        platforms=tuple(str(name).strip().casefold() for name in names)
        if isinstance(names, list | tuple)
        else (),
        at=_moment(front, zone),
        text=body.strip(),
        problem="; ".join(_said(front)),
        is_answer=bool(front.get("reply_to")),
        names_zone=bool(front.get("zone")),
    )


def by_time(lines: Iterable[PostLine]) -> list[PostLine]:
    """The next first, those without a time before all."""
    return sorted(lines, key=lambda line: (line.at or datetime.min.replace(tzinfo=UTC), line.name))


def too_close(publication: Publication, others: Iterable[PostLine], now: datetime) -> list[str]:
    """What a person should know of other posts before they approve this one.

    Args:
        publication: The part for one platform.
        others: The other posts.
        now: When a post goes out that names no time.
    """
    is_answer = publication.reply_to is not None
    here = [
        line
        for line in others
        if publication.platform.value in line.platforms and line.is_answer is is_answer
    ]
    at = publication.publish_at or now
    again = [
        f"{publication.platform.title} refuses what it published before, as {line.name}; change the text"
        for line in here
        if publication.platform in REFUSE_REPEATS and _is_public_twin(publication.text, line)
    ]
    return again + [said for line in here for said in _closeness(publication.text, at, line)]


def _is_public_twin(text: str, line: PostLine) -> bool:
    return line.status in HANDED_OVER and plain(text) == plain(line.text)


def _closeness(text: str, at: datetime, line: PostLine) -> Iterator[str]:
    is_planned = line.status in PLANNED
    if not (is_planned or line.status in HANDED_OVER):
        return
    when = line.when or "earlier"
    if (line.at is None or abs(at - line.at) <= ALIKE_DAYS) and is_alike(text, line.text):
        told = "is planned" if is_planned else "was published"
        yield f"nearly the same {told} as {line.name}, {when}: “{line.short}”"
    elif line.at is not None and not line.is_answer and abs(at - line.at) <= CLOSE:
        minutes = round(abs(at - line.at).total_seconds() / 60)
        yield f"{line.name} goes out on the same platform {minutes} minutes apart, {when}"


def is_alike(one: str, other: str) -> bool:
    """Whether a reader would take two texts for the same; links and hashtags at the end count little."""
    words, others = (visible(plain(text)).casefold().split() for text in (one, other))
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    return bool(words and others) and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _moment(front: Mapping[str, Any], zone: str) -> datetime | None:
    place = str(front.get("zone") or zone)
    with suppress(ValueError):
        if went_out := front.get("published_at"):
            return wall_time(str(went_out), place).there
        return wall_time(str(front["at"]), place).there if front.get("at") else None
    return None


def _said(front: Mapping[str, Any]) -> Iterator[str]:
    for key in ("problem", "warnings"):
        said = front.get(key) or ()
        yield from [str(said)] if isinstance(said, str) else map(str, said)
