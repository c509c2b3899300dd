"""The day on which a bill was issued, and the day it is due: what the words beside a date, over or under it say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.receipts.dates import DateOrder, SeenDate, dates_in
from domain.receipts.found import Found
from domain.receipts.page.cells import PageCell, PageRow, Sheet
from domain.receipts.page.terms import DISCOUNT, due_by_terms
from domain.receipts.page.vocabulary import (
    ANY_DATE,
    DUE_ON,
    ISSUED,
    NOT_THE_NUMBER,
    NUMBER_LABELS,
    OTHER_DATE,
)

UNLABELLED, PAID_ON, TIMED, GUESSED = 1.0, 1.5, 2.5, 0.7
"""A date without words that say what it is, the day of payment, one with a time; how sure the first is at most."""
LONGEST = timedelta(days=366)
"""No bill is due later after its day of issue."""
LABELLED, ENTITLED, LISTED = 5.0, 4.5, 3.0
"""A date whose label says what it is, one in the bill's title, one beside a number and its sum: an earlier bill's."""
_SINCE_PAID = re.compile(r"DATE PAID|PAID ON|BEZAHLT AM|PAYEE? LE|PAGAD[AO] EL|PAGAT[AO] IL|BETAALD OP")
_UP_TO = re.compile(
    r"\s*(?:[-\u2013\u2014/]|BIS|TO|UNTIL|AU|AL|HASTA|TOT(?: EN MET)?|T/M|THROUGH)\s*(?:THE |EL |IL |LE )?"
)
"""Between two dates, it makes them a period."""
_SENTENCE_END = 20
_DAY_AT_END = re.compile(r"\b\d{1,2}\b\W{0,2}(?:DE|[A-Z]{3,10})?\.?$")
_IS_DUE = re.compile(
    r",? (?:YOUR BANK|WE|YOUR CARD) WILL\b|,? (?:ZIEHEN|BUCHEN) WIR\b|,? (?:NOUS|VOTRE BANQUE) (?:PRELEV|DEBIT)|"
    r",? (?:CARGAREMOS|COBRAREMOS|ADDEBITEREMO|(?:SCHRIJVEN|INCASSEREN) WI?J?E?)\b|"
    r"\s*(?:ZUR ZAHLUNG |AUTOMATIS\w+ |V[AO]N (?:UW|JE|IHREM) (?:BANK)?(?:REKENING|KONTO) )?(?:FALLIG|"
    r"AFGESCHREVEN|GEINCASSEERD|EINGEZOGEN|ABGEBUCHT)\b"
)
_TO_CANCEL = re.compile(r"OPZEG|KUNDIG|\bCANCEL|RESILI|DISDETTA|TERMINAT")
"""A sentence about the end of a contract; its last day is none of payment."""
_OF_ANOTHER = re.compile(
    r"\b(?:QUOT\w+|ORDER|OFFER|ESTIMATE|CONTRACT|AGREEMENT|LETTER|NOTICE|REPORT|LEASE|E-?MAIL)\b[^.;]{0,25}\bDATED\W*$"
)
"""`our quotation Q-0187 dated`."""
_AFTER_ISSUE = re.compile(
    r"\d (?:TAGE?|DAYS|JOURS|DIAS|GIORNI|GG|DAGEN) (?:NACH|NA|AFTER|FROM|APRES|DESDE|DALLA|DATA)\b[^.,;]{0,28}\($"
)
"""`8 days after the invoice's date (20-02-2025)`."""
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b")
_MONEY = re.compile(r"(?<![\d.])\d{1,3}(?:[.,]\d{3})*[.,]\d\d(?![\d.,/-])")
_BOX = re.compile(r"[/.-]? ?\d{1,4} ?[/.-]?")
_NARROW = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PLACE = re.compile(r"^.{0,30},\s*(?:DEN|LE|LI|A)?\s*$")
"""`Bern, den`, and no sentence."""
_TITLE_DATE = re.compile(r"\b(?:VOM|DATED|OF|DU|DEL|DE|D\.D\.|VAN|DATE)\W*$")


@dataclass(frozen=True, slots=True)
class _DateSeen:
    seen: SeenDate
    row: PageRow
    issued: float
    due: float


def dates_of(
    sheet: Sheet, order: DateOrder, certainty: float
) -> tuple[Found[date] | None, Found[date] | None]:
    """The day of issue and the day it is due."""
    seen = [one for row in sheet.rows for one in _dates_on(sheet, row, order, certainty)]
    issued = _best_issued(seen)
    due = _best_due(seen, issued) or due_by_terms(sheet, issued)
    return issued, due


def _dates_on(sheet: Sheet, row: PageRow, order: DateOrder, certainty: float) -> Iterator[_DateSeen]:
    for cell in row.cells:
        found = [
            one
            for one in dates_in(cell.text, order=order, order_certainty=certainty)
            if one.form not in {"compact", "year"}
        ]
        found += _broken(sheet, cell)
        found += _in_boxes(sheet, cell, order, certainty)
        if len(found) > 3:  # noqa: PLR2004 - a list of days: the bill's is called so
            found = [one for one in found if DUE_ON.search(_before(cell, found, one))]
        for one in found:
            before = _before(cell, found, one)
            issued, due = _judged(sheet, row, cell, before)
            if _for_discount(cell, found, one) or _TO_CANCEL.search(_sentence(cell, one)):
                due = 0.0
            if _IS_DUE.match(cell.folded[one.end :]):
                issued, due = -3.0, LABELLED
            if _in_period(cell, found, one):
                issued, due = min(issued, -2.0), 0.0
            yield _DateSeen(one, row, issued, due)


def _in_boxes(sheet: Sheet, cell: PageCell, order: DateOrder, certainty: float) -> list[SeenDate]:
    """`08  / 02  / 23`, each part in a cell of its own."""
    parts = [cell.text, *(one.text for one in sheet.after(cell)[:2])]
    if len(parts) < 3 or not all(map(_BOX.fullmatch, parts)):  # noqa: PLR2004 - day, month and year
        return []
    seen = dates_in("".join(parts).replace(" ", ""), order=order, order_certainty=certainty)
    return [replace(one, start=0, end=len(cell.text)) for one in seen if one.form in {"dmy", "ymd"}]


def _broken(sheet: Sheet, cell: PageCell) -> list[SeenDate]:
    """`au plus tard le 20` at the end of a line, and the month begins the next; `28-04-` over `2025`."""
    is_narrow = bool(_NARROW.search(cell.text))
    below = sheet.under(cell, rows=2) if is_narrow or _DAY_AT_END.search(cell.folded) else None
    if below is None:
        return []
    end = len(cell.text)
    if is_narrow and _YEAR.fullmatch(below.text):
        return [replace(one, end=end) for one in dates_in(cell.text + below.text)]
    both = dates_in(f"{cell.text} {below.text}")
    return [one for one in both if one.form == "text" and one.start < end < one.end]


def _sentence(cell: PageCell, one: SeenDate) -> str:
    before = cell.folded[: one.start].rpartition(". ")[2]
    return before + cell.folded[one.start :].partition(". ")[0]


def _for_discount(cell: PageCell, found: list[SeenDate], one: SeenDate) -> bool:
    """`bis 11.03. gewähren wir 2 % Skonto`: the words behind a date, in its part of the sentence."""
    end = min((other.start for other in found if other.start >= one.end), default=len(cell.folded))
    return bool(DISCOUNT.search(re.split(r"[,;.] ", cell.folded[one.end : end])[0]))


def _in_period(cell: PageCell, found: list[SeenDate], one: SeenDate) -> bool:
    """Whether another date follows or precedes it as the end or the beginning of a period."""
    pairs = ((one, other) if one.start < other.start else (other, one) for other in found if other is not one)
    return any(_UP_TO.fullmatch(cell.folded[first.end : second.start]) for first, second in pairs)


def _before(cell: PageCell, found: list[SeenDate], one: SeenDate) -> str:
    """The cell's words between the date before and this one."""
    start = max((other.end for other in found if other.end <= one.start), default=0)
    return cell.folded[start : one.start]


def _judged(sheet: Sheet, row: PageRow, cell: PageCell, before: str) -> tuple[float, float]:
    label = (
        _line_above(sheet, cell, before) if re.search(r"[A-Z]{2}", before) else _label_of(sheet, cell, before)
    )
    issued = due = 0.0
    title = any(pattern.search(row.folded) for weight, pattern in NUMBER_LABELS if weight >= 3)  # noqa: PLR2004
    if _AFTER_ISSUE.search(label):
        return -3.0, LABELLED
    due_at = max((match.start() for match in DUE_ON.finditer(label)), default=-1)
    issued_at = max((match.start() for match in ISSUED.finditer(label)), default=-1)
    if due_at >= 0 and due_at >= issued_at:
        due = 5.0 if not re.search(r"SKONTO|DISCOUNT|ESCOMPTE", label[due_at:]) else 0.0
        issued = -3.0
    elif issued_at >= 0:
        issued = -3.0 if _OF_ANOTHER.search(label) else 5.0
    elif (
        title
        and (_TITLE_DATE.search(label) or ANY_DATE.search(label))
        and not NOT_THE_NUMBER.search(row.folded)
    ):
        issued = LISTED if _MONEY.search(row.text) else ENTITLED
    elif _SINCE_PAID.search(label):
        issued = PAID_ON
    elif OTHER_DATE.search(label):
        issued = -2.0
    elif ANY_DATE.search(label) or _PLACE.search(before):
        issued = 3.0
    else:
        issued = TIMED if _TIME.search(row.text) else UNLABELLED
    issued += 0.5 * (row.page == 0) + 0.5 * (sheet.is_upper(cell))
    return issued, due


def _line_above(sheet: Sheet, cell: PageCell, before: str) -> str:
    """The words before a date, with the line above where they only end its sentence."""
    if len(before) > _SENTENCE_END or _says_which(before):
        return before
    row = sheet.rows[cell.row].cells
    left = row[row.index(cell) - 1] if row[0] is not cell else None
    if left is not None and left.text.endswith(":"):
        return f"{left.folded} {before}"
    above = sheet.heading_of(cell)
    runs_on = above is not None and abs(above.x0 - cell.x0) < cell.height and cell.y0 - above.y1 < cell.height
    return f"{above.folded} {before}" if above is not None and runs_on and cell.text[:1].islower() else before


def _says_which(words: str) -> bool:
    """Whether the words say what a date is."""
    return any(label.search(words) for label in (DUE_ON, ISSUED, ANY_DATE, OTHER_DATE))


def _label_of(sheet: Sheet, cell: PageCell, before: str) -> str:
    """The words left of the cell, or above it where nothing stands to its left."""
    row = sheet.rows[cell.row]
    left = [one for one in row.cells[: row.cells.index(cell)] if re.search(r"[A-Z]{2}", one.folded)]
    if left and not dates_in(left[-1].text):
        near = left[-1].folded
        if _says_which(near) or left[-1].text.rstrip().endswith(":"):
            return f"{near} {before}"
    above = sheet.heading_of(cell)
    below = sheet.under(cell, rows=1)
    is_listed = below is not None and bool(dates_in(below.text)) and below.page == cell.page
    if above is not None and not is_listed and _says_which(above.folded):
        return above.folded
    lines = sheet.lines_beside(cell)
    if _says_which(lines):
        return lines
    under = sheet.label_under(cell)
    if under is not None:
        return under.folded
    return f"{left[-1].folded} {before}" if left else before


def _best_issued(seen: list[_DateSeen]) -> Found[date] | None:
    usable = [one for one in seen if one.issued > 0 or one.due == 0]
    if not usable:
        return None
    by_value: dict[date, _DateSeen] = {}
    for one in usable:
        old = by_value.get(one.seen.value)
        if old is None or one.issued > old.issued:
            by_value[one.seen.value] = one
    ranked = sorted(by_value.values(), key=lambda one: -one.issued)
    best = ranked[0]
    lead = best.issued - (ranked[1].issued if len(ranked) > 1 else 0.0)
    strong = min(1.0, max(0.0, best.issued) / 5)
    sure = best.seen.certainty * (0.4 + 0.4 * strong + 0.19 * min(1.0, lead / 1.5))
    if best.issued <= UNLABELLED + 1:
        sure = min(sure, GUESSED)
    return Found(value=best.seen.value, confidence=round(min(0.98, sure), 2), where=best.row.where)


def _best_due(seen: list[_DateSeen], issued: Found[date] | None) -> Found[date] | None:
    earliest, latest = (issued.value, issued.value + LONGEST) if issued else (date.min, date.max)
    usable = [one for one in seen if one.due > 0 and earliest <= one.seen.value <= latest]
    if not usable:
        return None
    best = usable[0]
    same = len({one.seen.value for one in usable}) == 1
    sure = best.seen.certainty * (0.95 if same else 0.7)
    return Found(value=best.seen.value, confidence=round(sure, 2), where=best.row.where)
