"""Searching, reporting and exporting the audit log: DuckDB over the files as they lie there."""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import RejectedError

if TYPE_CHECKING:
    import duckdb

COLUMNS = {
    "timestamp": "TIMESTAMP",
    "action": "VARCHAR",
    "actor": "VARCHAR",
    "domain": "VARCHAR",
    "resource": "VARCHAR",
    "status": "VARCHAR",
    "details": "JSON",
    "approval_required": "BOOLEAN",
    "approved_by": "VARCHAR",
    "error": "VARCHAR",
    "schema": "INTEGER",
    "sequence": "BIGINT",
    "event_id": "VARCHAR",
    "run_id": "VARCHAR",
    "approver_channel": "VARCHAR",
    "payload_hash": "VARCHAR",
    "private_hash": "VARCHAR",
    "prev": "VARCHAR",
    "mac": "VARCHAR",
    "hash": "VARCHAR",
}
LONGEST_LINE_BYTES = 16_000_000


class ExportFormat(StrEnum):
    """What an export can be."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"


class ExportTargetError(RejectedError):
    """The export cannot be written there."""

    def __init__(self, target: Path) -> None:
        super().__init__(
            f"{target} exists already or its folder does not; name a new file in an existing folder"
        )


@dataclass(frozen=True)
class Query:
    """What to look for; empty fields do not narrow. Days are UTC and inclusive."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    action: str = ""
    status: str = ""
    actor: str = ""
    limit: int = 100


def search_audit_log(vault: Path, query: Query) -> list[dict[str, Any]]:
    """The newest fitting records, newest first, each as it was written.

    `text` is looked for in the action, resource, actor, approver, error, run and details, without regard to case.
    """
    with _opened(vault, query) as log:
        where, values = _condition(query)
        found = log.execute(
            f"SELECT to_json(t) FROM log t WHERE {where} ORDER BY sequence DESC LIMIT ?",  # noqa: S608 (no values in it)
            [*values, query.limit],
        )
        return [json.loads(row[0]) for row in found.fetchall()]


def generate_audit_report(vault: Path, query: Query) -> str:
    """A period in Markdown: counts, decisions, failures and unknown outcomes."""
    with _opened(vault, query) as log:
        where, values = _condition(query)
        span = log.execute(
            f"SELECT count(*), min(timestamp), max(timestamp), min(sequence), max(sequence) FROM log WHERE {where}",  # noqa: S608
            values,
        ).fetchone() or (0, None, None, None, None)
        counts = log.execute(
            f"SELECT action, status, count(*) FROM log WHERE {where} GROUP BY ALL ORDER BY ALL",  # noqa: S608
            values,
        ).fetchall()
        decided = log.execute(
            f"SELECT timestamp, action, resource, approved_by, approver_channel FROM log "  # noqa: S608
            f"WHERE {where} AND approved_by IS NOT NULL AND status = 'success' ORDER BY sequence",
            values,
        ).fetchall()
        troubles = log.execute(
            f"SELECT timestamp, status, action, resource, error FROM log "  # noqa: S608
            f"WHERE {where} AND status IN ('failure', 'unknown') ORDER BY sequence",
            values,
        ).fetchall()
    covered = f"{span[0]} records" + (
        f", {span[1]} to {span[2]} UTC, numbers {span[3]} to {span[4]}" if span[0] else ""
    )
    return "\n\n".join(
        [
            "# Audit report",
            f"{covered}.",
            _table("What happened", ("Action", "Outcome", "Count"), counts),
            _table("Approved by a person", ("When", "Action", "Task", "By", "Through"), decided),
            _table("Failures and unknown outcomes", ("When", "Outcome", "Action", "Task", "Why"), troubles),
        ]
    )


def export_audit_data(vault: Path, query: Query, export: ExportFormat, target: Path) -> int:
    """Write the fitting records to a new file, oldest first.

    Returns:
        How many records were written.

    Raises:
        ExportTargetError: the file exists, or its folder does not.
    """
    if target.exists() or not target.parent.is_dir():
        raise ExportTargetError(target)
    options = {ExportFormat.CSV: "FORMAT csv, HEADER", ExportFormat.PARQUET: "FORMAT parquet"}.get(
        export, "FORMAT json, ARRAY true"
    )
    with _opened(vault, query) as log:
        where, values = _condition(query)
        log.execute(f"CREATE TABLE chosen AS SELECT * FROM log WHERE {where} ORDER BY sequence", values)  # noqa: S608
        quoted = str(target).replace("'", "''")
        log.execute(f"COPY chosen TO '{quoted}' ({options})")
        count = log.execute("SELECT count(*) FROM chosen").fetchone()
    return int(count[0]) if count else 0


def _opened(vault: Path, query: Query) -> "duckdb.DuckDBPyConnection":
    import duckdb

    connection = duckdb.connect(":memory:")
    files = [str(path) for path in _files(vault, query)]
    if files:
        connection.execute("SET enable_progress_bar = false")
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        columns = ", ".join(f"\"{name}\": '{kind}'" for name, kind in COLUMNS.items())
        connection.execute(
            f"CREATE VIEW log AS SELECT * FROM read_json([{listed}], format = 'newline_delimited', "  # noqa: S608 (our own paths)
            f"columns = {{{columns}}}, maximum_object_size = {LONGEST_LINE_BYTES})"
        )
    else:
        connection.execute(
            "CREATE TABLE log (" + ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items()) + ")"
        )
    return connection


def _files(vault: Path, query: Query) -> list[Path]:
    """The days that can hold fitting records; the file of a day may go on after a clock change."""
    paths = sorted((vault / "Logs").glob("audit_????-??-??.jsonl"))
    if query.until is None:
        return paths
    return [
        path for path in paths if date.fromisoformat(path.stem.removeprefix("audit_")) <= query.until
    ] or paths[:1]


def _condition(query: Query) -> tuple[str, list[Any]]:
    parts, values = ["true"], []
    if query.text:
        parts.append(
            "contains(lower(concat_ws(' ', action, resource, actor, approved_by, error, run_id, details::VARCHAR)), ?)"
        )
        values.append(query.text.lower())
    for column in ("action", "status", "actor"):
        if getattr(query, column):
            parts.append(f"{column} = ?")
            values.append(getattr(query, column))
    if query.since:
        parts.append("timestamp >= ?")
        values.append(query.since.isoformat())
    if query.until:
        parts.append("timestamp < ?::DATE + INTERVAL 1 DAY")
        values.append(query.until.isoformat())
    return " AND ".join(parts), values


def _table(title: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    if not rows:
        return f"## {title}\n\nNone."
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    return f"## {title}\n\n" + "\n".join(lines)


def _cell(value: Any) -> str:
    return " ".join(str("" if value is None else value).split()).replace("|", "\\|")
