"""The same scenario against a recording, the sandbox and, where one is given, a live Odoo."""

import re
from collections.abc import Iterator

import pytest

from tests.odoo_world import (
    OdooWorld,
    Recorder,
    keep_recording,
    live_modes,
    live_world,
    recorded_world,
    sandbox_world,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`odoo` is each of the three; two fixtures leave out what cannot do what the test needs."""
    modes = ["recorded", "sandbox", *live_modes()]
    if "running_odoo" in metafunc.fixturenames:
        modes.remove("recorded")
    if "administered_odoo" in metafunc.fixturenames:
        modes = ["recorded", *live_modes("ODOO_ADMIN_KEY", "ODOO_READER_KEY")]
    if "selling_odoo" in metafunc.fixturenames:
        modes = ["recorded", *live_modes("ODOO_SELLS")]
    if "odoo" in metafunc.fixturenames:
        metafunc.parametrize("odoo", modes, indirect=True)


@pytest.fixture
def odoo(request: pytest.FixtureRequest) -> Iterator[OdooWorld]:
    """An Odoo in which this test's records are its own."""
    name = re.sub(r"\W+", "_", request.node.name.replace(request.param, "").removeprefix("test_")).strip("_")
    if request.param == "recorded":
        yield recorded_world(name)
    elif request.param == "sandbox":
        yield sandbox_world(request.getfixturevalue("sandbox").url)
    else:
        recorder = Recorder()
        world = live_world(recorder)
        yield world
        if "running_odoo" not in request.fixturenames:
            keep_recording(name, world, recorder)


@pytest.fixture
def running_odoo(odoo: OdooWorld) -> OdooWorld:
    """An Odoo that answers two callers at once."""
    return odoo


@pytest.fixture
def administered_odoo(odoo: OdooWorld) -> OdooWorld:
    """A real Odoo whose periods can be locked and which has a user without rights; or what it answered."""
    return odoo


@pytest.fixture
def selling_odoo(odoo: OdooWorld) -> OdooWorld:
    """A real Odoo with `sale_timesheet` (ODOO_SELLS=1 says so of a live one); or what it answered."""
    return odoo
