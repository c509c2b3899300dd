"""The flow as the Prefect server runs it: its end states, and the note that a person finds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.settings import settings
from domain.reliability.effect import NewEffect
from domain.vault.folder import Folder
from flows.draft_posts import draft_posts
from tasks.reliability import ledger
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


async def run() -> Any:
    return await draft_posts(return_state=True)


async def test_a_draft_is_for_the_connected_platforms_and_made_once(sandbox: SandboxClient) -> None:
    init_vault(settings().vault_path)
    assert (await run()).name == "NothingToTell"
    a_week_ago = datetime.now(UTC) - timedelta(days=7)
    effect = NewEffect(
        key="k",
        task_id="file-1",
        step_id="book",
        action="odoo.record_bill",
        content_hash="h",
        inputs={},
        amount=None,
        currency=None,
        payee=None,
    )
    ledger.begin_effect(effect, now=a_week_ago)
    ledger.finish_effect("k", {}, a_week_ago)
    await LINKEDIN.access(sandbox).save("linkedin", overwrite=True)
    state = await run()
    [name] = current_vault().names(Folder.POSTS)
    assert (state.name, state.message) == ("Completed", f"Posts/{name}.md is written")
    note = current_vault().read(Folder.POSTS, name)
    assert (note.front["status"], note.front["platforms"]) == ("draft", ["linkedin"])
    assert "Tasks done: 1" in note.body
    assert (await run()).message == "the week has its draft already"
    assert current_vault().names(Folder.POSTS) == [name]
