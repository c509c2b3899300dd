"""Moving what cannot be worked on out of the way: the original stays as it is, a note says what is wrong."""

from pathlib import Path

from domain.vault.broken import BrokenNoteError
from domain.vault.folder import Folder
from domain.vault.names import safe_name
from domain.vault.problem import PROBLEM_ENDING, problem_note
from tasks.vault.atomic import disk_errors, put_over, rename_new, write_beside
from tasks.vault.locks import locked
from tasks.vault.places import OutsideVaultError, stays_inside

MOST_QUOTED_BYTES = 100_000


def put_aside(root: Path, path: Path, reason: str | BrokenNoteError, remedy: str = "") -> Path:
    """Move the file to Dead_Letters/ with its problem note beside it.

    Raises:
        FileNotFoundError: it is gone.
        OutsideVaultError: it is not in the Vault.
    """
    source = path if path.is_absolute() else root / path
    if not stays_inside(root, source.parent):
        raise OutsideVaultError(str(path))
    came_from = source.parent.resolve().relative_to(root.resolve()) / source.name
    name = (
        source.name
        if source.suffix == ".md" and safe_name(source.name) == source.name
        else safe_name(source.name)
    )
    with locked(root, name) as tag, disk_errors(source):
        source.lstat()
        target = _free_place(root / Folder.DEAD_LETTERS, name)
        note = problem_note(came_from.as_posix(), target.name, reason, _text(source), remedy)
        explained = target.with_name(target.name + PROBLEM_ENDING)
        put_over(write_beside(explained, note.render().encode(), tag), explained)
        rename_new(source, target)
    return target


def _free_place(folder: Path, name: str) -> Path:
    stem, dot, ending = name.rpartition(".")
    number, place = 2, folder / name
    while place.exists() or place.is_symlink():
        place = folder / (f"{stem}-{number}.{ending}" if dot else f"{name}-{number}")
        number += 1
    return place


def _text(source: Path) -> str:
    if source.is_symlink() or not source.is_file():
        return ""
    with source.open("rb") as file:
        return file.read(MOST_QUOTED_BYTES).decode("utf-8", "replace")
