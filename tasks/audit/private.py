"""Proving the private content: as it was written, unless an erasure or retention took it away; nothing beside it."""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from blocks.files import is_open_to_others
from tasks.audit.log import ACTION_AT, ERASED, RETENTION, SET_ASIDE, AuditLog, event_of

_END = re.compile(
    rb'"event_id":"([0-9a-f]{32})","private_hash":"([0-9a-f]{64})","sequence":(\d+),'
    rb'"prev":"[0-9a-f]{64}","mac":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}\n\Z'
)
LONGEST_END = 450
"""How a record with private content ends; reading the whole line as JSON took four times as long."""

_ERASED, _RETENTION = (f',"action":"{action}",'.encode() for action in (ERASED, RETENTION))


@dataclass(frozen=True, slots=True)
class PrivateProblem:
    """Private content that is not as it was written; a whole file has no line."""

    file: str
    line: int | None
    why: str


@dataclass(frozen=True, slots=True)
class _Record:
    """A record that has private content, and where it stands."""

    file: str
    line: int
    sequence: int
    event_id: str
    digest: str

    def problem(self, what: str) -> PrivateProblem:
        return PrivateProblem(self.file, self.line, f"the private content of event {self.event_id} {what}")


@dataclass
class _Explained:
    """What the log itself says is gone."""

    erased: set[str] = field(default_factory=set)
    dropped_to: int = 0


def private_problem(log: AuditLog) -> PrivateProblem | None:
    """The first private content that was changed, removed or added; the chain itself is proven elsewhere."""
    if _problem(log) is None:
        return None
    with log.locked():  # a write or an erasure may have been under way
        return _problem(log)


def exposed(log: AuditLog) -> Path | None:
    """A file of the log, or the folder of its private content, that other users of this machine may open."""
    if os.name == "nt":  # modes say nothing there
        return None
    return next(
        (path for path in (*log.files(), log.private, *_in(log.private)) if is_open_to_others(path)), None
    )


def _problem(log: AuditLog) -> PrivateProblem | None:
    """From the newest day on: what an erasure or retention explains lies before it."""
    explained, days = _Explained(), log.files()
    for day in reversed(days):
        problem = _look_at(explained, day, log.private / day.name, is_newest=day == days[-1])
        if problem:
            return problem
    return _stray(log, {day.name for day in days})


def _look_at(explained: _Explained, day: Path, private: Path, *, is_newest: bool) -> PrivateProblem | None:
    """One day; a line that is written meanwhile may have no record yet, and is left to the next proof."""
    size = private.stat().st_size if private.exists() else 0
    records = {record.event_id: record for record in _records(explained, day)}
    content = private.read_bytes() if private.exists() else b""
    lines, there = content[:size].splitlines(keepends=True), {event_of(line) for line in content.splitlines()}
    for record in records.values():
        is_explained = record.event_id in explained.erased or record.sequence <= explained.dropped_to
        if record.event_id not in there and not is_explained:
            return record.problem("is missing")
    for number, line in enumerate(lines, start=1):
        is_cut_short = is_newest and number == len(lines) and _is_cut_short(line)
        why = _wrong(line, records, explained.erased)
        if isinstance(why, PrivateProblem):
            return why
        if why and not is_cut_short:
            return PrivateProblem(f"private/{day.name}", number, why)
    return None


def _wrong(line: bytes, records: dict[str, _Record], erased: set[str]) -> PrivateProblem | str | None:
    """What is wrong with a line: with its record, or with itself where it has none."""
    event_id = event_of(line)
    if event_id in erased:
        return f"event {event_id} was erased and its content is there; fte audit erase {event_id} ends that"
    if event_id not in records:
        return "no record names this line"
    if hashlib.sha256(line.rstrip(b"\n")).hexdigest() != records[event_id].digest:
        return records[event_id].problem("was changed")
    return None


def _is_cut_short(line: bytes) -> bool:
    """Whether a crash came before its record, or before its end; the next writer takes it out."""
    return bool(event_of(line)) or not line.endswith(b"\n")


def _records(explained: _Explained, day: Path) -> Iterator[_Record]:
    """Each record that has private content; notes on the way what the log explains."""
    with day.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return  # it is being written now
            if line.startswith(_ERASED, ACTION_AT):
                explained.erased.add(str(json.loads(line)["details"]["event_id"]))
            if line.startswith(_RETENTION, ACTION_AT):
                explained.dropped_to = max(explained.dropped_to, int(json.loads(line)["details"]["last"]))
            end = _END.search(line[-LONGEST_END:])
            if end:
                yield _Record(day.name, number, int(end[3]), end[1].decode(), end[2].decode())


def _stray(log: AuditLog, days: set[str]) -> PrivateProblem | None:
    """A file that belongs to no day; a crash may have come before the first record of a new one."""
    newest = max(days, default="")
    for path in _in(log.private):
        is_plain = stat.S_ISREG(path.lstat().st_mode)
        if path.name in days or (path.name.startswith(SET_ASIDE) and not is_plain):
            continue
        if is_plain and path.name > newest and _is_one_cut_short(path.read_bytes()):
            continue
        return PrivateProblem(
            f"private/{path.name}", None, "no record names this file; look at it and remove it"
        )
    return None


def _is_one_cut_short(content: bytes) -> bool:
    return len(content.splitlines()) <= 1 and _is_cut_short(content)


def _in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
