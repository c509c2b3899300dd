"""A post as a person looks at it before deciding: what it says, its files, then who speaks, when and for how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.social.post import Media, Publication

NO_DESCRIPTION = "nothing: readers who cannot see it are told nothing"


@dataclass(frozen=True)
class ShownFile:
    """A file of a post; `name` is such as `Picture 2` or `Video 1 on X`."""

    name: str
    document: str
    described_as: str
    is_picture: bool


@dataclass(frozen=True)
class Preview:
    """One post on all its platforms; what several have in common stands there once.

    Attributes:
        texts: Each text with where it is said.
        facts: The rest, by name; a value of None is left out.
    """

    texts: list[tuple[str, str]]
    files: list[ShownFile]
    facts: dict[str, Any]


def preview_of(publications: Sequence[Publication]) -> Preview:
    """What a person decides on, in the words of somebody who posts."""
    return Preview(list(_texts(publications)), list(_files(publications)), dict(_facts(publications)))


def _texts(publications: Sequence[Publication]) -> Iterator[tuple[str, str]]:
    for same in _alike(publications, lambda one: one.parts):
        where, parts = _names(same), same[0].parts
        for number, part in enumerate(parts, start=1):
            yield (f"On {where}, post {number} of {len(parts)}" if len(parts) > 1 else f"On {where}"), part


def _files(publications: Sequence[Publication]) -> Iterator[ShownFile]:
    for same in _alike(publications, lambda one: one.media):
        where = f" on {_names(same)}" if len(same) < len(publications) else ""
        for number, media in enumerate(same[0].media, start=1):
            yield ShownFile(
                f"{_kind_of(media)} {number}{where}",
                media.document,
                media.alt_text or NO_DESCRIPTION,
                media.kind.startswith("image/"),
            )


def _facts(publications: Sequence[Publication]) -> Iterator[tuple[str, Any]]:
    shown = {one.platform.title: one.facts() for one in publications}
    for name in publications[0].facts():
        values = {platform: facts[name] for platform, facts in shown.items()}
        if len(set(values.values())) == 1:
            yield name, next(iter(values.values()))
        else:
            yield from ((f"{platform} {name}", value) for platform, value in values.items())


def _alike(publications: Sequence[Publication], of: Any) -> list[list[Publication]]:
    """The platforms that have this in common, each once, in their order."""
    groups: dict[Any, list[Publication]] = {}
    for one in publications:
        groups.setdefault(of(one), []).append(one)
    return list(groups.values())


def _names(publications: Sequence[Publication]) -> str:
    *others, last = [one.platform.title for one in publications]
    return f"{', '.join(others)} and {last}" if others else last


def _kind_of(media: Media) -> str:
    if media.is_image:
        return "Picture"
    if media.is_video:
        return "Video"
    return "Animation" if media.is_animated else "Document"
