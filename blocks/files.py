"""Files that survive a crash: written whole, synced to the disk, and kept private; one that is made once stays."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

OTHERS = 0o077
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the operating system says where no space is left, on the disk or of one's share of it."""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut (Windows does so by itself and cannot open a folder)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_open_to_others(path: Path) -> bool:
    """Whether other users of this machine may open it; a link is as open as what it leads to, a socket is no file."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISLNK(mode) or stat.S_ISSOCK(mode)) and bool(mode & OTHERS)


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file, on the disk when this returns.

    Raises:
        FileExistsError: there is one already.
    """
    with synced_file(path) as file:
        file.write(data)


def write_over(path: Path, text: str) -> None:
    """Make this a file's whole text in one step: who is killed, or finds the disk full, leaves what was there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        write_synced(temporary, text.encode())
        temporary.replace(path)
    except OSError as error:
        error.filename = error.filename or str(path)  # a full disk names none
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def synced_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write to, on the disk afterwards.

    Raises:
        FileExistsError: there is one already.
    """
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What stands in a file that only this user can read, made by whichever process comes first."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    write_once(path, make())
    return path.read_bytes()


def write_once(path: Path, data: bytes) -> bool:
    """Write a file that only this user can read; false when another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    temporary.touch(mode=0o600, exist_ok=False)
    try:
        with temporary.open("r+b") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
            sync_folder(path.parent)
            return True
        return False
    finally:
        temporary.unlink()
