"""The invoice's or receipt's own number, told from tax, phone, order and customer numbers by its label."""

import re
from collections.abc import Sequence

from domain.receipts.dates import dates_in
from domain.receipts.found import Found
from domain.receipts.layout import UNCLEAR, LayoutRow

_NO = r"(?:\s*(?:(?:NO|NUMBER|NUM|NR|NUMMER|NUMERO|NUMÉRO|NÚMERO|ID)\b\.?|N\u00b0|N\u00ba|N\.(?=\s*\w)|#))"
_BILL = r"(?:INVOICE|RECHNUNG|FACTURE|FACTURA|FATTURA|FATURA|FACTUUR|FAKTURA)"
_LABELS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (
            0.95,
            rf"\b(?:TAX )?(?:{_BILL}|INVOIS|INV|INVIOCE|RECHNUNGS|RECHN)\.?{_NO}",
        ),
        (
            0.93,
            (
                r"\b(?:RECHNUNGSNUMMER|RECHNUNGS-?NR|(?:RG|RE|RECHN)\.?[- ]?NR|FACTUURNUMMER|FAKTURANUMMER|BELEG-?NR|"
                r"BELEGNUMMER|BONNUMMER|QUITTUNGSNUMMER|INVOICENO|TAXINVNO)\b\.?"
            ),
        ),
        (
            0.92,
            rf"\b(?:QUITTUNG|BELEG|RECEIPT|RCPT|RESIT|BILL|CASH ?BILL|CASH SALES?|DOC(?:UMENT)?|CB|CS|SALES){_NO}",
        ),
        (0.90, rf"\b(?:TAX )?(?:{_BILL}|INV)\s*[#:]"),
        (
            0.80,
            rf"\b(?:SLIP|TRN|TRANS(?:ACTION)?|TXN|CHECK|CHK|TICKET|BON){_NO}|\b(?:SLIP|TRN|TRANS|TRX)\s*[#:]",
        ),
        (0.88, rf"\b{_BILL}\b(?=\s+(?:[A-Z]{{1,5}}[-/]?\d|\d{{4}}[-/]\d))"),
        (0.85, r"\b(?:RECEIPT|QUITTUNG)\b(?=\s+[A-Z]{1,5}[-/]\d)"),
        (
            0.75,
            rf"\b(?:RECEIPT|BILL)\s*:|\b(?:QUITTUNG|RECEIPT|{_BILL})\b(?=\s+\d{{3}}|\s+\d+\s+(?:DATED|VOM|DU|DEL|VAN)\b)",
        ),
        (0.70, rf"\b(?:ORDER|ORD|BESTELL|BOOKING|CONFIRMATION){_NO}|\bORDER\s*[#:]|\bBESTELLNUMMER\b"),
        (0.60, rf"\b(?:REF|REFERENCE)(?:{_NO})?\s*[:.#]|^\W*NO\.?\s*:|^\W*NO$"),
    )
)
_NOT_OURS = re.compile(
    r"\b(?:GST|SST|VAT|TAX(?! INV)|REG|CO|COMPANY|PHONE|TEL|FAX|ACCOUNT|ACC|CUSTOMER|CLIENT|PO|BANK)\W*$"
)
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9/_.\\-]*[A-Z0-9]|\d")
_SHORT, _COUNTER_DOUBT = 3, 0.2
"""One or two characters may as well be a counter or a table."""


def find_number(rows: Sequence[LayoutRow]) -> Found[str] | None:
    """The number behind the strongest label, on its row or the next one."""
    best: Found[str] | None = None
    for index, row in enumerate(rows):
        for weight, pattern in _LABELS:
            if best is not None and weight <= best.confidence:
                continue
            value = _value_beside(rows, index, pattern)
            if value:
                doubt = _COUNTER_DOUBT if len(value) < _SHORT else 0.0
                sure = weight - doubt if row.is_clear else min(weight - doubt, UNCLEAR)
                best = Found(value=value, confidence=round(sure, 2), where=row.where)
    return best


def _value_beside(rows: Sequence[LayoutRow], index: int, pattern: re.Pattern[str]) -> str | None:
    text = rows[index].text
    upper = text.upper()
    for match in pattern.finditer(upper):
        if _NOT_OURS.search(upper[: match.start()]):
            continue
        value = _first_number(text[match.end() :])
        if value:
            return value
        value = _value_below(rows, index, match)
        if value:
            return value
    return None


def _value_below(rows: Sequence[LayoutRow], index: int, label: re.Match[str]) -> str | None:
    """The number under a label that ends its cell: in the same column, or alone on its row."""
    row = rows[index]
    cell = row.cells[row.cell_at(label.start())]
    rest = row.text[label.end() :].split("  ")[0]
    if index + 1 >= len(rows) or re.search(r"[A-Za-z0-9]", rest):
        return None
    following = rows[index + 1]
    if len(row.cells) > 1:
        below = following.below(cell)
        return _first_number(below.text) if below else None
    return _first_number(following.text) if len(following.text.split()) <= 3 else None  # noqa: PLR2004 - a value


def _first_number(text: str) -> str | None:
    """The first token with a digit that is no date, time or amount of money."""
    masked = text
    for seen in dates_in(text):
        masked = masked[: seen.start] + " " * (seen.end - seen.start) + masked[seen.end :]
    stripped = masked.lstrip(" :.#-")
    for position, match in enumerate(_TOKEN.finditer(stripped.upper())):
        token = stripped[match.start() : match.end()]
        if position > 1 or re.fullmatch(r"\d{1,2}:\d{2}.*|\d+[.,]\d{2}", token):
            return None
        if any(char.isdigit() for char in token):
            return whole_number(stripped, match)
    return None


_MORE = re.compile(r"(?: (?:/ (?:[A-Z] / )?|- (?=\d{8}))?\d{2,}[A-Z]?(?![\w]|[.,/:]\d))*(?:(?<=\d{3}) \d$)?")
"""What goes on behind a number's first part: groups of digits, a space or a slash apart."""


def whole_number(text: str, match: re.Match[str]) -> str:
    """`RE 2024 0815` or `VR 2024 / 118 402`, a number in groups, is one number up to the first word of letters."""
    start = re.search(r"(?:\b[A-Z]{1,5} )?$", text[: match.start()])
    head = text[start.start() : match.start()] if start else ""
    tail = _MORE.match(text, match.end())
    return f"{head}{text[match.start() : match.end()]}{tail[0] if tail else ''}"
