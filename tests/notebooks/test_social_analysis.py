"""The notebook about posts as a person runs it: on kept insights of the demo company, in a kernel of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError

from blocks.settings import settings
from domain.social.post import Platform
from tasks.social.insights import recent_insights
from tasks.social.kept_insights import InsightsManifest, add_reading
from tasks.vault.vault import init_vault
from tests.notebooks.kernel import prepare_kernel, run_notebook
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import WORLDS

NOTEBOOK = "social_analysis.ipynb"


@pytest.fixture(autouse=True)
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_kernel(tmp_path, monkeypatch)
    init_vault(settings().vault_path)


async def keep(sandbox: SandboxClient, platform: Platform, now: datetime) -> None:
    world = WORLDS[platform]
    async with world.access(sandbox).client() as client:
        reading = await client.insights(now - timedelta(days=365), 3000)  # type: ignore[attr-defined]
    manifest = InsightsManifest(mode="sandbox", account=world.speaker, began_at=now, taken_at=now)
    assert add_reading(platform, manifest, reading, before=None)


async def test_the_notebook_shows_what_the_insights_say(sandbox: SandboxClient) -> None:
    now = datetime.now(UTC)
    for platform in (Platform.X, Platform.FACEBOOK):
        await keep(sandbox, platform, now)
    shown = await run_notebook(NOTEBOOK)
    text = "\n".join(one.get("text", "") + one.get("data", {}).get("text/plain", "") for one in shown)
    assert "X: @northwindlane (sandbox figures), as of" in text
    assert "Not read yet: LinkedIn, Instagram" in text
    found = recent_insights([], 90, now, UTC)
    for one in found.platforms:
        assert str(one.engagement.engagements) in text
    assert sum("image/png" in one.get("data", {}) for one in shown) == 6
    assert not [one for one in shown if one.output_type == "stream" and one.name == "stderr"]


async def test_without_insights_the_first_cell_says_what_to_do() -> None:
    with pytest.raises(CellExecutionError, match="fte run collect_insights"):
        await run_notebook(NOTEBOOK)
