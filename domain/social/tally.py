"""Figures of posts that are added one at a time: what is held of them does not grow with their number.

A post is rated by the engagements that any post has, and only where it has all of them and was seen. Which they are is
known when the last post was added; until then each set of engagements that posts have is counted by itself.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.social.measured import MeasuredPost, Metric
from domain.social.rates import Definition

Group = TypeVar("Group", bound=Hashable)
Held = TypeVar("Held")


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


@dataclass(frozen=True)
class _Rated(Generic[Held]):
    """What is held of rated posts, by the engagements that they have."""

    by: Definition
    empty: Callable[[], Held]
    known: set[Metric] = field(default_factory=set)
    held: dict[frozenset[Metric], Held] = field(default_factory=dict)

    def of(self, one: MeasuredPost) -> Held | None:
        """Where this post is counted; None: it cannot be rated, whatever the others have."""
        counted = frozenset(metric for metric in self.by.engagements if metric in one.counts)
        self.known.update(counted)
        if not counted or one.counts.get(self.by.seen, 0) <= 0:
            return None
        if counted not in self.held:
            self.held[counted] = self.empty()
        return self.held[counted]

    def engagements(self, one: MeasuredPost) -> int:
        """All that it has of the definition's."""
        return sum(one.counts.get(metric, 0) for metric in self.by.engagements)

    def rated(self) -> Held:
        """What is held of the posts that have all engagements that any has."""
        return self.held.get(frozenset(self.known)) or self.empty()


@dataclass
class _Sums:
    posts: int = 0
    engagements: int = 0
    seen: int = 0


class RateTally:
    """The engagement rate of the posts together."""

    def __init__(self, by: Definition) -> None:
        self._rated = _Rated(by, _Sums)
        self._by, self._posts, self._is_seen_known = by, 0, False

    def add(self, one: MeasuredPost) -> None:
        """Count it."""
        self._posts += 1
        self._is_seen_known |= self._by.seen in one.counts
        sums = self._rated.of(one)
        if sums is not None:
            sums.posts += 1
            sums.engagements += self._rated.engagements(one)
            sums.seen += one.counts[self._by.seen]

    def rate(self) -> EngagementRate:
        """Of all that were added."""
        sums = self._rated.rated()
        return EngagementRate(
            sums.engagements, sums.seen, sums.posts, self._posts - sums.posts, self._missing()
        )

    def _missing(self) -> tuple[Metric, ...]:
        known = self._rated.known | ({self._by.seen} if self._is_seen_known else set())
        return tuple(
            one for one in (self._by.seen, *self._by.engagements) if self._posts and one not in known
        )


class BestTally:
    """The posts with the most engagements, most first; ones that lack a count are not ranked."""

    def __init__(self, by: Definition, count: int) -> None:
        self._rated: _Rated[list[tuple[int, str, MeasuredPost]]] = _Rated(by, list)
        self._count = count

    def add(self, one: MeasuredPost) -> None:
        """Rank it."""
        ranked = self._rated.of(one)
        if ranked is not None:
            insort(ranked, (-self._rated.engagements(one), one.post.id, one))
            del ranked[self._count :]

    def best(self) -> list[MeasuredPost]:
        """Of all that were added."""
        return [one for _, _, one in self._rated.rated()]


@dataclass
class Spread:
    """How many values there were, their mean, and their distances from it, squared and added up (Welford)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """One more."""
        self.count += 1
        away = value - self.mean
        self.mean += away / self.count
        self.squares += away * (value - self.mean)


@dataclass
class GroupSpreads(Generic[Group]):
    """The spread of the rates of all posts, and of each group's."""

    whole: Spread = field(default_factory=Spread)
    groups: dict[Group, Spread] = field(default_factory=lambda: defaultdict(Spread))


class GroupTally(Generic[Group]):
    """The posts' rates by group; a post may be in several, or in none."""

    def __init__(self, by: Definition, groups_of: Callable[[MeasuredPost], Iterable[Group]]) -> None:
        self._rated: _Rated[GroupSpreads[Group]] = _Rated(by, GroupSpreads)
        self._seen, self._groups_of, self.posts = by.seen, groups_of, 0

    def add(self, one: MeasuredPost) -> None:
        """Count it in its groups."""
        self.posts += 1
        spreads = self._rated.of(one)
        if spreads is not None:
            rate = self._rated.engagements(one) / one.counts[self._seen]
            spreads.whole.add(rate)
            for group in self._groups_of(one):
                spreads.groups[group].add(rate)

    def spreads(self) -> GroupSpreads[Group]:
        """Of all that were added."""
        return self._rated.rated()
