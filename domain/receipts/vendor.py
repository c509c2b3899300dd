"""Who issued the document: the business named at its head, by its legal form or by a seller's label."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    is_person,
    is_registration,
    spelled,
)
from domain.receipts.found import Found
from domain.receipts.layout import Row

HEADER_ROWS = 16
NAMED = 11.0
"""What a label that can only mean the vendor is worth: more than any header, whoever's name stands there."""
CONTRADICTED = 0.7
_SELLER = re.compile(
    r"^\W*(?:FROM|VENDOR|SELLER|SUPPLIER|MERCHANT|SOLD BY|BILLED BY|ISSUED BY|PAYEE|PAYABLE TO|PAY TO|REMIT TO|"
    r"INVOICE FROM|RECHNUNGSSTELLER|VERK\u00c4UFER|ABSENDER|LIEFERANT|FOURNISSEUR|VENDEUR|PROVEEDOR|EMISOR|"
    r"FORNITORE|LEVERANCIER|COMPANY NAME|SERVICE PROVIDER|STORE|PAID TO)\s*(?::|\s{2,}|$)\s*(?P<name>.*)$"
)
_LOOSE_LABEL = re.compile(r"^\W*(?:FROM|STORE|COMPANY NAME|MERCHANT|PAYEE)\b")
"""Labels that name other things too: a place of departure, a branch, the customer's company."""
_CUSTOMER = re.compile(
    r"^\W*(?:BILL(?:ED)? TO|INVOICE(?:D)? TO|SHIP(?:PED)? TO|SOLD TO|DELIVER(?:ED)? TO|CUSTOMER|CLIENT|BUYER|ATTN|"
    r"ATTENTION|RECHNUNG AN|RECHNUNGSEMPF\u00c4NGER|KUNDE|LIEFERADRESSE|RECHNUNGSADRESSE|FACTUR\u00c9 \u00c0|"
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
_TITLE = re.compile(r"^[^\d:@,]{4,60}$")
_NUMBER_TAIL = re.compile(
    r"\s*[(<\[]\s*(?:CO\.? ?(?:REG\.?)? ?(?:NO)?\.?[ :]*)?[A-Z]{0,3}\d[\dA-Z .-]*[)>\]].*$|\s+\d{5,7}\s?-\s?[A-Z]\b.*$|"
    r"\s*\(?(?:CO\.? ?)?(?:REG|ROC|GST|VAT|ABN|EIN)\b.*\d.*$",
    re.IGNORECASE,
)
_NUMBER_HEAD = re.compile(r"^\W*#?\d{4,}\s+|^[^\w(&]+")
_OPEN_END = re.compile(r"(?:&|\bAND|\bOF|\bTHE|[-,])\s*$")


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    score: float
    row: Row
    is_loose: bool = False


def find_vendor(rows: Sequence[Row]) -> Found[str] | None:
    """The issuer's name as printed, without registration numbers; unsure without a legal form or a label."""
    candidates = [*_labelled(rows), *_in_header(rows), *_in_sentences(rows)]
    if not candidates:
        candidates = _anywhere(rows)
    if not candidates:
        return None
    ranked = sorted(candidates, key=lambda one: -one.score)
    best = ranked[0]
    rival = next((one for one in ranked if not _same(one.name, best.name)), None)
    sure = _confidence(best.score, rival)
    if best.is_loose and rival and LEGAL_FORM.search(rival.name.upper()) and not has_business_word(best.name):
        sure = min(sure, CONTRADICTED)
    return Found(value=best.name, confidence=sure, where=best.row.where)


def customer_rows(rows: Sequence[Row]) -> frozenset[int]:
    """Row numbers that name the customer, not the issuer: from `Bill to` to the end of that block."""
    inside: set[int] = set()
    for index, row in enumerate(rows):
        if _CUSTOMER.search(row.text.upper()) and not _SELLER.search(row.text.upper()):
            inside.update(one.number for one in rows[index : index + 4] if one is row or not _ends_block(one))
    return frozenset(inside)


def _ends_block(row: Row) -> bool:
    upper = row.text.upper()
    return bool(
        _SELLER.search(upper) or _ITEMS_START.search(upper) or re.search(r"\bINVOICE\b|\bDATE\b|:", upper)
    )


def _labelled(rows: Sequence[Row]) -> list[_Candidate]:
    """`From: Acme LLC`, or `Seller` with the name on the next row."""
    found: list[_Candidate] = []
    for index, row in enumerate(rows):
        for cell in (row.text, *(cell.text for cell in row.cells[1:])):
            match = _SELLER.search(cell.upper())
            if not match:
                continue
            name = _clean(cell[match.start("name") : match.end("name")].split("  ")[0])
            if not name and index + 1 < len(rows):
                name = _clean(rows[index + 1].cells[0].text)
            if name and can_be_labelled_name(name):
                loose = bool(_LOOSE_LABEL.search(cell.upper()))
                score = (9.0 if loose else NAMED) + (1.0 if has_business_word(name) else 0.0)
                found.append(_Candidate(name, score, row, is_loose=loose))
    return found


def _in_header(rows: Sequence[Row]) -> list[_Candidate]:
    header = _header(rows)
    theirs = customer_rows(rows)
    usual = sorted(row.height for row in rows)[len(rows) // 2] if rows else 1.0
    found: list[_Candidate] = []
    for index, row in enumerate(header):
        if row.number in theirs or (index and is_old_name_marker(header[index - 1].text)):
            continue
        names = [
            _clean(text) for text in _texts_of(row) if can_be_name(text) and not _SELLER.search(text.upper())
        ]
        found += [_judged(name, index, header, usual) for name in names if name]
    return found


def _texts_of(row: Row) -> list[str]:
    """The row's cells, or the whole row where only that has a legal form (`Acme Sdn | Bhd`)."""
    cells = [cell.text for cell in row.cells]
    whole = " ".join(cells)
    last = set(re.findall(r"[\w/]+", cells[-1].upper()))
    return [whole] if len(cells) > 1 and last <= FORM_WORDS and LEGAL_FORM.search(whole.upper()) else cells


def _header(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows above the items."""
    for index, row in enumerate(rows[:HEADER_ROWS]):
        if index and (_ITEMS_START.search(row.text.upper()) or _ITEM_ROW.search(row.text)):
            return rows[:index]
    return rows[:HEADER_ROWS]


def _judged(name: str, index: int, header: Sequence[Row], usual: float) -> _Candidate:
    row = header[index]
    upper = row.text.upper()
    joined = _joined(name, index, header)
    following = header[index + 1].text if index + 1 < len(header) else ""
    after = header[index + 2].text if joined != name and index + 2 < len(header) else following
    score = 3.0 - 0.3 * index
    score += 4.0 if LEGAL_FORM.search(joined.upper()) else 2.5 if TRADE_FORM.search(joined.upper()) else 0.0
    score += 1.2 if TRADE_WORD.search(joined.upper()) else 0.0
    score += (
        1.5 if is_registration(after) or _NUMBER_TAIL.search(row.text) else 0.7 if is_address(after) else 0.0
    )
    score += 0.8 if row.height > 1.3 * usual else 0.0
    score -= 4.0 if is_person(name) else 0.0
    score -= (2.5 if index else 0.8) if is_only_trade(joined) else 0.0
    score -= 2.0 if _below_address(index, header) and not has_business_word(joined) else 0.0
    score -= 1.5 if len(joined) < 4 or not re.search(r"[AEIOUY]", upper) else 0.0  # noqa: PLR2004 - too short
    score -= 1.0 if re.search(r"\d", joined) and not LEGAL_FORM.search(joined.upper()) else 0.0
    return _Candidate(joined, score, row)


def _below_address(index: int, header: Sequence[Row]) -> bool:
    """A name stands above its address, so a wordless line below one belongs to the address."""
    return any(is_address(row.text) and not LEGAL_FORM.search(row.text.upper()) for row in header[:index])


def _joined(name: str, index: int, header: Sequence[Row]) -> str:
    """The name with its second line, where the first is open-ended or the second is only its form."""
    if index + 1 >= len(header):
        return name
    following = header[index + 1]
    second = _clean(following.cells[0].text)
    upper = second.upper()
    if not second or LEGAL_FORM.search(name.upper()) or len(following.cells) > 1 or is_person(name):
        return name
    starts_open = following.text.lstrip().startswith(("&", "AND "))
    has_form = LEGAL_FORM.search(upper) or TRADE_FORM.search(upper)
    only_form = has_form and all(_is_form_word(word) for word in re.findall(r"[\w/']+", upper))
    if (starts_open or only_form or _OPEN_END.search(name)) and can_be_name(f"X {second}"):
        return _clean(f"{name} {following.text.strip() if starts_open else second}")
    return f"{name} {second}" if _repeats(name, upper, index, header) else name


def _repeats(name: str, second: str, index: int, header: Sequence[Row]) -> bool:
    """Two lines of one name share a word and the registration number stands below both."""
    shared = set(name.upper().split()) & set(second.split())
    below = header[index + 2].text if index + 2 < len(header) else ""
    return bool(shared) and can_be_name(second) and not LEGAL_FORM.search(second) and is_registration(below)


def _is_form_word(word: str) -> bool:
    return word in FORM_WORDS or bool(TRADE_FORM.search(word) or TRADE_WORD.search(word))


def _in_sentences(rows: Sequence[Row]) -> list[_Candidate]:
    """`Your receipt from Acme`, `Thank you for shopping at Acme`."""
    found: list[_Candidate] = []
    for row in rows:
        for pattern in _SENTENCES:
            match = pattern.search(row.text)
            name = _clean(match["name"].rstrip(".,")) if match else ""
            if name and not row.text.isupper() and can_be_name(name):
                found.append(_Candidate(name, 6.5, row))
    return found


def _anywhere(rows: Sequence[Row]) -> list[_Candidate]:
    """A legal form in the footer, or a first line that only sounds like an address: better than nothing."""
    theirs = customer_rows(rows)
    if (
        rows
        and _TITLE.match(rows[0].text)
        and not is_document_word(rows[0].text)
        and rows[0].number not in theirs
    ):
        return [_Candidate(_clean(rows[0].text), 1.0, rows[0])]
    return [
        _Candidate(_clean(cell.text), 1.0, row)
        for row in rows[HEADER_ROWS:]
        if row.number not in theirs
        for cell in row.cells
        if LEGAL_FORM.search(cell.text.upper()) and can_be_name(cell.text) and _clean(cell.text)
    ][:3]


def _clean(text: str) -> str:
    """The name without registration number, leading serial and stray marks."""
    name = _NUMBER_TAIL.sub("", _NUMBER_HEAD.sub("", text.strip()))
    name = re.sub(r"\s+", " ", name).strip(" *-_=~:;,|<>\"'\u201c\u201d#")
    return spelled(_without_branch(name)) if len(name) > 1 else ""


def _without_branch(name: str) -> str:
    """`Acme Co. The Gardens Mall` is Acme Co.; what follows the legal form is where, not who."""
    forms = list(LEGAL_FORM.finditer(name.upper()))
    if not forms:
        return name
    rest = name[forms[-1].end() :].lstrip(". ")
    elsewhere = rest.startswith(("-", "@", ",", "(")) or (len(rest) > 3 and is_address(rest))  # noqa: PLR2004 - a place
    kept = name[: forms[-1].end()] + ("." if name[forms[-1].end() :].startswith(".") else "")
    return kept if elsewhere else name


def _same(left: str, right: str) -> bool:
    one, two = (re.sub(r"\W", "", name.upper()) for name in (left, right))
    return one in two or two in one


def _confidence(score: float, rival: _Candidate | None) -> float:
    lead = score - rival.score if rival else 3.0
    sure = 0.3 + 0.45 * min(1.0, max(0.0, score) / 7.5) + 0.22 * min(1.0, max(0.0, lead) / 2.5)
    return round(min(0.97, sure), 2)
