"""What an account's own posts propose for the next one: hashtags and a time, each with what it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from domain.social.insights import GroupRate, HashtagTally, PostingSlot, TimeTally, TooLittleHistoryError
from domain.social.measured import MeasuredPost
from domain.social.post import Platform
from domain.social.rates import DEFINITIONS
from domain.social.week import numbers

MOST_HASHTAGS = 3
TIME_TO_DECIDE = timedelta(days=1)


@dataclass(frozen=True)
class PostProposal:
    """What is proposed.

    Attributes:
        at: By the clocks of the zone; none: nothing is better than the rest.
        reasons: For each hashtag and the time: on how many posts it rests, or why there is none.
    """

    hashtags: tuple[str, ...] = ()
    at: datetime | None = None
    reasons: tuple[str, ...] = ()


def proposal_of(
    platform: Platform, posts: Iterable[MeasuredPost], zone: tzinfo, now: datetime
) -> PostProposal:
    """What the account's posts on one platform propose: only what did better than the rest beyond chance.

    They are gone through once, and what is held does not grow with their number.
    """
    tags, times = HashtagTally(DEFINITIONS[platform]), TimeTally(DEFINITIONS[platform], zone)
    for one in posts:
        tags.add(one)
        times.add(one)
    hashtags, about_hashtags = _hashtags(platform, tags)
    at, about_time = _time(platform, times, now.astimezone(zone))
    return PostProposal(hashtags, at, (*about_hashtags, about_time))


def _hashtags(platform: Platform, tags: HashtagTally) -> tuple[tuple[str, ...], list[str]]:
    try:
        found = tags.best()
    except TooLittleHistoryError as error:
        return (), [f"no hashtags are proposed: {error} ({platform.title})"]
    better = [one for one in _better(found) if not numbers(one.group)][:MOST_HASHTAGS]
    if not better:
        return (), [
            f"no hashtags are proposed: none does better on {platform.title} than chance alone explains"
        ]
    average = _average(found)
    said = [f"hashtag {one.group}: on {platform.title} {_words(one, average)}" for one in better]
    return tuple(one.group for one in better), said


def _time(platform: Platform, times: TimeTally, now: datetime) -> tuple[datetime | None, str]:
    try:
        found = times.best()
    except TooLittleHistoryError as error:
        return None, f"no time is proposed: {error} ({platform.title})"
    better = _better(found)
    if not better:
        return (
            None,
            f"no time is proposed: none does better on {platform.title} than chance alone explains",
        )
    best = better[0]
    about = f"time {best.group}: on {platform.title} {_words(best, _average(found), 'then')}"
    return _next(best.group, now), about


def _better(found: Sequence[GroupRate[Any]]) -> list[GroupRate[Any]]:
    """Those whose whole interval is above the average of all."""
    return [one for one in found if one.low > _average(found)]


def _average(found: Sequence[GroupRate[Any]]) -> float:
    return sum(one.rate * one.posts for one in found) / sum(one.posts for one in found)


def _words(one: GroupRate[Any], average: float, which: str = "with it") -> str:
    """As a marketer says it: how many posts, how they did, how sure that is, and how all posts did."""
    return (
        f"the {one.posts} posts {which} had an engagement rate of {one.rate:.2%} "
        f"(probably {one.low:.2%} to {one.high:.2%}); all posts together {average:.2%}"
    )


def _next(slot: PostingSlot, now: datetime) -> datetime:
    """When the slot next begins, with time to decide before; an hour that the clocks skip is the one after it."""
    earliest = now + TIME_TO_DECIDE
    days = (slot.weekday - earliest.weekday()) % 7
    begins = (earliest + timedelta(days=days)).replace(hour=slot.hour, minute=0, second=0, microsecond=0)
    if begins < earliest:
        begins += timedelta(weeks=1)
    return begins.astimezone(UTC).astimezone(now.tzinfo).replace(tzinfo=None)
