"""Every test has a home, a Vault and a ledger of its own; nothing of the machine's is read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.sandbox_fixture", "tests.employee_fixture"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh FTE_HOME and FTE_VAULT."""
    for name in ("FTE_DATABASE_URL", "FTE_MODE", "FTE_PORT", "FTE_SANDBOX_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Vault"))
    yield tmp_path / "home"
    from blocks.database import close_engines

    close_engines()


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An engine of the tests' own; takes about 20 seconds, so few tests ask for it."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
