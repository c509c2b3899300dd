"""Which week is meant, and when it begins and ends."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.week import Week, WeekError, ended_week

UTC = ZoneInfo("UTC")
NOW = dt.datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "2026-W47", "2026w47", "2026-11-16", "2026-11-22"])
def test_a_week_is_named_by_its_number_or_any_day_of_it(said: str) -> None:
    week = ended_week(said, NOW, UTC)
    assert (week.number, week.monday, week.sunday) == (
        "2026-W47",
        dt.date(2026, 11, 16),
        dt.date(2026, 11, 22),
    )


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("2026-W48", "has not ended: 2026-W48 begins on 2026-11-23"),
        ("2026-11-28", "has not ended"),
        ("2027-01-01", "has not ended"),
        ("2026-W54", "is no week"),
        ("last", "is no week"),
        ("2026-02-30", "is no week"),
        ("9999-12-31", "has not ended"),
    ],
)
def test_any_other_is_refused_with_how_to_write_one(said: str, problem: str) -> None:
    with pytest.raises(WeekError, match=problem) as refused:
        ended_week(said, NOW, UTC)
    assert "write a week as 2026-W47" in str(refused.value)


def test_a_week_belongs_to_the_year_that_iso_8601_gives_it() -> None:
    assert ended_week("2026-01-01", NOW, UTC).number == "2026-W01"
    assert ended_week("2024-12-30", NOW, UTC).number == "2025-W01"


def test_a_week_over_the_change_of_clocks_is_an_hour_longer() -> None:
    week = Week(dt.date(2026, 10, 19), ZoneInfo("Europe/Vienna"))
    assert week.until - week.since == dt.timedelta(days=7, hours=1)
