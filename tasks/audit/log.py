"""Appending to the audit log: one line an event, on disk before the call returns.

Vault/Logs/audit_YYYY-MM-DD.jsonl, mode 0600. Content that a person may have erased lies in private/ under the
same name, and the hashed lines only hold its salted hash.
"""

import hashlib
import json
import mmap
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from blocks.settings import settings
from domain.audit.chain import SCHEMA, START, ChainLink, chained, digest_of, link_of, mac_holds
from domain.audit.event import AuditEvent, AuditStatus
from domain.audit.redaction import redacted
from domain.errors import TransientError
from tasks.audit.lines import append_line, cut, replace_whole, tail
from tasks.audit.seal import audit_key, read_seal, write_seal
from tasks.vault.locks import AUDIT, locked_shard

LONGEST_LINE_BYTES = 1_000_000
ERASED, RETENTION = "audit.private_erased", "audit.retention"
SET_ASIDE = "unexpected-"
"""How the name begins of what was no plain file in a day's place."""
ACTION_AT = len('{"timestamp":"2026-11-20T12:00:00.000Z"')
"""Where a line's action begins."""

_DAY = re.compile(r"audit_\d{4}-\d\d-\d\d\.jsonl")
_PRIVATE = re.compile(rb'\{"event_id":"([0-9a-f]{32})","salt":"')


class AuditUnavailableError(TransientError):
    """The log cannot be used; without it nothing may be done."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"the audit log {path} cannot be used ({error.strerror or error}); free disk space or mend its rights"
        )


class AuditLog:
    """The log of one Vault."""

    def __init__(self, vault: Path, keys: Path) -> None:
        """Nothing is opened yet; `keys` is the folder of this installation's keys."""
        self.folder = vault / "Logs"
        self.private = self.folder / "private"
        self.keys = keys

    @cached_property
    def key(self) -> bytes:
        """What the lines are signed with."""
        return audit_key(self.keys)

    def append(self, event: AuditEvent, now: datetime) -> str:
        """Write one event; durable when this returns.

        Returns:
            The event's id.

        Raises:
            AuditUnavailableError: full disk, missing rights; no half line is left.
        """
        with self.locked():
            names = self._names()
            if not names:
                self.folder.mkdir(parents=True, exist_ok=True)
            name = max([f"audit_{now.astimezone(UTC):%Y-%m-%d}.jsonl", *names[-1:]])
            unexpected = [*_set_aside(self.folder / name), *_set_aside(self.private / name)]
            head, notices = self._resume(names)
            notices += self._mended_private({*names[-1:], name})
            for each in (*notices, *unexpected, event):
                fields = self._fields(each, now, name)
                head = self._write(self.folder / name, fields, head)
            return str(fields["event_id"])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time, among all processes."""
        try:
            with locked_shard(self.folder.parent, AUDIT):
                yield
        except OSError as error:
            raise AuditUnavailableError(self.folder, error) from error

    def head(self) -> ChainLink | None:
        """The newest record's place, to be kept away from this machine; None before the first."""
        return read_seal(self.keys, self.key)

    def files(self) -> list[Path]:
        """The days, oldest first."""
        return [self.folder / name for name in self._names()]

    def _names(self) -> list[str]:
        try:
            with os.scandir(self.folder) as entries:
                return sorted(
                    entry.name
                    for entry in entries
                    if _DAY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
                )
        except FileNotFoundError:
            return []

    def erase_private(self, event_id: str, now: datetime) -> bool:
        """Erase the private content of one event; the chain stays whole and says so. False when there is none."""
        beginning = b'{"event_id":"%s",' % event_id.encode()
        with self.locked():
            for path in self.private.glob("audit_*.jsonl"):
                lines = path.read_bytes().splitlines(keepends=True)
                kept = [line for line in lines if not line.startswith(beginning)]
                if len(kept) < len(lines):
                    self.append(
                        _notice(ERASED, {"event_id": event_id}), now
                    )  # first: what is gone is accounted for
                    replace_whole(path, b"".join(kept))
                    return True
        return False

    def _resume(self, names: list[str]) -> tuple[ChainLink, list[AuditEvent]]:
        """Where the chain goes on, and what to say first.

        That is the seal, or a later line that proves itself: a crash leaves the seal behind the log. A log that
        ends before its seal was cut by somebody; the gap then stays for `verify` to see.
        """
        line, notices = _mended_end(self.folder, names)
        sealed = read_seal(self.keys, self.key)
        if sealed and digest_of(line) == sealed.hash:
            return sealed, notices
        last = link_of(line) if line and mac_holds(line, self.key) else START
        if sealed is None and last.sequence > 1:
            notices.append(_notice("audit.seal_missing", {"last": last.sequence}))
        return max(last, sealed or START, key=lambda link: link.sequence), notices

    def _write(self, path: Path, fields: dict[str, Any], after: ChainLink) -> ChainLink:
        line = chained(fields, after, self.key)
        if len(line) > LONGEST_LINE_BYTES:
            line = chained({**fields, "details": {"left_out_bytes": len(line)}}, after, self.key)
        append_line(path, line)
        head = ChainLink(after.sequence + 1, digest_of(line))
        write_seal(self.keys, head, self.key)
        return head

    def _fields(self, event: AuditEvent, now: datetime, file_name: str) -> dict[str, Any]:
        """A line's members but those of the chain: the given format, then ours."""
        event_id = uuid4().hex
        return {
            "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            **redacted(event.model_dump(exclude={"private"})),
            "schema": SCHEMA,
            "event_id": event_id,
            "private_hash": self._keep_private(event, event_id, file_name) if event.private else None,
        }

    def _keep_private(self, event: AuditEvent, event_id: str, file_name: str) -> str:
        kept = {"event_id": event_id, "salt": secrets.token_hex(16), "content": redacted(event.private)}
        line = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
        self.private.mkdir(exist_ok=True, mode=0o700)
        append_line(self.private / file_name, line + b"\n")
        return hashlib.sha256(line).hexdigest()

    def _mended_private(self, names: set[str]) -> list[AuditEvent]:
        """Take out of the newest days' private content what a crash kept from having a record."""
        notices: list[AuditEvent] = []
        for name in sorted(names):
            path = self.private / name
            if not path.exists():
                continue
            line, _ = _mended_end(self.private, [name])
            event_id = event_of(line)
            if event_id and not _holds(self.folder / name, b'"event_id":"%s"' % event_id.encode()):
                cut(path, line)
                notices.append(_notice("audit.private_unrecorded", {"event_id": event_id}))
        return notices


def audit_log() -> AuditLog:
    """The log of these settings.

    Raises:
        MixedVaultError: the Vault holds the other mode's work; its log is written with other keys.
    """
    here = settings()
    here.check_vault()
    return AuditLog(here.vault_path, here.keys)


def _mended_end(folder: Path, names: list[str]) -> tuple[bytes, list[AuditEvent]]:
    """The last whole line, once what a crash cut short behind it is taken out and put into a notice."""
    notices: list[AuditEvent] = []
    line = b""
    for name in reversed(names):
        path = folder / name
        line, torn = tail(path)
        if torn:
            cut(path, torn)
            facts = {"file": name, "bytes": len(torn), "text": torn.decode(errors="replace")}
            notices.append(_notice("audit.torn_tail", facts))
        if line:
            break
    return line, notices


def event_of(line: bytes) -> str:
    """Whose content a line of private/ is; nothing for what is no such line."""
    found = _PRIVATE.match(line)
    return found[1].decode() if found else ""


def _holds(path: Path, text: bytes) -> bool:
    """Whether the file has this text, looked for from its end."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.rfind(text) >= 0
    except (FileNotFoundError, ValueError):  # none, or an empty one
        return False


def _set_aside(path: Path) -> list[AuditEvent]:
    """Move what is no plain file out of the way of a day's lines."""
    try:
        if stat.S_ISREG(path.lstat().st_mode):
            return []
    except FileNotFoundError:
        return []
    path.rename(path.with_name(f"{SET_ASIDE}{uuid4().hex[:8]}-{path.name}"))
    return [_notice("audit.unknown_file_set_aside", {"file": path.name})]


def _notice(action: str, details: dict[str, Any]) -> AuditEvent:
    return AuditEvent(action=action, status=AuditStatus.INFO, actor="audit", details=details)
