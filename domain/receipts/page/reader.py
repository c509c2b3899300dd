"""A bill's page as a reading: the page's own structure first, the reader of plain rows where it says nothing."""

import re
from collections.abc import Sequence
from typing import Any

from domain.receipts.country import country_of
from domain.receipts.dating import order_of
from domain.receipts.early_discount import as_printed, without_discount
from domain.receipts.found import Found, Line
from domain.receipts.layout import UNCLEAR, rows_of
from domain.receipts.page.cells import Sheet, sheet_of
from domain.receipts.page.days import dates_of
from domain.receipts.page.identity import identity_of
from domain.receipts.page.name_text import same_key
from domain.receipts.page.number import number_of
from domain.receipts.page.parties import vendor_of
from domain.receipts.page.sums import DOUBTED, sums_of
from domain.receipts.reading import Reading, read_receipt, with_discount, with_thousands
from domain.receipts.trust import limited

_AGREED, _IN_COLUMNS, _ON_ROWS = 0.06, 0.75, 0.9
"""What agreement with the reader of plain rows adds, and how far it alone can lift a vendor's name, a number or a date:
it is often sure and wrong where a page has columns, or words that neither knows."""
_HEAD_ROWS, _LETTERS = 8, 3
CONTRADICTORY = 0.75
"""Nothing is surer on a page whose own sums disagree: it may be put together from two."""
_ALONE = 0.75
"""What only the reader of plain rows found is never surer than this on a page."""


def read_page(lines: Sequence[Line], drawn: Sequence[Line] = ()) -> Reading:
    """Read a bill whose words have places on pages; who sends it, `drawn` may say: its letterhead's pictures."""
    plain = read_receipt(lines)
    sheet = sheet_of(lines)
    if sheet is None:
        return plain
    letterhead = (sheet_of([*lines, *drawn]) if drawn else None) or sheet
    sums = sums_of(sheet)
    dated = without_discount(lines)
    days = _dates(sheet if dated == [*lines] else sheet_of(dated) or sheet, dated)
    issued, due = (as_printed(day, sheet.rows) for day in days)
    page: dict[str, Found[Any] | None] = {
        "vendor": vendor_of(letterhead),
        "number": number_of(sheet),
        "issued_on": issued,
        "due_on": due,
        "total": sums.total,
        "net": sums.net,
        "tax": sums.tax,
        "tax_breakdown": sums.breakdown,
        "already_paid": sums.paid,
    }
    named = _IN_COLUMNS if _has_columns(sheet) else _ON_ROWS
    most = {"vendor": named, "number": named, "issued_on": _IN_COLUMNS, "due_on": _IN_COLUMNS}
    changes = {
        name: _better(found, getattr(plain, name), most.get(name, _ON_ROWS)) for name, found in page.items()
    }
    unclear = {row.where for one in (sheet, letterhead) for row in one.rows if not row.is_clear}
    changes = {
        name: _most(found, UNCLEAR) if found and found.where in unclear else found
        for name, found in changes.items()
    }
    vendor = changes["vendor"]
    changes |= identity_of(letterhead, vendor.value if vendor else "")
    if sums.doubts:
        changes |= {name: _most(changes[name], DOUBTED) for name in ("total", "net", "tax")}
    doubts = (*sums.doubts, *(() if changes["tax_breakdown"] else sums.unsettled))
    read = with_thousands(plain.model_copy(update={**changes, "doubts": doubts}))
    read = with_discount(read, lines)
    return limited(read, CONTRADICTORY, read.source) if sums.doubts else read


def _dates(sheet: Sheet, lines: Sequence[Line]) -> tuple[Found[Any] | None, Found[Any] | None]:
    rows = rows_of(lines)
    country, weight = country_of("\n".join(row.text.upper() for row in rows))
    order, certainty = order_of(rows, country, weight)
    return dates_of(sheet, order, certainty)


def _has_columns(sheet: Sheet) -> bool:
    """Whether words stand beside words in the head of the page."""
    wordy = [
        sum(len(re.findall(r"[A-Z]", cell.folded)) >= _LETTERS for cell in row.cells)
        for row in sheet.rows[:_HEAD_ROWS]
    ]
    return sum(count > 1 for count in wordy) > 1


def _better(page: Found[Any] | None, plain: Found[Any] | None, most: float) -> Found[Any] | None:
    """The page's value; both agreeing makes it surer, the plain one alone stays below."""
    if page is None:
        return _most(plain, _ALONE)
    if plain is not None and _same(page.value, plain.value):
        sure = min(0.99, max(page.confidence + _AGREED, min(plain.confidence, most)))
        return page.model_copy(update={"confidence": round(sure, 2)})
    return page


def _most(found: Found[Any] | None, most: float) -> Found[Any] | None:
    return found and found.model_copy(update={"confidence": min(found.confidence, most)})


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return same_key(one) == same_key(other)
    return one == other
