"""What the pictures in a page's letterhead say: the lines recognised there that the page's own text does not have."""

from collections.abc import Sequence

from domain.receipts.found import Line

COVERED = 0.3
"""So much of a recognised line lies under words of the text: it is those words."""


def drawn_lines(recognised: Sequence[Line], words: Sequence[Line]) -> list[Line]:
    """The lines recognised on the first page that stand where its text has no words."""
    ours = [word for word in words if word.page == 0]
    return [line for line in recognised if sum(_shared(line, word) for word in ours) < COVERED * _area(line)]


def _shared(one: Line, other: Line) -> float:
    """How much of two boxes is common to both."""
    wide = min(one.x1 or 0, other.x1 or 0) - max(one.x0 or 0, other.x0 or 0)
    high = min(one.y1 or 0, other.y1 or 0) - max(one.y0 or 0, other.y0 or 0)
    return max(wide, 0.0) * max(high, 0.0)


def _area(line: Line) -> float:
    return ((line.x1 or 0) - (line.x0 or 0)) * ((line.y1 or 0) - (line.y0 or 0))
