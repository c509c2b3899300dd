"""Notes shown to an agent: those of some folders, plain files alone, without what is a person's own.

Not shown: the log, attachments, what lies at the Vault's top but briefings and Dashboard, hidden files, links wherever
they lead, personal matters, and a code that a person has typed.
"""

import os
import re
import stat
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import AwareDatetime, BaseModel

from blocks.settings import DASHBOARD
from domain.errors import RejectedError
from domain.vault.broken import BrokenNoteError
from domain.vault.folder import Folder
from domain.vault.names import UnsafeNameError, check_name
from domain.vault.note import Note
from tasks.vault.atomic import disk_errors
from tasks.vault.reading import LARGEST_NOTE_BYTES
from tasks.vault.vault import NoteMissingError, current_vault

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BRIEFING = re.compile(r"CEO_Briefing_\d{4}-\d\d-\d\d")
_OWN = ("code", "approver_code")
"""What a person types to prove a decision."""


class Shelf(StrEnum):
    """Where the notes lie that are shown."""

    NEEDS_ACTION = Folder.NEEDS_ACTION.value
    PLANS = Folder.PLANS.value
    PENDING_APPROVAL = Folder.PENDING_APPROVAL.value
    REJECTED = Folder.REJECTED.value
    DONE = Folder.DONE.value
    DEAD_LETTERS = Folder.DEAD_LETTERS.value
    PLAYBOOKS = Folder.PLAYBOOKS.value
    POSTS = Folder.POSTS.value
    BRIEFINGS = "Briefings"
    """At the Vault's top, with the Dashboard."""


class ListedNote(BaseModel):
    """A note and when it was changed last."""

    name: str
    changed_at: AwareDatetime


class NotShownError(RejectedError):
    """It is there, and no agent's to read."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name[:120]!r} is not shown: {why}")


def listed_notes(shelf: Shelf) -> list[ListedNote]:
    """The notes of a shelf, those changed last first."""
    folder = _folder(shelf)
    if folder.is_symlink() or not folder.is_dir():
        return []
    found = []
    with disk_errors(folder), os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.removesuffix(".md")
            if name != entry.name and _is_shown(shelf, name) and entry.is_file(follow_symlinks=False):
                changed = entry.stat(follow_symlinks=False).st_mtime
                found.append(ListedNote(name=name, changed_at=datetime.fromtimestamp(changed, UTC)))
    return sorted(found, key=lambda note: (note.changed_at, note.name), reverse=True)


def shown_note(shelf: Shelf, name: str) -> str:
    """A note's text.

    Raises:
        NoteMissingError: there is none of this name.
        NotShownError: it is a link, no plain file, too large, or a personal matter.
        BrokenNoteError: it cannot be read.
    """
    if not _is_shown(shelf, name):
        raise NoteMissingError(name[:120], shelf)
    try:
        content = _plain_content(_folder(shelf) / f"{name}.md", name)
        note = Note.parse(content.decode())
    except FileNotFoundError as error:
        raise NoteMissingError(name, shelf) from error
    except UnicodeDecodeError as error:
        raise BrokenNoteError(1, "the file is not UTF-8 text", f"{shelf}/{name}.md") from error
    if note.front.get("domain") == "personal":
        raise NotShownError(name, "it is a personal matter")
    return (
        note.with_front(**dict.fromkeys(_OWN)).render()
        if any(map(note.front.get, _OWN))
        else content.decode()
    )


def _folder(shelf: Shelf) -> Path:
    root = current_vault().root
    return root if shelf is Shelf.BRIEFINGS else root / shelf


def _is_shown(shelf: Shelf, name: str) -> bool:
    """Whether a note can be called so there; no such name leads anywhere else."""
    if shelf is Shelf.BRIEFINGS:
        return bool(_BRIEFING.fullmatch(name)) or f"{name}.md" == DASHBOARD
    try:
        check_name(name)
    except UnsafeNameError:
        return False
    return True


def _plain_content(path: Path, name: str) -> bytes:
    if path.parent.is_symlink() or path.is_symlink():
        raise NotShownError(name, "it is a link")
    with disk_errors(path):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | _NO_LINK)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_NOTE_BYTES:
                raise NotShownError(name, "it is no plain file of a note's size")
            return file.read()
