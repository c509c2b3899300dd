"""What an agent is told of an employee whose own files are broken."""

import threading
from pathlib import Path

import pytest

from blocks.prefect_server import PrefectAwayError
from blocks.settings import settings
from mcp_servers import health, loading
from mcp_servers.health import look_at_health
from tasks.vault.vault import current_vault, init_vault


@pytest.fixture(autouse=True)
def prefect_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse() -> None:
        raise PrefectAwayError("nobody answers there")

    monkeypatch.setattr("tasks.actions.connected.connected_account", refuse)


async def test_every_problem_is_told_with_what_to_do() -> None:
    found = await look_at_health()
    assert [("fte up" in problem) for problem in found.problems] == [True, True]
    assert (found.waiting_for_approval, found.odoo_version) == (0, None)


@pytest.fixture
def damaged_ledger() -> None:
    path = Path(settings().ledger_url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database " * 1000)


@pytest.mark.usefixtures("damaged_ledger")
async def test_a_damaged_ledger_is_a_problem_and_no_failure() -> None:
    init_vault(current_vault().root)
    found = await look_at_health()
    assert found.waiting_for_approval is None
    assert "not a database" in found.problems[0]
    assert "fte up" in found.problems[1]


async def test_a_handbook_that_cannot_be_read_is_a_problem() -> None:
    init_vault(current_vault().root)
    (current_vault().root / "Company_Handbook.md").write_text("---\nask_above: often\n---\n")
    assert "ask_above" in (await look_at_health()).problems[0]


async def test_a_server_that_is_still_starting_says_so_and_not_that_odoo_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free = threading.Event()
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setattr(loading, "import_module", lambda _name: free.wait(20))
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    try:
        assert (await look_at_health()).problems == [health.STARTING]
    finally:
        free.set()
