"""The tables of a test's own ledger: made once by the product, then by the statements that made them.

Finding out what is missing takes 27 ms of a processor, and every second test has a new ledger. One that has tables, and
every other process, is left to the product, and so are its own tests (tests/tasks/reliability/test_ledger_schema.py).
"""

import sqlite3
from contextlib import closing
from functools import cache

from sqlalchemy import Engine, MetaData, Table, create_engine

from blocks.ledger_schema import prepare_schema


def prepare_new_schema(engine: Engine, metadata: MetaData, versions: Table) -> None:
    """What `prepare_schema` does, sooner where there is no table yet."""
    if engine.dialect.name != "sqlite" or not _is_made(engine, metadata, versions):
        prepare_schema(engine, metadata, versions)


def _is_made(engine: Engine, metadata: MetaData, versions: Table) -> bool:
    with engine.begin() as connection:
        if connection.exec_driver_sql("select 1 from sqlite_master").first():
            return False
        for statement in _statements(tuple(metadata.tables), metadata, versions):
            connection.exec_driver_sql(statement)
    return True


@cache
def _statements(_names: tuple[str, ...], metadata: MetaData, versions: Table) -> list[str]:
    """What makes a ledger with the tables that this process knows by now."""
    with closing(sqlite3.connect(":memory:")) as made:
        engine = create_engine("sqlite://", creator=lambda: made)
        prepare_schema(engine, metadata, versions)
        return [one for one in made.iterdump() if one not in {"BEGIN TRANSACTION;", "COMMIT;"}]
