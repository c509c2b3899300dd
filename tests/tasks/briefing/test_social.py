"""The public part of a week, computed again from the readings by hand."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from blocks.settings import settings
from domain.briefing.number import Number
from domain.briefing.part import Part, Standing
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from domain.week import Week
from tasks.briefing.page import checks_page
from tasks.briefing.social import social_part
from tasks.social.insights_suite import Frame, ReadingBrokenError, check_reading
from tasks.social.kept_insights import InsightsManifest, add_reading, kept_manifest
from tests.weekly_briefings import briefing

VIENNA = ZoneInfo("Europe/Vienna")
WEEK = Week(dt.date(2026, 11, 16), VIENNA)
NOW = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
WEEK_ONE = (("a", "2026-11-16T00:30", 1000, 31), ("b", "2026-11-22T23:30", 500, 4))
"""By Vienna's clocks on the first and on the last evening: id, time, impressions, likes."""


def at(local: str) -> dt.datetime:
    return dt.datetime.fromisoformat(local).replace(tzinfo=VIENNA)


def post(name: str, made_at: dt.datetime, counts: Mapping[Metric, int]) -> MeasuredPost:
    url = f"https://x.com/ours/status/{name}"
    found = Published(id=name, text=f"Post {name}", created_at=made_at, url=url)
    return MeasuredPost(post=found, kind=ContentKind.TEXT, counts=counts)


def counted(impressions: int, likes: int) -> dict[Metric, int]:
    rest = dict.fromkeys((Metric.REPLIES, Metric.REPOSTS, Metric.QUOTES, Metric.BOOKMARKS), 1)
    return {Metric.IMPRESSIONS: impressions, Metric.LIKES: likes, **rest}


def keep(
    *posts: MeasuredPost,
    platform: Platform = Platform.X,
    taken_at: dt.datetime = NOW,
    followers: Mapping[dt.date, int] | None = None,
    **facts: object,
) -> None:
    days = {day: {Metric.FOLLOWERS: count} for day, count in (followers or {}).items()}
    manifest = InsightsManifest.model_validate(
        {
            "mode": "sandbox",
            "account": PublicAccount(id="1", name="@ours"),
            "began_at": taken_at,
            "taken_at": taken_at,
            **facts,
        }
    )
    reading = AccountReading(posts=list(posts), days=days)
    assert add_reading(platform, manifest, reading, before=kept_manifest(platform, "1"))


def number(part: Part, key: str) -> Number:
    found = part.number(f"social.x.{key}")
    assert found is not None, key
    return found


def test_a_week_counts_its_posts_by_the_owners_clocks() -> None:
    before = post("z", at("2026-11-15T23:59"), counted(400, 16))
    after = post("c", at("2026-11-23T00:00"), counted(9, 9))
    keep(before, after, *(post(name, at(when), counted(seen, likes)) for name, when, seen, likes in WEEK_ONE))
    part = social_part(WEEK, NOW)
    assert part.standing is Standing.KNOWN
    assert number(part, "posts").value == 2
    assert {record.id for record in number(part, "posts").records} == {"a", "b"}
    assert all(record.url.endswith(record.id) for record in number(part, "posts").records)
    assert number(part, "seen").value == 1500
    assert number(part, "engagement").value == Decimal(str((31 + 4 + 8) / 1500))
    assert number(part, "engagement_before").value == Decimal(str((16 + 4) / 400))
    assert [number(part, f"best{place}").value for place in (1, 2)] == [35, 8]


def test_followers_are_those_of_the_last_reading_in_the_week() -> None:
    day = dt.date(2026, 11, 16)
    week = {day + dt.timedelta(days=later): 100 + 3 * later for later in range(-3, 9)}
    keep(post("a", at("2026-11-17T09:00"), counted(10, 1)), followers=week)
    part = social_part(WEEK, NOW)
    assert (number(part, "followers").value, number(part, "gained").value) == (118, 21)


@pytest.mark.parametrize(
    ("followers", "gained"),
    [({}, "not read in this week"), ({dt.date(2026, 11, 20): 50}, "not known of the week before")],
)
def test_what_nobody_read_is_not_zero(followers: dict[dt.date, int], gained: str) -> None:
    keep(post("a", at("2026-11-17T09:00"), {}), followers=followers)
    part = social_part(WEEK, NOW)
    assert (number(part, "gained").value, number(part, "gained").text) == (None, gained)
    rate = number(part, "engagement")
    assert (rate.value, rate.text) == (None, "nothing was counted (1 posts without counts)")
    assert number(part, "seen").value is None


def test_a_week_without_posts_has_none_and_no_rate() -> None:
    keep(post("a", at("2026-10-01T09:00"), counted(10, 1)))
    part = social_part(WEEK, NOW)
    assert (number(part, "posts").value, number(part, "engagement").text) == (0, "no posts")


def test_of_a_week_before_the_first_post_that_is_known_nobody_knows_how_many_there_were() -> None:
    keep(post("a", at("2026-11-24T09:00"), counted(10, 1)))
    posts = number(social_part(WEEK, NOW), "posts")
    assert (posts.value, posts.text) == (None, "known from 2026-11-24 on")


def test_an_old_reading_says_so() -> None:
    keep(post("a", at("2026-11-17T09:00"), counted(10, 1)), taken_at=NOW - dt.timedelta(days=3))
    part = social_part(WEEK, NOW)
    assert part.standing is Standing.STALE
    assert "read before the week had ended" in part.said[0]


def test_a_retired_metric_is_named_and_costs_only_itself() -> None:
    gone = {Metric.IMPRESSIONS: 100, Metric.LIKES: 5}
    ended = {
        "reply_count": "replies",
        "retweet_count": "reposts",
        "quote_count": "quotes",
        "bookmarks": "bookmarks",
    }
    keep(post("a", at("2026-11-17T09:00"), gone), ended=ended)
    part = social_part(WEEK, NOW)
    assert part.standing is Standing.PARTIAL
    assert "no longer counts" in part.said[0]
    assert number(part, "engagement").value == Decimal("0.05")


def test_a_damaged_platform_leaves_the_others() -> None:
    keep(post("a", at("2026-11-17T09:00"), counted(10, 1)))
    keep(post("a", at("2026-11-17T09:00"), {Metric.VIEWS: 9}), platform=Platform.FACEBOOK)
    for path in (settings().state / "insights" / "facebook").rglob("posts.parquet"):
        path.write_bytes(b"not parquet")
    part = social_part(WEEK, NOW)
    assert number(part, "posts").value == 1
    assert any(line.startswith("Facebook: what is kept") for line in part.said)
    assert part.standing is Standing.PARTIAL


def test_without_any_platform_nothing_is_wrong_and_nothing_is_zero() -> None:
    part = social_part(WEEK, NOW)
    assert (part.standing, part.all_numbers) == (Standing.UNUSED, ())
    assert "fte run collect_insights" in part.said[0]


def test_a_reading_that_cannot_be_right_is_named_with_its_rows_until_a_sound_one_comes() -> None:
    good, bad = (post("a", at("2026-11-17T09:00"), counted(likes, 1)) for likes in (10, -4))
    frame = Frame(WEEK.since, None, NOW)
    with pytest.raises(ReadingBrokenError):
        check_reading(Platform.X, AccountReading(posts=(bad,), followers=7), frame)
    page = checks_page(briefing(social_part(WEEK, NOW)))
    assert "**Posts on X**: 1 rows, checked" in page
    assert "| no post's impressions are below 0 | **not met by 1** | a |" in page
    check_reading(Platform.X, AccountReading(posts=(good,), followers=7), frame)
    assert "| no post's impressions are below 0 | met |" in checks_page(briefing(social_part(WEEK, NOW)))
