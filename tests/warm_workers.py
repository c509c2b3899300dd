"""The processes that die in the tests of crashes, forked from one that has imported what they import."""

import os
from collections.abc import Iterator

import pytest

from tests.warm_programs import WarmPrograms

IMPORTED = (
    "blocks.gmail.client",
    "tasks.accounting.snapshot",
    "tasks.actions.effects",
    "tasks.intake",
    "tasks.reliability.outbox",
    "tests.gmail_world",
    "tests.odoo_world",
    "tests.social_worlds",
)


@pytest.fixture(scope="session")
def warm_workers() -> Iterator[WarmPrograms]:
    """Its `command` starts the first of each kind from nothing, the others warm."""
    warm = WarmPrograms(os.environ.copy(), IMPORTED)
    yield warm
    warm.stop()
