"""The block of lines that belongs to a label: under it in its column, or in a column beside it."""

import re

from domain.receipts.page.amount_roles import AmountRole, role_of
from domain.receipts.page.cells import PageCell, PageRow, Sheet
from domain.receipts.page.vocabulary import BUYER, SELLER

_PRICE = re.compile(r"\d[.,]\d\d\b")
_FLUSH = 2.0
"""Points between two right edges that are one: the block is set flush right."""
BLOCK_ROWS, PROSE = 11, 70
"""How many rows a party's block has at most, and how many characters only a sentence has."""


def block_under(sheet: Sheet, label: PageCell) -> list[PageCell]:
    """What stands under a party's label in its column, and beside it, up to a gap or another label."""
    beside = sheet.after(label)
    if beside and beside[0].text.lstrip().startswith(":"):
        return [beside[0]]
    start, end = _left_edge(sheet, label) - 14, _next_column(sheet, label)
    if beside and not _stands_over(sheet, label, end):
        start, end = beside[0].x0 - 14, 10_000.0
    found = [one for one in beside if start <= one.x0 < end]
    bottom = label.y1
    for below in sheet.rows[label.row + 1 : label.row + 1 + BLOCK_ROWS]:
        left = min(start, label.x0 - 14)
        if below.page != label.page or any(_opens(one) for one in below.cells if left <= one.x0 < end):
            break
        ours = [one for one in below.cells if start <= one.x0 < end or abs(one.x1 - label.x1) < _FLUSH]
        if not ours:
            continue
        if len(ours[0].text) > PROSE:
            break
        if ours[0].y0 - bottom > 2.6 * sheet.usual_height or _is_sum(below, ours[0]):
            break
        bottom = max(one.y1 for one in ours)
        found += ours
    return found


def _is_sum(row: PageRow, cell: PageCell) -> bool:
    """Whether a row is about the bill's money; `IVA: IT031...` is a tax number."""
    return role_of(cell.folded) not in {None, AmountRole.OTHER} and bool(_PRICE.search(row.text))


def _opens(cell: PageCell) -> bool:
    """Whether the block of another party begins here."""
    return bool(SELLER.search(cell.folded) or BUYER.search(cell.folded))


def _stands_over(sheet: Sheet, label: PageCell, end: float) -> bool:
    """Whether a party's lines stand under its label rather than beside it; what ends with `:` is another label."""
    for row in sheet.rows[label.row + 1 : label.row + 3]:
        ours = [one for one in row.cells if label.x0 - 14 <= one.x0 < end]
        if ours and row.page == label.page:
            is_near = ours[0].y0 - label.y1 < 2.6 * sheet.usual_height
            return is_near and not _opens(ours[0]) and not ours[0].text.endswith(":")
    return False


def _next_column(sheet: Sheet, label: PageCell) -> float:
    """Where the next column begins: the cell to the right on the label's row or on the rows just below."""
    starts = [
        one.x0
        for one in sheet.after(label)
        if one.x0 - label.x1 > 3 * label.height and re.search(r"[A-Z]{3}", one.folded)
    ]
    starts = [start for start in starts if _is_column(sheet, label, start)]
    beside = [*sheet.after(label), *_just_below(sheet, label)]
    others = [_left_edge(sheet, one) for one in beside if _opens(one)]
    return min([*starts, *others], default=10_000.0) - label.height


def _just_below(sheet: Sheet, label: PageCell) -> list[PageCell]:
    """What stands to the right, less than a line lower: columns need not share their lines."""
    rows = sheet.rows[label.row + 1 : label.row + 2]
    return [
        one
        for row in rows
        if row.page == label.page
        for one in row.cells
        if one.x0 > label.x1 + label.height and one.y0 < label.y1
    ]


def _left_edge(sheet: Sheet, label: PageCell) -> float:
    """Where a party's lines begin: further left than a label that stands in the middle over them."""
    below = sheet.under(label, rows=1)
    middle = (label.x0 + label.x1) / 2
    is_over = below is not None and below.x0 < label.x0 and below.x0 < middle < below.x1
    return below.x0 if below is not None and is_over else label.x0


def _is_column(sheet: Sheet, label: PageCell, start: float) -> bool:
    rows = sheet.rows[label.row : label.row + 5]
    return sum(any(abs(one.x0 - start) < 3 for one in row.cells) for row in rows) > 1 or start > 250  # noqa: PLR2004
