"""What the ledger's tests run on."""

from tests.tasks.reliability.conftest import database

__all__ = ["database"]
