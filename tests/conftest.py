"""Every test has a home, a Vault and a ledger of its own; nothing of the machine's is read."""

import gc
import itertools
import os
import re
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import certifi
import pytest
from hypothesis import settings

from tests.prepared_ledger import prepare_new_schema

settings.register_profile("digital-fte", deadline=None)
settings.load_profile("digital-fte")

os.environ["PREFECT_SERVER_EPHEMERAL_ENABLED"] = "false"
"""A test that asks a Prefect server names it: one that Prefect starts unasked takes 20 seconds, and stays."""
FIRST_AUTHORITY = tempfile.NamedTemporaryFile("w", suffix=".pem")  # noqa: SIM115 (as long as the tests run)
FIRST_AUTHORITY.write(
    Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----")[0]
)
FIRST_AUTHORITY.write("-----END CERTIFICATE-----\n")
FIRST_AUTHORITY.flush()
if "ODOO_URL" not in os.environ:  # a live one may be encrypted
    os.environ["SSL_CERT_FILE"] = FIRST_AUTHORITY.name
"""Tests ask this machine alone, unencrypted; all authorities take 30 ms to read, for each client of each process."""
UNUSED_PORT = "9"
"""Nobody listens there, whatever else runs on this machine."""
ID_LENGTH = 60
FOLDER_NUMBERS = itertools.count()

pytest_plugins = [
    "tests.sandbox_fixture",
    "tests.employee_fixture",
    "tests.prefect_fixture",
    "tests.web_fixture",
    "tests.warm_workers",
]


SHARED = {"employee": "employee", "live": "employee", "prefect_server": "server", "warm_workers": "workers"}
"""Fixture -> the group of its tests: an employee costs half a processor, a Prefect server 20 seconds to start."""
AGENTS = {"mcp_servers", "skills"}
"""Folders whose long tests have an employee of their own, beside the journeys'."""
SKILLS = "skills"
"""Whose tests are long where they have an employee: what a skill starts is tested by the journeys, too."""


@pytest.hookimpl(tryfirst=True)  # before the workers' plugin reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers, those tests stay together that share an employee or a Prefect server."""
    for item in items:
        fixtures, folder = getattr(item, "fixturenames", ()), item.path.parent.name
        if "employee" in fixtures and folder == SKILLS:
            item.add_marker(pytest.mark.long)
        for shared, group in SHARED.items():
            if shared in fixtures:
                is_agents = group == "employee" and folder in AGENTS and item.get_closest_marker("long")
                item.add_marker(pytest.mark.xdist_group("agents" if is_agents else group))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Function, nextitem: pytest.Item | None
) -> Generator[None, None, None]:
    """An employee goes home with its group: at rest it costs the other workers a sixteenth of a processor."""
    yield
    employee = item._fixtureinfo.name2fixturedefs.get("employee", ())
    if employee and nextitem and hasattr(item.config, "workerinput") and _group(item) != _group(nextitem):
        employee[-1].finish(item._request)


def _group(item: pytest.Item) -> str:
    marked = item.get_closest_marker("xdist_group")
    return str(marked.args[0]) if marked else ""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays, so garbage is not looked for in it: neither meanwhile nor by the tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A document that is a parameter is named by its beginning."""
    return val[:ID_LENGTH] if isinstance(val, str) and len(val) > ID_LENGTH else None


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pytest's own, which looks through the folders of all tests before this one for its number."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    return tmp_path_factory.mktemp(f"{name}{next(FOLDER_NUMBERS)}", numbered=False)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh FTE_HOME and FTE_VAULT; a command that a test runs in this process leaves no setting behind."""
    before = {name: value for name, value in os.environ.items() if name.startswith("FTE_")}
    for name in ("FTE_DATABASE_URL", "FTE_MODE", "FTE_PREFECT_URL", "FTE_SANDBOX_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name in ("FTE_PORT", "FTE_WEBHOOK_PORT"):
        monkeypatch.setenv(name, UNUSED_PORT)
    monkeypatch.setenv("FTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Vault"))
    monkeypatch.setattr("blocks.database.prepare_schema", prepare_new_schema)
    monkeypatch.setattr("os.fsync", lambda _descriptor: None)  # no test cuts the power
    yield tmp_path / "home"
    from blocks.database import close_databases

    close_databases()
    for name in [name for name in os.environ if name.startswith("FTE_")]:
        del os.environ[name]
    os.environ.update(before)
