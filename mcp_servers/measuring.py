"""What the servers of the platforms share: how posts did, from what is kept; nothing is asked of a platform."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.accounting.date_range import parse_period
from domain.social.post import Platform
from domain.social.report import InsightsQuestion, PlatformInsights
from domain.text import OneLine
from tasks.social.insights import SocialSummary, summary, timeline_insights
from tasks.social.post_notes import zone_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

Days = Annotated[int, Field(ge=1, le=365, description="Posts of so many days, today included.")]
Period = Annotated[
    OneLine,
    Field(max_length=60, description="2026-10, 2026-Q3, 2026, 2026-10-31 or 2026-10-01..2026-10-31."),
]
FEW, MANY = 3, 5
"""Rows of each list: a whole answer stays below about 4,000 tokens."""


def insights_of(platform: Platform, days: int) -> PlatformInsights:
    """How the platform's posts of the last days did."""
    return timeline_insights(platform, days, datetime.now(UTC), ZoneInfo(zone_in_force()))


def summary_of(platforms: "Sequence[Platform]", period: str) -> SocialSummary:
    """How the posts of a period did, on each of these platforms; on all where none is named."""
    days = parse_period(period)
    zone = ZoneInfo(zone_in_force())
    question = InsightsQuestion(days.first, days.last, zone, MANY if platforms else FEW)
    return summary(platforms, question, datetime.now(UTC))
