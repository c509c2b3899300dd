"""What an account's posts of a period come to, and what is said of what is missing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.social.history import Days, with_reading
from domain.social.measured import AccountReading, MeasuredPost, Metric, kind_of
from domain.social.post import Platform
from domain.social.published import Published
from domain.social.rates import DEFINITIONS
from domain.social.report import InsightsOrigin, InsightsQuestion, PlatformInsights, platform_insights
from domain.social.report_text import insights_markdown

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORIGIN = InsightsOrigin("@ours", "live", "as of today", NOON.date(), {})
WEEK = InsightsQuestion(date(2026, 3, 1), date(2026, 3, 7), UTC)


def post(number: int, counts: dict[Metric, int], at: datetime = NOON) -> MeasuredPost:
    made = Published(id=str(number), text=f"Post | {number}", created_at=at, url="https://ours.example")
    return MeasuredPost(post=made, kind=kind_of(made), counts=counts)


def report(
    reading: AccountReading, platform: Platform = Platform.FACEBOOK, **origin: object
) -> PlatformInsights:
    there = InsightsOrigin(**{**ORIGIN.__dict__, **origin})  # type: ignore[arg-type]
    return told(platform, reading.posts, with_reading({}, reading, NOON), there)


def told(
    platform: Platform, posts: Iterable[MeasuredPost], days: Days, origin: InsightsOrigin
) -> PlatformInsights:
    return platform_insights(platform, iter(posts), days, origin=origin, question=WEEK)


def whole(platform: Platform, seen: int = 100) -> dict[Metric, int]:
    by = DEFINITIONS[platform]
    return dict.fromkeys(by.engagements, 2) | {by.seen: seen}


@pytest.mark.parametrize("platform", DEFINITIONS)
def test_each_platform_has_its_own_rate_with_its_denominator(platform: Platform) -> None:
    found = report(AccountReading(posts=[post(1, whole(platform))]), platform)
    assert found.engagement.rate == len(DEFINITIONS[platform].engagements) * 2 / 100
    assert found.definition.endswith(f"/ {DEFINITIONS[platform].seen}")
    assert found.definition in insights_markdown(found)


def test_a_metric_that_ended_is_named_and_costs_only_itself() -> None:
    counts = {Metric.REACTIONS: 4, Metric.COMMENTS: 2, Metric.VIEWS: 100}
    found = report(AccountReading(posts=[post(1, counts)]), ended={"post_shares": Metric.SHARES})
    assert (found.engagement.rate, found.definition) == (0.06, "(reactions + comments) / views")
    assert "no longer counts post_shares: missing, not 0" in " ".join(found.notes)
    assert Metric.SHARES not in found.totals


def test_nothing_counted_is_unknown_and_not_0() -> None:
    found = report(AccountReading(posts=[post(1, {})]))
    assert (found.engagement.rate, found.totals, found.followers) == (None, {}, None)
    assert "Engagement unknown" in insights_markdown(found)
    assert "Followers: not known" in insights_markdown(found)


EVERY = [(platform, metric) for platform in DEFINITIONS for metric in whole(platform)]


@pytest.mark.parametrize(("platform", "metric"), EVERY)
def test_a_count_that_is_missing_is_missing_and_said_whichever_it_is(
    platform: Platform, metric: Metric
) -> None:
    less = {name: count for name, count in whole(platform).items() if name is not metric}
    alone = metric is DEFINITIONS[platform].seen or len(less) == 1
    without = report(AccountReading(posts=[post(1, less), post(2, less)]), platform)
    assert metric not in without.totals
    assert f"not counted for any of these posts: {metric}; missing, not 0" in without.notes
    assert (without.engagement.rate is None) == alone
    some = report(AccountReading(posts=[post(1, less), post(2, whole(platform))]), platform)
    said = f"totals of a part of the 2 posts, the others' are missing: {metric} of 1"
    assert (some.engagement.posts_left_out, some.totals[metric]) == (1, whole(platform)[metric])
    assert said in some.notes
    assert said in insights_markdown(some)


def test_posts_outside_the_period_are_not_in_it_but_known() -> None:
    old = [post(n, whole(Platform.FACEBOOK), NOON - timedelta(days=40 + n)) for n in range(60)]
    found = report(AccountReading(posts=[post(100, whole(Platform.FACEBOOK)), *old]))
    assert found.posts == 1
    assert found.best_times


def test_growth_is_from_the_first_known_day_and_that_is_said() -> None:
    days = with_reading({}, AccountReading(followers=100), NOON)
    days = with_reading(days, AccountReading(followers=130), NOON + timedelta(days=2))
    found = told(Platform.X, [], days, ORIGIN)
    assert found.followers is not None
    assert (found.followers.change, found.followers.first) == (30, NOON.date())
    assert "followers before 2026-03-02 are not known" in " ".join(found.notes)
    assert "+30 since 2026-03-02" in insights_markdown(found)
