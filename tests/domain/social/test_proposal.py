"""Hashtags and a time are proposed where the account's own posts say so, with what that rests on."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from domain.social.post import Platform
from domain.social.proposal import proposal_of
from tests.measured_posts import TUESDAY, VIENNA, posts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_what_did_better_is_proposed_with_the_number_of_posts_and_how_sure_it_is() -> None:
    history = [
        *posts(20, 80, noise=10),
        *posts(20, 10, TUESDAY + timedelta(days=2), "Closed #winter", noise=10),
    ]
    found = proposal_of(Platform.X, history, VIENNA, NOW)
    assert found.hashtags == ("garden",)
    assert found.at == datetime(2026, 12, 1, 8)  # noqa: DTZ001 (a wall's)
    hashtag, time = found.reasons
    words = (
        r"had an engagement rate of 8\.\d\d% \(probably \d\.\d\d% to \d\.\d\d%\); all posts together 5\.\d\d%"
    )
    assert re.fullmatch(rf"hashtag garden: on X the 20 posts with it {words}", hashtag), hashtag
    assert re.fullmatch(rf"time Tuesday 08-12: on X the 20 posts then {words}", time), time


def test_nothing_is_proposed_where_nothing_differs_beyond_chance() -> None:
    history = [
        *posts(20, 40, noise=30),
        *posts(20, 40, TUESDAY + timedelta(days=2), "Closed #winter", noise=30),
    ]
    found = proposal_of(Platform.X, history, VIENNA, NOW)
    assert (found.hashtags, found.at) == ((), None)
    assert all("than chance alone explains" in reason for reason in found.reasons)


def test_too_little_history_is_said() -> None:
    found = proposal_of(Platform.X, posts(3, 80), VIENNA, NOW)
    assert (found.hashtags, found.at) == ((), None)
    assert [reason.split(":")[0] for reason in found.reasons] == [
        "no hashtags are proposed",
        "no time is proposed",
    ]
    assert all("30 posts" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("now", "at"),
    [
        (datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 24, 8)),  # noqa: DTZ001
        (datetime(2026, 11, 23, 7, 1, tzinfo=UTC), datetime(2026, 12, 1, 8)),  # noqa: DTZ001
    ],
)
def test_a_proposed_time_leaves_a_day_to_decide(now: datetime, at: datetime) -> None:
    history = [*posts(20, 80, noise=5), *posts(20, 10, TUESDAY + timedelta(days=2), noise=5)]
    assert proposal_of(Platform.X, history, VIENNA, now).at == at


def test_a_hashtag_with_a_number_is_not_proposed() -> None:
    history = [
        *posts(20, 80, text="Open #top500", noise=5),
        *posts(20, 10, TUESDAY + timedelta(days=2), "Closed #winter", noise=5),
    ]
    assert proposal_of(Platform.X, history, VIENNA, NOW).hashtags == ()
