"""Whole files only: written beside, synced to the disk, then renamed. A crash leaves the old or the new one.

Temporary files begin with a dot, which watchers and Obsidian ignore.
"""

import contextlib
import ctypes
import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from blocks import files
from domain.errors import TransientError

TEMPORARY = ".fte-"
_AT_FDCWD = -100
_LINUX = {"new": 1, "swap": 2}  # RENAME_NOREPLACE, RENAME_EXCHANGE of renameat2(2)
_MACOS = {"new": 4, "swap": 2}  # RENAME_EXCL, RENAME_SWAP of renamex_np(2)
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}

Rename = Callable[[bytes, bytes, str], int]


class DiskFullError(TransientError):
    """No space is left for a write; what was there before is untouched."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the disk that holds {path.parent} is full, so {path.name} was not written and its old content is "
            "unchanged; free some space (fte doctor shows how much is left), then it is tried again"
        )


class DiskRefusesError(TransientError):
    """The operating system refuses an access."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path} cannot be read or written ({error.strerror or error}); "
            "check the folder's rights and that no other program holds the file, then try again"
        )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals into ours; a missing or existing file passes through."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as error:
        if error.errno in files.FULL:
            raise DiskFullError(path) from error
        raise DiskRefusesError(path, error) from error


def write_beside(target: Path, data: bytes, tag: str) -> Path:
    """Write a synced temporary file into the target's folder, with the target's rights if it exists.

    Args:
        target: The file it will become.
        data: Everything.
        tag: Part of its name: whose lock its writer holds.

    Raises:
        DiskFullError, DiskRefusesError: nothing is left behind.
    """
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.parent / f"{TEMPORARY}{tag}-{secrets.token_hex(6)}.tmp"
        with contextlib.ExitStack() as undo:
            undo.callback(temporary.unlink, missing_ok=True)
            files.write_synced(temporary, data)
            with contextlib.suppress(FileNotFoundError):
                temporary.chmod(target.stat().st_mode & 0o777)
            undo.pop_all()
    return temporary


def put_new(temporary: Path, target: Path) -> None:
    """Make the temporary file the target; either way it is gone.

    Raises:
        FileExistsError: there is a target already.
    """
    try:
        rename_new(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def put_over(temporary: Path, target: Path) -> None:
    """Make the temporary file the target, whatever was there; either way it is gone."""
    put_over_unsynced(temporary, target)
    sync_folder(target.parent)


def put_over_unsynced(temporary: Path, target: Path) -> None:
    """The same without waiting for the disk: a power cut may leave what was there before, whole."""
    try:
        with disk_errors(target):
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def rename_new(source: Path, target: Path) -> None:
    """Rename in one step, never over an existing file; both folders are synced.

    Raises:
        FileNotFoundError: no source.
        FileExistsError: the target is taken.
    """
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _renamed(source, target, "new"):
            if os.name != "nt" and os.path.lexists(target):  # Windows' rename refuses by itself
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
            source.rename(target)
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def swap(one: Path, other: Path) -> bool:
    """Exchange two existing files in one step; False where the system or the disk cannot.

    Raises:
        FileNotFoundError: one of them is missing.
    """
    with disk_errors(other):
        return _renamed(one, other, "swap")


def sync_folder(folder: Path) -> None:
    """Make renames in this folder survive a power cut."""
    with disk_errors(folder):
        files.sync_folder(folder)


def _renamed(source: Path, target: Path, kind: str) -> bool:
    rename = _system_rename()
    if rename is None:
        return False
    problem = rename(os.fsencode(source), os.fsencode(target), kind)
    if problem in _UNSUPPORTED:
        return False
    if problem:
        raise OSError(problem, os.strerror(problem), str(source), None, str(target))
    return True


@cache
def _system_rename() -> Rename | None:
    """The system's rename with flags; Python offers only the one that overwrites."""
    if os.name == "nt":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    linux, macos = getattr(library, "renameat2", None), getattr(library, "renamex_np", None)
    if linux:
        return _calling(
            lambda one, two, kind: linux(_AT_FDCWD, one, _AT_FDCWD, two, ctypes.c_uint(_LINUX[kind]))
        )
    if macos:
        return _calling(lambda one, two, kind: macos(one, two, ctypes.c_uint(_MACOS[kind])))
    return None


def _calling(function: Callable[[bytes, bytes, str], int]) -> Rename:
    def rename(one: bytes, two: bytes, kind: str) -> int:
        return ctypes.get_errno() if function(one, two, kind) else 0

    return rename
