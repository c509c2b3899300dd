"""The charts of what was said in public: engagement by platform, and how many follow."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.briefing.chart import Chart, ChartKind, Series
from domain.social.report import PlatformInsights


def engagement_chart(found: Sequence[PlatformInsights]) -> Chart:
    """Each platform's engagement rate by kind of post; what nobody has seen has none."""
    kinds = sorted({kind for one in found for kind, rate in one.kinds.items() if rate.rate is not None})
    rates = [[one.kinds.get(kind) for kind in kinds] for one in found]
    return Chart(
        key="social.engagement_chart",
        kind=ChartKind.ENGAGEMENT,
        title="Engagement by platform and kind of post",
        unit="%",
        points=tuple(str(kind) for kind in kinds),
        series=tuple(
            Series(
                name=one.platform.title,
                values=tuple(
                    None if rate is None or rate.rate is None else Decimal(str(100 * rate.rate))
                    for rate in row
                ),
                counts=tuple(rate.posts if rate else 0 for rate in row),
                note=one.definition,
            )
            for one, row in zip(found, rates, strict=True)
        ),
        said="; ".join(_engagement(one) for one in found) + "." if found else "Nothing was counted.",
    )


def _engagement(one: PlatformInsights) -> str:
    rate = one.engagement.rate
    known = "not counted" if rate is None else f"{rate:.1%}"
    return f"{one.platform.title} {known} of {one.engagement.posts} posts"


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
