"""One writer for each name, across threads and processes; the system frees the lock of a process that dies."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from blocks.file_lock import taken
from domain.errors import TransientError
from tasks.vault.atomic import disk_errors

PRIVATE_FOLDER = ".fte"
"""Our own files inside the Vault; Obsidian and the watchers ignore what begins with a dot."""

SHARDS = 64
AUDIT = "audit"
"""The lock of the audit log."""

LONGEST_WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.003


class NoteBusyError(TransientError):
    """Somebody else keeps changing the same note."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is kept busy by another program; close what edits it, then it is tried again"
        )


class _Held(threading.local):
    """The locks that this thread holds."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()


_held = _Held()


def shard(name: str) -> str:
    """The lock that guards a name; names that differ in case only share it."""
    return f"{int(sha256(name.casefold().encode('utf-8', 'replace')).hexdigest()[:8], 16) % SHARDS:02x}"


@contextmanager
def locked(root: Path, name: str) -> Iterator[str]:
    """Be the only one to change this name; again in the same thread is free. Gives the shard.

    Raises:
        NoteBusyError: somebody else holds it too long.
    """
    tag = shard(name)
    with locked_shard(root, tag):
        yield tag


@contextmanager
def locked_shard(root: Path, tag: str) -> Iterator[None]:
    """Hold one of the locks; `locked` says which guards a name."""
    path = private_folder(root, "locks") / tag
    if path in _held.paths:
        yield
        return
    with disk_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _wait_for(descriptor, tag)
        _held.paths.add(path)
        yield
    finally:
        _held.paths.discard(path)
        os.close(descriptor)


@contextmanager
def locked_whole(root: Path) -> Iterator[None]:
    """Hold every lock of the Vault and its audit log: inside, no process of ours changes a file of it.

    None is waited for while another is held, so nobody waits for us who holds what we want.

    Raises:
        NoteBusyError: they are never all free.
    """
    paths = [private_folder(root, "locks") / tag for tag in (*map("{:02x}".format, range(SHARDS)), AUDIT)]
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while (held := _taken_together(paths)) is None:
        if time.monotonic() > deadline:
            raise NoteBusyError("the Vault")
        time.sleep(_LOOK_SECONDS)
    try:
        _held.paths.update(paths)
        yield
    finally:
        _held.paths.difference_update(paths)
        for descriptor in held:
            os.close(descriptor)


def _taken_together(paths: list[Path]) -> list[int] | None:
    held: list[int] = []
    for path in paths:
        with disk_errors(path):
            held.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o666))
        if not taken(held[-1]):
            for descriptor in held:
                os.close(descriptor)
            return None
    return held


def private_folder(root: Path, name: str) -> Path:
    """A folder of our own in the Vault, made if missing and kept out of version control."""
    folder = root / PRIVATE_FOLDER / name
    if not folder.is_dir():
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError), (root / PRIVATE_FOLDER / ".gitignore").open("x") as ignored:
                ignored.write("*\n")  # never through a link that somebody laid there
    return folder


def _wait_for(descriptor: int, tag: str) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not taken(descriptor):
        if time.monotonic() > deadline:
            raise NoteBusyError(f"lock {tag} of the Vault")
        time.sleep(_LOOK_SECONDS)
