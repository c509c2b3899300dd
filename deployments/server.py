"""Prefect's server on SQLite, its transactions taking the lock to write when they begin.

Started by `fte up` (`python -m deployments.server server start ...`); takes the words of the `prefect` command.
Prefect's own transactions begin by reading and take the lock at their first write; when another has written in
between, SQLite refuses at once. docs/decisions/0006-transactions-lock-when-they-begin.md says what that cost.
"""

from prefect.server.database.configurations import SQLITE_BEGIN_MODE, AioSqliteConfiguration
from sqlalchemy import Connection


def begin_immediately(_configuration: AioSqliteConfiguration, connection: Connection) -> None:
    """Begin a transaction as the one that writes; reads outside transactions stay as they are."""
    if SQLITE_BEGIN_MODE.get() is not None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def main() -> None:
    """Run the `prefect` command that way."""
    from prefect.cli import app

    AioSqliteConfiguration.begin_sqlite_stmt = begin_immediately  # type: ignore[assignment, method-assign]  # on purpose
    app()


if __name__ == "__main__":
    main()
