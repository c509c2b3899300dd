"""What lies in Inbox/ and its folders: plain files that nobody writes any more become tasks, all else is set aside."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import task

from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import RejectedError
from domain.mail.excerpt import excerpt_of, sanitized
from domain.mail.parse import is_mail
from domain.planning.event import DROPPED_AGAIN, Event, file_event_id
from domain.reliability.look import LookResult
from domain.vault.broken import BrokenNoteError
from tasks.audit.log import audit_log
from tasks.intake import seen_at, store_event
from tasks.mail.store_mail import store_mail
from tasks.mail.understand import DocumentKind
from tasks.vault.vault import Folder, current_vault

QUIET_SECONDS = 0.5
"""A file that was not written for this long is whole; programs that write more slowly rename at the end."""

SHORTEST_PAUSE_SECONDS = 0.02

FOLDER_QUIET_SECONDS = 60
"""A folder to which nothing was added this long is not being copied any more."""

LARGEST_BYTES = 50_000_000

SAME_DROP = timedelta(minutes=1)
"""So soon after its note was stored the same file is the same drop: left over by a crash, or made twice."""

LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What a file manager puts into a folder; it is removed with it."""


class UnreadableFilesError(RejectedError):
    """What was dropped is not ours to read."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"Inbox/ holds what cannot be read: {', '.join(map(sanitized, names))}; give the employee the right "
            "to read it, or take it out"
        )


def look_for_files(now: datetime) -> LookResult:
    """Whether something in Inbox/ can be stored or set aside now.

    Raises:
        UnreadableFilesError: there is only what cannot be read.
    """
    files = waiting_files()
    if any(_is_ready(path, now) for path in files) or _done_with(now):
        return LookResult.WORK
    if unreadable := [path.name for path in files if not os.access(path, os.R_OK)]:
        raise UnreadableFilesError(unreadable)
    return LookResult.NOTHING


def _is_ready(path: Path, now: datetime) -> bool:
    with suppress(FileNotFoundError):
        return _is_whole(path, now) and os.access(path, os.R_OK)
    return False


@task
async def store_files(most: int) -> list[str]:
    """Turn whole files into tasks, no more than so many; a file leaves Inbox/ only after its note is stored."""
    now = datetime.now(UTC)
    stored: list[str] = []
    for path in waiting_files():
        if len(stored) >= most:
            break
        with suppress(FileNotFoundError, PermissionError):  # the others go on; this one is looked at again
            stored += _store_file(path, now)
    return stored


def _store_file(path: Path, now: datetime) -> list[str]:
    if not _is_whole(path, now):
        return []
    before = path.stat()
    if before.st_size > LARGEST_BYTES:
        current_vault().set_aside(
            path, f"{path.name} is larger than {LARGEST_BYTES // 1_000_000} MB; drop a smaller copy"
        )
        return []
    content = path.read_bytes()
    new = _store_content(path, content, now, _words_again(path.name, content, before))
    if _same(before, path.stat()):
        path.unlink()
        if not new:
            _tell_known(path, content, now)
    return new


def _words_again(name: str, content: bytes, found: os.stat_result) -> str:
    """When a note was dropped whose words were a task before; empty for others.

    "Who hasn't paid?" is a new question each time. A document is the same one, whenever it is dropped.
    """
    known = file_event_id(content)
    stored = seen_at(known) if _is_readable(name) else None
    dropped = datetime.fromtimestamp(max(found.st_ctime, found.st_mtime), UTC)
    if stored is None or dropped - stored < SAME_DROP:
        return ""
    return dropped.isoformat() if _is_words(known) else ""


def _is_words(task_id: str) -> bool:
    vault = current_vault()
    folder = vault.find(task_id)
    try:
        return folder is not None and vault.read(folder, task_id).front.get("kind") == DocumentKind.TEXT
    except (BrokenNoteError, FileNotFoundError):  # it is set aside, or was moved by a person
        return False


def _tell_known(path: Path, content: bytes, now: datetime) -> None:
    known = AuditEvent(
        action="files.known_before",
        status=AuditStatus.INFO,
        actor="watch_files",
        resource=file_event_id(content),
        private={"subject": sanitized(path.name)},
    )
    audit_log().append(known, now)


def copies_in(folder: Path) -> Iterator[Path]:
    """The plain files below a folder, in the order of their names; no link is followed."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (
            path
            for name in sorted(names)
            if not name.startswith(".")
            and name not in LEFT_BY_SYSTEMS
            and _is_plain(path := Path(place, name))
        )


def store_copy(path: Path, now: datetime) -> list[str]:
    """The tasks that a file outside of the Vault becomes, or became; it stays where it is.

    Raises:
        OSError: it cannot be read, or is too large.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise OSError(errno.EFBIG, f"larger than {LARGEST_BYTES // 1_000_000} MB", str(path))
    content = path.read_bytes()
    return _store_content(path, content, now) or [file_event_id(content)]


def _store_content(path: Path, content: bytes, now: datetime, again: str = "") -> list[str]:
    event = _event(path, content, now, again)
    if is_mail(path.name, content):
        return store_mail(event, now)
    task_id = store_event(event, now)
    return [task_id] if task_id else []


def set_aside_special_files(now: datetime) -> None:
    """Remove emptied folders and move out of Inbox/ what is no plain file.

    A link may lead to what is secret, a pipe is waited for without end.
    """
    for path in _done_with(now):
        with suppress(FileNotFoundError):
            if _is_folder(path):
                _remove_emptied(path)
            if path.is_symlink() or path.exists():
                current_vault().set_aside(path, "only plain files are taken; drop the files themselves")


def waiting_files() -> list[Path]:
    """The plain files, whole or still being written, also those in folders."""
    files: list[Path] = []
    for path in _dropped():
        files += copies_in(path) if _is_folder(path) else [path] if _is_plain(path) else []
    return files


def _done_with(now: datetime) -> list[Path]:
    """What holds no plain file (any more)."""
    return [
        path
        for path in _dropped()
        if not _is_plain(path) and not (_is_folder(path) and (any(copies_in(path)) or _is_young(path, now)))
    ]


def _remove_emptied(folder: Path) -> None:
    """Remove a folder with all the empty ones in it; what holds anything stays."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in LEFT_BY_SYSTEMS.intersection(names):
            Path(place, name).unlink()
        with suppress(OSError):  # something lies in it
            Path(place).rmdir()


def _dropped() -> list[Path]:
    return sorted(
        path for path in current_vault().path(Folder.INBOX).iterdir() if not path.name.startswith(".")
    )


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_young(folder: Path, now: datetime) -> bool:
    changed = max(Path(place).lstat().st_mtime for place, _, _ in os.walk(folder))
    return now.timestamp() - changed < FOLDER_QUIET_SECONDS


def _is_whole(path: Path, now: datetime) -> bool:
    return abs(now.timestamp() - path.stat().st_mtime) > QUIET_SECONDS


def seconds_until_whole(now: datetime) -> float:
    """Seconds until the first of the files that are still being written may be whole."""
    ages = []
    for path in waiting_files():
        with suppress(FileNotFoundError):
            ages.append(abs(now.timestamp() - path.stat().st_mtime))
    oldest = max((age for age in ages if age < QUIET_SECONDS), default=0.0)
    return max(QUIET_SECONDS - oldest, SHORTEST_PAUSE_SECONDS)


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_mtime_ns, before.st_size, before.st_ino) == (
        after.st_mtime_ns,
        after.st_size,
        after.st_ino,
    )


def _is_readable(name: str) -> bool:
    return name.lower().endswith((".txt", ".md"))


def _event(path: Path, content: bytes, now: datetime, again: str) -> Event:
    return Event(
        id=file_event_id(content, again),
        source="files",
        received_at=now,
        subject=sanitized(path.name),
        excerpt=excerpt_of(content.decode("utf-8", errors="replace")) if _is_readable(path.name) else "",
        document_name=path.name,
        document=content,
        extra={DROPPED_AGAIN: again} if again else {},
    )
