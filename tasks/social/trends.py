"""What is trending where the account is: read for a person to think about, and put into no post."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

from domain.errors import DigitalFteError
from domain.social.post import Platform
from domain.social.trend import Trend, fitting
from tasks.social.access import platform_access

if TYPE_CHECKING:
    from blocks.social.x import XClient

TREND_READ = Decimal("0.010")
"""US dollars for each trend that is read (docs.x.com: pricing, 2026-11-28)."""


class TrendsRead(BaseModel):
    """Trends, and what reading them cost in US dollars."""

    trends: list[Trend]
    cost: Decimal


async def read_trends() -> TrendsRead:
    """What is trending for the connected account on X.

    Raises:
        RejectedError: X is not connected, or tells this account none.
        TransientError: it does not answer now.
    """
    access = await platform_access(Platform.X)
    async with access.client() as client:
        trends = await cast("XClient", client).trends()
    return TrendsRead(trends=trends, cost=TREND_READ * len(trends))


async def proposed_trends(topics: Sequence[str]) -> list[str]:
    """Trends on X that fit the business's topics, one sentence each, and what reading cost; or why there is none."""
    try:
        found = await read_trends()
    except DigitalFteError as error:
        return [f"no trends are proposed: {error}"]
    fit = [
        f"trend {trend.in_words} on X, which fits {topic}" for trend, topic in fitting(found.trends, topics)
    ]
    said = fit or [f"no trends are proposed: none of {len(found.trends)} on X fits the handbook's topics"]
    return [*said, f"reading {len(found.trends)} trends on X cost {found.cost} USD"]
