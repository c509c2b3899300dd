"""How posts did: engagement rates with their denominator, and what the account's own posts say works.

A rate is of one platform, by its own definition; rates of several are never averaged.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from statistics import fmean
from typing import Generic, Protocol, TypeVar

from domain.errors import RejectedError
from domain.social.measured import ContentKind, MeasuredPost, hashtags_of
from domain.social.rates import Definition
from domain.social.tally import BestTally, EngagementRate, GroupSpreads, GroupTally, RateTally, Spread

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


def engagement_rate(posts: Iterable[MeasuredPost], by: Definition) -> EngagementRate:
    """The rate of these posts together."""
    return _added(RateTally(by), posts).rate()


def by_kind(posts: Iterable[MeasuredPost], by: Definition) -> dict[ContentKind, EngagementRate]:
    """The rate of each kind of post that there is."""
    return _added(KindTally(by), posts).rates()


def best_posts(posts: Iterable[MeasuredPost], by: Definition, count: int) -> list[MeasuredPost]:
    """Those with the most engagements, most first; ones that lack a count are not ranked."""
    return _added(BestTally(by, count), posts).best()


class KindTally:
    """The rate of each kind of post that was added."""

    def __init__(self, by: Definition) -> None:
        self._kinds: dict[ContentKind, RateTally] = defaultdict(lambda: RateTally(by))

    def add(self, one: MeasuredPost) -> None:
        """Count it as what it is."""
        self._kinds[one.kind].add(one)

    def rates(self) -> dict[ContentKind, EngagementRate]:
        """In the order of the kinds."""
        return {kind: self._kinds[kind].rate() for kind in ContentKind if kind in self._kinds}


class TimeTally:
    """Times of the week by the account's own posts. Replies are not counted: others chose their time."""

    def __init__(self, by: Definition, zone: tzinfo) -> None:
        self._posts, self._own = 0, GroupTally(by, lambda one: [slot_of(one, zone)])

    def add(self, one: MeasuredPost) -> None:
        """Count it, unless it is a reply."""
        self._posts += 1
        if one.post.answers is None:
            self._own.add(one)

    def best(self) -> list[GroupRate[PostingSlot]]:
        """The best first.

        Raises:
            TooLittleHistoryError: there are too few posts.
        """
        found = _group_rates(self._own.spreads())
        if found is None:
            raise TooLittleHistoryError("time", "times of the week", self._posts)
        return sorted(found, key=lambda one: (-one.rate, one.group))


class HashtagTally(GroupTally[str]):
    """The account's hashtags by what posts with them got."""

    def __init__(self, by: Definition) -> None:
        super().__init__(by, lambda one: hashtags_of(one.post.text))

    def best(self) -> list[GroupRate[str]]:
        """The best first.

        Raises:
            TooLittleHistoryError: there are too few posts, or too few with a hashtag.
        """
        found = _group_rates(self.spreads())
        if found is None:
            raise TooLittleHistoryError("hashtag", "hashtags", self.posts)
        return sorted(found, key=lambda one: (-one.rate, one.group))


def slot_of(one: MeasuredPost, zone: tzinfo) -> PostingSlot:
    """The time of the week at which it was published."""
    local = one.post.created_at.astimezone(zone)
    return PostingSlot(local.weekday(), local.hour // SLOT_HOURS * SLOT_HOURS)


class _Tally(Protocol):
    def add(self, one: MeasuredPost) -> None: ...


Tally = TypeVar("Tally", bound=_Tally)


def _added(tally: Tally, posts: Iterable[MeasuredPost]) -> Tally:
    for one in posts:
        tally.add(one)
    return tally


def _group_rates(spreads: GroupSpreads[Group]) -> list[GroupRate[Group]] | None:
    """The mean rate of each group that has enough posts; None where there is too little of everything.

    A group's mean is drawn to the mean of all, the more the fewer posts it has and the less groups differ beyond
    chance (empirical Bayes with the variances by the method of moments).
    """
    full = {group: rates for group, rates in spreads.groups.items() if rates.count >= LEAST_IN_GROUP}
    if spreads.whole.count < LEAST_POSTS or len(full) < LEAST_GROUPS:
        return None
    groups = list(full.values())
    account = _Account(spreads.whole.mean, spreads.whole.count, _within(groups), _between(groups))
    return [_drawn(group, rates, account) for group, rates in full.items()]


def _within(groups: Sequence[Spread]) -> float:
    """The variance of posts of one group, pooled."""
    return sum(rates.squares for rates in groups) / sum(rates.count - 1 for rates in groups)


def _between(groups: Sequence[Spread]) -> float:
    """The variance of groups that posts' own does not explain; 0 where it explains all."""
    means = Spread()
    for rates in groups:
        means.add(rates.mean)
    spread = means.squares / (means.count - 1)
    return max(spread - _within(groups) * fmean(1 / rates.count for rates in groups), 0.0)


def _drawn(group: Group, rates: Spread, account: _Account) -> GroupRate[Group]:
    noise = account.within / rates.count
    own = account.between / (account.between + noise) if account.between else 0.0
    rate = account.mean + own * (rates.mean - account.mean)
    half = TWO_SIDED_95 * math.sqrt(own * noise + (1 - own) ** 2 * account.within / account.posts)
    return GroupRate(group, rates.count, rate, max(rate - half, 0.0), rate + half)
