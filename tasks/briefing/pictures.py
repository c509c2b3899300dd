"""The pictures of a briefing's charts: as PNG for screens, as SVG for print."""

from dataclasses import dataclass
from functools import lru_cache

from domain.briefing.chart import Chart
from domain.briefing.layout import Layout

MOST_KEPT = 32


@dataclass(frozen=True)
class ChartPicture:
    """One chart."""

    png: bytes
    svg: str


def pictures(layout: Layout) -> dict[str, ChartPicture]:
    """By the charts' keys, in their order."""
    return {chart.key: _picture(chart) for chart in layout.charts}


@lru_cache(maxsize=MOST_KEPT)
def _picture(chart: Chart) -> ChartPicture:
    """Drawn once for the note, the page, the mail and the run: a chart takes about 0.15 s."""
    from tasks.reporting.charts import draw  # a second: numpy, matplotlib
    from tasks.reporting.style import as_png, as_svg

    figure = draw(chart)
    png = as_png(figure)
    figure.set_layout_engine("none")  # laid out already
    return ChartPicture(png, as_svg(figure))
