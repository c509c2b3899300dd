"""The ledger database: SQLite by default, PostgreSQL by URL. Owns engine and transactions, no tables."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, String, create_engine, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from blocks.ledger_schema import prepare_schema, versions_table
from blocks.settings import settings
from domain.errors import TransientError

BUSY_SECONDS = 30.0
"""How long a writer waits for another before it gives up; SQLite has one writer at a time."""

SWITCH_SECONDS = 0.05

UNSYNCED = "unsynced"
"""Execution option of transactions that a power cut may take back."""


class LedgerUnavailableError(TransientError):
    """The ledger cannot be opened, written or locked."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"the ledger at {url} is not usable ({problem}); check disk space and rights, then try again"
        )


class Base(DeclarativeBase):
    """Parent of every table; the tables live beside the code that owns them."""


VERSIONS = versions_table(Base.metadata)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the interface)
        """Refuses naive times."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; give it a timezone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the interface)
        """SQLite forgets the zone; it is always UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class DecimalText(TypeDecorator[Decimal]):
    """An exact decimal kept as text: SQLite would round it through a float."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (the interface)
        """Plain digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 (the interface)
        """Back to Decimal."""
        return None if value is None else Decimal(value)


_engines: dict[str, Engine] = {}


def _engine(url: str) -> Engine:
    """One for all threads: of two that open it at once the first one's is kept, the other's has no connection yet."""
    return _engines.get(url) or _engines.setdefault(url, _open_engine(url))


def _open_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, isolation_level="SERIALIZABLE", pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own implicit BEGIN would be a deferred one
        _write_ahead(connection)
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        level = "NORMAL" if connection.get_execution_options().get(UNSYNCED) else "FULL"
        connection.connection.execute(f"PRAGMA synchronous={level}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: Any) -> None:
    """Switch to write-ahead logging; here SQLite does not wait for another process that just made the file."""
    deadline = time.monotonic() + BUSY_SECONDS
    while not _switched(connection, is_last=time.monotonic() > deadline):
        time.sleep(SWITCH_SECONDS)


def _switched(connection: Any, *, is_last: bool) -> bool:
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or is_last:
            raise
        return False
    return True


_created: dict[str, int] = {}


def _create_tables(engine: Engine, url: str) -> None:
    if _created.get(url) == len(Base.metadata.tables):
        return
    prepare_schema(engine, Base.metadata, VERSIONS)
    _created[url] = len(Base.metadata.tables)


@contextmanager
def transaction(url: str | None = None) -> Iterator[Session]:
    """One all-or-nothing piece of work: the only writer on SQLite, serialisable on PostgreSQL.

    Args:
        url: SQLAlchemy URL; the settings' ledger when absent.

    Raises:
        LedgerUnavailableError: the database cannot be opened, is full or damaged, or stays locked.
        NewerLedgerError: a later version of the program wrote it.
    """
    url = url or settings().ledger_url
    with _transaction(_engine(url), url) as session:
        yield session


@contextmanager
def unsynced_transaction() -> Iterator[Session]:
    """The same without waiting for the disk: the end of this process takes nothing back, a power cut may.

    What is written so is on the disk with the next `transaction`, and never only in part. PostgreSQL always waits.
    """
    url = settings().ledger_url
    with _transaction(_engine(url).execution_options(**{UNSYNCED: True}), url) as session:
        yield session


@contextmanager
def _transaction(engine: Engine, url: str) -> Iterator[Session]:
    try:
        _create_tables(engine, url)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except DatabaseError as error:
        if type(error) not in {
            DatabaseError,
            OperationalError,
        }:  # the others say what is wrong with a statement
            raise
        raise LedgerUnavailableError(
            make_url(url).render_as_string(hide_password=True), str(error.orig)
        ) from error


def close_databases() -> None:
    """Dispose of every pooled connection (a process that ends, a test that changed homes)."""
    for engine in _engines.values():
        engine.dispose()
    _engines.clear()
    _created.clear()
