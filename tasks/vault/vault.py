"""The Vault: notes in folders on disk, for any number of processes and a person with an editor.

Nothing here lists `Done/`, except `names(Folder.DONE)` and `sweep` at start-up: it may hold 100,000 notes.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from blocks.settings import settings
from domain.errors import RejectedError
from domain.vault.broken import BrokenNoteError
from domain.vault.folder import TASK_FOLDERS, Folder
from domain.vault.names import UnsafeNameError, check_name
from domain.vault.note import Note
from tasks.vault.atomic import (
    TEMPORARY,
    disk_errors,
    put_new,
    put_over,
    put_over_unsynced,
    rename_new,
    swap,
    sync_folder,
    write_beside,
)
from tasks.vault.attachments import approved_content, keep_as_it_is, keep_document, kept_content
from tasks.vault.identity import claim_spelling
from tasks.vault.locks import NoteBusyError, locked, locked_shard, private_folder
from tasks.vault.places import inside
from tasks.vault.reading import read_content, read_note
from tasks.vault.setting_aside import put_aside
from tasks.vault.template import init_vault

__all__ = [
    "Folder",
    "NoteExistsError",
    "NoteMissingError",
    "NoteMovedError",
    "Stamp",
    "Vault",
    "current_vault",
    "init_vault",
]

MOST_TRIES = 20
Stamp = tuple[int, int, int]
"""Of a note: another one once it was changed."""


class NoteMissingError(RejectedError, FileNotFoundError):
    """There is no such note; to callers that only know files, a missing file."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(f"there is no note {name} in {folder}; somebody moved, renamed or deleted it")


class NoteMovedError(NoteMissingError):
    """Another mover was first; what it did holds."""


class NoteExistsError(RejectedError):
    """The target has a note of this name; it is never overwritten."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(f"{folder} already has a note {name}; rename or remove one of the two")


class Vault:
    """A Vault's notes.

    Attributes:
        root: The Vault's folder; folders in it are made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def path(self, relative: str | PurePath) -> Path:
        """A path in the Vault.

        Raises:
            OutsideVaultError: it leads out.
        """
        return inside(self.root, relative)

    def store(self, folder: Folder, name: str, note: Note) -> bool:
        """Keep a new task's note; False, and nothing changes, if the task has or had one.

        Raises:
            UnsafeNameError, NameCollisionError: no note can be called so.
        """
        target = self._place(folder, check_name(name))
        with locked(self.root, name) as tag:
            if self._first(name, {folder, *TASK_FOLDERS}):
                return False
            claim_spelling(self.root, name)
            try:
                put_new(write_beside(target, _bytes(note), tag), target)
            except FileExistsError:
                return False
        return True

    def save(self, folder: Folder, name: str, note: Note) -> None:
        """Write a note, replacing the one there; use `update` where a person may be editing."""
        target = self._place(folder, check_name(name))
        with locked(self.root, name) as tag:
            put_over(write_beside(target, _bytes(note), tag), target)

    def save_unsynced(self, folder: Folder, name: str, note: Note) -> None:
        """The same without waiting for the disk, for a note that only shows what is kept elsewhere."""
        target = self._place(folder, check_name(name))
        with locked(self.root, name) as tag:
            put_over_unsynced(write_beside(target, _bytes(note), tag), target)

    def save_root(self, file_name: str, note: Note) -> None:
        """Write a note at the Vault's top, e.g. `Dashboard.md`."""
        target = self.path(check_name(file_name))
        with locked(self.root, file_name) as tag:
            put_over(write_beside(target, _bytes(note), tag), target)

    def read(self, folder: Folder, name: str) -> Note:
        """Read a note.

        Raises:
            NoteMissingError: it is not there.
            BrokenNoteError: its front matter cannot be read.
        """
        return self._read(self._place(folder, name), name, folder)[1]

    def content(self, folder: Folder, name: str) -> bytes:
        """A note's bytes, for who knows what is in them already; raises as `read` does."""
        try:
            return read_content(self.root, self._place(folder, name))
        except FileNotFoundError as error:
            raise NoteMissingError(name, folder) from error

    def read_root(self, file_name: str) -> Note:
        """Read a note at the Vault's top, e.g. `Company_Handbook.md`."""
        return self._read(self.path(file_name), file_name, "the Vault")[1]

    def find(self, name: str, folders: Iterable[Folder] = TASK_FOLDERS) -> Folder | None:
        """The folder that holds this note; None if none of these does."""
        wanted = tuple(folders)
        found = self._first(name, wanted)
        if found or len(wanted) == 1:
            return found
        with locked(
            self.root, name
        ):  # it may have moved from a folder not yet looked at to one already passed
            return self._first(name, wanted)

    def move(
        self, name: str, source: Folder, target: Folder, change: Callable[[Note], Note] | None = None
    ) -> Path:
        """Move a note in one step; of several movers exactly one succeeds.

        Args:
            name: The note.
            source: Where it is.
            target: Where it goes.
            change: What `update` would do to it just before.

        Raises:
            NoteMovedError: it is no longer in `source`.
            NoteExistsError: `target` has one of this name.
        """
        before, after = self._place(source, name), self._place(target, check_name(name))
        with locked(self.root, name):
            if change is not None:
                self._change(before, name, source, change)
            try:
                rename_new(before, after)
            except FileNotFoundError as error:
                raise NoteMovedError(name, source) from error
            except FileExistsError as error:
                if not before.exists():
                    raise NoteMovedError(name, source) from error
                raise NoteExistsError(name, target) from error
        return after

    def rename(self, folder: Folder, name: str, wanted: str) -> None:
        """Call a note otherwise.

        Raises:
            NoteMissingError: it is no longer there.
            NoteExistsError: the folder has one of that name.
        """
        with locked(self.root, name):
            try:
                rename_new(self._place(folder, name), self._place(folder, check_name(wanted)))
            except FileNotFoundError as error:
                raise NoteMissingError(name, folder) from error
            except FileExistsError as error:
                raise NoteExistsError(wanted, folder) from error

    def update(self, folder: Folder, name: str, change: Callable[[Note], Note]) -> Note:
        """Change a note as it is now; an edit that a person makes meanwhile is kept, and `change` is called again.

        Raises:
            NoteMovedError: it was moved away.
            NoteBusyError: somebody changes it all the time.
        """
        return self._update(self._place(folder, check_name(name)), name, folder, change)

    def update_root(self, file_name: str, change: Callable[[Note], Note]) -> Note:
        """The same for a note at the Vault's top, e.g. `Company_Handbook.md`."""
        return self._update(self.path(check_name(file_name)), file_name, "the Vault", change)

    def _update(self, path: Path, name: str, folder: str, change: Callable[[Note], Note]) -> Note:
        with locked(self.root, name):
            changed = self._change(path, name, folder, change)
            sync_folder(path.parent)
        return changed

    def _change(self, path: Path, name: str, folder: str, change: Callable[[Note], Note]) -> Note:
        with locked(self.root, name) as tag:
            for _try in range(MOST_TRIES):
                before, note = self._read(path, name, folder)
                changed = change(note)
                after = _bytes(changed)
                try:
                    if after == before or _replaced(path, before, write_beside(path, after, tag)):
                        return changed
                except FileNotFoundError as error:
                    raise NoteMovedError(name, folder) from error
        raise NoteBusyError(name)

    def names(self, folder: Folder) -> list[str]:
        """The folder's notes, sorted; hidden files, links and names that are no text are none."""
        return [name for name in self._names(folder) if _is_text(name)]

    def stamps(self, folder: Folder, names: Iterable[str] | None = None) -> dict[str, Stamp]:
        """The folder's notes, or those of these names that are there, each with what differs once it was changed."""
        if names is None:
            return {name: stamp for name, stamp in self._stamps(folder) if _is_text(name)}
        found = {}
        for name in names:
            with suppress(FileNotFoundError):
                found[name] = _stamp(self._place(folder, name).stat())
        return found

    def set_aside_misnamed(self, folder: Folder) -> None:
        """Move notes that no note of ours can be called like out of the folder: they could not be worked on."""
        for name in self._names(folder):
            try:
                check_name(name)
            except UnsafeNameError as error:
                with suppress(NoteMissingError):
                    self.set_aside(self.path(folder) / f"{name}.md", str(error))

    def attach(self, document: Path | bytes, name: str) -> str:
        """Keep a document; the same content has the same path.

        Returns:
            Its path in the Vault, with forward slashes.
        """
        return keep_document(self.root, document, name)

    def keep_as_it_is(self, document: str) -> str:
        """Where the present content of a document in the Vault is kept; another path once it was changed."""
        return keep_as_it_is(self.root, document)

    def document(self, document: str) -> bytes:
        """The content that an attached document was kept for.

        Raises:
            DocumentChangedError: it was changed or removed.
        """
        return kept_content(self.root, document)

    def approved(self, document: str, sha256: str) -> bytes:
        """The content of an attached document, exactly as it was approved.

        Raises:
            NotAsApprovedError: it is another, or gone.
        """
        return approved_content(self.root, document, sha256)

    def set_aside(self, path: Path, reason: str | BrokenNoteError, remedy: str = "") -> Path:
        """Move a file that cannot be worked on to Dead_Letters/, untouched, with a note that says why.

        Args:
            path: The file.
            reason: What is wrong with it.
            remedy: What to do, where mending it and moving it back is not it.

        Returns:
            Where the file is now.

        Raises:
            NoteMovedError: it is gone.
            OutsideVaultError: it is not in the Vault.
        """
        try:
            return put_aside(self.root, path, reason, remedy)
        except FileNotFoundError as error:
            raise NoteMovedError(path.name, path.parent.name) from error

    def sweep(self) -> list[Path]:
        """Remove temporary files of writers that died; a living writer holds its lock, so its files stay."""
        left: dict[str, list[Path]] = {}
        ours = private_folder(self.root, "locks").parent.glob("*/")
        for folder in (self.root, *(self.path(folder) for folder in Folder), *ours):
            for path in folder.glob(f"{TEMPORARY}*.tmp"):
                left.setdefault(path.name.split("-")[1], []).append(path)
        for tag, paths in left.items():
            with locked_shard(self.root, tag):
                for path in paths:
                    path.unlink(missing_ok=True)
        return sorted(path for paths in left.values() for path in paths)

    def _names(self, folder: Folder) -> list[str]:
        try:
            with disk_errors(self.path(folder)), os.scandir(self.path(folder)) as entries:
                return sorted(entry.name[:-3] for entry in entries if _is_note(entry))
        except FileNotFoundError:
            return []

    def _stamps(self, folder: Folder) -> list[tuple[str, Stamp]]:
        try:
            with disk_errors(self.path(folder)), os.scandir(self.path(folder)) as entries:
                return [(entry.name[:-3], _stamp(entry.stat())) for entry in entries if _is_note(entry)]
        except FileNotFoundError:
            return []

    def _place(self, folder: Folder, name: str) -> Path:
        return self.path(f"{Folder(folder)}/{name}.md")

    def _first(self, name: str, folders: Iterable[Folder]) -> Folder | None:
        with disk_errors(self.root / name):
            return next((folder for folder in folders if self._place(folder, name).exists()), None)

    def _read(self, path: Path, name: str, folder: str) -> tuple[bytes, Note]:
        try:
            return read_note(self.root, path)
        except FileNotFoundError as error:
            raise NoteMissingError(name, folder) from error


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_size, found.st_ino


def _bytes(note: Note) -> bytes:
    return note.render().encode()


def _is_text(name: str) -> bool:
    """Python gives bytes of a name that are no UTF-8 as surrogates, which can be neither stored nor shown."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _is_note(entry: os.DirEntry[str]) -> bool:
    return (
        entry.name.endswith(".md") and not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
    )


def _replaced(path: Path, before: bytes, temporary: Path) -> bool:
    """Put the temporary file in place if the note is still as it was read; else leave the note alone.

    Raises:
        FileNotFoundError: the note is gone.
    """
    try:
        if path.read_bytes() != before:
            return False
        if not swap(temporary, path):
            temporary.replace(path)
        elif temporary.read_bytes() != before:  # an editor saved between the look and the swap: give it back
            swap(temporary, path)
            return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def current_vault() -> Vault:
    """The Vault of these settings."""
    return Vault(settings().vault_path)
