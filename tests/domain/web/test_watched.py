"""The owner's list of pages: whatever is wrong with it is said, each entry by its place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.web.watched import WatchedPage, WatchedPagesError, parse_watched

GOOD = {"name": "acme", "url": "https://acme.example/prices"}


def test_an_entry_needs_a_name_and_an_address_alone() -> None:
    assert parse_watched({}) == parse_watched({"pages": None}) == []
    [page] = parse_watched({"pages": [GOOD]})
    assert (page.kind, page.every_hours, page.keywords, page.tags) == ("page", 24, (), ())


@pytest.mark.parametrize(
    ("front", "why"),
    [
        ({"pages": "acme"}, "pages is no list"),
        ({"pages": ["acme"]}, "pages, no. 1, is not a group of names and values"),
        ({"pages": [GOOD, GOOD]}, "acme is the name of more than one entry"),
        ({"pages": [GOOD | {"every": 1}]}, "no. 1, every: is not known here"),
        ({"pages": [GOOD | {"every_hours": 0}]}, "no. 1, every_hours: must be at least 1"),
        ({"pages": [GOOD | {"tags": ["enemy"]}]}, "is none of 'competitor', 'news' or 'market'"),
        ({"pages": [GOOD | {"kind": "rss"}]}, "no. 1, kind: is none of"),
        ({"pages": [GOOD | {"name": "Acme Inc"}]}, "no. 1, name: is not a short name; use small letters"),
        ({"pages": [GOOD | {"url": "acme.example"}]}, "no. 1, url: is no web address"),
        ({"pages": [GOOD | {"url": "file:///etc/passwd"}]}, "no. 1, url: is no web address"),
        ({"page": [GOOD]}, "page is not known here"),
        ({"pages": [GOOD | {"name": f"n{number}"} for number in range(201)]}, "at most 200 are watched"),
    ],
)
def test_what_is_wrong_is_said(front: dict[str, Any], why: str) -> None:
    with pytest.raises(WatchedPagesError) as refused:
        parse_watched(front)
    assert why in str(refused.value)
    assert "Watched_Pages.md" in str(refused.value)


@pytest.mark.parametrize(
    ("every_hours", "hours_ago", "failed", "due"),
    [
        (24, 23, False, False),
        (24, 24, False, True),
        (24, 1, True, True),
        (24, 0, True, False),
        (1, 1, False, True),
    ],
)
def test_a_page_is_due_after_its_hours_and_sooner_once_it_could_not_be_read(
    every_hours: int, hours_ago: int, *, failed: bool, due: bool
) -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    page = WatchedPage(**GOOD, every_hours=every_hours)
    assert page.is_due(now - timedelta(hours=hours_ago), now, failed=failed) is due
    assert page.is_due(None, now, failed=False)
