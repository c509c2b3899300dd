"""What the audit log says of today: the tasks that were done, and the runs that failed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.audit.search import Query, audit_files, opened

FAILURES = {"run.failed": "has failed", "run.stuck": "does not end"}
LATELY = timedelta(days=1)
"""So long a failed run stands on the page."""
DONE = "task.done"
READ = """
SELECT action, resource, run_id, error, epoch(try_cast(timestamp AS TIMESTAMPTZ)) AS at FROM log
WHERE sequence IS NOT NULL AND action IN ('task.done', 'run.failed', 'run.stuck') AND timestamp >= $since
ORDER BY sequence DESC
"""


@dataclass(frozen=True)
class FailedRun:
    """A run that failed or does not end."""

    id: str
    name: str
    what: str
    error: str


@dataclass
class Today:
    """Reads the log again only where it has grown."""

    _read: tuple[object, list[tuple[Any, ...]]] = (None, [])
    done: list[str] = field(default_factory=list)
    failed: list[FailedRun] = field(default_factory=list)

    def look(self, vault: Path, midnight: datetime, now: datetime) -> None:
        """Bring `done` (ids of tasks, the newest first) and `failed` up to date.

        Raises:
            AuditUnavailableError: a file cannot be read.
        """
        lately = now - LATELY
        query = Query(since=min(midnight, lately).astimezone(UTC).date())
        files = [
            (str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in audit_files(vault, query)
        ]
        if self._read[0] != files:
            with opened(vault, query) as log:
                self._read = files, log.execute(READ, {"since": str(query.since)}).fetchall()
        rows = self._read[1]
        self.done = list(
            dict.fromkeys(row[1] for row in rows if row[0] == DONE and _at(row) >= midnight.timestamp())
        )
        self.failed = list(
            _failed(row for row in rows if row[0] in FAILURES and _at(row) >= lately.timestamp())
        )


def _failed(rows: Iterable[tuple[Any, ...]]) -> Iterable[FailedRun]:
    """Each run once, as it was told last."""
    newest: dict[str, FailedRun] = {}
    for action, name, run_id, error, _ in rows:
        newest.setdefault(run_id, FailedRun(run_id or "", name, FAILURES[action], error or ""))
    return newest.values()


def _at(row: tuple[Any, ...]) -> float:
    return float(row[-1] or 0)
