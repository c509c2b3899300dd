"""Appending to the audit log: one line an event, on disk before the call returns.

Vault/Logs/audit_YYYY-MM-DD.jsonl, mode 0600. Content that a person may have erased lies beside it in
private/, and the hashed lines only hold its salted hash.
"""

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock

from blocks.settings import settings
from domain.audit.chain import GENESIS, chained, line_of
from domain.audit.event import AuditEvent, AuditStatus
from domain.audit.redaction import redacted, redacted_text
from domain.errors import TransientError
from tasks.audit.seal import Seal, write_seal

AuditRecord = dict[str, Any]
"""One line: the given format (timestamp, action, actor, domain, resource, status, details, approval_required,
approved_by, error) and schema, sequence, event_id, run_id, approver_channel, payload_hash, prev, hash."""

TAIL_BYTES = 65_536
LOCK_SECONDS = 60


class AuditUnavailableError(TransientError):
    """The log cannot be written; without it nothing may be done."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"the audit log {path} cannot be written ({problem}); free disk space or mend its rights"
        )


class AuditLog:
    """The log of one Vault."""

    def __init__(self, vault: Path, keys: Path) -> None:
        """Nothing is opened yet; `keys` is the folder of this installation's keys."""
        self.folder = vault / "Logs"
        self.keys = keys

    def append(self, event: AuditEvent, now: datetime) -> AuditRecord:
        """Write one event; durable when this returns.

        Raises:
            AuditUnavailableError: full disk, missing rights; no half line is left.
        """
        try:
            with self.locked():
                return self._append(event, now)
        except OSError as error:
            raise AuditUnavailableError(self.folder, os.strerror(error.errno or 0)) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time, among all processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _lock(str(self.folder / ".audit.lock")):
            yield

    def files(self) -> list[Path]:
        """The days, oldest first."""
        return sorted(self.folder.glob("audit_????-??-??.jsonl"))

    def _append(self, event: AuditEvent, now: datetime) -> AuditRecord:
        path = self._file_for(now)
        torn = _cut_torn_tail(path)
        if torn:
            details = {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}
            lost = AuditEvent(
                action="audit.torn_tail", status=AuditStatus.INFO, actor="audit", details=details
            )
            self._write(path, lost, now)
        return self._write(path, event, now)

    def _write(self, path: Path, event: AuditEvent, now: datetime) -> AuditRecord:
        last = self.last_record()
        event_id = uuid4().hex
        record = chained(
            _line_of(event, event_id, now, self._keep_private(event, event_id, now)),
            sequence=last["sequence"] + 1 if last else 1,
            prev=last["hash"] if last else GENESIS,
        )
        _append_durably(path, line_of(record))
        write_seal(self.keys, Seal(record["sequence"], record["hash"]))
        return record

    def last_record(self) -> AuditRecord | None:
        """The chain's head; None for a log that has not begun."""
        for path in reversed(self.files()):
            line = _last_line(path)
            if line:
                record: AuditRecord = json.loads(line)
                return record
        return None

    def _file_for(self, now: datetime) -> Path:
        """Today's file, or a later one that exists already because the clock went back."""
        today = self.folder / f"audit_{now.astimezone(UTC):%Y-%m-%d}.jsonl"
        files = self.files()
        return max(today, files[-1]) if files else today

    def _keep_private(self, event: AuditEvent, event_id: str, now: datetime) -> str | None:
        if not event.private:
            return None
        kept = {"event_id": event_id, "salt": secrets.token_hex(16), "content": redacted(event.private)}
        line = json.dumps(kept, ensure_ascii=False, sort_keys=True)
        folder = self.folder / "private"
        folder.mkdir(exist_ok=True, mode=0o700)
        _append_durably(folder / f"{now.astimezone(UTC):%Y-%m-%d}.jsonl", (line + "\n").encode())
        return hashlib.sha256(line.encode()).hexdigest()

    def erase_private(self, event_id: str) -> bool:
        """Erase the private content of one event; the chain stays whole. False when there is none."""
        with self.locked():
            for path in (self.folder / "private").glob("*.jsonl"):
                lines = path.read_text().splitlines(keepends=True)
                kept = [line for line in lines if json.loads(line)["event_id"] != event_id]
                if len(kept) < len(lines):
                    temporary = path.with_name(f".{path.name}.new")
                    temporary.touch(mode=0o600)
                    temporary.write_text("".join(kept))
                    temporary.replace(path)
                    return True
        return False


def audit_log() -> AuditLog:
    """The log of these settings."""
    here = settings()
    return AuditLog(here.vault_path, here.keys)


@cache
def _lock(path: str) -> FileLock:
    return FileLock(path, timeout=LOCK_SECONDS, mode=0o600)


def _line_of(event: AuditEvent, event_id: str, now: datetime, private_hash: str | None) -> AuditRecord:
    fields = event.model_dump(mode="json", exclude={"private", "details", "error", "resource"})
    return {
        "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        **fields,
        "resource": redacted_text(event.resource),
        "details": redacted(event.details),
        "error": redacted_text(event.error) if event.error else None,
        "event_id": event_id,
        "private_hash": private_hash,
    }


def _append_durably(path: Path, line: bytes) -> None:
    """Append and fsync; a write that fails half-way is taken back."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
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
    if is_new:
        _sync_folder(path.parent)


def _write_whole(descriptor: int, line: bytes) -> None:
    if os.write(descriptor, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _last_line(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        reach = TAIL_BYTES
        while True:
            file.seek(max(0, size - reach))
            lines = file.read().rstrip(b"\n").split(b"\n")
            if len(lines) > 1 or reach >= size:
                return lines[-1]
            reach *= 2


def _cut_torn_tail(path: Path) -> bytes:
    """A line without its end was being written when the machine died; it is taken out and kept aside."""
    if not path.exists() or path.stat().st_size == 0:
        return b""
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return b""
        file.seek(0)
        content = file.read()
        keep = content.rfind(b"\n") + 1
        torn = content[keep:]
        aside = path.with_name(f"torn_{hashlib.sha256(torn).hexdigest()[:12]}.txt")
        aside.touch(mode=0o600)
        aside.write_bytes(torn)
        file.truncate(keep)
        os.fsync(file.fileno())
    return torn
