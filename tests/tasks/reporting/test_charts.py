"""Charts as pixels: everything that is said is in them, and they can be told apart in grey."""

import datetime as dt
import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from domain.briefing.chart import ChartKind
from domain.briefing.social_charts import followers_chart
from domain.social.report import GroupShown
from tasks.reporting.charts import best_time, draw, follower_growth
from tasks.reporting.style import COLOURS, HATCHES, as_png
from tests.weekly_briefings import AGEING, BUDGET, CASH, DAYS, MONTHS, chart

DAY = dt.date(2026, 3, 2)


def pixels(figure: Figure) -> np.ndarray:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=60)
    return np.asarray(Image.open(written).convert("RGB"), dtype=int)


def shade(colour: str) -> np.ndarray:
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])


def test_each_account_s_line_is_there_in_its_colour() -> None:
    followers = {
        name: {DAY + dt.timedelta(days=number): base + 3 * number for number in range(30)}
        for name, base in (("X", 1000), ("LinkedIn", 1400))
    }
    found = pixels(follower_growth(followers_chart(followers)))
    for colour in COLOURS[:2]:
        assert (np.abs(found - shade(colour)).max(axis=2) < 8).sum() > 100, colour
    assert pixels(follower_growth(followers_chart({"X": {DAY: 1000}}))).std() > 0


def test_the_year_under_a_line_of_days_is_as_small_as_the_days() -> None:
    figure = follower_growth(followers_chart({"X": {DAY + dt.timedelta(days=one): one for one in range(30)}}))
    (axes,) = figure.axes
    pixels(figure)
    sizes = {one.get_fontsize() for one in (axes.xaxis.get_offset_text(), *axes.get_xticklabels())}
    assert axes.xaxis.get_offset_text().get_text()
    assert len(sizes) == 1


def test_a_first_day_stands_among_its_own_days() -> None:
    figure = follower_growth(followers_chart({"X": {DAY: 1000}}))
    first, last = figure.axes[0].get_xlim()
    assert last - first < 14


def test_the_colours_differ_in_grey() -> None:
    weights = np.array([0.299, 0.587, 0.114])
    shades = sorted(
        float(weights @ [int(one[place : place + 2], 16) for place in (1, 3, 5)]) for one in COLOURS
    )
    assert len({round(shade) for shade in shades}) == len(COLOURS)


def test_the_best_is_on_top_and_every_interval_is_inside() -> None:
    rows = [
        GroupShown(name="Tuesday 16-20", rate=0.06, low=0.05, high=0.07, posts=24),
        GroupShown(name="Friday 08-12", rate=0.03, low=0.0, high=0.09, posts=6),
    ]
    axes = best_time(rows, "Best times").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Friday 08-12  (n=6)",
        "Tuesday 16-20  (n=24)",
    ]
    left, right = axes.get_xlim()
    assert left == 0
    assert right > 9


KINDS = {
    ChartKind.MONTHS: MONTHS,
    ChartKind.CASH: CASH,
    ChartKind.AGEING: AGEING,
    ChartKind.BUDGET: BUDGET,
    ChartKind.ENGAGEMENT: chart(ChartKind.ENGAGEMENT, ("film", "text"), X=(3, None), LinkedIn=(None, 5)),
    ChartKind.FOLLOWERS: chart(ChartKind.FOLLOWERS, DAYS, X=(10, None, 12, 15), LinkedIn=(None, None, 7, 8)),
    ChartKind.LINES: chart(
        ChartKind.LINES, ("2026-03-02T08:00", "2026-03-02T09:00"), x=(10, 12), odoo=(None, 7)
    ),
    ChartKind.THROUGHPUT: chart(ChartKind.THROUGHPUT, ("Mon", "Tue"), came=(5, None), done=(3, 0)),
}


@pytest.mark.parametrize("kind", ChartKind)
def test_every_kind_of_chart_is_drawn_in_colours_that_differ_in_grey(kind: ChartKind) -> None:
    found = pixels(draw(KINDS[kind]))
    drawn_in = [colour for colour in COLOURS if (np.abs(found - shade(colour)).max(axis=2) < 8).sum() > 20]
    assert len(drawn_in) >= 2


@pytest.mark.parametrize("kind", ChartKind)
def test_a_chart_of_nothing_and_one_of_hostile_names_are_drawn(kind: ChartKind) -> None:
    one = KINDS[kind]
    nothing = one.model_copy(update={"points": (), "series": ()})
    assert pixels(draw(nothing)).size
    is_foreign = kind in (ChartKind.AGEING, ChartKind.BUDGET, ChartKind.ENGAGEMENT, ChartKind.THROUGHPUT)
    points = ("$x^{$ \\frac{", "W" * 200) if is_foreign else one.points[:2]
    named = tuple(
        each.model_copy(update={"name": f"{each.name}$^{{$", "note": "$_{$"}) if kind not in NAMED else each
        for each in one.series
    )
    cut = tuple(each.model_copy(update={"values": each.values[:2]}) for each in named)
    hostile = one.model_copy(update={"points": points, "series": cut, "unit": "$^{$", "title": "$_{$"})
    assert pixels(draw(hostile)).std() > 0


NAMED = (ChartKind.MONTHS, ChartKind.CASH, ChartKind.BUDGET)
"""Their series have names of ours."""


def test_cash_below_zero_has_a_line_at_zero_and_its_interval() -> None:
    axes = draw(CASH).axes[0]
    assert axes.get_ylim()[0] < -90
    assert [line for line in axes.lines if list(line.get_ydata()) == [0, 0]]


def test_an_overspent_budget_looks_different() -> None:
    bars = draw(BUDGET).axes[0].patches
    assert {bar.get_hatch() for bar in bars if bar.get_width() == 300} == {HATCHES[1]}
    assert {bar.get_hatch() for bar in bars if bar.get_width() == 900} == {HATCHES[0]}


def test_the_same_chart_gives_the_same_picture() -> None:
    assert as_png(draw(MONTHS)) == as_png(draw(MONTHS))
