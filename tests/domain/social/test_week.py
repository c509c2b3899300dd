"""The week as it is told: its days on the wall of a zone, and no number that is not one of the told ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.social.week import NumberNotTellableError, TellableWeek, numbers, told_numbers
from domain.week import Week

VIENNA = ZoneInfo("Europe/Vienna")


def test_a_week_is_the_last_whole_one_by_local_clocks() -> None:
    sunday_night_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday already in Vienna
    assert Week.before(sunday_night_in_utc, VIENNA).monday == date(2026, 11, 16)
    assert Week.before(sunday_night_in_utc, ZoneInfo("UTC")).monday == date(2026, 11, 9)


def test_a_week_in_which_the_clocks_change_has_an_hour_more() -> None:
    week = Week(date(2026, 10, 19), VIENNA)
    assert week.until - week.since == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("monday", "days", "number"),
    [
        (date(2026, 11, 16), "16 to 22 November 2026", "2026-W47"),
        (date(2026, 11, 30), "30 November to 6 December 2026", "2026-W49"),
        (date(2026, 12, 28), "28 December 2026 to 3 January 2027", "2026-W53"),
    ],
)
def test_a_week_is_named_for_readers(monday: date, days: str, number: str) -> None:
    week = Week(monday, VIENNA)
    assert (week.days, week.number) == (days, number)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 tasks, 3,400.50 USD.", ["12", "3,400.50"]),
        ("1'204 or 1\u202f204, in 2026.", ["1'204", "1\u202f204", "2026"]),
        ("x7y, ½ price, ٣ and Ⅳ", ["7", "½", "٣", "Ⅳ"]),
        ("7\ufe0f\u20e3 tasks, \U0001f51f new, \U0001f4af!", ["7", "\U0001f51f", "\U0001f4af"]),
        ("twelve. , .", []),
    ],
)
def test_numbers_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert numbers(text) == found


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_only_a_told_number_passes(told: int, written: int) -> None:
    text, facts = f"We did {written} things, as 1 to 7 May.", TellableWeek({"tasks_done": told})
    if told == written:
        assert told_numbers(text, facts, ["1 to 7 May"], "here") == [str(told)]
    else:
        with pytest.raises(NumberNotTellableError, match=f"here: the text has {written}, "):
            told_numbers(text, facts, ["1 to 7 May"], "here")


def test_a_told_number_inside_a_longer_one_does_not_count() -> None:
    with pytest.raises(NumberNotTellableError, match=r"1,412"):
        told_numbers("1,412 tasks", TellableWeek({"tasks_done": 412}), [], "here")
