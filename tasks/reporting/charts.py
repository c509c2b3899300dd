"""Charts, one function for each: data in, a matplotlib figure out. Briefings and notebooks draw with the same ones."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from domain.briefing.chart import Chart, ChartKind, Series
from domain.social.report import GroupShown
from tasks.reporting.style import (
    COLOURS,
    DASHES,
    FAINT,
    HATCHES,
    HIGH,
    INK,
    LONGEST_NAME,
    MARKERS,
    SIZE,
    SMALL,
    dates,
    drawn,
    legend,
    name_shown,
    new_figure,
    style,
    zero_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS_WIDE = 0.8
LOW = 2.4
"""Inches of a chart below which there is another."""
MOST_LABELS = 13


def draw(chart: Chart) -> "Figure":
    """Any of them, by its kind."""
    return CHARTS[chart.kind](chart)


def revenue_and_expenses(chart: Chart) -> "Figure":
    """Bars of revenue and expenses by month, the profit as a line over them."""
    figure = new_figure()
    axes = figure.subplots()
    _bars(axes, [one for one in chart.series if one.name != "profit"], len(chart.points))
    axes.plot(
        range(len(chart.points)),
        drawn(chart.values("profit")),
        label="profit",
        color=INK,
        marker="D",
        markersize=3.5,
        linewidth=1.2,
    )
    _labels(axes, [_month(point) for point in chart.points])
    style(axes, chart.unit)
    zero_line(axes)
    legend(figure, axes)
    return figure


def cash_with_forecast(chart: Chart) -> "Figure":
    """Cash as it was, as it is expected, and between which bounds in four of five cases."""
    figure = new_figure()
    axes = figure.subplots()
    days = [np.datetime64(point) for point in chart.points]
    axes.plot(days, drawn(chart.values("cash")), label="cash", color=COLOURS[0], marker="o", markersize=3.5)
    if low := chart.values("low"):
        bounds = drawn(low), drawn(chart.values("high"))
        axes.fill_between(days, *bounds, color=COLOURS[1], alpha=0.18, linewidth=0, label="80 % of cases")
        for bound in bounds:
            axes.plot(days, bound, color=COLOURS[1], linewidth=0.7, linestyle=":")
    if expected := chart.values("expected"):
        axes.plot(days, drawn(expected), label="expected", color=COLOURS[1], linestyle="--", linewidth=1.8)
    style(axes, chart.unit)
    zero_line(axes)
    dates(axes)
    legend(figure, axes)
    return figure


def open_items(chart: Chart) -> "Figure":
    """Bars of what customers owe and of what we owe, by days overdue."""
    return _grouped(chart)


def budget_bars(chart: Chart) -> "Figure":
    """What was spent of each budget: a bar within the budget's frame, hatched where it is more."""
    figure = new_figure(0.9 + 0.26 * max(len(chart.points), 1))
    axes = figure.subplots()
    rows = np.arange(len(chart.points))[::-1]
    budget, spent = drawn(chart.values("budget")), drawn(chart.values("spent"))
    axes.barh(rows, budget, height=0.72, label="budget", facecolor="#eeeeee", edgecolor=FAINT, linewidth=0.8)
    over = np.array([one > most for one, most in zip(spent, budget, strict=True)], dtype=bool)
    for number, (kept, name) in enumerate(((~over, "spent"), (over, "spent, more than the budget"))):
        if kept.any():
            axes.barh(rows[kept], np.array(spent)[kept], height=0.4, label=name, **_looks(number))
    style(axes)
    axes.set_yticks(rows, [name_shown(point, LONGEST_NAME) for point in chart.points], parse_math=False)
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", alpha=0.3, linewidth=0.6)
    axes.set_xlabel(chart.unit, fontsize=SIZE, color=FAINT, parse_math=False)
    legend(figure, axes)
    return figure


def engagement_by_platform(chart: Chart) -> "Figure":
    """Each platform's engagement rate by kind of post, in a chart of its own: the definitions differ."""
    widths = [max(sum(value is not None for value in one.values), 3) for one in chart.series] or [1]
    in_a_row = len(widths) if sum(widths) <= MOST_LABELS else 2
    rows = -(-len(widths) // in_a_row)
    is_narrow = rows == 1
    figure = new_figure(HIGH + 0.6 if is_narrow else rows * LOW)
    ratios = widths if is_narrow else None
    grid = figure.subplots(rows, in_a_row, squeeze=False, width_ratios=ratios)
    for axes in grid.flat[len(widths) :]:
        axes.set_axis_off()
    for number, (axes, one) in enumerate(zip(grid.flat, chart.series, strict=False)):
        known = [place for place, value in enumerate(one.values) if value is not None]
        values = drawn([one.values[place] for place in known])
        bars = axes.bar(range(len(known)), values, **_looks(number))
        axes.bar_label(bars, fmt="%.1f", fontsize=SMALL, padding=2)
        style(axes, "", one.name)
        counts = [f"\nn={one.counts[place]}" if one.counts else "" for place in known]
        names = [
            f"{name_shown(chart.points[place], 12)}{count}"
            for place, count in zip(known, counts, strict=True)
        ]
        axes.set_xticks(range(len(known)), names, fontsize=SMALL, parse_math=False)
        axes.set_xlim(-0.7, max(len(known), 1) - 0.3)
        measured = one.note.replace(" + ", "\n+ ").replace(" / ", "\n/ ") if is_narrow else one.note
        axes.set_xlabel(measured, fontsize=7, color=FAINT, parse_math=False)
    for axes in grid[:, 0]:
        axes.set_ylabel(f"engagement rate, {chart.unit}", fontsize=SIZE, color=FAINT, parse_math=False)
    return figure


def follower_growth(chart: Chart) -> "Figure":
    """How many followed each account, from the first look on; so for anything that is measured over time."""
    figure = new_figure()
    axes = figure.subplots()
    days = np.array([np.datetime64(point) for point in chart.points])
    for number, one in enumerate(chart.series):
        known = np.array([value is not None for value in one.values], dtype=bool)
        axes.plot(
            days[known],
            np.array(drawn(one.values))[known],
            label=name_shown(one.name, LONGEST_NAME),
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
            linestyle=DASHES[number % len(DASHES)],
            markersize=4,
        )
    style(axes, chart.unit)
    dates(axes)
    legend(figure, axes)
    return figure


def task_throughput(chart: Chart) -> "Figure":
    """Bars of how much was worked on, by day or by week."""
    return _grouped(chart)


def best_time(groups: Sequence[GroupShown], title: str) -> "Figure":
    """Times of the week (or hashtags) with their 95 % interval and number of posts, best on top."""
    figure = new_figure(1.2 + 0.4 * max(len(groups), 1))
    axes = figure.subplots()
    rows = list(groups)[::-1]
    rates = [100 * one.rate for one in rows]
    below = [100 * (one.rate - one.low) for one in rows]
    above = [100 * (one.high - one.rate) for one in rows]
    axes.errorbar(
        rates, range(len(rows)), xerr=[below, above], fmt="o", color=COLOURS[0], ecolor="#555555", capsize=4
    )
    style(axes, "", title)
    axes.set_yticks(
        range(len(rows)),
        [f"{name_shown(one.name, LONGEST_NAME)}  (n={one.posts})" for one in rows],
        parse_math=False,
    )
    axes.set_xlabel("engagement rate, %, with its 95 % interval", fontsize=SIZE)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", alpha=0.3)
    axes.set_xlim(left=0)
    axes.margins(y=0.15)
    return figure


def _grouped(chart: Chart) -> "Figure":
    figure = new_figure()
    axes = figure.subplots()
    _bars(axes, chart.series, len(chart.points))
    _labels(axes, [name_shown(point, 12) for point in chart.points])
    style(axes, chart.unit)
    zero_line(axes)
    legend(figure, axes)
    return figure


def _bars(axes: "Axes", series: Sequence[Series], points: int) -> None:
    """Beside each other at each point."""
    wide = BARS_WIDE / max(len(series), 1)
    for number, one in enumerate(series):
        places = np.arange(points) - BARS_WIDE / 2 + wide * (number + 0.5)
        axes.bar(places, drawn(one.values), wide, label=name_shown(one.name, LONGEST_NAME), **_looks(number))


def _looks(number: int) -> dict[str, Any]:
    return {
        "color": COLOURS[number % len(COLOURS)],
        "hatch": HATCHES[number % len(HATCHES)],
        "edgecolor": "white",
        "linewidth": 0.5,
    }


def _labels(axes: "Axes", labels: Sequence[str]) -> None:
    """Below the points; where there are many, not below each."""
    step = -(-len(labels) // MOST_LABELS) or 1
    places = range(0, len(labels), step)
    axes.set_xticks(places, [labels[place] for place in places], parse_math=False)


def _month(point: str) -> str:
    """Its name; January says the year as well."""
    month = dt.date.fromisoformat(f"{point}-01")
    return f"{month:%b}\n{month:%Y}" if month.month == 1 else f"{month:%b}"


CHARTS: dict[ChartKind, Callable[[Chart], "Figure"]] = {
    ChartKind.MONTHS: revenue_and_expenses,
    ChartKind.CASH: cash_with_forecast,
    ChartKind.AGEING: open_items,
    ChartKind.BUDGET: budget_bars,
    ChartKind.ENGAGEMENT: engagement_by_platform,
    ChartKind.FOLLOWERS: follower_growth,
    ChartKind.LINES: follower_growth,
    ChartKind.THROUGHPUT: task_throughput,
}
