"""Reading the ledger without SQLAlchemy, whose import takes longer than the reading."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from blocks.settings import settings
from domain.errors import TransientError

SQLITE = "sqlite:///"
BUSY_SECONDS = 5.0
UNDEFINED_TABLE = "42P01"
"""PostgreSQL's word for a table that does not exist."""


class LedgerUnreadableError(TransientError):
    """The ledger's file is no database, or stays locked."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"the ledger {path} cannot be read ({problem}); 'fte doctor' looks at it")


def look(query: str) -> list[dict[str, Any]]:
    """The rows of a SELECT; none where the ledger or the table does not exist yet.

    JSON columns come as text or as values, times as text or aware, as the database has them; `as_json` and
    `as_time` read both.

    Raises:
        LedgerUnreadableError: the file cannot be read.
    """
    url = settings().ledger_url
    if not url.startswith(SQLITE):
        return _look_by_url(query)
    path = Path(unquote(url.removeprefix(SQLITE)))
    return _look_in_file(path, query) if path.exists() else []


def as_json(value: Any) -> Any:
    """A JSON column's value."""
    return json.loads(value) if isinstance(value, str) else value


def as_time(value: Any) -> datetime | None:
    """A time column's value, aware."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _look_in_file(path: Path, query: str) -> list[dict[str, Any]]:
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise LedgerUnreadableError(path, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise LedgerUnreadableError(path, str(error)) from error


def _look_by_url(query: str) -> list[dict[str, Any]]:
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    from blocks.database import transaction

    try:
        with transaction() as session:
            return [dict(row) for row in session.execute(text(query)).mappings()]
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") == UNDEFINED_TABLE:
            return []
        raise
