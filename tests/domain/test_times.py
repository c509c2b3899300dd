"""One form of a moment for people."""

from datetime import UTC, datetime, timedelta, timezone

from domain.times import shown_time


def test_a_moment_is_shown_in_utc_and_says_so() -> None:
    moment = datetime(2026, 11, 20, 9, 5, 30, tzinfo=UTC)
    assert shown_time(moment) == "2026-11-20 09:05 UTC"
    assert shown_time(moment.astimezone(timezone(timedelta(hours=2)))) == "2026-11-20 09:05 UTC"
