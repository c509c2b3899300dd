"""The pictures of a briefing's charts."""

from domain.briefing.layout import Layout


def pictures(layout: Layout) -> dict[str, bytes]:
    """PNG by the charts' keys, in their order."""
    from tasks.reporting.charts import draw  # a second: numpy, matplotlib
    from tasks.reporting.style import as_png

    return {chart.key: as_png(draw(chart)) for chart in layout.charts}
