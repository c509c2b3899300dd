"""A folder of old documents: each becomes one task and is worked once, wherever it died, however often it came."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.odoo.credentials import OdooCredentials
from blocks.settings import settings
from domain.planning.event import file_event_id
from flows import backfill as module
from flows.backfill import backfill
from flows.work_task import work_once
from tasks.inbox import copies_in
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.employee_fixture import receipt
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture
def old(tmp_path: Path, sandbox: SandboxClient) -> Iterator[Path]:
    init_vault(settings().vault_path)
    account = OdooCredentials(
        url=sandbox.url, database="demo", login="fte", api_key=SecretStr("sandbox-odoo-key")
    )
    account.save("odoo", overwrite=True)
    folder = tmp_path / "old"
    for number in range(4):
        place = folder / str(number % 2)
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.txt").write_text(
            receipt("Cloudberry Hosting Inc.", f"0.{20 + number}", f"OLD-{number}")
        )
    (folder / "again.txt").write_text((folder / "0" / "2.txt").read_text())
    (folder / "link.txt").symlink_to("/etc/passwd")
    return folder


def booked(sandbox: SandboxClient) -> list[str]:
    bills = sandbox.odoo("account.move", "search_read", domain=[["ref", "like", "OLD-"]], fields=["ref"])
    return sorted(bill["ref"] for bill in bills)


def test_what_died_on_the_way_is_taken_in_again_and_nothing_twice(
    old: Path, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    died: list[str] = []

    async def dies(task_id: str, *, worker: str) -> object:
        if not died:
            died.append(task_id)
            raise RuntimeError("the note is stored, and nobody works it")
        return await work_once(task_id, worker=worker)

    monkeypatch.setattr(module, "PART", 2)
    monkeypatch.setattr(module, "work_once", dies)
    assert backfill(old, return_state=True).is_failed()
    state = backfill(old, return_state=True)
    assert state.name == "Completed", state.message
    assert "1 more of the same (copies)" in str(state.message)
    assert sum(map(int, re.findall(r"\d+", str(state.message)))) == 5
    assert booked(sandbox) == [f"OLD-{number}" for number in range(4)]
    ids = [file_event_id(path.read_bytes()) for path in copies_in(old)]
    assert len(ids) == 5
    assert all(current_vault().find(each) is Folder.DONE for each in ids)
    again = backfill(old, return_state=True)
    assert again.message == "4 known before, 1 more of the same (copies)"
    assert booked(sandbox) == [f"OLD-{number}" for number in range(4)]
