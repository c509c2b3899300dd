"""Searching and exporting the audit log: DuckDB over the files as they lie there.

A text is also looked for in the private content, which lies beside the log, and what is found leads to everything
else about the same task or effect: a vendor's name to the arrival, the request, the decision and the booking.
"""

import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import RejectedError
from tasks.audit.log import LONGEST_LINE_BYTES, AuditUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

SEARCHED = ("action", "resource", "actor", "approved_by", "error", "run_id", "details::VARCHAR")
_HOLDS_TEXT = "(" + " OR ".join(f"contains(lower({column}), $text)" for column in SEARCHED) + ")"
COLUMNS = {
    "timestamp": "VARCHAR",
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


class ExportFormat(StrEnum):
    """What an export can be."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"


_FORMULA = "'^[=+@\\t\\r\\n-]'"
"""How a cell begins that a spreadsheet takes for a formula (OWASP's list)."""


def _as_text(name: str) -> str:
    """Such a cell begins with an apostrophe instead."""
    return f'CASE WHEN regexp_matches("{name}", {_FORMULA}) THEN chr(39) || "{name}" ELSE "{name}" END AS "{name}"'


_NO_FORMULAS = ", ".join(_as_text(name) for name, kind in COLUMNS.items() if kind == "VARCHAR")
_COPY = {
    ExportFormat.CSV: (f"* REPLACE ({_NO_FORMULAS})", "FORMAT csv, HEADER"),
    ExportFormat.PARQUET: ("* REPLACE (timestamp::TIMESTAMPTZ AS timestamp)", "FORMAT parquet"),
    ExportFormat.JSON: ("*", "FORMAT json, ARRAY true"),
}


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
    alone: bool = False
    """Only records that hold the text themselves, none that belong to them."""


def search_audit_log(vault: Path, query: Query) -> list[dict[str, Any]]:
    """The newest fitting records, newest first, each as it was written.

    `text` is looked for in the action, resource, actor, approver, error, run, details and private content, on any day
    and without regard to case; the other fields narrow what belongs to it.
    """
    with opened(vault, replace(query, since=None) if query.text else query) as log:
        where, values = condition(query)
        if query.text:
            _find_text(log, vault, query)
            where = f"{where} AND {_FOUND_ALONE if query.alone else _BELONGS}"
        found = log.execute(
            f"SELECT to_json(t) FROM log t WHERE {where} ORDER BY sequence DESC LIMIT $limit",  # noqa: S608 (no values in it)
            values | {"limit": query.limit},
        )
        return [json.loads(row[0]) for row in found.fetchall()]


_FOUND_ALONE = "event_id IN (SELECT event_id FROM found)"
_BELONGS = (
    f"({_FOUND_ALONE} OR resource IN (SELECT resource FROM found WHERE resource <> '') "  # noqa: S608 (no values in it)
    "OR details->>'effect' IN (SELECT effect FROM found WHERE effect IS NOT NULL))"
)


def task_of(vault: Path, event_id: str) -> str:
    """The task that an event belongs to; nothing for one that is not on record or belongs to none."""
    with opened(vault, Query()) as log:
        found = log.execute("SELECT resource FROM log WHERE event_id = $id", {"id": event_id}).fetchone()
    return str(found[0]) if found else ""


def _find_text(log: "duckdb.DuckDBPyConnection", vault: Path, query: Query) -> None:
    """Make the table `found`: which records hold the text, with their task and effect."""
    private = sorted((vault / "Logs" / "private").glob("audit_????-??-??.jsonl"))
    hidden = "false"
    if private:
        names = ", ".join(map(_quoted, private))
        columns = "columns = {event_id: 'VARCHAR', content: 'JSON'}"
        read = f"read_json([{names}], format = 'newline_delimited', {columns}, ignore_errors = true)"
        held = f"SELECT event_id FROM {read} WHERE contains(lower(content::VARCHAR), $text)"  # noqa: S608 (our own paths)
        hidden = f"event_id IN ({held})"
    log.execute(
        "CREATE TEMP TABLE found AS SELECT event_id, resource, details->>'effect' AS effect FROM log "  # noqa: S608
        f"WHERE sequence IS NOT NULL AND ({_HOLDS_TEXT} OR {hidden})",
        {"text": query.text.lower()},
    )


def export_audit_data(vault: Path, query: Query, export: ExportFormat, target: Path) -> int:
    """Write the fitting records to a new file, oldest first, whole or not at all.

    Returns:
        How many records were written.

    Raises:
        ExportTargetError: the file exists, or its folder does not.
    """
    if target.exists() or not target.parent.is_dir():
        raise ExportTargetError(target)
    columns, options = _COPY[export]
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with opened(vault, query) as log:
            where, values = condition(query)
            # The files are in order and DuckDB keeps it; ORDER BY took 1.6 GB for a million records.
            chosen = f"SELECT {columns} FROM log WHERE {where}"  # noqa: S608 (no values in it)
            count = log.execute(f"COPY ({chosen}) TO {_quoted(temporary)} ({options})", values).fetchone()
        temporary.rename(target)
    finally:
        temporary.unlink(missing_ok=True)
    return int(count[0]) if count else 0


@contextmanager
def opened(vault: Path, query: Query) -> "Iterator[duckdb.DuckDBPyConnection]":
    """The days that can hold fitting records as the view `log`; a line that is no record is a row without sequence.

    Raises:
        AuditUnavailableError: a file cannot be read or written.
    """
    import duckdb

    folder = vault / "Logs"
    try:
        with duckdb.connect(":memory:") as connection:
            connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
            connection.execute(_view(audit_files(vault, query)))
            yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise AuditUnavailableError(folder, OSError(str(error).splitlines()[0])) from error


def _view(files: list[Path]) -> str:
    if not files:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
        return f"CREATE TABLE log ({columns})"
    columns = ", ".join(f"\"{name}\": '{kind}'" for name, kind in COLUMNS.items())
    return (
        f"CREATE VIEW log AS SELECT * FROM read_json([{', '.join(map(_quoted, files))}], "  # noqa: S608 (our own paths)
        f"format = 'newline_delimited', columns = {{{columns}}}, ignore_errors = true, "
        f"maximum_object_size = {2 * LONGEST_LINE_BYTES})"
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def audit_files(vault: Path, query: Query) -> list[Path]:
    """The files that can hold what is asked for.

    A file never holds a later day than its own; an earlier one it does once the clock was set back.
    """
    oldest = f"audit_{query.since or ''}"
    return [path for path in sorted((vault / "Logs").glob("audit_????-??-??.jsonl")) if path.name >= oldest]


def condition(query: Query) -> tuple[str, dict[str, Any]]:
    """The query, without its text, as a condition with named values."""
    wanted = {
        "action": "action = $action",
        "status": "status = $status",
        "actor": "actor = $actor",
        "since": "timestamp >= $since",
        "until": "timestamp < $until",
    }
    values = {
        "action": query.action,
        "status": query.status,
        "actor": query.actor,
        "since": str(query.since or ""),
        "until": str(query.until + timedelta(days=1)) if query.until else "",
    }
    values = {name: value for name, value in values.items() if value}
    return " AND ".join(["sequence IS NOT NULL", *(wanted[name] for name in values)]), values
