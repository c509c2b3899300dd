"""How posts did: engagement rates with their denominator, and what the account's own posts say works.

A rate is of one platform, by its own definition; rates of several are never averaged.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from statistics import fmean
from typing import Generic, TypeVar

from domain.errors import RejectedError
from domain.social.measured import ContentKind, MeasuredPost, Metric, hashtags_of
from domain.social.rates import Definition

LEAST_POSTS, LEAST_IN_GROUP, LEAST_GROUPS = 30, 5, 2
SLOT_HOURS = 4
TWO_SIDED_95 = 1.96
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Group = TypeVar("Group", bound=Hashable)


class TooLittleHistoryError(RejectedError):
    """Too few posts to say what works."""

    def __init__(self, what: str, groups: str, posts: int) -> None:
        super().__init__(
            f"the best {what} needs {LEAST_POSTS} posts with counts, and {LEAST_GROUPS} {groups} with "
            f"{LEAST_IN_GROUP} each; the {posts} posts that there are do not have that yet"
        )


@dataclass(frozen=True)
class EngagementRate:
    """Engagements by what was seen, over all posts that have both.

    Attributes:
        posts: How many are counted.
        left_out: How many are not: a count is missing, or nobody has seen them.
        missing: Metrics of the definition that no post has; the rate is without them.
    """

    engagements: int
    seen: int
    posts: int
    left_out: int
    missing: tuple[Metric, ...]

    @property
    def value(self) -> float | None:
        """The rate; None where nothing was counted."""
        return self.engagements / self.seen if self.seen else None


@dataclass(frozen=True, order=True)
class PostingSlot:
    """Four hours of a weekday (Monday is 0), from `hour` on, in local time."""

    weekday: int
    hour: int

    def __str__(self) -> str:
        """Such as `Monday 08-12`."""
        return f"{WEEKDAYS[self.weekday]} {self.hour:02}-{self.hour + SLOT_HOURS:02}"


@dataclass(frozen=True)
class GroupRate(Generic[Group]):
    """A group's mean rate, drawn to the account's mean, with its 95 % interval and the number of posts."""

    group: Group
    posts: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class _Account:
    """The mean rate of all posts, and the variances within and between groups."""

    mean: float
    posts: int
    within: float
    between: float


def engagement_rate(posts: Sequence[MeasuredPost], by: Definition) -> EngagementRate:
    """The rate of these posts together."""
    counted = _counted(posts, by)
    rated = [one for one in posts if _is_rated(one, counted, by)]
    return EngagementRate(
        engagements=sum(_engagements(one, counted) for one in rated),
        seen=sum(one.counts[by.seen] for one in rated),
        posts=len(rated),
        left_out=len(posts) - len(rated),
        missing=_missing(posts, by),
    )


def by_kind(posts: Iterable[MeasuredPost], by: Definition) -> dict[ContentKind, EngagementRate]:
    """The rate of each kind of post that there is."""
    kinds: dict[ContentKind, list[MeasuredPost]] = defaultdict(list)
    for one in posts:
        kinds[one.kind].append(one)
    return {kind: engagement_rate(kinds[kind], by) for kind in ContentKind if kind in kinds}


def best_posts(posts: Sequence[MeasuredPost], by: Definition, count: int) -> list[MeasuredPost]:
    """Those with the most engagements, most first; ones that lack a count are not ranked."""
    counted = _counted(posts, by)
    rated = [one for one in posts if _is_rated(one, counted, by)]
    return sorted(rated, key=lambda one: (-_engagements(one, counted), one.post.id))[:count]


def best_times(posts: Sequence[MeasuredPost], by: Definition, zone: tzinfo) -> list[GroupRate[PostingSlot]]:
    """Times of the week by the account's own posts, best first. Replies are not counted: others chose their time.

    Raises:
        TooLittleHistoryError: there are too few posts.
    """
    own = [one for one in posts if one.post.answers is None]
    found = _group_rates(own, by, lambda one: [slot_of(one, zone)])
    if found is None:
        raise TooLittleHistoryError("time", "times of the week", len(posts))
    return sorted(found, key=lambda one: (-one.rate, one.group))


def best_hashtags(posts: Sequence[MeasuredPost], by: Definition) -> list[GroupRate[str]]:
    """The account's hashtags by what posts with them got, best first.

    Raises:
        TooLittleHistoryError: there are too few posts, or too few with a hashtag.
    """
    found = _group_rates(posts, by, lambda one: hashtags_of(one.post.text))
    if found is None:
        raise TooLittleHistoryError("hashtag", "hashtags", len(posts))
    return sorted(found, key=lambda one: (-one.rate, one.group))


def slot_of(one: MeasuredPost, zone: tzinfo) -> PostingSlot:
    """The time of the week at which it was published."""
    local = one.post.created_at.astimezone(zone)
    return PostingSlot(local.weekday(), local.hour // SLOT_HOURS * SLOT_HOURS)


def _group_rates(
    posts: Sequence[MeasuredPost], by: Definition, groups_of: Callable[[MeasuredPost], Iterable[Group]]
) -> list[GroupRate[Group]] | None:
    """The mean rate of each group that has enough posts; None where there is too little of everything.

    A group's mean is drawn to the mean of all, the more the fewer posts it has and the less groups differ beyond
    chance (empirical Bayes with the variances by the method of moments).
    """
    counted = _counted(posts, by)
    rated = [one for one in posts if _is_rated(one, counted, by)]
    groups: dict[Group, list[float]] = defaultdict(list)
    for one in rated:
        for group in groups_of(one):
            groups[group].append(_engagements(one, counted) / one.counts[by.seen])
    full = {group: rates for group, rates in groups.items() if len(rates) >= LEAST_IN_GROUP}
    if len(rated) < LEAST_POSTS or len(full) < LEAST_GROUPS:
        return None
    mean = fmean(_engagements(one, counted) / one.counts[by.seen] for one in rated)
    account = _Account(mean, len(rated), _within(full), _between(full))
    return [_drawn(group, rates, account) for group, rates in full.items()]


def _within(groups: Mapping[Group, Sequence[float]]) -> float:
    """The variance of posts of one group, pooled."""
    squares = sum(_squares(rates) for rates in groups.values())
    return squares / sum(len(rates) - 1 for rates in groups.values())


def _between(groups: Mapping[Group, Sequence[float]]) -> float:
    """The variance of groups that posts' own does not explain; 0 where it explains all."""
    means = [fmean(rates) for rates in groups.values()]
    spread = _squares(means) / (len(means) - 1)
    return max(spread - _within(groups) * fmean(1 / len(rates) for rates in groups.values()), 0.0)


def _squares(values: Sequence[float]) -> float:
    """How far they lie from their mean, squared and added up."""
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values)


def _drawn(group: Group, rates: Sequence[float], account: _Account) -> GroupRate[Group]:
    noise = account.within / len(rates)
    own = account.between / (account.between + noise) if account.between else 0.0
    rate = account.mean + own * (fmean(rates) - account.mean)
    half = TWO_SIDED_95 * math.sqrt(own * noise + (1 - own) ** 2 * account.within / account.posts)
    return GroupRate(group, len(rates), rate, max(rate - half, 0.0), rate + half)


def _missing(posts: Sequence[MeasuredPost], by: Definition) -> tuple[Metric, ...]:
    known = {metric for one in posts for metric in one.counts}
    return tuple(metric for metric in (by.seen, *by.engagements) if posts and metric not in known)


def _counted(posts: Iterable[MeasuredPost], by: Definition) -> tuple[Metric, ...]:
    """The engagements that are counted at all: a retired metric costs only itself."""
    known = {metric for one in posts for metric in one.counts}
    return tuple(metric for metric in by.engagements if metric in known)


def _is_rated(one: MeasuredPost, counted: Sequence[Metric], by: Definition) -> bool:
    seen = one.counts.get(by.seen, 0)
    return seen > 0 and bool(counted) and all(metric in one.counts for metric in counted)


def _engagements(one: MeasuredPost, counted: Sequence[Metric]) -> int:
    return sum(one.counts[metric] for metric in counted)
