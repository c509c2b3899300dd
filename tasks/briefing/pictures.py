"""The pictures of a briefing's charts."""

from functools import lru_cache

from domain.briefing.chart import Chart
from domain.briefing.layout import Layout

MOST_KEPT = 32


def pictures(layout: Layout) -> dict[str, bytes]:
    """PNG by the charts' keys, in their order."""
    return {chart.key: _picture(chart) for chart in layout.charts}


@lru_cache(maxsize=MOST_KEPT)
def _picture(chart: Chart) -> bytes:
    """Drawn once for the note and the mail: a chart takes about 0.15 s."""
    from tasks.reporting.charts import draw  # a second: numpy, matplotlib
    from tasks.reporting.style import as_png

    return as_png(draw(chart))
