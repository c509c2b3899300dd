"""Transactions that are run again when the database refused them for another one's sake."""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from blocks.database import Base, LedgerUnavailableError, transaction, unsynced_transaction

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)

CONFLICTS = frozenset({"40001", "40P01", "23505", "42P07"})
"""SQLSTATEs of PostgreSQL that a second try resolves: serialization failure, deadlock, and the unique
key or the table that another transaction made between our look and our write."""

ATTEMPTS = 50
LONGEST_PAUSE_SECONDS = 0.2


def serialised(work: Callable[[Session], T]) -> T:
    """Run `work` in one transaction of the ledger, again from the top after a conflict.

    `work` may be called several times, so it changes nothing but the session.

    Raises:
        LedgerUnavailableError: the database cannot be opened or written, or stays contended.
    """
    return _serialised(work, transaction)


def serialised_unsynced(work: Callable[[Session], T]) -> T:
    """The same, where nothing is lost if a power cut takes it back: it says nothing after one, or is made again.

    Never for what an effect rests on, nor for what came of it.
    """
    return _serialised(work, unsynced_transaction)


def find_row(table: type[Row], key: object) -> Row | None:
    """The row with this key."""
    return serialised(lambda session: session.get(table, key))


def find_rows(query: Select[tuple[Row]]) -> list[Row]:
    """The rows that a query finds, in its order."""
    return serialised(lambda session: list(session.scalars(query)))


def finds_any(query: Select[Any]) -> bool:
    """Whether a query of a column that is never empty finds something."""
    return serialised(lambda session: session.scalar(query.limit(1))) is not None


def keep_row(row: Base) -> None:
    """Store a row, in place of the one with its key."""
    serialised(lambda session: session.merge(row) and None)


def change_row(table: type[Base], key: object, **values: object) -> None:
    """Set columns of the row with this key, if there is one."""

    def change(session: Session) -> None:
        row = session.get(table, key)
        for name, value in values.items() if row is not None else ():
            setattr(row, name, value)

    serialised(change)


def delete_row(table: type[Base], key: object) -> None:
    """Delete the row with this key, if there is one."""

    def delete(session: Session) -> None:
        row = session.get(table, key)
        if row is not None:
            session.delete(row)

    serialised(delete)


def _serialised(work: Callable[[Session], T], transact: Callable[[], AbstractContextManager[Session]]) -> T:
    for attempt in range(1, ATTEMPTS):
        try:
            with transact() as session:
                return work(session)
        except (LedgerUnavailableError, DBAPIError) as error:
            if not _is_conflict(error):
                raise
        time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.002 * 2**attempt)))  # noqa: S311 (spread)
    with transact() as session:
        return work(session)


def _is_conflict(error: BaseException) -> bool:
    cause = error if isinstance(error, DBAPIError) else error.__cause__
    return isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlstate", None) in CONFLICTS
