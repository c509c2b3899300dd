"""watch_files: what was dropped into Inbox/ becomes tasks."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from prefect import State, flow, task
from prefect.states import Completed

from domain.mail.excerpt import excerpt_of, harmless
from domain.planning.event import Event, file_event_id
from flows.work_tasks import work_together
from tasks.planning.intake import desk, store_event
from tasks.vault.desk import Folder

QUIET_SECONDS = 0.5
"""A file whose size and time stood still this long is whole; programs that write more slowly rename at the end."""

LOOKS = 20
LARGEST_BYTES = 50_000_000


@flow(name="watch-files")
async def watch_files() -> State:
    """Store what lies in Inbox/ as tasks, then work them.

    Trigger: a drop (within about a second), and every five minutes. Effects: one note per content in
    Needs_Action/, the file kept in Attachments/, then removed from Inbox/. Files that are still being written
    wait. Named end states: `Completed`, `Waiting` when something is still being written.
    """
    count = 0
    for _look in range(LOOKS):
        stored = await store_files()
        await work_together(stored)
        count += len(stored)
        if not _waiting():
            break
        if not stored:
            await asyncio.sleep(QUIET_SECONDS)
    if _waiting():
        return Completed(
            name="Waiting", message="still being written: " + ", ".join(path.name for path in _waiting())
        )
    return Completed(message=f"{count} new")


@task
async def store_files() -> list[str]:
    """Turn each whole file into a task; the file leaves Inbox/ only after its note is stored."""
    now = datetime.now(UTC)
    stored = []
    for path in _waiting():
        if not _is_whole(path, now):
            continue
        if path.stat().st_size > LARGEST_BYTES:
            desk().set_aside(
                path, f"{path.name} is larger than {LARGEST_BYTES // 1_000_000} MB; drop a smaller copy"
            )
            continue
        before = path.stat()
        content = path.read_bytes()
        new = store_event(_event(path, content, now), now)
        if _same(before, path.stat()):
            path.unlink()
        stored += [new] if new else []
    return stored


def _waiting() -> list[Path]:
    inbox = desk().root / Folder.INBOX
    return sorted(path for path in inbox.iterdir() if path.is_file() and not path.name.startswith("."))


def _is_whole(path: Path, now: datetime) -> bool:
    return abs(now.timestamp() - path.stat().st_mtime) > QUIET_SECONDS


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_mtime_ns, before.st_size, before.st_ino) == (
        after.st_mtime_ns,
        after.st_size,
        after.st_ino,
    )


def _event(path: Path, content: bytes, now: datetime) -> Event:
    readable = path.suffix.lower() in {".txt", ".md"}
    return Event(
        id=file_event_id(content),
        source="files",
        received_at=now,
        subject=harmless(path.name),
        excerpt=excerpt_of(content.decode("utf-8", errors="replace")) if readable else "",
        document_name=path.name,
        document=content,
    )
