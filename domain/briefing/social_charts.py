"""The charts of what was said in public: engagement by platform, and how many follow."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.briefing.chart import Chart, ChartKind, Series
from domain.social.report import PlatformInsights


@dataclass(frozen=True)
class Engaged:
    """How a platform's posts did, by kind: the rate and the number of posts; no rate where nothing was counted."""

    name: str
    definition: str
    kinds: Mapping[str, tuple[float | None, int]]


def engagement_chart(found: Sequence[Engaged]) -> Chart:
    """Each platform's engagement rate by kind of post; where nothing was counted, the words say so."""
    kinds = sorted({kind for one in found for kind in one.kinds if one.kinds[kind][0] is not None})
    rows = [[one.kinds.get(kind, (None, 0)) for kind in kinds] for one in found]
    return Chart(
        key="social.engagement_chart",
        kind=ChartKind.ENGAGEMENT,
        title="Engagement by platform and kind of post",
        unit="%",
        points=tuple(kinds),
        series=tuple(
            Series(
                name=one.name,
                values=tuple(None if rate is None else Decimal(str(100 * rate)) for rate, _ in row),
                counts=tuple(posts for _, posts in row),
                note=one.definition,
            )
            for one, row in zip(found, rows, strict=True)
            if any(rate is not None for rate, _ in row)
        ),
        said="; ".join(_engagement(one) for one in found) + ".",
    )


def insights_chart(found: Sequence[PlatformInsights]) -> Chart:
    """The same of what `collect_insights` keeps."""
    return engagement_chart(
        [
            Engaged(
                one.platform.title,
                one.definition,
                {kind: (rate.rate, rate.posts) for kind, rate in one.kinds.items()},
            )
            for one in found
        ]
    )


def _engagement(one: Engaged) -> str:
    known = [f"{kind} {rate:.1%}" for kind, (rate, _) in one.kinds.items() if rate is not None]
    return f"{one.name}: {', '.join(known) or 'nothing was counted'}"


def followers_chart(followers: Mapping[str, Mapping[dt.date, int]]) -> Chart:
    """How many followed each account, from the first look on.

    Args:
        followers: By platform, the count of each known day.
    """
    days = sorted({day for counts in followers.values() for day in counts})
    return Chart(
        key="social.followers_chart",
        kind=ChartKind.FOLLOWERS,
        title="Followers",
        unit="followers",
        points=tuple(f"{day}" for day in days),
        series=tuple(
            Series(
                name=name,
                values=tuple(Decimal(counts[day]) if day in counts else None for day in days),
            )
            for name, counts in followers.items()
        ),
        said="; ".join(
            f"{name} {counts[min(counts)]:,} on {min(counts)}, {counts[max(counts)]:,} on {max(counts)}"
            for name, counts in followers.items()
            if counts
        ),
    )
