"""`Dashboard.md`: what waits for a person, what is in work, what is done today, what failed."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from domain.social.planned import PLANNED, by_time, post_line
from domain.vault.broken import BrokenNoteError
from domain.vault.folder import Folder
from domain.vault.note import Note
from domain.vault.overview import MOST_SHOWN, Item, Section, given_up, item, one_line, section
from tasks.vault.vault import NoteMissingError, Vault

if TYPE_CHECKING:
    from jinja2 import Template

DASHBOARD = "Dashboard.md"
MOST_READ = 500
"""Notes of one folder that are looked into; the others are counted."""


def render_dashboard(vault: Vault, *, done_today: Sequence[str], sandbox: bool, zone: str = "UTC") -> bool:
    """Write the Dashboard as the Vault is now; an unchanged one is not touched.

    Args:
        vault: The Vault.
        done_today: Ids of the tasks done today (the audit log knows; `Done/` is never listed).
        sandbox: Whether the outside world is the stand-in services.
        zone: Of the posts that name none.

    Returns:
        Whether it changed.
    """
    text = _template().render(sections=_sections(vault, done_today, zone), sandbox=sandbox)
    note = Note.parse(text.rstrip("\n") + "\n")
    if _is_written(vault, note):
        return False
    vault.save_root(DASHBOARD, note)
    return True


def _is_written(vault: Vault, note: Note) -> bool:
    try:
        return vault.read_root(DASHBOARD).render() == note.render()
    except (NoteMissingError, BrokenNoteError):
        return False


def _sections(vault: Vault, done_today: Sequence[str], zone: str) -> list[Section]:
    names = vault.names(Folder.NEEDS_ACTION)
    stuck, later, work = _by_status(vault, names[:MOST_READ])
    return [
        _listed(vault, Folder.PENDING_APPROVAL, "Waits for you", vault.names(Folder.PENDING_APPROVAL)),
        section("Needs a person", stuck),
        section("In work", work, unread=len(names[MOST_READ:])),
        section("Waits for a service", later),
        section("Planned posts", _planned(vault, zone)),
        _listed(vault, Folder.DONE, "Done today", sorted(set(done_today))),
        _listed(vault, Folder.DEAD_LETTERS, "Failed", given_up(vault.names(Folder.DEAD_LETTERS))),
    ]


def _by_status(vault: Vault, names: Sequence[str]) -> tuple[list[Item], list[Item], list[Item]]:
    """Open tasks: stuck, waiting for a service, in work; those that wait for an approval are listed as requests."""
    groups: dict[str, list[Item]] = {"escalated": [], "later": [], "waiting": [], "": []}
    for name in names:
        note = _note(vault, Folder.NEEDS_ACTION, name)
        status = str(note.front.get("status", "")) if note else "escalated"
        groups.get(status, groups[""]).append(_line(Folder.NEEDS_ACTION, name, note))
    return groups["escalated"], groups["later"], groups[""]


def _listed(vault: Vault, folder: Folder, heading: str, names: Sequence[str]) -> Section:
    """A section of notes of which only those shown are read."""
    items = [_line(folder, name, _note(vault, folder, name)) for name in names[:MOST_SHOWN]]
    return section(heading, items, unread=len(names[MOST_SHOWN:]))


def _line(folder: Folder, name: str, note: Note | None) -> Item:
    return item(folder, name, note) if note else Item(f"{folder}/{name}", one_line(name), "cannot be read")


def _planned(vault: Vault, zone: str) -> list[Item]:
    """What is to be said in public, and when: the next first."""
    notes = {name: _note(vault, Folder.POSTS, name) for name in vault.names(Folder.POSTS)[:MOST_READ]}
    lines = [post_line(name, note.front, note.body, zone) for name, note in notes.items() if note]
    return [
        Item(f"{Folder.POSTS}/{line.name}", one_line(line.short or line.name), one_line(line.plan))
        for line in by_time(line for line in lines if line.status in PLANNED)
    ]


def _note(vault: Vault, folder: Folder, name: str) -> Note | None:
    try:
        return vault.read(folder, name)
    except (BrokenNoteError, NoteMissingError):
        return None


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    environment = Environment(  # noqa: S701 (Markdown, not HTML; foreign text comes through `one_line`)
        loader=FileSystemLoader(folder), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("dashboard.md")
