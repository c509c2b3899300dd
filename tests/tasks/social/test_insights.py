"""What is kept of an account's posts, however many they are: added to, and answered from."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.settings import settings
from domain.social.measured import AccountReading, ContentKind, Counts, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from tasks.frames import generations
from tasks.social import kept_insights
from tasks.social.insights import timeline_insights
from tasks.social.kept_insights import (
    POSTS_AT_ONCE,
    InsightsManifest,
    add_reading,
    kept_manifest,
    open_insights,
)

SYSTEM = pa.system_memory_pool()
POOLS: list[pa.MemoryPool] = []
"""Arrow does not keep the one that it uses alive."""
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def post(number: int, counts: Counts | None = None) -> MeasuredPost:
    made = Published(
        id=str(number),
        text=f"Post {number} #{('news', 'tour')[number % 2]}",
        created_at=NOW - timedelta(hours=number),
        url="https://x.com/ours/status/1",
    )
    some = {Metric.IMPRESSIONS: 100 + number, Metric.LIKES: number % 7}
    return MeasuredPost(post=made, kind=ContentKind.TEXT, counts=some if counts is None else counts)


def add(*posts: MeasuredPost, account: str = "1", taken_at: datetime = NOW) -> None:
    known = PublicAccount(id=account, name="@ours")
    manifest = InsightsManifest(mode="sandbox", account=known, began_at=NOW, taken_at=taken_at)
    reading = AccountReading(posts=list(posts), followers=7)
    assert add_reading(Platform.X, manifest, reading, before=kept_manifest(Platform.X, account))


def held_by_an_answer(posts: int) -> int:
    """The most bytes of Python's objects at once."""
    add(*map(post, range(posts)), account=str(posts), taken_at=NOW + timedelta(posts))
    tracemalloc.start()
    try:
        assert timeline_insights(Platform.X, 3000, NOW, UTC).posts == posts
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_answer_holds_no_more_of_a_longer_history() -> None:
    held_by_an_answer(1)  # what is imported and compiled at the first answer
    few, many = map(held_by_an_answer, (POSTS_AT_ONCE, 3 * POSTS_AT_ONCE))
    assert many < 1.1 * few


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setattr(kept_insights, "POSTS_AT_ONCE", 100)
    monkeypatch.setattr(generations, "ROWS_AT_ONCE", 500)
    yield monkeypatch
    pa.set_memory_pool(SYSTEM)


def held_by_a_reading(posts: int, patch: pytest.MonkeyPatch) -> int:
    """The most bytes of Python's objects and of Arrow's at once, while one more post is added to so many."""
    add(*map(post, range(posts)), account=str(posts))
    pool = pa.proxy_memory_pool(SYSTEM)
    POOLS.append(pool)
    tracemalloc.start()
    try:
        with patch.context() as counted:
            counted.setattr(pa, "system_memory_pool", lambda: pool)
            pa.set_memory_pool(pool)
            add(post(posts), account=str(posts))
        return tracemalloc.get_traced_memory()[1] + int(pool.max_memory() or 0)
    finally:
        tracemalloc.stop()


def test_a_reading_holds_no_more_of_a_longer_history(small_parts: pytest.MonkeyPatch) -> None:
    held_by_a_reading(1, small_parts)
    few, many = (held_by_a_reading(posts, small_parts) for posts in (1000, 4000))
    assert many < 1.2 * few


some_counts = st.dictionaries(st.sampled_from([Metric.LIKES, Metric.REPLIES]), st.integers(0, 99))


@given(st.lists(st.dictionaries(st.integers(1, 5), some_counts, max_size=3), min_size=1, max_size=5))
def test_each_post_is_kept_once_with_its_newest_counts_and_every_change(
    readings: list[dict[int, dict[Metric, int]]],
) -> None:
    account = uuid4().hex  # each example begins anew
    newest: dict[str, dict[Metric, int]] = {}
    changes = []
    for number, reading in enumerate(readings):
        found = {str(name): counts for name, counts in reading.items()}
        changes += [name for name, counts in found.items() if newest.get(name) != counts]
        newest |= found
        posts = [post(name, counts) for name, counts in reading.items()]
        add(*posts, account=account, taken_at=NOW + timedelta(days=number))
    kept = open_insights(Platform.X, account)
    assert kept is not None
    assert {one.post.id: dict(one.counts) for one in kept.posts} == newest
    folder = settings().state / "insights" / "x" / account / kept.manifest.generation
    moved = pq.read_table(folder / "moves.parquet").to_pylist()
    assert [row["post_id"] for row in moved] == changes


def test_what_was_kept_before_a_metric_was_counted_is_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of an older version lacks a column."""
    with monkeypatch.context() as older:
        older.setattr(kept_insights, "Metric", [Metric.LIKES])
        add(post(1, {Metric.LIKES: 3}))
    add(post(2, {Metric.SAVES: 4}))
    kept = open_insights(Platform.X, "1")
    assert kept is not None
    assert [one.counts for one in kept.posts] == [{Metric.LIKES: 3}, {Metric.SAVES: 4}]
