"""The flow as the Prefect server runs it: its end states, and what a person finds afterwards."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from blocks.settings import settings
from blocks.social.credentials import BLOCKS
from blocks.social.errors import NotAuthorizedError
from domain.vault.folder import Folder
from flows.watch_mentions import watch_mentions
from tasks.planning.mentions import look_for_mentions
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import X

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
    for kind, platform in {block: platform.access for platform, block in BLOCKS.items()}.items():
        with suppress(ValueError):
            await kind.adelete(platform)


async def run() -> Any:
    return await watch_mentions(return_state=True)


async def test_a_mention_is_put_before_a_person_and_a_platform_that_is_away_is_said(
    sandbox: SandboxClient,
) -> None:
    init_vault(settings().vault_path)
    assert (await run()).name == "NotConnected"
    await X.access(sandbox).save("x", overwrite=True)
    await look_for_mentions(datetime.now(UTC))
    said = {"author": "1700000000000000777", "text": "@northwindlane when do you open?"}
    post = sandbox.http.post("/_sandbox/x/posts", json=said).json()["post"]["id"]
    state = await run()
    assert (state.name, state.message) == ("Completed", "1 new")
    note = current_vault().read(Folder.NEEDS_ACTION, f"mentions-x-{post}")
    assert (note.front["kind"], note.front["status"]) == ("mention", "escalated")
    assert "fte mentions answer" in note.render()
    assert (await run()).message == "0 new"
    sandbox.fault("status", service="x", status=503, times=1)
    assert (await run()).name == "Degraded"
    sandbox.http.post("/_sandbox/x/revoke")
    with pytest.raises(NotAuthorizedError, match="fte connect x"):
        await watch_mentions()
