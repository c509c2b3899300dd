"""The demo company's year in public: what it posted when, and how such posts do. No chance in it.

What the insights should find is here: evenings in the week and videos do well, Sunday nights do not.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WEEKS = 52
SLOTS = {(0, 9): 0.8, (1, 18): 1.6, (2, 12): 1.0, (3, 18): 1.5, (4, 9): 0.9, (5, 11): 1.3, (6, 20): 0.6}
"""(weekday, hour in UTC) -> how much more than usual readers do."""
KINDS = {"text": 1.0, "link": 0.8, "picture": 1.3, "video": 1.8}
TAGS = {"workshop": 1.4, "opening": 1.2, "news": 0.8, "team": 1.0}
A_WEEK = 3
HALF_SEEN_HOURS = 12
MOST_SEEN = 1500
FOLLOWERS_A_DAY = 2.5
COUNTED_FROM = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("the red shed", "Pine Street", "the old mill", "the harbour", "the market hall", "the river yard")
SAYINGS = (
    "A morning at {place}, and what we took home from it",
    "What we learned at {place} this week",
    "New at {place}: come and have a look",
    "Before and after: {place}",
)


@dataclass(frozen=True)
class PastPost:
    """A post of the past."""

    number: int
    made_at: datetime
    kind: str
    text: str
    is_answer: bool


@dataclass(frozen=True)
class SeenPost:
    """A post as its readers meet it.

    Attributes:
        id: What tells it apart.
        made_at: Since when they do.
        kind: One of KINDS.
        text: With its hashtags.
    """

    id: str
    made_at: datetime
    kind: str
    text: str

    def reached(self, now: datetime) -> float:
        """How many have seen it by now; later never fewer."""
        hours = max((now - self.made_at) / timedelta(hours=1), 0)
        return (
            MOST_SEEN * part(self.id, "seen") * KINDS[self.kind] * (1 - math.exp2(-hours / HALF_SEEN_HOURS))
        )

    def answered(self, share: float, name: str, now: datetime) -> int:
        """How many did something by now, if usually this share of those who see a post do."""
        slot = SLOTS.get((self.made_at.weekday(), self.made_at.hour), 1.0)
        tags = [worth for tag, worth in TAGS.items() if f"#{tag}" in self.text]
        worth = slot * KINDS[self.kind] * math.prod(tags) * (0.6 + 0.8 * part(self.id, name))
        return int(self.reached(now) * min(share * worth, 0.2))


def past_posts(now: datetime, platform: str) -> Iterator[PastPost]:
    """What was posted in the year before yesterday, oldest first."""
    end = now - timedelta(days=1)
    monday = (end - timedelta(weeks=WEEKS, days=end.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    number = 0
    for week in range(WEEKS + 1):
        drawn = sorted(SLOTS, key=lambda slot: part(f"{platform} {week}", f"{slot}"))
        for weekday, hour in sorted(drawn[:A_WEEK]):
            number += 1
            minute = int(59 * part(f"{platform} {number}", "minute"))
            made_at = monday + timedelta(weeks=week, days=weekday, hours=hour, minutes=minute)
            if made_at < end:
                yield _post(platform, number, made_at)


def followers(base: int, now: datetime) -> int:
    """How many follow an account that had so many at the beginning of 2026."""
    days = (now - COUNTED_FROM) / timedelta(days=1)
    return base + math.floor(FOLLOWERS_A_DAY * days + 12 * math.sin(days / 9))


def part(of: str, name: str) -> float:
    """A share between 0 and 1 that is always the same."""
    return hashlib.sha256(f"{of} {name}".encode()).digest()[0] / 255


def _post(platform: str, number: int, made_at: datetime) -> PastPost:
    key = f"{platform} {number}"
    kind = _chosen(list(KINDS), part(key, "kind"))
    saying = _chosen(list(SAYINGS), part(key, "saying"))
    place = _chosen(list(PLACES), part(key, "place"))
    tag = _chosen([*TAGS, ""], part(key, "tag"))
    text = f"{saying.format(place=place)}, no. {number}."
    if kind == "link":
        text += f" https://northwindlane.example/journal/{number}"
    return PastPost(number, made_at, kind, f"{text} #{tag}" if tag else text, is_answer=number % 17 == 0)


def _chosen(choices: list[str], where: float) -> str:
    return choices[min(int(where * len(choices)), len(choices) - 1)]
