"""The flow as the Prefect server runs it: its end states, and the note that a person finds."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.settings import settings
from blocks.social.credentials import BLOCKS
from domain.vault.folder import Folder
from flows.draft_posts import draft_posts
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN, X
from tests.tasks.briefing.test_post import done

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture(autouse=True)
async def _not_connected() -> AsyncIterator[None]:
    """The Prefect server is that of many tests."""
    yield
    for world in (LINKEDIN, X):
        with suppress(ValueError):
            await BLOCKS[world.platform].adelete(world.name)


async def run() -> Any:
    return await draft_posts(return_state=True)


def a_task_was_done_last_week() -> None:
    a_week_ago = datetime.now(UTC) - timedelta(days=7)
    done("file-1", "odoo.record_bill", a_week_ago)


async def test_a_draft_is_for_the_connected_platforms_and_made_once(sandbox: SandboxClient) -> None:
    init_vault(settings().vault_path)
    assert (await run()).name == "NothingToTell"
    a_task_was_done_last_week()
    await LINKEDIN.access(sandbox).save("linkedin", overwrite=True)
    assert str((await run()).message).endswith(
        "only LinkedIn is connected, and weekly_audit asks about its post"
    )
    await X.access(sandbox).save("x", overwrite=True)
    state = await run()
    [name] = current_vault().names(Folder.POSTS)
    assert (state.name, state.message) == ("Completed", f"Posts/{name}.md is written")
    note = current_vault().read(Folder.POSTS, name)
    assert (note.front["status"], note.front["platforms"]) == ("draft", ["x"])
    assert "Tasks done: 1" in note.body
    assert (await run()).message == "the week has its draft already"
    assert current_vault().names(Folder.POSTS) == [name]


@pytest.mark.parametrize(
    ("topics", "fault", "said"),
    [
        (
            "open workshops",
            None,
            [
                "trend Open workshops weekend (Crafts, 3100 posts, 1 day ago) on X, which fits open workshops",
                "reading 4 trends on X cost 0.040 USD",
            ],
        ),
        (
            "beekeeping",
            None,
            [
                "no trends are proposed: none of 4 on X fits the handbook's topics",
                "reading 4 trends on X cost 0.040 USD",
            ],
        ),
        (
            "beekeeping",
            503,
            ["no trends are proposed: X is unavailable (the trends: HTTP 503); it will be tried again"],
        ),
        ("", None, []),
    ],
)
async def test_a_trend_that_fits_is_named_beside_the_draft_and_never_in_it(
    sandbox: SandboxClient, topics: str, fault: int | None, said: list[str]
) -> None:
    init_vault(settings().vault_path)
    handbook = settings().vault_path / "Company_Handbook.md"
    handbook.write_text(handbook.read_text().replace("\ntopics: []", f"\ntopics: [{topics}]"))
    a_task_was_done_last_week()
    await X.access(sandbox).save("x", overwrite=True)
    if fault:
        sandbox.fault("status", path="personalized_trends", status=fault)
    assert (await run()).name == "Completed"
    note = current_vault().read(Folder.POSTS, current_vault().names(Folder.POSTS)[0])
    assert [line for line in note.front["proposed"] if "trend" in line] == said
    assert "workshop" not in note.body
    assert len(sandbox.journal(path="personalized_trends")) == (1 if topics else 0)
