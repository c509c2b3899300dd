"""The flow as the Prefect server runs it: what it reads on the wire, what is in Parquet afterwards, how it ends."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pyarrow.parquet as pq
import pytest

from blocks.settings import settings
from blocks.social.credentials import XCredentials
from domain.social.post import Platform
from flows.collect_insights import collect_insights
from tasks.social.kept_insights import load_history
from tasks.vault.vault import init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import X

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]
READS = "/2/users/.*/tweets$"


@pytest.fixture
async def x(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxClient]:
    """X connected; reading is tried twice, without a pause."""
    init_vault(settings().vault_path)
    await X.access(sandbox).save("x", overwrite=True)
    module = import_module("tasks.social.collect")
    quick = module.fetch_insights.with_options(retries=1, retry_delay_seconds=0)
    monkeypatch.setattr(module, "fetch_insights", quick)
    yield sandbox
    await XCredentials.adelete("x")  # the server is shared with other tests


async def run() -> Any:
    return await collect_insights(return_state=True)


def set_clock(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    now = datetime.now(UTC) + later
    monkeypatch.setattr(import_module("flows.collect_insights"), "_now", lambda: now)


def table(name: str) -> list[dict[str, Any]]:
    """The rows that are kept of X."""
    (path,) = (settings().state / "insights" / "x").glob(f"*/*/{name}.parquet")
    return list(pq.read_table(path).to_pylist())


async def test_a_year_is_read_once_and_then_what_still_moves(
    x: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await run()
    assert first.name == "Completed", first.message
    posts = table("posts")
    assert f"{len(posts)} posts for {len(posts) * 0.005:.3f} USD" in first.message
    assert len(posts) > 150
    assert {row["impressions"] for row in posts} != {None}
    assert [row["metric"] for row in table("days")] == ["followers"]
    reads = len(x.journal(path=READS))
    x.http.post("/_sandbox/x/posts", json={"text": "New today #news"})
    set_clock(monkeypatch, timedelta(days=1))
    second = await run()
    assert "for 0.0" in second.message
    assert len(x.journal(path=READS)) == reads + 1
    kept = load_history(Platform.X)
    assert kept is not None
    manifest, history = kept
    assert (len(history.posts), len(history.followers())) == (len(posts) + 1, 2)
    assert manifest.taken_at - manifest.began_at > timedelta(hours=23)
    moved = [move for move in history.moves if history.posts[move.post_id].post.text == "New today #news"]
    assert len(moved) == 1
