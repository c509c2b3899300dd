"""Charts as pixels: everything that is said is in them, and they can be told apart in grey."""

import datetime as dt
import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from domain.briefing.social_charts import followers_chart
from domain.social.report import GroupShown
from tasks.reporting.charts import best_time, follower_growth
from tasks.reporting.style import COLOURS

DAY = dt.date(2026, 3, 2)


def pixels(figure: Figure) -> np.ndarray:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=60)
    return np.asarray(Image.open(written).convert("RGB"))


def test_each_account_s_line_is_there_in_its_colour() -> None:
    followers = {
        name: {DAY + dt.timedelta(days=number): base + 3 * number for number in range(30)}
        for name, base in (("X", 1000), ("LinkedIn", 1400))
    }
    found = pixels(follower_growth(followers_chart(followers)))
    for colour in COLOURS[:2]:
        wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])
        assert (np.abs(found - wanted).max(axis=2) < 8).sum() > 100, colour
    assert pixels(follower_growth(followers_chart({"X": {DAY: 1000}}))).std() > 0


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
