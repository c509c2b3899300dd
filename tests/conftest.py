"""Every test has a home, a Vault and a ledger of its own; nothing of the machine's is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.sandbox_fixture"]


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
