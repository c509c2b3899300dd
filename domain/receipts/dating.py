"""Which of a document's dates is the date of issue, and which the due date."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.receipts.dates import DateOrder, SeenDate, dates_in, proven_order
from domain.receipts.found import Found
from domain.receipts.layout import UNCLEAR, LayoutRow

DUE = re.compile(
    r"\b(?:DUE(?! ON RECEIPT)|PAY(?:MENT|ABLE)? BY|PAY BEFORE|FÄLLIG|FAELLIG|ZAHLBAR BIS|ZAHLUNGSZIEL|BIS ZUM|"
    r"ÉCHÉANCE|ECHEANCE|VENCIMIENTO|SCADENZA(?!\s+(?:DEL(?:L'|LE)?\s*)?(?:CONDIZIONI|CONTRATTO|OFFERTA)\b)|"
    r"VERVALDATUM|UITERLIJK|PAYMENT DATE|WILL BE CHARGED ON)"
)
ISSUED = re.compile(
    r"\b(?:INVOICE DATE|INV\.? ?(?:DATE|DT)|DATE OF ISSUE|ISSUE DATE|ISSUED|BILL(?:ING)? DATE|RECEIPT DATE|DATED|"
    r"DATE PAID|PAID ON|ORDER(?:ED)? (?:DATE|ON)|ORDER PLACED|PURCHASE DATE|TRANSACTION DATE|TAX DATE|"
    r"DOC(?:UMENT)? DATE|RECHNUNGSDATUM|BELEGDATUM|DATE DE (?:LA )?FACTURE|"
    r"DATE D.[EÉ]MISSION|FECHA DE (?:EMISI|FACTURA)|"
    r"DATA (?:FATTURA|EMISSIONE)|FACTUURDATUM|TARIKH INVOIS)"
)
DATE_WORD = re.compile(
    r"\b(?:DATE|DATUM|FECHA|DATA|TARIKH|DT|D\.?ATE|DAT[EF])\b|^DATE|\b(?:RECHNUNG|FACTURE|INVOICE|RECEIPT)\b.*\b(?:VOM|DU|OF)\b"
)
OTHER_DATE = re.compile(
    r"\b(?:EXPIR\w*|VALID|UNTIL|BEFORE|DELIVER\w*|SHIP\w*|LIEFER\w*|PERIOD|FROM|BETWEEN|THROUGH|PRINT(?:ED)?|PRN|CLOSED|"
    r"SERVICE DATE|RETURN|EXCHANGE|BIRTH|DOB|MEMBER|SINCE|START|EFFECTIVE|NEXT|RENEW\w*|LEISTUNG\w*|EVENT|DD|PROMO\w*|"
    r"ARRIV\w*|CHECK[ -]?(?:IN|OUT)|BEST|WARRANTY|LAST|PREVIOUS)\b"
)
_TIME = re.compile(r"\b\d{1,2}\s?[:;]\s?\d{2}(?:\s?[:;]\s?\d{2})?\s?(?:AM|PM)?\b")
_NET_DAYS = re.compile(
    r"\bNET (\d{1,3})\b(?! *%)|(?:DUE|PAYABLE|PAY|PAYMENT)\b.{0,30}?\b(?:WITHIN|IN) (\d{1,3}) DAYS|"
    r"\b(\d{1,3}) (?:DAYS|TAGE[N]?|JOURS|D[IÍ]AS)(?: NET| NETTO)\b|(?:INNERHALB|BINNEN)(?: VON)? (\d{1,3}) TAGEN|"
    r"(?:TERMS?|CREDIT TERM)\W+(\d{1,3}) DAYS"
)
_DUE_NOW = re.compile(r"\bDUE (?:UP)?ON RECEIPT|\bSOFORT FÄLLIG|DUE IMMEDIATELY")
_US_CERTAINTY, _KNOWN_CERTAINTY, _PROVEN_CERTAINTY = 0.9, 0.95, 0.97
_SURE = 2.0
MAX_A_ROW = 3
"""More dates on one row are a table's, not the document's."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A date with what the words around it say."""

    seen: SeenDate
    row: LayoutRow
    score: float
    is_due: bool


@dataclass(frozen=True, slots=True)
class Dates:
    """The two dates a bill needs."""

    issued: Found[date] | None
    due: Found[date] | None


def find_dates(rows: Sequence[LayoutRow], country: str | None, weight: float) -> Dates:
    """The date of issue and the due date; numeric dates are read in the document's own or its country's order."""
    order, certainty = order_of(rows, country, weight)
    seen = [
        _judged(rows, index, one)
        for index, row in enumerate(rows)
        for one in dates_in(row.text, order=order, order_certainty=certainty)[:MAX_A_ROW]
    ]
    issued = _issued([one for one in seen if not one.is_due])
    due = _due([one for one in seen if one.is_due], issued) or _due_by_terms(rows, issued)
    return Dates(issued, due)


def order_of(rows: Sequence[LayoutRow], country: str | None, weight: float) -> tuple[DateOrder, float]:
    """How this document writes numeric dates, and how sure that is."""
    proven = proven_order(row.text for row in rows)
    if proven:
        return proven, _PROVEN_CERTAINTY
    if country == "US":
        return DateOrder.MONTH_FIRST, _US_CERTAINTY if weight >= _SURE else 0.75
    if country is None and any("$" in row.text for row in rows):
        return DateOrder.MONTH_FIRST, 0.6
    return DateOrder.DAY_FIRST, _KNOWN_CERTAINTY if country and weight >= _SURE else 0.75


def _judged(rows: Sequence[LayoutRow], index: int, seen: SeenDate) -> _Seen:
    """What speaks for this date: its label before it, above it or in the row before, a time beside it."""
    row = rows[index]
    upper = row.text.upper()
    label = _label(rows, index, seen)
    score = 1.0 - 0.4 * index / max(len(rows), 1)
    score += 3.0 if ISSUED.search(label) else 1.5 if DATE_WORD.search(label) else 0.0
    score += 1.0 if _TIME.search(upper) else 0.0
    last = max((found.end() for found in re.finditer(r"\b(?:DATE|DATUM)\b", label)), default=0)
    is_due = bool(DUE.search(label)) and not ISSUED.search(label[max(0, last - 14) :])
    score -= 1.6 if OTHER_DATE.search(label) or OTHER_DATE.search(upper[seen.end : seen.end + 12]) else 0.0
    score -= 2.0 if seen.form in {"compact", "year"} else 0.0
    return _Seen(seen, row, score, is_due)


def _label(rows: Sequence[LayoutRow], index: int, seen: SeenDate) -> str:
    """The words a date belongs to: before it in its cell, else the heading above it, else the cell beside it."""
    row = rows[index]
    cell = row.cell_at(seen.start)
    start = sum(len(one.text) + 2 for one in row.cells[:cell])
    own = row.text[start : seen.start].upper()[-60:]
    if re.search(r"[A-Z]{2}", own):
        return own
    beside = row.text[: seen.start].upper()[-60:]
    named = DATE_WORD.search(beside) or DUE.search(beside) or ISSUED.search(beside)
    return beside if named else _heading_above(rows, index, cell) or beside


def _heading_above(rows: Sequence[LayoutRow], index: int, cell: int) -> str:
    """The heading of this date's column, or a short row above that stands alone."""
    if index == 0 or dates_in(rows[index - 1].text):
        return ""
    above, row = rows[index - 1], rows[index]
    if len(row.cells) > 1 or len(above.cells) > 1:
        heading = above.below(row.cells[cell])
        return heading.text.upper() if heading else ""
    return above.text.upper() if len(above.text) <= 40 else ""  # noqa: PLR2004 - a label, not a sentence


def _issued(seen: Sequence[_Seen]) -> Found[date] | None:
    """The best judged date; the same date seen elsewhere confirms it."""
    if not seen:
        return None
    times = Counter(one.seen.value for one in seen)
    ranked = sorted(seen, key=lambda one: -(one.score + 0.5 * (times[one.seen.value] - 1)))
    best = ranked[0]
    rival = next((one for one in ranked if one.seen.value != best.seen.value), None)
    lead = 1.0 if rival is None else min(1.0, max(0.0, 0.55 + 0.25 * (best.score - rival.score)))
    labelled = 0.98 if best.score >= 1.4 or times[best.seen.value] > 1 else 0.9  # noqa: PLR2004 - some label or time
    sure = best.seen.certainty * lead * labelled
    if times[best.seen.value] == 1 and not best.row.is_clear:
        sure = min(sure, UNCLEAR)
    return Found(value=best.seen.value, confidence=round(sure, 2), where=best.row.where)


def _due(seen: Sequence[_Seen], issued: Found[date] | None) -> Found[date] | None:
    usable = [one for one in seen if issued is None or one.seen.value >= issued.value]
    if not usable:
        return None
    best = usable[0]
    same = all(one.seen.value == best.seen.value for one in usable)
    return Found(
        value=best.seen.value,
        confidence=round(best.seen.certainty * (0.97 if same and best.row.is_clear else 0.7), 2),
        where=best.row.where,
    )


def _due_by_terms(rows: Sequence[LayoutRow], issued: Found[date] | None) -> Found[date] | None:
    """`Net 30`, `zahlbar innerhalb 14 Tagen`, `due on receipt`: counted from the date of issue."""
    if issued is None:
        return None
    for row in rows:
        upper = row.text.upper()
        if _DUE_NOW.search(upper):
            return Found(value=issued.value, confidence=round(issued.confidence * 0.9, 2), where=row.where)
        terms = _NET_DAYS.search(upper)
        if terms:
            days = timedelta(days=int(next(filter(None, terms.groups()))))
            return Found(
                value=issued.value + days, confidence=round(issued.confidence * 0.85, 2), where=row.where
            )
    return None
