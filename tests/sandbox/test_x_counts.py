"""Counts of the stand-in for X move with time, and only forwards."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sandbox.x.protocol import post_counts, user_counts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POST = {"id": "2126548700175007745", "created_at": "2026-03-02T12:00:00.000Z", "kind": "text", "said": "Hi"}
hours = st.integers(0, 10_000).map(lambda hour: timedelta(hours=hour))


@given(hours, hours)
def test_a_later_count_is_never_smaller(first: timedelta, more: timedelta) -> None:
    then, later = post_counts(POST, NOON + first), post_counts(POST, NOON + first + more)
    assert all(then[name] <= later[name] for name in then)
    assert all(later[name] <= later["impression_count"] for name in later)


def test_a_post_is_seen_within_days_and_followers_come_over_months() -> None:
    assert post_counts(POST, NOON)["impression_count"] == 0
    assert post_counts(POST, NOON + timedelta(days=3))["impression_count"] >= 280
    then, later = (user_counts({"followers": 1240}, 3, NOON + timedelta(days=days)) for days in (0, 100))
    assert 200 < later["followers_count"] - then["followers_count"] < 300
