"""The distributed form of deployments/compose.yaml, really run: restarts and kills lose and double nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.spread import Spread, disturbances, missing, spread

MISSING = (
    missing()
    if os.environ.get("FTE_TEST_SPREAD")
    else "takes five minutes: set FTE_TEST_SPREAD=1 (PostgreSQL and Redis have to be installed)"
)
pytestmark = [pytest.mark.skipif(bool(MISSING), reason=MISSING), pytest.mark.timeout(900)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Spread]:
    with spread(tmp_path) as started:
        started.add_worker(2)
        yield started


def test_each_document_is_booked_once_whatever_is_restarted(running: Spread) -> None:
    for disturb in disturbances(running).values():
        running.under_load(disturb, 4)
    assert running.wrong() == []
