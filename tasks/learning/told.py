"""What the audit log tells of tasks: their arrivals and their ends, each line only if it was written with our key."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from domain.audit.chain import mac_holds
from tasks.audit.log import ACTION_AT, AuditLog

DONE, ESCALATED, STORED = "task.done", "task.escalated", ".event_stored"
MOST_LINES = 5_000
"""Counted in one transaction."""
_ACTION = re.compile(rb',"action":"(task\.(?:done|escalated)|[\w.]+\.event_stored)",')


@dataclass(frozen=True, order=True)
class LogPlace:
    """Where in the log: a day's file and how many of its bytes."""

    file: str = ""
    offset: int = 0


@dataclass(frozen=True)
class ToldRecord:
    """One record about a task."""

    action: str
    task_id: str
    at: datetime


def told_since(log: AuditLog, place: LogPlace) -> tuple[list[ToldRecord], LogPlace]:
    """What the log tells from a place on, at most so many lines of it, and the place behind them."""
    found: list[ToldRecord] = []
    for line, after in islice(_lines(log, place), MOST_LINES):
        place = after
        match = _ACTION.match(line, ACTION_AT)
        if match and mac_holds(line, log.key):
            record = json.loads(line)
            found.append(
                ToldRecord(record["action"], record["resource"], datetime.fromisoformat(record["timestamp"]))
            )
    return found, place


def first_moment(log: AuditLog) -> datetime | None:
    """When the oldest record that is left was written."""
    line = next((line for line, _ in _lines(log, LogPlace()) if mac_holds(line, log.key)), None)
    return datetime.fromisoformat(json.loads(line)["timestamp"]) if line else None


def _lines(log: AuditLog, place: LogPlace) -> Iterator[tuple[bytes, LogPlace]]:
    """The whole lines behind a place, each with the place behind it; one that is being written is none."""
    for path in log.files():
        if path.name < place.file:
            continue
        offset = place.offset if path.name == place.file else 0
        with path.open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                offset += len(line)
                yield line, LogPlace(path.name, offset)
