import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting.date_range import DateRange, PeriodError, parse_period


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("2026-10", "2026-10-01..2026-10-31"),
        ("2024-02", "2024-02-01..2024-02-29"),
        ("2026-Q3", "2026-07-01..2026-09-30"),
        ("2026-q4", "2026-10-01..2026-12-31"),
        ("2026", "2026-01-01..2026-12-31"),
        ("2026-10-05", "2026-10-05..2026-10-05"),
        ("2025-11-15..2026-02-03", "2025-11-15..2026-02-03"),
        (" 2025-Q4 .. 2026-02 ", "2025-10-01..2026-02-28"),
    ],
)
def test_a_period_is_its_days(said: str, days: str) -> None:
    assert str(parse_period(said)) == days


@pytest.mark.parametrize(
    "said",
    ["", "soon", "2026-13", "2026-00", "2026-02-30", "2026-Q5", "26", "2026..", "..2026", "0000", "2026/10"],
)
def test_what_is_no_period_is_refused_with_the_ways_to_say_one(said: str) -> None:
    with pytest.raises(PeriodError, match=r"is no period; use a month \(2026-10\)"):
        parse_period(said)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(PeriodError, match="ends before it begins"):
        parse_period("2026-10..2026-09")


@pytest.mark.parametrize("said", ["0001", "1899-12-31", "9999-Q4", "3000-01-01", "2026-01-01..9999-12-31"])
def test_years_that_no_books_have_are_refused(said: str) -> None:
    with pytest.raises(PeriodError, match="within the years 1900 to 2999"):
        parse_period(said)


ANY_DAY = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31))


@given(ANY_DAY, ANY_DAY)
def test_two_days_are_read_back_as_they_were_said(one: dt.date, other: dt.date) -> None:
    days = DateRange(min(one, other), max(one, other))
    assert parse_period(str(days)) == days
