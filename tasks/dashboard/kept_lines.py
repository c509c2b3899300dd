"""Lines made from notes, kept by this process for as long as their notes stay as they are.

Reading a note takes some milliseconds, seeing that it did not change some microseconds: so a page of 10,000 tasks
is written again at the cost of those that changed.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from domain.vault.broken import BrokenNoteError
from domain.vault.folder import Folder
from domain.vault.note import Note
from tasks.vault.vault import NoteMissingError, Stamp, Vault

Line = TypeVar("Line")
MOST_READ = 300
"""Notes that are read at once, the newest first; the next look reads on."""


class KeptLines(Generic[Line]):
    """The lines of one folder."""

    def __init__(self, folder: Folder, make: Callable[[str, Note | None], Line]) -> None:
        """`make` gets None for a note that cannot be read."""
        self._folder, self._make = folder, make
        self._kept: dict[str, tuple[Stamp, Line]] = {}

    def of(self, vault: Vault, stamps: Mapping[str, Stamp]) -> dict[str, Line]:
        """The lines of these notes, as far as they are read yet."""
        self._kept = {name: kept for name, kept in self._kept.items() if name in stamps}
        changed = [
            name for name, stamp in stamps.items() if name not in self._kept or self._kept[name][0] != stamp
        ]
        for name in sorted(changed, key=lambda name: stamps[name], reverse=True)[:MOST_READ]:
            self._kept[name] = stamps[name], self._make(name, _note(vault, self._folder, name))
        return {name: line for name, (_, line) in self._kept.items()}


def _note(vault: Vault, folder: Folder, name: str) -> Note | None:
    try:
        return vault.read(folder, name)
    except (BrokenNoteError, NoteMissingError):
        return None
