"""Notes and other things as lines of a page, each safe as Markdown; pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from domain.markdown import said_in
from domain.vault.folder import Folder
from domain.vault.note import Note
from domain.vault.problem import PROBLEM_ENDING

LONGEST_TITLE, LONGEST_DETAIL = 90, 400
MOST_SHOWN = 30
TASKS = frozenset({Folder.NEEDS_ACTION, Folder.DONE})
"""Folders whose notes are called as their tasks are."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$%^=]|&(?=#?\w+;))")
_LINK = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*:(?=//)|www\.|mailto:)")


@dataclass(frozen=True)
class Item:
    """One line.

    Attributes:
        place: Where the note is, in the Vault, without .md; empty: it has none.
        title: A person's words for it, safe as Markdown.
        detail: Why it is where it is; may be empty.
        url: Where else it is seen.
        task: The id of the task that it is about.
    """

    place: str = ""
    title: str = ""
    detail: str = ""
    url: str = ""
    task: str = ""


@dataclass(frozen=True)
class OverviewSection:
    """Lines; `more` counts those not shown, `note` says what to know of them, `problem` why nobody knows them."""

    items: Sequence[Item] = ()
    more: int = 0
    note: str = ""
    problem: str = ""

    @property
    def count(self) -> int | None:
        """All of them; None where nobody knows."""
        return None if self.problem else len(self.items) + self.more


def section(items: Sequence[Item], *, unread: int = 0) -> OverviewSection:
    """A section that shows the first lines and counts the others."""
    return OverviewSection(items[:MOST_SHOWN], len(items[MOST_SHOWN:]) + unread)


def given_up(names: Sequence[str]) -> list[str]:
    """Of the notes of Dead_Letters/ one for each thing: what was set aside by its explanation, others by themselves."""
    ending = PROBLEM_ENDING.removesuffix(".md")
    explained = {name.removesuffix(ending) for name in names if name.endswith(ending)}
    return [name for name in names if f"{name}.md" not in explained]


def item(folder: Folder, name: str, note: Note) -> Item:
    """A note's line."""
    shown = one_line(title_of(name, note)) or one_line(name)
    task = name if folder in TASKS else str(note.front.get("task") or note.front.get("key") or "")
    return Item(f"{folder}/{name}", shown, one_line(reason_in(note), LONGEST_DETAIL), task=task)


def title_of(name: str, note: Note) -> str:
    """A person's words for a note, as they stand there."""
    heading = re.search(r"^#+\s+(.+)$", note.body, re.MULTILINE)
    if heading is None:
        return str(note.front.get("subject") or name)
    return said_in(heading.group(1)) if "request" in note.front else heading.group(1)


def reason_in(note: Note) -> str:
    """Why a note is where it is, as it stands there; may be empty."""
    front = note.front
    for key in ("problem", "why", "delays"):
        said = front.get(key)
        if said:
            words = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
            is_answer = key == "problem" and "request" in front
            return f"your last answer was not taken: {words}" if is_answer else words
    return f"expires {front['expires']}" if front.get("expires") else ""


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """Foreign text as one harmless line of Markdown: no markup, no links, not too long."""
    flat = " ".join("".join(map(_seen, text.replace("\\", ""))).split())
    short = flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"
    return _LINK.sub(lambda found: f"{found.group()[:-1]}\\{found.group()[-1]}", _MARKUP.sub(r"\\\1", short))


def _seen(character: str) -> str:
    """A sign as a reader sees it; those that nobody sees can hide words or turn their order round."""
    kind = unicodedata.category(character)
    return "" if kind == "Cf" else " " if kind in {"Cc", "Cs", "Co", "Cn"} else character
