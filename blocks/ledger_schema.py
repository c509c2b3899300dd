"""The version of the ledger's tables: recorded in the ledger, moved forward with a copy beside it, never backward.

Each process knows the tables whose code it has imported; it makes those that are missing, and adds missing columns to
those that are there. What that cannot do is a step in STEPS, with a version of its own.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    func,
    inspect,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.schema import CreateColumn

from domain.errors import ContractError, RejectedError

VERSION = 1
"""What this code works on; ledgers without a version are older, and have the same tables."""
STEPS: dict[int, Callable[[Connection], None]] = {}
"""What leads from the version before to the one named, where adding tables, columns and indexes is not enough."""
LOCK = 0x66_74_65
"""Of PostgreSQL: one process changes the tables at a time. On SQLite the write transaction is that lock."""


class NewerLedgerError(RejectedError):
    """A later version of the program wrote this ledger."""

    def __init__(self, url: str, found: int, program: str) -> None:
        super().__init__(
            f"the ledger at {url} has tables of version {found}, made by digital-fte {program}, and this program knows "
            f"only those up to {VERSION}; install that version again, nothing was changed"
        )


class NoDefaultError(ContractError):
    """A new column cannot be added to rows that exist."""

    def __init__(self, column: Column[object]) -> None:
        super().__init__(
            f"{column} must not be empty and has no default, so it needs a step in blocks/ledger_schema.py"
        )


def versions_table(metadata: MetaData) -> Table:
    """One row for each version that a ledger has had."""
    return Table(
        "ledger_versions",
        metadata,
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("program", String, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
    )


def prepare_schema(engine: Engine, metadata: MetaData, versions: Table) -> None:
    """Bring the tables that this process knows to this version; of several processes one does it.

    A SQLite file that has to be changed is copied beside itself first; all is done, or nothing.

    Raises:
        NewerLedgerError: they are of a later one.
        NoDefaultError: a new column needs a step.
    """
    with _alone(engine) as connection:
        there = inspect(connection).get_multi_columns()
        columns = {name: {one["name"] for one in found} for (_, name), found in there.items()}
        found = _found(connection, versions, engine) if versions.name in columns else 0
        known = [table for table in metadata.sorted_tables if table.name in columns and table is not versions]
        missing = [
            column for table in known for column in table.columns if column.name not in columns[table.name]
        ]
        if known and (missing or found < VERSION):
            _copy_beside(engine)
            for number in range(found + 1, VERSION + 1):
                STEPS.get(number, _nothing)(connection)
            _complete(connection, known)
        metadata.create_all(connection)
        if found < VERSION:
            row = {"version": VERSION, "program": version("digital-fte"), "at": datetime.now(UTC)}
            connection.execute(versions.insert(), row)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction beside which nobody else changes the tables, and which sees what the one before did."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with (
        engine.connect().execution_options(isolation_level="READ COMMITTED") as connection,
        connection.begin(),
    ):
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        yield connection


def _found(connection: Connection, versions: Table, engine: Engine) -> int:
    last = connection.execute(select(versions).order_by(versions.c.version.desc()).limit(1)).first()
    if last is not None and last.version > VERSION:
        raise NewerLedgerError(engine.url.render_as_string(hide_password=True), last.version, last.program)
    return last.version if last is not None else 0


def _nothing(_connection: Connection) -> None:
    """A version that only adds."""


def _complete(connection: Connection, tables: list[Table]) -> None:
    """Add the columns and indexes that are missing by now: a step may have made some."""
    for table in tables:
        present = {one["name"] for one in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                connection.execute(text(_added(connection, table, column)))
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _added(connection: Connection, table: Table, column: Column[object]) -> str:
    """The statement that adds a column; where it must not be empty, rows that exist get its default."""
    dialect = connection.dialect
    words = f"ALTER TABLE {dialect.identifier_preparer.format_table(table)} ADD COLUMN "
    words += str(CreateColumn(column).compile(dialect=dialect))
    if column.nullable or column.server_default is not None:
        return words
    if column.default is None or not column.default.is_scalar:
        raise NoDefaultError(column)
    value = literal(column.default.arg, column.type)  # type: ignore[attr-defined]  # is_scalar says so
    return f"{words} DEFAULT {value.compile(dialect=dialect, compile_kwargs={'literal_binds': True})}"


def _copy_beside(engine: Engine) -> None:
    """Copy a SQLite file as it was before this transaction; PostgreSQL's copies are its operator's (pg_dump)."""
    parsed = make_url(engine.url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return
    path = Path(parsed.database)
    copy = path.with_name(f"{path.stem}-before-{VERSION}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")
    with (
        closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # nothing of it in files beside it
