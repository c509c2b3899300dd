"""The Dashboard on the Prefect server, read through its own API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.prefect_server import PrefectAwayError
from blocks.settings import settings
from deployments.listening import dashboard_address
from domain.vault.note import Note
from tasks.dashboard.look import Keeper
from tasks.vault.vault import Folder, Vault, current_vault, init_vault
from tests.ports import free_port

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def vault() -> Vault:
    init_vault(current_vault().root)
    return current_vault()


def new_task(vault: Vault, name: str, title: str) -> None:
    vault.save(Folder.NEEDS_ACTION, name, Note.new({"status": "new"}, f"\n# {title}\n"))


def artifacts() -> list[dict[str, Any]]:
    """All versions that the server keeps."""
    asked = {"artifacts": {"key": {"any_": ["dashboard"]}}}
    found: list[dict[str, Any]] = httpx.post(f"{PREFECT_API_URL.value()}/artifacts/filter", json=asked).json()
    return found


@pytest.mark.usefixtures("prefect_server")
async def test_the_artifact_says_what_the_note_says_and_is_changed_in_its_place(vault: Vault) -> None:
    new_task(vault, "a", "First | task")
    await Keeper().keep(NOW)
    (made,) = artifacts()
    ui = PREFECT_API_URL.value().removesuffix("/api")
    here = settings().model_copy(update={"prefect_url": ui})
    assert dashboard_address(here) == f"{ui}/artifacts/artifact/{made['id']}", "straight to the page"
    assert "First \\| task (`Needs_Action/a.md`)" in made["data"], "a task without a run leads to its note"
    assert "kind: dashboard" not in made["data"]
    await Keeper().keep(NOW + timedelta(minutes=1))
    (again,) = artifacts()
    assert again["updated"] == made["updated"], "another process finds it as it is"
    new_task(vault, "b", "Second")
    await Keeper().keep(NOW + timedelta(minutes=2))
    (changed,) = artifacts()
    assert changed["id"] == made["id"]
    assert "Second" in changed["data"]
    assert "As of 2026-11-20 09:02 UTC." in changed["data"]


@pytest.mark.usefixtures("prefect_server")
async def test_without_a_prefect_server_the_note_is_written_and_the_artifact_is_tried_again(
    vault: Vault,
) -> None:
    keeper = Keeper()
    new_task(vault, "c", "Patient")
    nobody = temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"})
    with nobody, pytest.raises(PrefectAwayError):
        await keeper.keep(NOW)
    assert "Patient" in vault.path("Dashboard.md").read_text()
    await keeper.keep(NOW + timedelta(minutes=1))
    assert any("Patient" in one["data"] for one in artifacts())


def test_before_the_page_is_shown_its_list_is_named() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    here = settings().model_copy(update={"prefect_url": nowhere})
    assert dashboard_address(here) == f"{nowhere}/artifacts/key/dashboard"


def test_a_server_that_does_not_answer_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "deployments.listening.asked", lambda *_, **__: pytest.fail("it is waited for once more")
    )
    here = settings().model_copy(update={"prefect_url": "http://127.0.0.1:1"})
    assert dashboard_address(here, answers=False) == "http://127.0.0.1:1/artifacts/key/dashboard"
