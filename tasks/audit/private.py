"""Proving the private content: as it was written, unless an erasure or retention took it away."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tasks.audit.log import ACTION_AT, ERASED, RETENTION, AuditLog

_END = re.compile(
    rb'"event_id":"([0-9a-f]{32})","private_hash":"([0-9a-f]{64})","sequence":(\d+),'
    rb'"prev":"[0-9a-f]{64}","mac":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}\n\Z'
)
LONGEST_END = 450
"""How a record with private content ends; reading the whole line as JSON took four times as long."""

_ID, _ID_LENGTH = b'"event_id":"', 32
_ERASED, _RETENTION = (f',"action":"{action}",'.encode() for action in (ERASED, RETENTION))


@dataclass(frozen=True, slots=True)
class PrivateProblem:
    """A record whose private content is not as it was written."""

    file: str
    line: int
    why: str


@dataclass
class _Look:
    missing: dict[str, tuple[int, PrivateProblem]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    dropped_to: int = 0

    def left(self) -> PrivateProblem | None:
        """The first that nothing in the log explains."""
        unexplained = (
            problem
            for event_id, (sequence, problem) in self.missing.items()
            if event_id not in self.erased and sequence > self.dropped_to
        )
        return next(unexplained, None)


def private_problem(log: AuditLog) -> PrivateProblem | None:
    """The first record whose private content was changed or removed; the chain itself is proven elsewhere."""
    if _problem(log) is None:
        return None
    with log.locked():  # an erasure may have been under way
        return _problem(log)


def _problem(log: AuditLog) -> PrivateProblem | None:
    look = _Look()
    for path in log.files():
        changed = _look_at(look, path, log.private / path.name)
        if changed:
            return changed
    return look.left()


def _look_at(look: _Look, path: Path, private: Path) -> PrivateProblem | None:
    """One day; the log is read first, since private content is written before its record."""
    wanted = list(_wanted(look, path))
    there = _kept(private) if wanted else {}
    for number, sequence, event_id, digest in wanted:
        kept = there.get(event_id)
        if kept is None:
            problem = PrivateProblem(path.name, number, f"the private content of event {event_id} is missing")
            look.missing[event_id] = (sequence, problem)
        elif kept != {digest}:
            return PrivateProblem(path.name, number, f"the private content of event {event_id} was changed")
    return None


def _wanted(look: _Look, path: Path) -> Iterator[tuple[int, int, str, str]]:
    """Line number, sequence, event and digest of each record that has private content."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return  # it is being written now
            if line.startswith(_ERASED, ACTION_AT):
                look.erased.add(str(json.loads(line)["details"]["event_id"]))
            if line.startswith(_RETENTION, ACTION_AT):
                look.dropped_to = int(json.loads(line)["details"]["last"])
            end = _END.search(line[-LONGEST_END:])
            if end:
                yield number, int(end[3]), end[1].decode(), end[2].decode()


def _kept(private: Path) -> dict[str, set[str]]:
    """The digests of a day's lines by their event; a line that is no JSON belongs to none."""
    kept: dict[str, set[str]] = {}
    try:
        lines = private.read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    for line in lines:
        event_id = _event_of(line)
        kept.setdefault(event_id, set()).add(hashlib.sha256(line).hexdigest())
    return kept


def _event_of(line: bytes) -> str:
    return line[len(_ID) + 1 :][:_ID_LENGTH].decode(errors="replace") if line.startswith(b"{" + _ID) else ""
