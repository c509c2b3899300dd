"""Whole copies of databases that are in use: SQLite by its online backup, any other row by row from one snapshot."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Integer, create_engine, delete, func, insert, make_url, select, text

from blocks.database import BUSY_SECONDS, VERSIONS, Base
from domain.errors import ContractError, RejectedError

ROWS_AT_ONCE = 1000
_SQLITE = b"SQLite format 3\0"


class UnknownTablesError(ContractError):
    """A ledger holds what this version does not know."""

    def __init__(self, names: set[str]) -> None:
        super().__init__(
            f"the ledger has tables that this version does not know ({', '.join(sorted(names))}); install "
            "the version that made them"
        )


class LedgerNotEmptyError(RejectedError):
    """Rows would be mixed with others."""

    def __init__(self, url: str, table: str) -> None:
        super().__init__(
            f"the ledger at {url} is not empty ({table} has rows); name an empty database with FTE_DATABASE_URL"
        )


def is_sqlite_file(path: Path) -> bool:
    """Whether a file is a SQLite database."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def file_of(url: str) -> Path | None:
    """The file of a SQLite ledger; None for another database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes to it meanwhile; the copy is one file."""
    target.unlink(missing_ok=True)
    address = f"file:{quote(str(source))}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")  # nothing of it in files beside it


def check_sqlite(path: Path) -> str:
    """What SQLite itself finds wrong with a database; empty when nothing is."""
    with closing(sqlite3.connect(path)) as database:
        try:
            found = str(database.execute("PRAGMA quick_check").fetchone()[0])
        except sqlite3.DatabaseError as error:
            return str(error)
    return "" if found == "ok" else found


def copy_to_file(url: str, target: Path) -> None:
    """Copy another database's ledger into a SQLite file, all tables as they are at one moment.

    Raises:
        UnknownTablesError: it has more tables than `Base` knows.
    """
    target.unlink(missing_ok=True)
    with _begun(url) as reading, _begun(f"sqlite:///{target}") as writing:
        reading.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY"))
        _copy_rows(reading, writing)


def copy_from_file(source: Path, url: str) -> None:
    """Put a copied ledger into another, empty database: all of it or nothing.

    Raises:
        LedgerNotEmptyError: it has rows.
        UnknownTablesError: the copy has more tables than `Base` knows.
    """
    with _begun(f"sqlite:///{source}") as reading, _begun(url) as writing:
        Base.metadata.create_all(writing)
        _refuse_rows(writing, url)
        _copy_rows(reading, writing)
        _go_on_counting(writing)


@contextmanager
def _begun(url: str) -> Iterator[Connection]:
    database = create_engine(url)
    try:
        with database.begin() as connection:
            yield connection
    finally:
        database.dispose()


def _refuse_rows(connection: Connection, url: str) -> None:
    for table in Base.metadata.sorted_tables:
        if table is VERSIONS:  # whoever opened it wrote one; the copy brings its own
            connection.execute(delete(table))
        elif connection.execute(select(table).limit(1)).first() is not None:
            raise LedgerNotEmptyError(make_url(url).render_as_string(hide_password=True), table.name)


def _copy_rows(reading: Connection, writing: Connection) -> None:
    there = set(reading.dialect.get_table_names(reading))
    if unknown := there - set(Base.metadata.tables):
        raise UnknownTablesError(unknown)
    Base.metadata.create_all(writing)
    for table in Base.metadata.sorted_tables:
        if table.name not in there:
            continue
        for rows in reading.execute(select(table)).mappings().partitions(ROWS_AT_ONCE):
            writing.execute(insert(table), [dict(row) for row in rows])


def _go_on_counting(writing: Connection) -> None:
    """PostgreSQL numbers rows by a sequence, which rows with numbers of their own do not move."""
    if writing.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or not isinstance(column.type, Integer):
            continue
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
        writing.execute(select(func.setval(sequence, last, False)))  # noqa: FBT003 (PostgreSQL's is_called)
