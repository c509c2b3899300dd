"""Answers from what is kept of an account, however much that is."""

import tracemalloc
from datetime import UTC, datetime, timedelta

from domain.social.history import PublicHistory
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from tasks.social.insights import timeline_insights
from tasks.social.kept_insights import POSTS_AT_ONCE, InsightsManifest, kept_manifest, store_history

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def post(number: int) -> MeasuredPost:
    made = Published(
        id=str(number),
        text=f"Post {number} #{('news', 'tour')[number % 2]}",
        created_at=NOW - timedelta(hours=number),
        url="https://x.com/ours/status/1",
    )
    counts = {Metric.IMPRESSIONS: 100 + number, Metric.LIKES: number % 7}
    return MeasuredPost(post=made, kind=ContentKind.TEXT, counts=counts)


def keep(posts: int) -> None:
    history = PublicHistory().with_reading(
        AccountReading(posts=[post(number) for number in range(posts)]), NOW
    )
    account = PublicAccount(id="1", name="@ours")
    manifest = InsightsManifest(mode="sandbox", account=account, began_at=NOW, taken_at=NOW)
    assert store_history(Platform.X, manifest, history, before=kept_manifest(Platform.X, "1"))


def held_by_an_answer(posts: int) -> int:
    """The most bytes of Python's objects at once."""
    keep(posts)
    tracemalloc.start()
    try:
        assert timeline_insights(Platform.X, 3000, NOW, UTC).posts == posts
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_answer_holds_no_more_of_a_longer_history() -> None:
    held_by_an_answer(1)  # what is imported and compiled at the first answer
    assert held_by_an_answer(3 * POSTS_AT_ONCE) < 1.1 * held_by_an_answer(POSTS_AT_ONCE)
