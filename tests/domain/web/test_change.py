"""What counts as a change of a page, and what changes on every page by itself."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.web.change import PageChange, change_between, known_after
from domain.web.page import Paragraph
from domain.web.watched import PageKind, WatchedPage

PAGE = WatchedPage(name="acme", url="https://acme.example/")
FEED = PAGE.model_copy(update={"kind": PageKind.FEED})


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text=text) for text in texts)


def entries(*ids: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text=f"Entry {one}", id=one, link=f"https://acme.example/{one}") for one in ids)


def between(before: str, after: str, page: WatchedPage = PAGE) -> PageChange | None:
    return change_between(paragraphs("Prices", before), paragraphs("Prices", after), page)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Basic  costs\u00a012 EUR", "Basic costs 12 EUR"),
        ("Posted 3 hours ago by Ann", "Posted 2 days ago by Ann"),
        ("vor 3 Stunden", "vor 5 Tagen"),
        ("1,234 views, 3 comments", "1,301 views, 12 comments"),
        ("© 2025 Acme", "© 2026 Acme"),
        ("Build 0123456789abcdef0123", "Build fedcba98765432100123"),
        ("Last updated: 27 November 2026, 14:05 UTC", "Last updated: 28 November 2026, 9:00 UTC"),
        ("2026-11-27T10:00:00Z", "2026-11-28T10:00:00Z"),
        ("14:05", "14:06"),
    ],
)
def test_what_changes_by_itself_is_no_change(before: str, after: str) -> None:
    assert between(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$24.00", "$19.00"),
        ("24.00", "19.00"),
        ("Pro | 24 EUR a month", "Pro | 29 EUR a month"),
        ("Sale ends on 28.11.2026", "Sale ends on 12.12.2026"),
        ("Mon | 9:00 - 18:00", "Mon | 10:00 - 18:00"),
        ("12 stores", "14 stores"),
    ],
)
def test_prices_dates_and_opening_hours_are_changes(before: str, after: str) -> None:
    change = between(before, after)
    assert change is not None
    said = "\n".join(change.lines())
    assert (before in said, after in said) == (True, True)


def test_words_are_reworded_added_and_gone() -> None:
    before = paragraphs("Basic costs 12 EUR a month", "We are in Graz", "Old news")
    after = paragraphs("We are in Graz", "Basic costs 14 EUR a month", "A wholly different thing")
    change = change_between(before, after, PAGE)
    assert change is not None
    assert change.lines() == [
        "New: A wholly different thing",
        "Was: Basic costs 12 EUR a month | Now: Basic costs 14 EUR a month",
        "Gone: Old news",
    ]


def test_keywords_leave_the_rest_out() -> None:
    page = PAGE.model_copy(update={"keywords": ("PRICE",)})
    assert between("Our new office", "Our old office", page) is None
    change = change_between(paragraphs("a"), paragraphs("a", "The price is 12", "More jobs"), page)
    assert change is not None
    assert [one.text for one in change.added] == ["The price is 12"]


def test_of_a_feed_new_entries_count_once_and_those_that_leave_do_not() -> None:
    change = change_between(entries("2", "1"), entries("3", "2"), FEED)
    assert change is not None
    assert change.lines() == ["New: Entry 3 https://acme.example/3"]
    known = known_after(entries("2", "1"), entries("3", "2"), PageKind.FEED)
    assert change_between(known, entries("3", "1"), FEED) is None
    assert change_between(known, (Paragraph(text="Entry 3, now longer", id="3"),), FEED) is None


@given(st.lists(st.sampled_from(["a b c", "a b d", "x", "y 1", "1.2.2026"]), max_size=12), st.randoms())
def test_order_alone_is_no_change(texts: list[str], chance: random.Random) -> None:
    mixed = [*texts]
    chance.shuffle(mixed)
    assert change_between(paragraphs(*texts), paragraphs(*mixed), PAGE) is None


def test_a_hostile_page_takes_no_time_and_its_change_stays_short() -> None:
    texts = ["9 " * 10_000, "a" * 20_000, "on at " * 13, "1 " * 39, *map(str, range(1_996))]
    change = change_between(paragraphs("x"), paragraphs(*texts), PAGE)
    assert change is not None
    lines = change.lines()
    assert (len(lines), lines[-1]) == (21, f"And {change.count - 20} more.")
    assert all(len(line) < 600 for line in lines)
