"""How an account's posts did in a period, ready to be read; one platform at a time, each by its own definition."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.social.history import Days, followers_of
from domain.social.insights import GroupRate, HashtagTally, KindTally, TimeTally, TooLittleHistoryError
from domain.social.measured import ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.rates import DEFINITIONS, Definition
from domain.social.tally import BestTally, EngagementRate, RateTally

LONGEST_TEXT = 80


@dataclass(frozen=True)
class InsightsQuestion:
    """What is asked of the kept insights.

    Attributes:
        first, last: The days on which the posts were published, by the clocks of `zone`.
        most: Rows of each list.
    """

    first: dt.date
    last: dt.date
    zone: dt.tzinfo
    most: int = 5


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class ReportedRate(_Shown):
    """An engagement rate with what it was computed from."""

    rate: float | None = Field(description="null: nothing was counted")
    engagements: int
    seen: int = Field(description="the denominator, as `definition` names it")
    posts: int
    posts_left_out: int = Field(description="a count is missing, or nobody has seen them")


class GroupShown(_Shown):
    """A time of the week or a hashtag: its rate drawn to the account's mean, with its 95 % interval."""

    name: str
    rate: float
    low: float
    high: float
    posts: int


class PostShown(_Shown):
    """A post and its counts."""

    url: str
    text: str
    kind: ContentKind
    published: str
    counts: dict[Metric, int]


class Followers(_Shown):
    """How many followed at the first and the last known day of the period."""

    first: dt.date
    then: int
    last: dt.date
    now: int

    @property
    def change(self) -> int:
        """Gained less lost."""
        return self.now - self.then


class PlatformInsights(_Shown):
    """One account's posts of a period."""

    platform: Platform
    account: str
    source: str = Field(description="`live`, or `sandbox`: invented figures of stand-in services")
    as_of: str = Field(description="when the platform was read, and how old that is")
    first: dt.date
    last: dt.date
    posts: int
    engagement: ReportedRate
    definition: str = Field(description="the platform's own; not comparable with another platform's")
    totals: dict[Metric, int] = Field(description="of the posts; what is not there was not counted")
    account_totals: dict[Metric, int] = Field(
        description="of the account itself in the period, where it is counted"
    )
    followers: Followers | None = Field(description="null: not known in the period")
    kinds: dict[ContentKind, ReportedRate]
    best_posts: list[PostShown]
    best_times: list[GroupShown] = Field(description="of all that is kept, in the business's time zone")
    best_hashtags: list[GroupShown] = Field(description="of all that is kept")
    notes: list[str] = Field(description="what is missing, late or uncertain")


@dataclass(frozen=True)
class InsightsOrigin:
    """Where the kept insights come from, in words.

    Attributes:
        ended: Metrics that the platform no longer answers, by its own names.
        notes: What else is to be said of them.
    """

    account: str
    source: str
    as_of: str
    began: dt.date
    ended: Mapping[str, Metric]
    notes: Sequence[str] = ()


class _Totals:
    """What the posts' counts come to, and how many posts have each."""

    def __init__(self) -> None:
        self.sums: Counter[Metric] = Counter()
        self.posts: Counter[Metric] = Counter()

    def add(self, one: MeasuredPost) -> None:
        """Count it."""
        self.sums.update(one.counts)
        self.posts.update(one.counts.keys())


class _Period:
    """The posts of the period, each counted as it comes."""

    def __init__(self, by: Definition, most: int) -> None:
        self.posts = 0
        self.rate, self.totals, self.kinds = RateTally(by), _Totals(), KindTally(by)
        self.best = BestTally(by, most)

    def add(self, one: MeasuredPost) -> None:
        """Count it."""
        self.posts += 1
        for tally in (self.rate, self.totals, self.kinds, self.best):
            tally.add(one)


def platform_insights(
    platform: Platform,
    posts: Iterable[MeasuredPost],
    days: Days,
    *,
    origin: InsightsOrigin,
    question: InsightsQuestion,
) -> PlatformInsights:
    """How the account's posts did; they are gone through once, and what is held does not grow with their number."""
    by = DEFINITIONS[platform].without(set(origin.ended.values()))
    period, every_time, every_tag = _Period(by, question.most), TimeTally(by, question.zone), HashtagTally(by)
    for one in posts:
        every_time.add(one)
        every_tag.add(one)
        if question.first <= one.post.created_at.astimezone(question.zone).date() <= question.last:
            period.add(one)
    rate = period.rate.rate()
    followers = _followers(days, question)
    times, no_times = _best(every_time.best, question.most)
    tags, no_tags = _best(every_tag.best, question.most)
    return PlatformInsights(
        platform=platform,
        account=origin.account,
        source=origin.source,
        as_of=origin.as_of,
        first=question.first,
        last=question.last,
        posts=period.posts,
        engagement=_rate(rate),
        definition=by.words,
        totals={metric: period.totals.sums[metric] for metric in Metric if metric in period.totals.posts},
        account_totals=_account_totals(days, question),
        followers=followers,
        kinds={kind: _rate(found) for kind, found in period.kinds.rates().items()},
        best_posts=[_post(one, question.zone) for one in period.best.best()],
        best_times=times,
        best_hashtags=tags,
        notes=[
            *origin.notes,
            *_notes(platform, rate, origin, question, followers),
            *_parts(period, by),
            *no_times,
            *no_tags,
        ],
    )


def _best(find: Callable[[], Sequence[GroupRate[Any]]], most: int) -> tuple[list[GroupShown], list[str]]:
    """The best groups, or why there are none."""
    try:
        return [_group(one) for one in find()[:most]], []
    except TooLittleHistoryError as error:
        return [], [str(error)]


def _notes(
    platform: Platform,
    rate: EngagementRate,
    origin: InsightsOrigin,
    question: InsightsQuestion,
    followers: Followers | None,
) -> list[str]:
    definition = DEFINITIONS[platform]
    said = [definition.note] if definition.note else []
    if origin.ended:
        said.append(f"{platform.title} no longer counts {', '.join(origin.ended)}: missing, not 0")
    if missing := [metric for metric in rate.missing if metric not in origin.ended.values()]:
        said.append(f"not counted for any of these posts: {', '.join(missing)}; missing, not 0")
    if followers is None or followers.first > question.first:
        since = followers.first if followers else origin.began
        said.append(f"followers before {since} are not known: no platform tells later how many there were")
    return said


def _parts(period: _Period, by: Definition) -> list[str]:
    """The totals to which not every post adds."""
    counted = {metric: period.totals.posts[metric] for metric in (by.seen, *by.engagements)}
    parts = [f"{metric} of {some}" for metric, some in counted.items() if 0 < some < period.posts]
    return (
        [f"totals of a part of the {period.posts} posts, the others' are missing: {', '.join(parts)}"]
        if parts
        else []
    )


def _followers(days: Days, question: InsightsQuestion) -> Followers | None:
    known = {
        day: count for day, count in followers_of(days).items() if question.first <= day <= question.last
    }
    if not known:
        return None
    first, last = min(known), max(known)
    return Followers(first=first, then=known[first], last=last, now=known[last])


def _account_totals(days: Days, question: InsightsQuestion) -> dict[Metric, int]:
    found: dict[Metric, int] = {}
    for day, counts in days.items():
        for metric, count in counts.items():
            if metric is not Metric.FOLLOWERS and question.first <= day <= question.last:
                found[metric] = found.get(metric, 0) + count
    return found


def _rate(found: EngagementRate) -> ReportedRate:
    return ReportedRate(
        rate=None if found.value is None else round(found.value, 5),
        engagements=found.engagements,
        seen=found.seen,
        posts=found.posts,
        posts_left_out=found.left_out,
    )


def _group(found: GroupRate[Any]) -> GroupShown:
    low, high = round(found.low, 5), round(found.high, 5)
    return GroupShown(name=str(found.group), rate=round(found.rate, 5), low=low, high=high, posts=found.posts)


def _post(one: MeasuredPost, zone: dt.tzinfo) -> PostShown:
    text = " ".join(one.post.text.split())
    return PostShown(
        url=one.post.url,
        text=text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…",
        kind=one.kind,
        published=f"{one.post.created_at.astimezone(zone):%a %Y-%m-%d %H:%M}",
        counts=dict(one.counts),
    )
