"""Who gets the bill: labelled blocks and the letter's address."""

import re
from collections.abc import Iterator

from domain.receipts.identifiers import TAX_ID
from domain.receipts.page.blocks import block_under
from domain.receipts.page.cells import PageCell, Sheet
from domain.receipts.page.name_text import BREAK, POSTAL, name_in, same_key
from domain.receipts.page.names import first_name
from domain.receipts.page.vocabulary import (
    BUYER,
    REACHED_BY,
    SELLER,
)

LETTERHEAD, TOWN_LENGTH = 0.11, 45
"""An address that begins this far up the page is a letterhead's."""
_HEAD_ROWS = 3
_COLUMN_HEADING = re.compile(
    r"^\W*(?:FROM|BY|TO|FOR|AN|AAN|DE|VON|VAN|DA|PARA|PROVIDER|SUPPLIER|VENDOR|SELLER|MERCHANT|PAYEE)\W*$"
)
_GREETED = re.compile(
    r"(?:Dear|Hello|Hi|Hallo|Hola|Bonjour|Buongiorno|Ciao|Guten Tag|Estimados?|Beste|Geachte) ?,? (.{4,60}?)[,!:]*$"
)
"""`Hola, Acme`: whom a bill greets gets it."""
_TO = re.compile(r"^\W*TO\b")
_HEADINGS = 4
"""So many cells beside each other are a table's headings: `From` and `To` are towns there."""
_SLIP = re.compile(
    r"PAYMENT ADVICE|REMITTANCE (?:ADVICE|SLIP)|PAYMENT SLIP|DETACH|TEAR OFF|EMPFANGSSCHEIN|RECEPISSE|RICEVUTA$|"
    r"BULLETIN DE VERSEMENT|TALON (?:DE )?PAIEMENT"
)
"""A slip to pay with: its `To` is the payee."""
PHONE = re.compile(r"\bTEL\b|PHONE|(?<![\w.])(?:\+\d|\(?0)\d[\d ()/-]{7,}\d")
_PAIR = re.compile(r":\s.*\d")
"""`Invoice date: 4 May 2026` over an address is no part of it."""
_CALLED = re.compile(r"\bTEL(?!E?[CK]OM)|PHONE|\bFAX|E-?MAIL|@|WWW\.|HTTPS?:|\bMOBI|IBAN")
"""A way to reach somebody; under a letterhead, a tax number alone may as well be the customer's."""


def customers_of(sheet: Sheet) -> set[str]:
    """The names that labels give to the customer."""
    found = [_customer(sheet, cell) for cell in _buyer_labels(sheet)]
    greeted = (_GREETED.match(cell.text) for row in sheet.rows for cell in row.cells)
    found += [name_in(match[1]) for match in greeted if match]
    return {same_key(name) for name in found if name}


def _customer(sheet: Sheet, label: PageCell) -> str:
    match = BUYER.search(label.folded)
    behind = name_in(label.text[match.end() :]) if match else ""
    first = first_name(block_under(sheet, label))
    return behind or (first[0] if first else "")


def buyer_cells(sheet: Sheet) -> set[PageCell]:
    """The cells of blocks that name the customer."""
    return {one for cell in _buyer_labels(sheet) for one in (cell, *block_under(sheet, cell))}


def _buyer_labels(sheet: Sheet) -> Iterator[PageCell]:
    """`Bill to`, `Kunde`; not in a table's headings nor on a payment slip, whose `To` is the payee."""
    slips = [cell for row in sheet.rows for cell in row.cells if _SLIP.search(cell.folded)]
    for row in sheet.rows:
        for cell in row.cells:
            if not BUYER.search(cell.folded) or SELLER.search(cell.folded) or is_column_heading(sheet, cell):
                continue
            is_payee = _TO.search(cell.folded) and any(
                slip.page == cell.page and slip.y0 <= cell.y0 for slip in slips
            )
            if not is_payee:
                yield cell


def is_column_heading(sheet: Sheet, cell: PageCell) -> bool:
    """`From` and `To` over a table's columns."""
    return len(sheet.rows[cell.row].cells) >= _HEADINGS and bool(_COLUMN_HEADING.search(cell.folded))


_ADDRESSED = re.compile(
    r"^\W*(?:HERRN?|FRAU|MRS?|MS|MISS|MME|MLLE|SRA?|SRES|SIG(?:\.RA|NORA?)?|EGR|GENT(?:\.MA|ILE)?|SPETT(?:\.LE|"
    r"ABILE)?|DHR|MEVR(?:OUW)?|DE HEER|T\.?A\.?V|A/A|"
    r"FAM(?:ILIE)?|MONSIEUR|MADAME|A L'ATTENTION|C\.A\.)[ .:]"
)
"""How a letter calls whom it is for: their address block has it, a letterhead hardly ever."""


def address_window(sheet: Sheet, theirs: set[PageCell]) -> set[PageCell]:
    """Unlabelled addresses in the upper half that call somebody by name, or have no way to reach anybody."""
    return set(addresses(sheet, theirs))


def addresses(sheet: Sheet, theirs: set[PageCell]) -> dict[PageCell, str]:
    """The cells of unlabelled addresses that may be the customer's, and which sign says so."""
    blocks = [_column_above(sheet, cell) for cell in _towns(sheet, theirs)]
    letterheads = [block for block in blocks if any(sheet.depth(one) < LETTERHEAD for one in block)]
    reached_by = (_CALLED,) if letterheads or _has_head_line(sheet) else (REACHED_BY, TAX_ID)
    first = _first_address(sheet)
    found: dict[PageCell, str] = {}
    for block in blocks:
        around = [*block, *cells_near(sheet, block[0])]
        is_called = any(_ADDRESSED.search(one.folded) for one in block)
        is_letterhead = block in letterheads and min(one.y0 for one in block) < first
        is_bare = not is_letterhead and not any(
            said.search(one.folded) for one in around for said in reached_by
        )
        if is_called or is_bare:
            found |= dict.fromkeys(
                block, "called-at-top" if is_letterhead else "called" if is_called else "bare"
            )
    return found


def _first_address(sheet: Sheet) -> float:
    """Where the page's first address, telephone or tax number ends; a bare address below it is the customer's."""
    ends = (
        cell.y1
        for row in sheet.rows
        for cell in row.cells
        if not row.page and any(said.search(cell.folded) for said in (POSTAL, PHONE, TAX_ID))
    )
    return min(ends, default=float("inf"))


def _has_head_line(sheet: Sheet) -> bool:
    """Whether the page begins with an address in one line, under a name: a letterhead."""
    head = [row for row in sheet.rows[:_HEAD_ROWS] if not row.page]
    return any(POSTAL.search(row.folded) and len(row.text) > TOWN_LENGTH for row in head)


def _towns(sheet: Sheet, theirs: set[PageCell]) -> Iterator[PageCell]:
    """Of the first page's upper half, the lines with a postal code that no label gives to the customer."""
    for row in sheet.rows:
        for cell in row.cells:
            is_town = POSTAL.search(cell.folded) and len(cell.text) <= TOWN_LENGTH
            if not row.page and cell not in theirs and is_town and sheet.depth(cell) <= 0.5:  # noqa: PLR2004
                yield cell


def _column_above(sheet: Sheet, town: PageCell) -> list[PageCell]:
    block, top = [town], town.y0
    for index in range(town.row - 1, max(-1, town.row - 8), -1):
        row = sheet.rows[index]
        if row.page != town.page:
            break
        above = next((one for one in row.cells if abs(one.x0 - town.x0) < town.height), None)
        if above is None:
            continue
        if top - above.y1 > 1.2 * town.height or above.height > 1.35 * town.height:
            break
        if _PAIR.search(above.text):
            break
        if len(BREAK.split(above.text)) > 2 and POSTAL.search(above.folded):  # noqa: PLR2004 - the sender's line
            break
        block.append(above)
        top = above.y0
    return block


def cells_near(sheet: Sheet, cell: PageCell, *, far: bool = False) -> list[PageCell]:
    """The cells just under a name, in its column; `far`: those of a whole letterhead."""
    most = 2 if far else 1
    rows = [row for row in sheet.rows[cell.row : cell.row + 7 * most] if row.page == cell.page]
    return [
        one
        for row in rows
        for one in row.cells
        if one.shares_column(cell) and one.y0 - cell.y1 < 9 * most * cell.height
    ]
