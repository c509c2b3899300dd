"""Charts of how posts did: one function for each, a matplotlib figure as its answer.

Nothing global of matplotlib is touched and nothing is written. The colours are Okabe and Ito's, which readers with any
colour vision tell apart; shapes and hatches do the same in grey.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from domain.social.report import GroupShown, PlatformInsights

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKERS, HATCHES = ("o", "s", "^", "D"), ("", "//", "..", "xx")
WIDE, HIGH = 9.0, 3.6


def engagement_by_platform(found: Sequence[PlatformInsights]) -> "Figure":
    """Each platform's engagement rate by kind of post, in a chart of its own: the definitions differ."""
    figure = _figure(HIGH + 0.6)
    columns = figure.subplots(1, len(found), squeeze=False)[0]
    for number, (axes, one) in enumerate(zip(columns, found, strict=True)):
        known = {kind: rate for kind, rate in one.kinds.items() if rate.rate is not None}
        bars = axes.bar(
            [f"{kind}\nn={rate.posts}" for kind, rate in known.items()],
            [100 * (rate.rate or 0) for rate in known.values()],
            color=COLOURS[number % len(COLOURS)],
            hatch=HATCHES[number % len(HATCHES)],
            edgecolor="white",
        )
        axes.bar_label(bars, fmt="%.1f", fontsize=8, padding=2)
        _style(axes, one.platform.title, "")
        axes.set_xlabel("\n+ ".join(one.definition.split(" + ")).replace(" / ", "\n/ "), fontsize=7)
        axes.tick_params(axis="x", labelsize=7)
    columns[0].set_ylabel("engagement rate, %")
    return figure


def follower_growth(followers: Mapping[str, Mapping[dt.date, int]]) -> "Figure":
    """How many followed each account, from the first look on.

    Args:
        followers: By platform, the count of each known day.
    """
    figure = _figure(HIGH)
    axes = figure.subplots()
    for number, (name, days) in enumerate(followers.items()):
        axes.plot(
            [np.datetime64(day) for day in days],
            list(days.values()),
            label=name,
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
            markersize=5,
        )
    _style(axes, "Followers", "followers")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    _dates(figure, axes)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def best_time(groups: Sequence[GroupShown], title: str) -> "Figure":
    """Times of the week (or hashtags) with their 95 % interval and number of posts, best on top."""
    figure = _figure(1.2 + 0.4 * max(len(groups), 1))
    axes = figure.subplots()
    rows = list(groups)[::-1]
    rates = [100 * one.rate for one in rows]
    below = [100 * (one.rate - one.low) for one in rows]
    above = [100 * (one.high - one.rate) for one in rows]
    axes.errorbar(
        rates, range(len(rows)), xerr=[below, above], fmt="o", color=COLOURS[0], ecolor="#555555", capsize=4
    )
    axes.set_yticks(range(len(rows)), [f"{one.name}  (n={one.posts})" for one in rows])
    _style(axes, title, "")
    axes.set_xlabel("engagement rate, %, with its 95 % interval")
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", alpha=0.3)
    axes.set_xlim(left=0)
    axes.margins(y=0.15)
    return figure


def _figure(height: float) -> "Figure":
    from matplotlib.figure import Figure  # half a second

    return Figure(figsize=(WIDE, height), layout="constrained")


def _style(axes: "Axes", title: str, unit: str) -> None:
    axes.set_title(title, loc="left")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def _dates(figure: "Figure", axes: "Axes") -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    figure.autofmt_xdate(rotation=0, ha="center")
