"""A page as cells: words a space apart are one cell, cells on one height are a row."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from statistics import median

from domain.receipts.found import Line
from domain.receipts.layout import CLEAR, WHERE_LENGTH, as_read

MAX_WORDS = 8_000
"""Of more words the first and the last half are read: the totals stand at the end."""
MAX_CELL, MAX_CELLS, MAX_CHARACTERS = 400, 80, 150_000
GLUED, SPACE = 0.08, 0.85
"""Gaps inside a word and between two words of one cell, in letter heights; typewriter letters leave 0.6."""
DIGITS_SPACE, THOUSANDS_SPACE = 0.45, 0.7
"""A gap that may stand inside a number, and one between its thousands; numbers of a table are further apart."""
SPACED_LETTERS, SPACED_SHARE = 4, 0.6
"""So many single letters, and so much of a cell, are one word that is printed with spaces."""
_SPACED = re.compile(r"\b[^\W\d_](?: [^\W\d_])+\b")
LEAST_HEIGHT = 1.4
"""A page's height in widths of what is printed on it: a letter's sheet has 1.41 (A4) or 1.29, and margins."""
LOWER = 0.3
"""How much of a label's height a value shares with it that is set lower."""
UPPER, VALUES = 0.5, 3
"""The half of a page on which a bill says what it is; so many values in a row may have their labels under them."""

_LEADING = re.compile(r"(?:^|[^\d.,])\d{1,3}(?: \d{3})*$")
_THOUSANDS = re.compile(r"\d{3}(?!\d)")
_CENTS_END = re.compile(r"[.,]\d\d$")
_NUMERIC = re.compile(r"^[-+]?\d[\d.,']*$")
_LEADER = re.compile(r"\.{2,}(?=:?$)")
"""`FACTURA..:`, or dots that lead to a value: they are no part of a label."""


@dataclass(frozen=True, slots=True, eq=False)
class PageCell:
    """A piece of text, its box and how surely it was recognised; `folded` is the text in capitals without accents."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    row: int
    page: int
    sure: float = 1.0
    folded: str = field(init=False)

    def __post_init__(self) -> None:
        """Keep the text as labels are compared with it."""
        object.__setattr__(self, "folded", folded(self.text))

    @property
    def height(self) -> float:
        """The letters' height."""
        return max(self.y1 - self.y0, 1.0)

    def shares_column(self, other: "PageCell") -> bool:
        """Whether two cells overlap sideways, or start or end on one edge."""
        overlap = min(self.x1, other.x1) - max(self.x0, other.x0)
        return overlap > 0 or abs(self.x0 - other.x0) < self.height or abs(self.x1 - other.x1) < self.height

    def distance(self, other: "PageCell") -> float:
        """How far their middles are apart sideways."""
        return abs(self.x0 + self.x1 - other.x0 - other.x1) / 2

    def crosses(self, other: "PageCell") -> bool:
        """Whether two cells of a page have a height in common."""
        return self.page == other.page and self.y0 < other.y1 and self.y1 > other.y0


@dataclass(frozen=True, eq=False)
class PageRow:
    """The cells of one height, from left to right."""

    number: int
    page: int
    cells: tuple[PageCell, ...]

    @cached_property
    def text(self) -> str:
        """The row as one text; cells are two spaces apart."""
        return "  ".join(cell.text for cell in self.cells)

    @cached_property
    def folded(self) -> str:
        """The row as labels are compared with it."""
        return folded(self.text)

    @property
    def y0(self) -> float:
        """Its upper edge."""
        return min(cell.y0 for cell in self.cells)

    @property
    def is_clear(self) -> bool:
        """Whether all of it was recognised surely, or is text."""
        return all(cell.sure >= CLEAR for cell in self.cells)

    @property
    def where(self) -> str:
        """How a person finds it: `line 12: TOTAL 60.30`."""
        return f"line {self.number}: {' '.join(self.text.split())[:WHERE_LENGTH]}"


@dataclass(frozen=True)
class Sheet:
    """All rows of a document, and how tall its pages are."""

    rows: tuple[PageRow, ...]
    bottoms: dict[int, float]
    usual_height: float

    def cells_of(self, row: int) -> tuple[PageCell, ...]:
        """The cells of a row; none before the first and behind the last."""
        return self.rows[row].cells if 0 <= row < len(self.rows) else ()

    def after(self, cell: PageCell) -> tuple[PageCell, ...]:
        """The cells to its right on the same row."""
        cells = self.rows[cell.row].cells
        return cells[cells.index(cell) + 1 :]

    def lower_beside(self, cell: PageCell) -> tuple[PageCell, ...]:
        """The cells to its right that are set a little lower, on a row of their own."""
        below = () if self.after(cell) else self.cells_of(cell.row + 1)
        return tuple(
            one
            for one in below
            if one.page == cell.page and one.x0 >= cell.x1 and cell.y1 - one.y0 > LOWER * cell.height
        )

    def under(self, cell: PageCell, *, rows: int = 3) -> PageCell | None:
        """The next cell of the same column, not further away than three heights."""
        for row in self.rows[cell.row + 1 : cell.row + 1 + rows]:
            if row.page != cell.page or row.y0 - cell.y1 > 3 * max(cell.height, self.usual_height):
                return None
            below = next((one for one in row.cells if cell.shares_column(one)), None)
            if below is not None:
                return below
        return None

    def nearest_below(self, cell: PageCell) -> PageCell | None:
        """The value of a table's heading that is set to another side: no heading is nearer to it."""
        headings, values = self.rows[cell.row].cells, self.cells_of(cell.row + 1)
        if min(len(headings), len(values)) < VALUES or values[0].page != cell.page:
            return None
        ours = [one for one in values if min(headings, key=one.distance) is cell]
        return ours[0] if len(ours) == 1 and ours[0].y0 - cell.y1 < cell.height else None

    def in_box(self, cell: PageCell) -> PageCell | None:
        """The value at the right of a box whose label stands at its upper left: both end their rows."""
        for row in () if self.after(cell) else self.rows[cell.row + 1 : cell.row + 4]:
            last = row.cells[-1]
            if row.page != cell.page or last.y0 - cell.y1 > 3 * cell.height:
                return None
            if last.x0 > cell.x1 or (
                last.x0 > cell.x0 and len(row.cells) > 1 and row.cells[-2].x0 >= cell.x0 - 1
            ):
                return last
        return None

    def over(self, cell: PageCell) -> PageCell | None:
        """The value close over its label, in a row that has as many values as there are labels."""
        labels, values = self.rows[cell.row].cells, self.rows[max(cell.row - 1, 0)].cells
        is_near = values[0].page == cell.page and cell.y0 - values[0].y1 < cell.height / 2
        return values[labels.index(cell)] if is_near and 1 < len(labels) == len(values) else None

    def heading_of(self, cell: PageCell) -> PageCell | None:
        """The next cell above in its column, not further away than three heights."""
        for row in reversed(self.rows[max(0, cell.row - 3) : cell.row]):
            if row.page != cell.page or cell.y0 - max(one.y1 for one in row.cells) > 3 * cell.height:
                return None
            heading = next((one for one in row.cells if one.shares_column(cell)), None)
            if heading is not None:
                return heading
        return None

    def lines_beside(self, cell: PageCell) -> str:
        """The label in two lines to the left of a value that stands between them: `Last date for`, then `payment`."""
        if not 0 < cell.row < len(self.rows) - 1:
            return ""
        upper, lower = (
            next((one for one in reversed(row.cells) if one.x1 <= cell.x0 and one.crosses(cell)), None)
            for row in (self.rows[cell.row - 1], self.rows[cell.row + 1])
        )
        if upper is None or lower is None or abs(upper.x0 - lower.x0) > cell.height:
            return ""
        return f"{upper.folded} {lower.folded}"

    def label_under(self, cell: PageCell) -> PageCell | None:
        """The label of a value that stands over it, in a row of values with as many labels close under them."""
        row = self.rows[cell.row]
        labels = self.cells_of(cell.row + 1)
        if not VALUES <= len(row.cells) == len(labels) or labels[0].page != cell.page:
            return None
        if any(re.search(r"\d", one.text) for one in labels) or labels[0].y0 - cell.y1 > cell.height / 2:
            return None
        return labels[row.cells.index(cell)]

    def is_upper(self, cell: PageCell) -> bool:
        """Whether it stands on the half of its page on which a bill says what it is."""
        return self.depth(cell) < UPPER

    def depth(self, cell: PageCell) -> float:
        """How far down its page a cell stands, from 0 to 1."""
        return cell.y0 / max(self.bottoms[cell.page], 1.0)


def folded(text: str) -> str:
    """Capitals without accents: `Échéance` is `ECHEANCE`, `Straße` is `STRASSE`."""
    if text.isascii():
        return text.upper()
    apart = unicodedata.normalize("NFD", text.upper().replace("\u2019", "'").replace("\u00a0", " "))
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")


def sheet_of(lines: Sequence[Line]) -> Sheet | None:
    """The document as rows of cells; None where places are not known."""
    words = [_seen(line) for line in _chosen(lines)]
    words = _within([word for word in words if word.text.strip()])
    if not words or any(None in (word.x0, word.y0, word.x1, word.y1) for word in words):
        return None
    rows: list[PageRow] = []
    bottoms: dict[int, float] = {}
    for page in sorted({word.page for word in words}):
        ours = [word for word in words if word.page == page]
        bottoms[page] = _bottom(ours)
        for band in _bands(ours):
            cells = tuple(_cells(band, len(rows), page))
            rows.append(PageRow(len(rows) + 1, page, cells))
    heights = [cell.height for row in rows for cell in row.cells]
    return Sheet(tuple(rows), bottoms, median(heights))


def _bottom(words: Sequence[Line]) -> float:
    """Where a page ends: its last word, or further down where only its upper part is printed."""
    return max(*(word.y1 or 0 for word in words), LEAST_HEIGHT * max(word.x1 or 0 for word in words))


def _chosen(lines: Sequence[Line]) -> Sequence[Line]:
    if len(lines) <= MAX_WORDS:
        return lines
    return [*lines[: MAX_WORDS // 2], *lines[-MAX_WORDS // 2 :]]


def _within(words: Sequence[Line]) -> list[Line]:
    """As many words as have the characters that are read."""
    ends = accumulate(len(word.text) for word in words)
    return [word for word, end in zip(words, ends, strict=True) if end <= MAX_CHARACTERS]


def _seen(line: Line) -> Line:
    text = _LEADER.sub("", as_read(line.text[:MAX_CELL]))
    return line if text == line.text else replace(line, text=text)


def _bands(words: Sequence[Line]) -> list[list[Line]]:
    """Words whose middles lie within half a letter's height of each other."""
    ordered = sorted(words, key=_middle)
    bands: list[list[Line]] = []
    for word in ordered:
        smaller = min(_tall(word), _tall(bands[-1][-1])) if bands else 0.0
        if bands and _middle(word) - _middle(bands[-1][0]) < 0.5 * smaller:
            bands[-1].append(word)
        else:
            bands.append([word])
    return [sorted(band, key=lambda word: word.x0 or 0) for band in bands]


def _middle(word: Line) -> float:
    return ((word.y0 or 0) + (word.y1 or 0)) / 2


def _tall(word: Line) -> float:
    return max((word.y1 or 0) - (word.y0 or 0), 1.0)


def _cells(band: Sequence[Line], row: int, page: int) -> list[PageCell]:
    cells: list[PageCell] = []
    for word in band:
        if len(cells) >= MAX_CELLS:
            break
        box = (word.x0 or 0, word.y0 or 0, word.x1 or 0, word.y1 or 0)
        new = PageCell(word.text.strip(), *box, row, page, word.sure)
        between = _between(cells[-1], new) if cells else None
        if between is None:
            cells.append(new)
        else:
            old = cells[-1]
            text = f"{old.text}{between}{new.text}"[:MAX_CELL]
            box = (old.x0, min(old.y0, new.y0), new.x1, max(old.y1, new.y1))
            cells[-1] = PageCell(text, *box, row, page, min(old.sure, new.sure))
    return [_unspaced(cell) for cell in cells]


def _unspaced(cell: PageCell) -> PageCell:
    """`F A C T U R A` is a word whose letters stand apart."""
    tokens = cell.text.split()
    letters = sum(len(token) == 1 and token.isalpha() for token in tokens)
    if letters < SPACED_LETTERS or letters < SPACED_SHARE * len(tokens):
        return cell
    return replace(cell, text=_SPACED.sub(lambda run: run[0].replace(" ", ""), cell.text))


def _has_cents(*texts: str) -> bool:
    return any(_CENTS_END.search(text) for text in texts)


def _between(left: PageCell, right: PageCell) -> str | None:
    """What stands between two words of one cell: nothing, a space, or no cell of theirs."""
    gap = (right.x0 - left.x1) / min(left.height, right.height)
    if gap < -1:
        return None
    first = left.text.rsplit(" ", 1)[-1]
    if gap > GLUED and _NUMERIC.match(first) and _NUMERIC.match(right.text) and _has_cents(first, right.text):
        thousands = _LEADING.search(left.text) and _THOUSANDS.match(right.text)
        near = gap < (THOUSANDS_SPACE if thousands else DIGITS_SPACE)
        return " " if near and (thousands or not _CENTS_END.search(left.text)) else None
    if gap <= GLUED:
        return ""
    return " " if gap < SPACE else None
