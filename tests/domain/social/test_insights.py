"""What posts' counts say, and what they do not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.social import insights
from domain.social.insights import (
    LEAST_IN_GROUP,
    LEAST_POSTS,
    GroupRate,
    HashtagTally,
    PostingSlot,
    TimeTally,
    TooLittleHistoryError,
    best_posts,
    by_kind,
    engagement_rate,
)
from domain.social.measured import ContentKind, MeasuredPost, Metric, hashtags_of, kind_of
from domain.social.post import Platform
from domain.social.published import Published
from domain.social.rates import DEFINITIONS, Definition

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
VIENNA = ZoneInfo("Europe/Vienna")
X = DEFINITIONS[Platform.X]
METRICS = (X.seen, *X.engagements)
WHOLE = dict.fromkeys(METRICS, 2) | {Metric.IMPRESSIONS: 100}


def post(number: int = 1, counts: dict[Metric, int] | None = None, **changes: object) -> MeasuredPost:
    facts = {"id": str(number), "text": "Open", "created_at": MONDAY, "url": "https://x.com/ours/status/1"}
    made = Published.model_validate(facts | changes)
    return MeasuredPost(post=made, kind=kind_of(made), counts=WHOLE if counts is None else counts)


def weekly(count: int, likes: int, *, hours: int = 0) -> list[MeasuredPost]:
    """Posts of one time of the week, with a like more or less."""
    return [
        post(
            hours * 1000 + week,
            WHOLE | {Metric.LIKES: likes + week % 2},
            created_at=MONDAY + timedelta(weeks=week, hours=hours),
        )
        for week in range(count)
    ]


def best_times(posts: Iterable[MeasuredPost], by: Definition, zone: ZoneInfo) -> list[GroupRate[PostingSlot]]:
    tally = TimeTally(by, zone)
    for one in posts:
        tally.add(one)
    return tally.best()


def best_hashtags(posts: Iterable[MeasuredPost], by: Definition) -> list[GroupRate[str]]:
    tally = HashtagTally(by)
    for one in posts:
        tally.add(one)
    return tally.best()


counts = st.dictionaries(st.sampled_from(METRICS), st.integers(0, 10_000))
many = st.lists(counts, max_size=12).map(lambda rows: [post(n, row) for n, row in enumerate(rows)])


def test_the_rate_is_engagements_by_impressions() -> None:
    rate = engagement_rate([post(), post(2, WHOLE | {Metric.LIKES: 12})], X)
    assert (rate.engagements, rate.seen, rate.posts) == (30, 200, 2)
    assert rate.value == 0.15


def test_a_count_that_one_post_lacks_leaves_that_post_out() -> None:
    lacking = {metric: count for metric, count in WHOLE.items() if metric is not Metric.LIKES}
    rate = engagement_rate([post(), post(2, lacking)], X)
    assert (rate.posts, rate.left_out, rate.missing) == (1, 1, ())
    assert best_posts([post(), post(2, lacking)], X, 5) == [post()]


def test_a_metric_that_ended_costs_itself_and_is_named() -> None:
    without = {metric: count for metric, count in WHOLE.items() if metric is not Metric.BOOKMARKS}
    rate = engagement_rate([post(1, without), post(2, without)], X)
    assert (rate.engagements, rate.missing) == (16, (Metric.BOOKMARKS,))


def test_nothing_counted_is_no_rate_rather_than_zero() -> None:
    assert engagement_rate([], X).value is None
    assert engagement_rate([post(1, {})], X).value is None
    assert engagement_rate([post(1, dict.fromkeys(X.engagements, 3))], X).missing == (Metric.IMPRESSIONS,)


def test_kinds_are_told_apart() -> None:
    kinds = by_kind(
        [
            post(1, answers="7", media_count=1),
            post(2, media_count=1),
            post(3, text="See https://ours.example"),
            post(4),
        ],
        X,
    )
    assert list(kinds) == [ContentKind.REPLY, ContentKind.PICTURE, ContentKind.LINK, ContentKind.TEXT]


@given(many)
def test_every_post_is_counted_or_left_out(posts: list[MeasuredPost]) -> None:
    rate = engagement_rate(posts, X)
    assert rate.posts + rate.left_out == len(posts)
    assert (rate.value is None) == (rate.posts == 0)
    assert len(best_posts(posts, X, len(posts))) == rate.posts


@given(many.filter(bool))
def test_the_whole_is_between_its_kinds(posts: list[MeasuredPost]) -> None:
    """Of posts that lack nothing, since a kind may lack what another has."""
    whole = [post(n, WHOLE | dict(one.counts), media_count=n % 2) for n, one in enumerate(posts)]
    rates = [Fraction(one.engagements, one.seen) for one in by_kind(whole, X).values() if one.seen]
    total = engagement_rate(whole, X)
    if rates:
        assert min(rates) <= Fraction(total.engagements, total.seen) <= max(rates)


def test_the_better_time_is_found_and_drawn_to_the_mean() -> None:
    best, worst = best_times([*weekly(20, 10), *weekly(20, 2, hours=30)], X, VIENNA)
    assert (best.group, worst.group) == (PostingSlot(0, 8), PostingSlot(1, 16))
    mean, plain = 0.145, 0.185
    assert mean < best.rate < plain
    assert worst.high < best.low


def test_more_posts_of_the_same_times_take_no_more_means(monkeypatch: pytest.MonkeyPatch) -> None:
    means: list[int] = []

    def counted(values: Iterable[float]) -> float:
        means.append(1)
        return fmean(values)

    monkeypatch.setattr(insights, "fmean", counted)
    asked = []
    for many in (20, 200):
        best_times([*weekly(many, 5), *weekly(many, 50, hours=8)], X, VIENNA)
        asked.append(len(means))
        means.clear()
    assert asked[0] == asked[1]


def test_the_same_clock_time_is_one_slot_over_the_change_of_clocks() -> None:
    found = best_times([*weekly(20, 10), *weekly(20, 2, hours=30)], X, VIENNA)
    assert [one.posts for one in found] == [20, 20]


def test_times_that_do_not_differ_are_all_the_mean() -> None:
    first, second = best_times([*weekly(20, 4), *weekly(20, 4, hours=30)], X, VIENNA)
    assert first.rate == second.rate
    assert first.low < first.rate < first.high


def test_replies_say_nothing_about_times() -> None:
    replies = [post(n, answers="7") for n in range(50)]
    with pytest.raises(TooLittleHistoryError):
        best_times(replies, X, VIENNA)


@given(st.integers(0, LEAST_POSTS - 1), st.integers(0, 60))
def test_below_the_minimum_there_is_no_best_time(few: int, split: int) -> None:
    one = min(few, split)
    with pytest.raises(TooLittleHistoryError, match=f"needs {LEAST_POSTS} posts"):
        best_times([*weekly(one, 4), *weekly(few - one, 9, hours=30)], X, VIENNA)


@given(st.lists(st.integers(0, 90), min_size=LEAST_POSTS, max_size=60))
def test_a_drawn_rate_is_between_the_slot_s_own_and_the_mean(likes: list[int]) -> None:
    posts = [
        post(n, WHOLE | {Metric.LIKES: one}, created_at=MONDAY + timedelta(hours=30 * (n % 2)))
        for n, one in enumerate(likes)
    ]
    mean = engagement_rate(posts, X).value or 0
    for found in best_times(posts, X, VIENNA):
        own = (
            engagement_rate([one for n, one in enumerate(posts) if n % 2 == found.group.weekday], X).value
            or 0
        )
        assert found.posts >= LEAST_IN_GROUP
        assert min(mean, own) - 1e-9 <= found.rate <= max(mean, own) + 1e-9
        assert found.low <= found.rate <= found.high


def tagged(count: int, likes: int, tag: str, first: int) -> list[MeasuredPost]:
    return [post(first + n, WHOLE | {Metric.LIKES: likes + n % 2}, text=f"Open #{tag}") for n in range(count)]


def test_the_better_hashtag_is_found_and_a_rare_one_is_not_ranked() -> None:
    posts = [*tagged(20, 10, "Tour", 0), *tagged(20, 2, "news", 100), *tagged(2, 90, "once", 200)]
    best, worst = best_hashtags(posts, X)
    assert (best.group, worst.group, best.posts) == ("tour", "news", 20)
    assert worst.high < best.low
    with pytest.raises(TooLittleHistoryError, match="best hashtag needs"):
        best_hashtags(posts[:20], X)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Tour and #tour_2, #Ärger!", ["tour", "tour_2", "ärger"]),
        ("no. #1 of 2", []),
        ("https://ours.example/a#part", []),
        ("C# &#39; x#y", []),
    ],
)
def test_hashtags_are_words_after_the_sign(text: str, tags: list[str]) -> None:
    assert hashtags_of(text) == tags
