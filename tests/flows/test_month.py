"""Three days of the simulated month; `python -m benchmarks.month` lives through all of it."""

import asyncio
from datetime import UTC, datetime, time

import pytest

from tests.business_days import at_work
from tests.business_month import FIRST_DAY, Month
from tests.business_month_count import DONE, booked, broken, endings
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import receiver_server

pytestmark = pytest.mark.long

__all__ = ["receiver_server"]


def test_three_days_of_all_channels_end_done_asked_or_explained(
    sandbox: SandboxClient, receiver_server: str
) -> None:
    with at_work(sandbox, receiver_server, datetime.combine(FIRST_DAY, time(7), UTC)) as employee:
        month = Month(employee)
        asyncio.run(month.live(range(1, 4)))
        assert list(broken(month)) == []
        assert (endings(month)["mail", DONE], booked(month).total()) == (5, 5)
