"""An hour without Odoo and one without room on the disk; `python -m benchmarks.degradation` has all of them."""

import pytest

from tests.hours_away import before_it, live_through
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import receiver_server

pytestmark = pytest.mark.long

__all__ = ["receiver_server"]


def test_an_hour_without_it_loses_nothing_and_does_nothing_twice(
    sandbox: SandboxClient, receiver_server: str
) -> None:
    with before_it(sandbox, receiver_server) as hour:
        live_through(hour, "Odoo is down")
        live_through(hour, "the disk is full")
