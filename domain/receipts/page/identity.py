"""What identifies the vendor on a page that has the customer's numbers as well: tax number and e-mail address."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.receipts.found import Found
from domain.receipts.identifiers import TAX_LABEL, emails_in, tax_numbers_in
from domain.receipts.page.cells import PageCell, Sheet
from domain.receipts.page.customer import address_window, buyer_cells, cells_near
from domain.receipts.page.name_text import same_key
from domain.receipts.page.vocabulary import OF_THE_CUSTOMER

_LABEL_ENDS = re.compile(rf"\b{TAX_LABEL}\b(?:[ .-]*(?:NO|NR|ID(?:NR)?))?\W*$")
_SAME_CELL, _BLOCK, _BAND, _ELSEWHERE = range(4)
"""How far a number stands from the vendor's name: in one line, under it, in the same rows, anywhere."""
_BAND_ROWS, _LABEL = 5, 60
"""How many rows beside a name are its band (a footer's columns), and how far before a number its label begins."""

_FoundIn = Callable[[str], Iterator[tuple[str, float, int]]]


class _Sight(NamedTuple):
    distance: int
    sure: float
    value: str
    where: str

    @property
    def rank(self) -> tuple[int, float]:
        """The nearest first, of these the surest."""
        return self.distance, -self.sure


def identity_of(sheet: Sheet, vendor: str) -> dict[str, Found[str] | None]:
    """The vendor's tax number and e-mail address: those nearest to the name.

    A tax number is left out where another one may as well be the vendor's: the books are searched by it.
    """
    theirs = buyer_cells(sheet)
    window = address_window(sheet, theirs)
    theirs |= window | {below for cell in window if (below := sheet.under(cell, rows=2))}
    distances = _distances(sheet, vendor, theirs)
    numbers, emails = (
        sorted(_sights(sheet, distances, found_in), key=lambda sight: sight.rank)
        for found_in in (tax_numbers_in, emails_in)
    )
    rivals = {sight.value for sight in numbers if sight.sure == numbers[0].sure}
    is_clear = len(rivals) <= 1 or numbers[0].distance <= _BLOCK
    return {"vendor_vat": _first(numbers) if is_clear else None, "vendor_email": _first(emails)}


def _first(sights: list[_Sight]) -> Found[str] | None:
    return next((Found(value=one.value, confidence=one.sure, where=one.where) for one in sights), None)


def _distances(sheet: Sheet, vendor: str, theirs: set[PageCell]) -> dict[PageCell, int]:
    """How far each cell that is not the customer's stands from the vendor's name."""
    cells = [cell for row in sheet.rows for cell in row.cells if cell not in theirs]
    key = same_key(vendor) if vendor else ""
    homes = [cell for cell in cells if key and key in re.sub(r"\W", "", cell.folded)]
    found = dict.fromkeys(cells, _ELSEWHERE)
    for home in homes:
        band = sheet.rows[max(home.row - _BAND_ROWS, 0) : home.row + _BAND_ROWS + 1]
        near = [(one, _BAND) for row in band if row.page == home.page for one in row.cells]
        for one, distance in (*near, *((one, _BLOCK) for one in cells_near(sheet, home)), (home, _SAME_CELL)):
            if one in found:
                found[one] = min(found[one], distance)
    return found


def _sights(sheet: Sheet, distances: dict[PageCell, int], found_in: _FoundIn) -> Iterator[_Sight]:
    """Each number and how far it stands; its label may be the cell before, or end the line before."""
    before = ""
    for row in sheet.rows:
        before = before if _LABEL_ENDS.search(before.upper()) else ""
        for cell in row.cells:
            text = f"{before} {cell.text}" if before else cell.text
            begins = len(text) - len(cell.text)
            for value, sure, at in found_in(text):
                label = text[max(at - _LABEL, 0) : at].upper()
                if at >= begins and cell in distances and not OF_THE_CUSTOMER.search(label):
                    yield _Sight(distances[cell], sure, value, row.where)
            before = cell.text
