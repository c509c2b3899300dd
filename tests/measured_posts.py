"""Posts on X with their counts, for what is learned from them."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.social.measured import MeasuredPost, Metric, kind_of
from domain.social.post import Platform
from domain.social.published import Published
from domain.social.rates import DEFINITIONS

VIENNA = ZoneInfo("Europe/Vienna")
TUESDAY = datetime(2026, 3, 3, 9, tzinfo=VIENNA)
X = DEFINITIONS[Platform.X]


def posts(
    count: int, likes: int, begins: datetime = TUESDAY, text: str = "Open #garden", noise: int = 0
) -> list[MeasuredPost]:
    """Weekly posts at one time, each seen by a thousand."""
    chance, made = Random(likes), []  # noqa: S311 (the same each time)
    for week in range(count):
        counts = dict.fromkeys(X.engagements, 0) | {
            Metric.LIKES: likes + chance.randint(0, noise),
            X.seen: 1000,
        }
        published = Published(
            id=f"{begins:%d%H}{week}",
            text=text,
            created_at=begins + timedelta(weeks=week),
            url="https://x.com/a/status/1",
        )
        made.append(MeasuredPost(post=published, kind=kind_of(published), counts=counts))
    return made
