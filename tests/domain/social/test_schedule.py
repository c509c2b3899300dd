"""Wall-clock times over both changes of the clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.social.schedule import WallTime


def at(local: str, zone: str = "Europe/Vienna", *, second: bool = False) -> WallTime:
    return WallTime(local=datetime.fromisoformat(local), zone=zone, second=second)


def test_nine_in_the_morning_stays_nine_in_the_morning() -> None:
    winter, summer = at("2026-03-28T09:00"), at("2026-03-30T09:00")
    assert (winter.instant.hour, summer.instant.hour) == (8, 7)


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"skip 02:30; choose another time"):
        at("2026-03-29T02:30")


def test_a_time_that_comes_twice_is_the_first_unless_said() -> None:
    first, second = at("2026-10-25T02:30"), at("2026-10-25T02:30", second=True)
    assert first.is_ambiguous
    assert (second.instant - first.instant).total_seconds() == 3600
    assert not at("2026-10-25T03:30").is_ambiguous


@pytest.mark.parametrize(
    ("local", "zone", "said"),
    [
        ("2026-06-01T09:00", "Vienna", "there is no time zone 'Vienna'"),
        ("2026-06-01T09:00", "../etc/passwd", "there is no time zone"),
        ("2026-06-01T09:00+02:00", "Europe/Vienna", "has an offset of its own"),
    ],
)
def test_what_is_no_wall_clock_time_is_said(local: str, zone: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        at(local, zone)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - wall clock
    st.sampled_from(["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
)
def test_the_moment_shows_the_time_on_the_wall(local: datetime, zone: str) -> None:
    there = local.replace(tzinfo=ZoneInfo(zone))
    if there.astimezone(UTC).astimezone(there.tzinfo).replace(tzinfo=None) != local:
        with pytest.raises(ValidationError, match="skip"):
            WallTime(local=local, zone=zone)
        return
    chosen = WallTime(local=local, zone=zone)
    assert chosen.instant.tzinfo is UTC
    assert chosen.instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
