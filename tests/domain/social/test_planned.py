"""What a new post comes too close to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.social.planned import by_time, is_alike, post_line, too_close
from domain.social.post import Platform, Publication

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TEXT = "Our garden is open on Saturday from nine until the roses sleep."


def line(name: str = "other", body: str = "Something else.", **front: Any) -> Any:
    return post_line(name, {"status": "scheduled", "platforms": ["x"], **front}, body, "UTC")


def new(text: str = TEXT, at: datetime | None = None) -> Publication:
    return Publication(platform=Platform.X, account="1", parts=(text,), publish_at=at)


@pytest.mark.parametrize(
    ("front", "body", "said"),
    [
        ({"at": "2026-11-30 09:00"}, TEXT.replace("nine", "ten"), "nearly the same is planned as other"),
        (
            {"status": "published", "published_at": "2026-11-20T09:00:00+00:00"},
            TEXT,
            "was published as other",
        ),
        (
            {"at": "2026-11-27 13:20", "zone": "Europe/Vienna"},
            "News",
            "20 minutes apart, 2026-11-27 13:20 Europe",
        ),
        ({"at": "2026-11-27 12:31"}, "News", ""),
        ({"at": "2026-11-27 12:00", "platforms": "linkedin"}, TEXT, ""),
        ({"at": "2026-12-27 12:00"}, TEXT, ""),
        ({"status": "cancelled", "at": "2026-11-27 12:00"}, TEXT, ""),
        ({"status": "draft"}, TEXT, ""),
        ({"at": "2026-11-27 12:10", "reply_to": "17"}, "Thank you!", ""),
    ],
)
def test_a_post_that_comes_close_to_another_is_said(front: dict[str, Any], body: str, said: str) -> None:
    found = too_close(new(), [line(body=body, **front)], NOW)
    assert (said in "".join(found)) if said else found == []


def test_what_the_platform_refuses_as_a_repetition_is_told_before() -> None:
    before = line(body=TEXT, status="published", published_at="2026-01-20T09:00:00+00:00")
    assert too_close(new(), [before], NOW) == [
        "X refuses what it published before, as other; change the text"
    ]
    assert too_close(new(f"{TEXT} Come!"), [before], NOW) == []


def test_the_same_words_with_another_tail_are_alike_and_other_words_are_not() -> None:
    assert is_alike(TEXT, f"{TEXT} #garden")
    assert is_alike(TEXT, TEXT.replace("garden", "gar\u200bden"))
    assert not is_alike(TEXT, "Our shop is closed on Monday, and opens again on Tuesday at eight.")
    assert not is_alike("", "")


def test_posts_are_told_in_the_order_of_their_times() -> None:
    lines = [
        line("late", at="2026-11-27 10:00"),
        line("soon", at="2026-11-27 10:00", zone="Europe/Vienna"),
        line("open"),
        line("odd", at="never", platforms=7),
    ]
    assert [one.name for one in by_time(lines)] == ["odd", "open", "soon", "late"]
    assert [one.when for one in by_time(lines)][1:3] == ["once approved", "2026-11-27 10:00 Europe/Vienna"]
    assert NOW - lines[0].at > timedelta()
    assert line(body="word " * 40).short.endswith("…")
