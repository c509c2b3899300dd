from datetime import UTC, datetime

import pytest

from domain.policy.handbook import Handbook, HandbookError, parse_handbook


def handbook(**hours: object) -> Handbook:
    return parse_handbook({"hours": hours})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_hours_the_business_is_always_open() -> None:
    assert Handbook().is_open(at("2026-11-22T03:00"))
    assert parse_handbook({"hours": None}).is_open(at("2026-11-22T03:00"))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20T08:00", True),  # Friday, nine in Berlin
        ("2026-11-20T07:59", False),
        ("2026-11-20T15:59", True),
        ("2026-11-20T16:00", False),
        ("2026-11-21T10:00", False),  # Saturday
        ("2026-07-17T07:00", True),  # summer time
    ],
)
def test_hours_are_those_of_their_time_zone(moment: str, *, is_open: bool) -> None:
    hours = handbook(timezone="Europe/Berlin", **{"from": "09:00", "to": "17:00"})
    assert hours.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20T18:00", True),
        ("2026-11-21T01:59", True),  # Friday's night
        ("2026-11-21T02:00", False),
        ("2026-11-20T01:00", False),  # Thursday's night
    ],
)
def test_hours_may_end_after_midnight(moment: str, *, is_open: bool) -> None:
    hours = handbook(**{"from": "18:00", "to": "02:00", "days": ["fri"]})
    assert hours.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"timezone": "Berlin"}, "is no time zone"),
        ({"timezone": "../../etc/passwd"}, "is no time zone"),
        ({"days": ["someday"]}, "hours.days"),
        ({"from": "early"}, "hours.from"),
        ({"until": "17:00"}, "not a key of this group"),
    ],
)
def test_hours_that_cannot_be_followed_are_named(hours: dict[str, object], said: str) -> None:
    with pytest.raises(HandbookError, match=said):
        handbook(**hours)
