"""The flow as the Prefect server runs it: what it reads on the wire, what is in Parquet afterwards, how it ends."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pyarrow.parquet as pq
import pytest

from blocks.settings import settings
from blocks.social.credentials import MetaCredentials, XCredentials
from blocks.social.errors import NotAuthorizedError
from domain.social.history import followers_of
from domain.social.post import Platform
from flows.collect_insights import collect_insights
from tasks.social.kept_insights import kept_manifest, open_insights
from tasks.vault.vault import init_vault
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, X

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
    monkeypatch.setattr(import_module("flows.collect_insights"), "present", lambda: now)


def table(name: str) -> list[dict[str, Any]]:
    """The rows that are kept of X."""
    (path,) = (settings().state / "insights" / "x").glob(f"*/*/{name}.parquet")
    return list(pq.read_table(path).to_pylist())


@pytest.mark.long
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
    kept = open_insights(Platform.X)
    assert kept is not None
    manifest, texts = kept.manifest, {one.post.id: one.post.text for one in kept.posts}
    assert (len(texts), len(followers_of(kept.days))) == (len(posts) + 1, 2)
    assert manifest.taken_at - manifest.began_at > timedelta(hours=23)
    (path,) = (settings().state / "insights" / "x").glob(f"*/{manifest.generation}/moves.parquet")
    moved = [row["post_id"] for row in pq.read_table(path).to_pylist()]
    assert moved[: len(posts)] == [row["id"] for row in posts], "what was kept is still there"
    assert [texts[one] for one in moved].count("New today #news") == 1


async def test_one_platform_away_leaves_the_others_unharmed(
    x: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await FACEBOOK.access(x).save("meta", overwrite=True)
    try:
        await run()
        before = kept_manifest(Platform.X)
        set_clock(monkeypatch, timedelta(days=1))
        x.fault("status", service="x", status=503, times=1000)
        state = await run()
    finally:
        await MetaCredentials.adelete("meta")
    assert state.name == "Degraded"
    assert "X is unavailable" in state.message
    assert "Facebook: " in state.message
    assert kept_manifest(Platform.X) == before
    kept = open_insights(Platform.FACEBOOK)
    assert kept is not None
    assert len(followers_of(kept.days)) == 2


async def test_what_cannot_be_right_is_kept_out_and_its_rows_are_named(x: SandboxClient) -> None:
    posts = [
        {
            "id": f"212658645757224566{number}",
            "text": "Hi",
            "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "public_metrics": {"like_count": likes, "impression_count": 9},
        }
        for number, likes in ((1, 3), (2, -4), (1, 3))
    ]
    answer = json.dumps({"data": posts, "meta": {"result_count": 3}})
    x.fault("status", path=READS, status=200, content=answer, times=1)
    state = await run()
    assert state.name == "Degraded"
    assert "no post's likes are below 0: not so for 2126586457572245662" in state.message
    assert "every post is there once: not so for 2126586457572245661" in state.message
    assert kept_manifest(Platform.X) is None
    assert (await run()).name == "Completed"


async def test_without_an_account_nothing_is_read_and_a_refused_access_is_told(
    x: SandboxClient,
) -> None:
    x.http.post("/_sandbox/x/revoke")
    with pytest.raises(NotAuthorizedError, match="fte connect x"):
        await collect_insights()
    await XCredentials.adelete("x")
    assert (await run()).name == "NotConnected"
    await X.access(x).save("x", overwrite=True)
