"""How every chart looks, wherever it is shown: on paper, in grey, on a telephone.

Nothing global of matplotlib is touched and nothing is written. The colours are Okabe and Ito's, which readers with any
colour vision tell apart; hatches, markers and dashes do the same in grey.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.briefing.chart import Value
from domain.markdown import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKERS, HATCHES = ("o", "s", "^", "D"), ("", "///", "...", "xxx")
DASHES = ("-", "--", "-.", ":")
INK, FAINT = "#222222", "#767676"
WIDE, HIGH = 6.8, 2.9
"""Inches. On a telephone a chart is half as wide: letters of 9 points stay readable there."""
SIZE, SMALL = 9, 8
LONE_DAY_MARGIN = 3.0
"""Days."""
PICTURE_DPI = 150
LONGEST_NAME = 30


def new_figure(height: float = HIGH) -> "Figure":
    """An empty figure."""
    from matplotlib.figure import Figure  # half a second

    return Figure(figsize=(WIDE, height), layout="constrained")


def style(axes: "Axes", unit: str = "", title: str = "") -> None:
    """Quiet axes, thousands apart."""
    if title:
        axes.set_title(name_shown(title), loc="left", fontsize=SIZE + 1, color=INK, parse_math=False)
    axes.set_ylabel(unit, fontsize=SIZE, color=FAINT, parse_math=False)
    axes.yaxis.set_major_formatter("{x:,.10g}")
    axes.tick_params(labelsize=SMALL, colors=INK, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.grid(visible=True, axis="y", alpha=0.3, linewidth=0.6)
    axes.set_axisbelow(True)


def zero_line(axes: "Axes") -> None:
    """Where something lies below it."""
    if axes.get_ylim()[0] < 0:
        axes.axhline(0, color=INK, linewidth=0.8)


def legend(figure: "Figure", axes: "Axes") -> None:
    """Below the chart, in one line."""
    handles, labels = axes.get_legend_handles_labels()
    shown = figure.legend(
        handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=SMALL, handlelength=2.6
    )
    for text in shown.get_texts():
        text.set_parse_math(False)


def dates(axes: "Axes") -> None:
    """As many days as there is room for."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    first, last = axes.dataLim.intervalx
    if first == last:  # of one day alone matplotlib shows four years
        axes.set_xlim(first - LONE_DAY_MARGIN, last + LONE_DAY_MARGIN)
    locator = AutoDateLocator(minticks=2, maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.xaxis.get_offset_text().set(size=SMALL, color=INK)


def drawn(values: Sequence[Value]) -> list[float]:
    """For matplotlib; what is not known is not drawn."""
    return [float("nan") if value is None else float(value) for value in values]


def name_shown(text: str, longest: int = 100) -> str:
    """A foreign name, harmless and short."""
    seen = visible(text)
    return seen if len(seen) <= longest else f"{seen[: longest - 1].rstrip()}…"


def as_png(figure: "Figure") -> bytes:
    """A picture; the same figure gives the same bytes."""
    return _saved(figure, "png", {"Software": None})


def as_svg(figure: "Figure") -> str:
    """The same in lines, for print."""
    return _saved(figure, "svg", {"Date": None}).decode()


def _saved(figure: "Figure", kind: str, metadata: dict[str, None]) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format=kind, dpi=PICTURE_DPI, metadata=metadata)
    return written.getvalue()
