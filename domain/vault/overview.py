"""What stands on the Dashboard: which notes wait for whom. Pure; the Vault reads, the template writes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.vault.folder import Folder
from domain.vault.note import Note
from domain.vault.problem import PROBLEM_ENDING

LONGEST_TITLE, LONGEST_DETAIL = 90, 400
MOST_SHOWN = 30
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$%^=])")
_LINK = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*:(?=//)|www\.|mailto:)")


@dataclass(frozen=True)
class Item:
    """One line.

    Attributes:
        place: Where the note is, in the Vault, without .md.
        title: A person's words for it, safe as Markdown.
        detail: Why it is where it is; may be empty.
    """

    place: str
    title: str
    detail: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and its lines; `more` counts those not shown."""

    heading: str
    items: Sequence[Item]
    more: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.items) + self.more


def section(heading: str, items: Sequence[Item], *, unread: int = 0) -> Section:
    """A section that shows the first lines and counts the others."""
    return Section(heading, items[:MOST_SHOWN], len(items[MOST_SHOWN:]) + unread)


def given_up(names: Sequence[str]) -> list[str]:
    """Of the notes of Dead_Letters/ one for each thing: what was set aside by its explanation, others by themselves."""
    ending = PROBLEM_ENDING.removesuffix(".md")
    explained = {name.removesuffix(ending) for name in names if name.endswith(ending)}
    return [name for name in names if f"{name}.md" not in explained]


def item(folder: Folder, name: str, note: Note) -> Item:
    """A note's line."""
    heading = re.search(r"^#+\s+(.+)$", note.body, re.MULTILINE)
    title = heading.group(1) if heading else str(note.front.get("subject") or name)
    return Item(f"{folder}/{name}", one_line(title), one_line(_detail(note), LONGEST_DETAIL))


def _detail(note: Note) -> str:
    front = note.front
    for key in ("problem", "why", "delays"):
        said = front.get(key)
        if said:
            return "; ".join(map(str, said)) if isinstance(said, list) else str(said)
    return f"expires {front['expires']}" if front.get("expires") else ""


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """Foreign text as one harmless line of Markdown: no markup, no links, not too long."""
    flat = " ".join(text.replace("\\", "").split())
    short = flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"
    return _LINK.sub(lambda found: f"{found.group()[:-1]}\\{found.group()[-1]}", _MARKUP.sub(r"\\\1", short))
