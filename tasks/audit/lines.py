"""Files of lines: appending one durably, the last one, and the rest of one that a crash cut short."""

import errno
import os
from pathlib import Path

from blocks.files import sync_folder

TAIL_BYTES = 8_192
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A link among the days may lead to a key, and a pipe is waited for without end (Windows has neither flag)."""


def _open_plain(path: Path, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_BINARY", 0) | _NO_LINK)


def append_line(path: Path, line: bytes) -> None:
    """Append and fsync; a write that fails half-way is taken back.

    Raises:
        OSError: full disk, missing rights; the file is as it was.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | _NO_LINK, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        try:
            _write_whole(descriptor, line)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
    if size == 0:
        sync_folder(path.parent)


def _write_whole(descriptor: int, line: bytes) -> None:
    if os.write(descriptor, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def tail(path: Path) -> tuple[bytes, bytes]:
    """The last whole line, and the rest of one that a crash cut short; either may be empty."""
    with os.fdopen(_open_plain(path, os.O_RDONLY), "rb", buffering=0) as file:
        size, reach = file.seek(0, os.SEEK_END), TAIL_BYTES
        while True:
            file.seek(max(0, size - reach))
            whole, end, torn = file.read().rpartition(b"\n")
            _, found, line = whole.rpartition(b"\n")
            if found or reach >= size:
                return line + end, torn
            reach *= 2


def cut(path: Path, torn: bytes) -> None:
    """Take the rest of a torn line out, durably."""
    with os.fdopen(_open_plain(path, os.O_RDWR), "rb+") as file:
        file.truncate(file.seek(0, os.SEEK_END) - len(torn))
        os.fsync(file.fileno())


def replace_whole(path: Path, content: bytes) -> None:
    """Put other content into the file's place, all of it or nothing."""
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | _NO_LINK, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
