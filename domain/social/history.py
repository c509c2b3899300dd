"""What was read of an account over time: each post's newest counts, how they moved, and the account's days."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.social.measured import AccountReading, Counts, MeasuredPost, Metric

Days = Mapping[date, Mapping[Metric, int]]


@dataclass(frozen=True)
class CountsAt:
    """A post's counts as they stood at a reading."""

    post_id: str
    taken_at: datetime
    counts: Counts


@dataclass(frozen=True)
class PublicHistory:
    """One account's posts and days.

    Attributes:
        posts: By id, each with its newest counts.
        moves: Counts that differ from the reading before, as far as they are not kept yet; oldest first.
        days: What was counted of the account itself.
    """

    posts: Mapping[str, MeasuredPost] = field(default_factory=dict)
    moves: tuple[CountsAt, ...] = ()
    days: Days = field(default_factory=dict)

    def with_reading(self, reading: AccountReading, taken_at: datetime) -> "PublicHistory":
        """This and a later reading; what the later one does not say stays as it was."""
        news = [
            CountsAt(one.post.id, taken_at, one.counts)
            for one in reading.posts
            if one.post.id not in self.posts or self.posts[one.post.id].counts != one.counts
        ]
        posts = dict(self.posts) | {one.post.id: one for one in reading.posts}
        newer = {day: dict(counts) for day, counts in reading.days.items()}
        if reading.followers is not None:
            newer.setdefault(taken_at.date(), {})[Metric.FOLLOWERS] = reading.followers
        days = {day: {**self.days.get(day, {}), **newer.get(day, {})} for day in {*self.days, *newer}}
        return replace(self, posts=posts, moves=(*self.moves, *news), days=dict(sorted(days.items())))

    def followers(self) -> dict[date, int]:
        """As `followers_of` its days."""
        return followers_of(self.days)


def followers_of(days: Days) -> dict[date, int]:
    """How many followed the account, by day, oldest first."""
    return {day: found[Metric.FOLLOWERS] for day, found in days.items() if Metric.FOLLOWERS in found}
