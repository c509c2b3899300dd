"""The flow as the Prefect server runs it: its end states, and what a person finds afterwards."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from blocks.gmail.credentials import GmailCredentials
from blocks.gmail.errors import GmailGrantRevokedError
from blocks.settings import settings
from domain.vault.folder import Folder
from flows.watch_calendar import watch_calendar
from tasks.vault.vault import current_vault, init_vault
from tests.calendar_world import consent
from tests.gmail_world import tell
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture(autouse=True)
async def nothing_connected() -> AsyncIterator[None]:
    """The Prefect server is that of many tests."""
    await disconnect()
    yield
    await disconnect()


async def disconnect() -> None:
    with suppress(ValueError):
        await GmailCredentials.adelete("gmail")


async def run() -> Any:
    return await watch_calendar(return_state=True)


async def test_a_deadline_is_put_before_a_person_and_a_calendar_that_is_away_is_said(
    sandbox: SandboxClient,
) -> None:
    init_vault(settings().vault_path)
    assert (await run()).name == "NotConnected"
    await consent(sandbox, reads_calendar=False).save("gmail", overwrite=True)
    assert (await run()).name == "NotConnected"
    assert sandbox.journal(service="google-calendar") == []
    await consent(sandbox).save("gmail", overwrite=True)
    state = await run()
    assert (state.name, state.message) == ("Completed", "2 new")
    note = current_vault().read(Folder.NEEDS_ACTION, "calendar-vattax")
    front = note.front
    assert (front["kind"], front["domain"], front["status"]) == ("deadline", "personal", "escalated")
    assert "follows when you move or delete it in the calendar" in note.render()
    assert (await run()).message == "0 new"
    sandbox.fault("status", service="google-calendar", status=503, times=1)
    assert (await run()).name == "Degraded"
    tell(sandbox, "revoke")
    with pytest.raises(GmailGrantRevokedError, match="fte connect gmail"):
        await watch_calendar()
