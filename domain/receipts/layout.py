"""Visual rows: pieces of text that stand beside each other are read together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from domain.receipts.found import Line
from domain.visible import visible

WHERE_LENGTH = 90
NEAR = 0.6
"""Gap between two words of one cell, in heights of the row."""
MAX_LINES, MAX_LINE_LENGTH, MAX_CHARACTERS = 2_000, 400, 50_000
"""More is not a receipt; reading stops there so that a hostile file costs seconds, not hours."""
_APOSTROPHE = re.compile("(?<=\\d)[\u00b4\u2018\u2019\u02b9\u02bc\u2032](?=\\d{3}(?!\\d))")
_USUAL = str.maketrans({"\u2044": "/", "\u2215": "/", "\u2010": "-", "\u2011": "-"})
"""Slashes and hyphens of other shapes: a number is compared with the one that somebody types."""
MOST_IN_A_ROW = 100
"""Each piece of a row is held against the others: a row of more, which no paper has, is read as several."""


CLEAR, UNCLEAR = 0.95, 0.75
"""A line of a picture that was recognised less surely may have a wrong letter; what stands on it alone is never surer
than the second (of 58 readings of pictures the one wrong date that seemed sure stood on a line of 0.93)."""


LETTER_WIDTH = 30
"""Heights of letters that a letter is wide; 200 receipts of tills were at most 29, 12 scanned bills 41 to 58."""


@dataclass(frozen=True, slots=True)
class LayoutCell:
    """A piece of a row and its extent; without boxes both ends are character columns."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """One visual row: its cells from left to right, its number as a person would count it, how surely it was read."""

    number: int
    cells: tuple[LayoutCell, ...]
    height: float = 1.0
    sure: float = 1.0
    text: str = field(init=False)

    def __post_init__(self) -> None:
        """Keep the whole row's text beside its cells: every reader asks for it."""
        object.__setattr__(self, "text", "  ".join(cell.text for cell in self.cells)[:MAX_LINE_LENGTH])

    def cell_at(self, position: int) -> int:
        """Which cell holds this place of the row's text."""
        end = 0
        for index, cell in enumerate(self.cells):
            end += len(cell.text) + 2
            if position < end:
                return index
        return len(self.cells) - 1

    def below(self, heading: LayoutCell) -> LayoutCell | None:
        """The cell under a heading of the row above: the one that shares most of its width."""
        shared = [(min(cell.x1, heading.x1) - max(cell.x0, heading.x0), cell) for cell in self.cells]
        width, best = max(shared, key=lambda pair: pair[0])
        return best if width > 0 else None

    @property
    def is_clear(self) -> bool:
        """Whether its letters were recognised surely, as all typed text is."""
        return self.sure >= CLEAR

    @property
    def where(self) -> str:
        """How a person finds it: `line 12: TOTAL RM 60.30`."""
        shown = " ".join(self.text.split())
        return f"line {self.number}: {shown[:WHERE_LENGTH]}"


def rows_of(lines: Sequence[Line]) -> list[LayoutRow]:
    """The document's visual rows from top to bottom; lines without boxes are rows of their own."""
    usable = _within_limits(lines)
    if not usable:
        return []
    if any(line.y0 is None or line.y1 is None or line.x0 is None or line.x1 is None for line in usable):
        return [LayoutRow(number, _cells_of_text(line.text)) for number, line in enumerate(usable, start=1)]
    bands = [band for page in sorted({line.page for line in usable}) for band in _bands(usable, page)]
    return [_row(number, band) for number, band in enumerate(bands, start=1)]


def as_read(text: str) -> str:
    """What a person reads: no signs that nobody sees; one apostrophe between thousands, one slash and one hyphen."""
    return text if text.isascii() else _APOSTROPHE.sub("'", visible(text)).translate(_USUAL)


def _within_limits(lines: Sequence[Line]) -> list[Line]:
    """The first lines that have text, up to the limits."""
    kept: list[Line] = []
    left = MAX_CHARACTERS
    for line in lines[:MAX_LINES]:
        left -= min(len(line.text), MAX_LINE_LENGTH)
        if left < 0:
            break
        seen = as_read(line.text[:MAX_LINE_LENGTH])
        if seen.strip():
            kept.append(line if seen == line.text else replace(line, text=seen))
    return kept


def _cells_of_text(text: str) -> tuple[LayoutCell, ...]:
    cells: list[LayoutCell] = []
    column = 0
    for part in text[:MAX_LINE_LENGTH].expandtabs(4).split("  "):
        if part.strip():
            start = column + len(part) - len(part.lstrip())
            cells.append(LayoutCell(part.strip(), start, start + len(part.strip())))
        column += len(part) + 2
    return tuple(cells)


def _bands(lines: Sequence[Line], page: int) -> list[list[Line]]:
    """Lines of one page whose boxes overlap by more than half a line's height, as groups."""
    ordered = sorted((line for line in lines if line.page == page), key=_middle)
    usual = median(_height(line) for line in ordered)
    bands: list[list[Line]] = []
    for line in ordered:
        near = bands and _middle(line) - _middle_of(bands[-1]) < 0.5 * min(usual * 1.3, max(_height(line), 1))
        is_full = bool(bands) and len(bands[-1]) >= MOST_IN_A_ROW
        if near and not is_full and not _overlaps_sideways(line, bands[-1]):
            bands[-1].append(line)
        else:
            bands.append([line])
    return bands


def _overlaps_sideways(line: Line, band: list[Line]) -> bool:
    """Whether two texts would lie on top of each other: then they are different rows after all."""
    return any(
        min(line.x1 or 0, other.x1 or 0) - max(line.x0 or 0, other.x0 or 0)
        > 0.5 * min((line.x1 or 0) - (line.x0 or 0), (other.x1 or 0) - (other.x0 or 0))
        for other in band
    )


def _row(number: int, band: list[Line]) -> LayoutRow:
    ordered = sorted(band, key=lambda line: line.x0 or 0)
    height = max(_height(line) for line in band)
    cells: list[LayoutCell] = []
    for line in ordered:
        cell = LayoutCell(line.text.strip()[:MAX_LINE_LENGTH], line.x0 or 0, line.x1 or 0)
        if cells and _belong_together(cells[-1], cell, height):
            cells[-1] = LayoutCell(f"{cells[-1].text} {cell.text}", cells[-1].x0, cell.x1)
        else:
            cells.append(cell)
    return LayoutRow(number, tuple(cells), height=height, sure=min(line.sure for line in band))


def _belong_together(left: LayoutCell, right: LayoutCell, height: float) -> bool:
    """Words a space apart are one cell; two numbers never are."""
    numbers = left.text[-1:].isdigit() and right.text[:1].isdigit()
    return right.x0 - left.x1 < NEAR * height and not numbers


def _middle(line: Line) -> float:
    return ((line.y0 or 0) + (line.y1 or 0)) / 2


def _middle_of(band: list[Line]) -> float:
    """The median of lines that come from top to bottom."""
    upper, lower = band[(len(band) - 1) // 2], band[len(band) // 2]
    return (_middle(upper) + _middle(lower)) / 2


def _height(line: Line) -> float:
    return abs((line.y1 or 0) - (line.y0 or 0))


def is_letter(lines: Sequence[Line]) -> bool:
    """Whether recognised lines stand on a page as wide as a letter's, and not on a till's roll."""
    ours = [line for line in lines if line.page == 0 and line.x1]
    if not ours:
        return False
    width = max(line.x1 or 0 for line in ours) - min(line.x0 or 0 for line in ours)
    return width > LETTER_WIDTH * median((line.y1 or 0) - (line.y0 or 0) for line in ours)
