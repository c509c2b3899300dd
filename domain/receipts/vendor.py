"""Who issued the document: the business named at its head, by its legal form or by a seller's label."""

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.receipts.business_names import (
    FORM_WORDS,
    LEGAL_FORM,
    TRADE_FORM,
    TRADE_WORD,
    can_be_labelled_name,
    can_be_name,
    has_business_word,
    is_address,
    is_document_word,
    is_old_name_marker,
    is_only_trade,
    is_registration,
)
from domain.receipts.found import Found
from domain.receipts.layout import LayoutCell, LayoutRow
from domain.receipts.name_lines import NUMBER_TAIL, clean, is_joined_by_guess, joined
from domain.receipts.people import (
    is_code,
    is_person,
    is_till_or_paper,
    may_name_seller,
    staff_rows,
    who_served,
)
from domain.receipts.vendor_trust import Sight, VendorCandidate, sureness

HEADER_ROWS = 16
NAMED = 11.0
"""What a label that can only mean the vendor is worth: more than any header, whoever's name stands there."""
UNDER_THE_HEAD = 2.0
"""What `Sold by: Jenny` is worth under a business's head."""
_SELLER = re.compile(
    r"^\W*(?:FROM|VENDOR|SELLER|SUPPLIER|MERCHANT|SOLD BY|BILLED BY|ISSUED BY|PAYEE|PAYABLE TO|PAY TO|REMIT TO|"
    r"INVOICE FROM|RECHNUNGSSTELLER|VERKÄUFER|ABSENDER|LIEFERANT|FOURNISSEUR|VENDEUR|PROVEEDOR|EMISOR|"
    r"FORNITORE|LEVERANCIER|COMPANY NAME|SERVICE PROVIDER|STORE|PAID TO)\s*(?::|\s{2,}|$)\s*(?P<name>.*)$"
)
_LOOSE_LABEL = re.compile(r"^\W*(?:FROM|STORE|COMPANY NAME|MERCHANT|PAYEE)\b")
"""Labels that name other things too: a place of departure, a branch, the customer's company."""
_CUSTOMER = re.compile(
    r"^\W*(?:BILL(?:ED)? TO|INVOICE(?:D)? TO|SHIP(?:PED)? TO|SOLD TO|DELIVER(?:ED)? TO|CUSTOMER|CLIENT|BUYER|ATTN|"
    r"ATTENTION|RECHNUNG AN|RECHNUNGSEMPFÄNGER|KUNDE|LIEFERADRESSE|RECHNUNGSADRESSE|FACTURÉ À|"
    r"DESTINATAIRE|CLIENTE|FACTURAR A|KLANT|TO|AN|M/S)\b\s*(?::|$|\s{2,}|\.)"
)
_PROPER = r"(?P<name>[A-Z0-9][\w&.'\u2019+-]*(?:[ ,]+(?:& )?[A-Z][\w&.'\u2019+-]*){0,5})"
_SENTENCES = (
    re.compile(
        r"(?:receipt|invoice|order|purchase|payment|bill|subscription|booking|statement|Rechnung|Bestellung|facture)"
        r"\s+(?:\S+\s+)?(?:from|with|at|by|von|bei|de chez)\s+" + _PROPER
    ),
    re.compile(
        r"(?:[Tt]hank(?:s| you) for (?:shopping|ordering|buying|dining|travelling|traveling|staying|riding|choosing|"
        r"subscribing|your \w+)(?: (?:at|with|from|to))?)\s+" + _PROPER
    ),
)
_ITEMS_START = re.compile(
    r"^(?=.*\b(?:QTY|QUANTITY|DESCRIPTION|ITEM|ITEMS|PRICE|AMOUNT|AMT|MENGE|PREIS)\b.*\b(?:QTY|PRICE|U/P|TOTAL|AMOUNT|AMT|"
    r"RM|PREIS|BETRAG|DISC)\b)"
)
_ITEM_ROW = re.compile(r"^\s*\d+\s*[xX\u00d7]\s|[$\u20ac\u00a3]\s*\d[\d.,]*[.,]\d{2}\s*$")
_DOUBLE_BLANK = 2
_LETTERS = r"(?:[^\W\d_][\w&.,'\u2019/-]*|&)"
_WORD = re.compile(_LETTERS)
_FIRST_WORD = re.compile(rf"(?:[^:]{{1,20}}: ?)?{_LETTERS}")
_TITLE = re.compile(r"^[^\d:@,]{4,60}$")


def find_vendor(rows: Sequence[LayoutRow]) -> Found[str] | None:
    """The issuer's name as printed, without registration numbers; how sure it is, the evidence around it tells."""
    rows = [_without_double_blanks(row) for row in rows]
    header = _in_header(rows)
    candidates = [*_labelled(rows, header), *header, *_in_sentences(rows)]
    if not candidates:
        candidates = _anywhere(rows)
    if not candidates:
        return None
    ranked = sorted(candidates, key=lambda one: -one.score)
    best = ranked[0]
    return Found(value=best.name, confidence=sureness(best, ranked, rows), where=best.row.where)


def _without_double_blanks(row: LayoutRow) -> LayoutRow:
    """Words typed two blanks apart as one cell: `BIG  LAMPS  LTD` is one name; longer texts are columns."""
    cells: list[LayoutCell] = []
    runs = False
    for cell in row.cells:
        left = cells[-1] if cells else None
        begun = left and (runs or _FIRST_WORD.fullmatch(left.text)) and cell.x0 - left.x1 == _DOUBLE_BLANK
        runs = bool(begun and _WORD.fullmatch(cell.text)) and not is_document_word(cell.text)
        if left and runs:
            cells[-1] = LayoutCell(f"{left.text} {cell.text}", left.x0, cell.x1)
        else:
            cells.append(cell)
    return replace(row, cells=tuple(cells))


def customer_rows(rows: Sequence[LayoutRow]) -> frozenset[int]:
    """Row numbers that name the customer, not the issuer: from `Bill to` to the end of that block."""
    inside: set[int] = set()
    for index, row in enumerate(rows):
        if _CUSTOMER.search(row.text.upper()) and not _SELLER.search(row.text.upper()):
            inside.update(one.number for one in rows[index : index + 4] if one is row or not _ends_block(one))
    return frozenset(inside)


def _ends_block(row: LayoutRow) -> bool:
    upper = row.text.upper()
    return bool(
        _SELLER.search(upper) or _ITEMS_START.search(upper) or re.search(r"\bINVOICE\b|\bDATE\b|:", upper)
    )


def _labelled(rows: Sequence[LayoutRow], header: Sequence[VendorCandidate]) -> list[VendorCandidate]:
    """`From: Acme LLC`, or `Seller` with the name on the next row; `Sold by` may only name who stood at the till."""
    found: list[VendorCandidate] = []
    staff = staff_rows(rows)
    for index, row in enumerate(rows):
        for cell in (row.text, *(cell.text for cell in row.cells[1:])):
            match = _SELLER.search(cell.upper())
            if not match or row.number in staff:
                continue
            own = cell[match.start("name") : match.end("name")].split("  ")[0]
            below = rows[index + 1].cells[0].text if not own.strip() and index + 1 < len(rows) else ""
            name = clean(own or below)
            if name and not is_code(name) and can_be_labelled_name(name):
                found.append(_by_label(name, cell, row, header))
    return found


def _by_label(name: str, cell: str, row: LayoutRow, header: Sequence[VendorCandidate]) -> VendorCandidate:
    is_business = has_business_word(name)
    if is_business or not (may_name_seller(cell) and header):
        loose = bool(_LOOSE_LABEL.search(cell.upper())) or (may_name_seller(cell) and bool(header))
        score = (9.0 if loose else NAMED) + (1.0 if is_business else 0.0)
        return VendorCandidate(name, score, row, Sight.LOOSE_LABEL if loose else Sight.LABEL)
    return VendorCandidate(name, UNDER_THE_HEAD, row, Sight.LOOSE_LABEL)


def _in_header(rows: Sequence[LayoutRow]) -> list[VendorCandidate]:
    header = header_of(rows)
    others = customer_rows(rows) | staff_rows(rows)
    usual = sorted(row.height for row in rows)[len(rows) // 2] if rows else 1.0
    found: list[VendorCandidate] = []
    above = ""
    for index, row in enumerate(header):
        if row.number in others or (index and _names_the_next(header[index - 1].text)):
            continue
        may_be = can_be_labelled_name if row is rows[0] else can_be_name
        texts = [text for text in _texts_of(row) if may_be(text) and _may_be_name(text) and clean(text)]
        judged = [_judged(clean(text), index, header, usual) for text in texts]
        found += [one for one in judged if not (above and one.name in above)]
        above = max((one.name for one in judged if one.rows > 1), key=len, default="")
    return found


def _names_the_next(text: str) -> bool:
    """`Formerly known as`, `Sold by`: the name below belongs to these words."""
    return is_old_name_marker(text) or (may_name_seller(text) and who_served(text) == "")


def _may_be_name(text: str) -> bool:
    return not is_till_or_paper(text) and not _SELLER.search(text.upper())


def _texts_of(row: LayoutRow) -> list[str]:
    """The row's cells, or the whole row where only that has a legal form (`Acme Sdn | Bhd`)."""
    cells = [cell.text for cell in row.cells]
    whole = " ".join(cells)
    last = set(re.findall(r"[\w/]+", cells[-1].upper()))
    return [whole] if len(cells) > 1 and last <= FORM_WORDS and LEGAL_FORM.search(whole.upper()) else cells


def header_of(rows: Sequence[LayoutRow]) -> Sequence[LayoutRow]:
    """The rows above the items."""
    for index, row in enumerate(rows[:HEADER_ROWS]):
        if index and (_ITEMS_START.search(row.text.upper()) or _ITEM_ROW.search(row.text)):
            return rows[:index]
    return rows[:HEADER_ROWS]


def _judged(name: str, index: int, header: Sequence[LayoutRow], usual: float) -> VendorCandidate:
    row = header[index]
    upper = row.text.upper()
    whole = joined(name, index, header)
    lines = 2 if whole != name else 1
    after = header[index + lines].text if index + lines < len(header) else ""
    score = 3.0 - 0.3 * index
    score += 4.0 if LEGAL_FORM.search(whole.upper()) else 2.5 if TRADE_FORM.search(whole.upper()) else 0.0
    score += 1.2 if TRADE_WORD.search(whole.upper()) else 0.0
    score += (
        1.5 if is_registration(after) or NUMBER_TAIL.search(row.text) else 0.7 if is_address(after) else 0.0
    )
    score += 0.8 if row.height > 1.3 * usual else 0.0
    score -= 4.0 if is_person(name) else 0.0
    score -= (2.5 if index else 0.8) if is_only_trade(whole) else 0.0
    score -= 2.0 if _below_address(index, header) and not has_business_word(whole) else 0.0
    score -= 1.5 if len(whole) < 4 or not re.search(r"[AEIOUY]", upper) else 0.0  # noqa: PLR2004 - too short
    score -= 1.0 if re.search(r"\d", whole) and not LEGAL_FORM.search(whole.upper()) else 0.0
    guess = is_joined_by_guess(name, index, header)
    return VendorCandidate(whole, score, row, Sight.HEADER, rows=lines, is_guess=guess)


def _below_address(index: int, header: Sequence[LayoutRow]) -> bool:
    """A name stands above its address, so a wordless line below one belongs to the address."""
    return any(is_address(row.text) and not LEGAL_FORM.search(row.text.upper()) for row in header[:index])


def _in_sentences(rows: Sequence[LayoutRow]) -> list[VendorCandidate]:
    """`Your receipt from Acme`, `Thank you for shopping at Acme`."""
    found: list[VendorCandidate] = []
    for row in rows:
        for pattern in _SENTENCES:
            match = pattern.search(row.text)
            name = clean(match["name"].rstrip(".,")) if match else ""
            if name and not row.text.isupper() and can_be_name(name):
                found.append(VendorCandidate(name, 6.5, row, Sight.SENTENCE))
    return found


def _anywhere(rows: Sequence[LayoutRow]) -> list[VendorCandidate]:
    """A legal form in the footer, or a first line that only sounds like an address: better than nothing."""
    theirs = customer_rows(rows)
    if (
        rows
        and _TITLE.match(rows[0].text)
        and not (is_document_word(rows[0].text) or is_till_or_paper(rows[0].text))
        and rows[0].number not in theirs
    ):
        return [VendorCandidate(clean(rows[0].text), 1.0, rows[0], Sight.ELSEWHERE)]
    return [
        VendorCandidate(clean(cell.text), 1.0, row, Sight.ELSEWHERE)
        for row in rows[HEADER_ROWS:]
        if row.number not in theirs
        for cell in row.cells
        if LEGAL_FORM.search(cell.text.upper()) and can_be_name(cell.text) and clean(cell.text)
    ][:3]
