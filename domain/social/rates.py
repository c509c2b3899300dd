"""How each platform defines its engagement rate: one row per platform, with the day it was looked up and where."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from domain.social.measured import Metric
from domain.social.post import Platform


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One platform's engagement rate and how its counts are read.

    Attributes:
        engagements: What is added up.
        seen: What it is divided by.
        note: What the platform counts beside these and does not hand out.
        again: Posts younger than this are read again at each collection; older ones hardly change.
        cost: US dollars for each post that is read.
    """

    engagements: tuple[Metric, ...]
    seen: Metric
    source: str
    looked_up: date
    note: str = ""
    again: timedelta = timedelta(days=30)
    cost: Decimal = Decimal(0)

    @property
    def words(self) -> str:
        """The rate as it is written under its figure."""
        added = " + ".join(self.engagements)
        return f"{added if len(self.engagements) == 1 else f'({added})'} / {self.seen}"

    def without(self, ended: Container[Metric]) -> "Definition":
        """What is left of it when the platform no longer answers some metrics."""
        return replace(self, engagements=tuple(one for one in self.engagements if one not in ended))


DEFINITIONS = {
    Platform.X: Definition(
        engagements=(Metric.LIKES, Metric.REPLIES, Metric.REPOSTS, Metric.QUOTES, Metric.BOOKMARKS),
        seen=Metric.IMPRESSIONS,
        note="clicks and follows, which X counts too, are not public",
        again=timedelta(days=7),
        cost=Decimal("0.005"),
        source="docs.x.com: metrics, pricing",
        looked_up=date(2026, 11, 27),
    ),
    Platform.LINKEDIN: Definition(
        engagements=(Metric.CLICKS, Metric.LIKES, Metric.COMMENTS, Metric.SHARES),
        seen=Metric.IMPRESSIONS,
        note="organic only; what was paid for is not in it",
        source="learn.microsoft.com, LinkedIn marketing API: organization share statistics",
        looked_up=date(2026, 11, 28),
    ),
    Platform.FACEBOOK: Definition(
        engagements=(Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES),
        seen=Metric.VIEWS,
        note="counts come up to 48 hours late",
        source="developers.facebook.com: Page insights, Graph v26.0",
        looked_up=date(2026, 11, 27),
    ),
    Platform.INSTAGRAM: Definition(
        engagements=(Metric.INTERACTIONS,),
        seen=Metric.REACH,
        note="counts come up to 48 hours late",
        source="developers.facebook.com: Instagram insights, Graph v26.0",
        looked_up=date(2026, 11, 27),
    ),
}
"""The platforms whose posts are measured."""
