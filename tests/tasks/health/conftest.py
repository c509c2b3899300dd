"""Health on SQLite and, when FTE_TEST_POSTGRES_URL names a database, on PostgreSQL too."""

from tests.tasks.reliability.conftest import database

__all__ = ["database"]
