"""The bill's number and dates: a label's value stands behind it, beside it or under it."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from domain.receipts.dates import DateOrder, SeenDate, dates_in
from domain.receipts.document_number import whole_number
from domain.receipts.found import Found
from domain.receipts.page.cells import PageCell, PageRow, Sheet, folded
from domain.receipts.page.vocabulary import (
    ANY_DATE,
    BARE_BILL,
    BUYER,
    DUE_ON,
    ISSUED,
    NOT_THE_NUMBER,
    NUMBER_LABELS,
    OF_THE_BILL,
    OTHER_DATE,
    REACHED_BY,
)

VALUES = 3
"""So many values in a row may have their labels under them."""
UPPER, HEADING, SAYS_NUMBER, HASH, SHORTEST = 0.5, 2.5, 4.5, 2.0, 3
"""The half of a page on which a bill says what it is; what a bare heading, a label with `number` and `#` are worth; \
characters of a number whose label says no more than `No.`."""
FROM_TERMS, TO_MONTH_END = 0.85, 0.75
"""How sure a day is that is counted from the day of issue; the month's end may be meant otherwise."""
UNLABELLED, PAID_ON, TIMED, GUESSED = 1.0, 1.5, 2.5, 0.7
"""A date without words that say what it is, the day of payment, one with a time; how sure the first is at most."""
_SINCE_PAID = re.compile(r"DATE PAID|PAID ON|BEZAHLT AM|PAYEE? LE|PAGAD[AO] EL|PAGAT[AO] IL|BETAALD OP")
_UP_TO = re.compile(
    r"\s*(?:[-\u2013\u2014/]|BIS|TO|UNTIL|AU|AL|HASTA|TOT(?: EN MET)?|T/M|THROUGH)\s*(?:THE |EL |IL |LE )?"
)
"""Between two dates, it makes them a period."""
_SENTENCE_END = 20
_DAY_AT_END = re.compile(r"\b\d{1,2}\b\W{0,2}(?:DE|[A-Z]{3,10})?\.?$")
_IS_DUE = re.compile(
    r"\s*(?:ZUR ZAHLUNG |AUTOMATIS\w+ |V[AO]N (?:UW|JE|IHREM) (?:BANK)?(?:REKENING|KONTO) )?(?:FALLIG|"
    r"AFGESCHREVEN|GEINCASSEERD|EINGEZOGEN|ABGEBUCHT)\b"
)
_TO_CANCEL = re.compile(r"OPZEG|KUNDIG|\bCANCEL|RESILI|DISDETTA|TERMINAT")
"""A sentence about the end of a contract; its last day is none of payment."""
_OF_ANOTHER = re.compile(
    r"\b(?:QUOT\w+|ORDER|OFFER|ESTIMATE|CONTRACT|AGREEMENT|LETTER)\b[^.;]{0,25}\bDATED\W*$"
)
"""`our quotation Q-0187 dated`."""
_AFTER_ISSUE = re.compile(
    r"\d (?:TAGE?|DAYS|JOURS|DIAS|GIORNI|GG|DAGEN) (?:NACH|NA|AFTER|FROM|APRES|DESDE|DALLA|DATA)\b[^.,;]{0,28}\($"
)
"""`8 days after the invoice's date (20-02-2025)`."""
LABELLED = 5.0
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b")
_REMARK = re.compile(r"^\W*(?:\([^)]*\)|(?:/|&)\s*(?:\w+ )?\w*(?:dat(?:e|um|a)|fecha)\b)", re.IGNORECASE)
"""What goes on behind a number's label: `(please quote)`, `/ Date`."""
_NUMBERED = re.compile(
    r"^(?:NR|NO|N\.?[\u00b0\u00ba]|N(?=[. ]))\.? ?((?:(?<=[. \u00b0\u00ba])[A-Z]{1,4})?[-/]?\d[\w/.-]*)$"
)
"""`n. 7` under the word `Fattura`."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9/_.\\#-]*[A-Z0-9]|\d")
_TITLE_DATE = re.compile(r"\b(?:VOM|DATED|OF|DU|DEL|DE|D\.D\.|VAN|DATE)\W*$")
_DAYS = (
    r"(?:(?:KALENDER|WERK)?TAGEN?|(?:CALENDAR |WORKING )?DAYS|JOURS|DIAS(?: NATURALES)?|GIORNI|GG\b\.?|DAGEN)"
    r"(?![A-Z])"
)
_TERMS = re.compile(
    r"(?:ZAHLBAR|ZAHLUNG|FALLIG|\bNETTO\b|BEZAHL|UBERWEIS\w*|BEGLEICH\w*|ZAHLEN|\bPAYABLE|PAYMENT|PLEASE PAY|\bDUE\b|"
    r"\bNET\b|TERMS|SETTLE|\bCREDITO?\b|CREDIET|PAIEMENT|PAYER|REGLEMENT|REGLER|VERSER|VIREMENT|PAGO\b|PAGA[RD]|"
    r"ABON[AE][RN]|TRANSFERENCIA|PAGAMENT|VERSAMENT|SALDARE|BONIFICO|RI\.?BA|BETAA?L|TERMIJN|STORTEN|VOLDOEN|VOLDAAN|"
    r"OVERMAK|VENCIMIENTO|SCADENZA)"
    rf".{{0,45}}?\b(?P<days>\d{{1,3}}) ?{_DAYS}"
)
_TERMS_BEFORE = re.compile(
    rf"\b(?P<days>\d{{1,3}}) {_DAYS}.{{0,12}}\b(?:NETTO|NET|NETS)\b|"
    r"\bNET (?P<net>\d{1,3})\b(?! ?%)|"
    rf"\b(?P<from>\d{{1,3}}) ?{_DAYS}.{{0,16}}\b(?:OVER TE MAKEN|FROM|"
    r"AB RECHNUNG|NACH (?:RECHNUNG|ERHALT)|NA (?:DE )?(?:FACTUUR|REKENING|NOTA)|DATE (?:DE |D')?FACTUR|"
    r"(?:SIGUIENTES|DESDE|PARTIR DE) .{0,8}FECHA|FECHA (?:DE )?FACTURA|F\.? ?F\.|DATA FATTURA|D\.? ?F\.)|"
    r"\b(?:REGLEMENT|PAIEMENT) SOUS (?P<sous>\d{1,3}) JOURS\b|"
    r"\b(?:BINNEN|INNERHALB|WITHIN|SOUS|DANS|ENTRO|PLAZO DE)\b\D{0,12}"
    rf"(?P<within>\d{{1,3}}) {_DAYS}.{{0,40}}\b(?:TE (?:BETALEN|VOLDOEN)|"
    r"OVER(?: TE )?MAKEN|ZU (?:ZAHLEN|BEGLEICHEN|UBERWEISEN)|PAYMENT|TO PAY|DE REGLER|EL PAGO|IL PAGAMENTO)\b"
)
_MONTH_END = re.compile(
    r"[ ,.]*\b(?:(?:DATA FATTURA|DATE DE FACTURE|NETTO|NET|D\. ?F\.?)[ ,.]*)?(?:FIN (?:DE )?MOIS|FINE MESE|"
    r"F\. ?M\.|FM\b|END OF (?:THE )?MONTH|E\.?O\.?M\b|MONATSENDE|FIN DE MES|EINDE MAAND)"
)
"""Behind the days, it moves the day to the end of its month."""
_DAYS_IN_WORDS = {
    **dict.fromkeys(("SEVEN", "SIEBEN", "SETTE", "SIETE", "ZEVEN"), "7"),
    **dict.fromkeys(("EIGHT", "ACHT", "HUIT", "OCHO", "OTTO"), "8"),
    **dict.fromkeys(("TEN", "ZEHN", "DIX", "DIEZ", "DIECI", "TIEN"), "10"),
    **dict.fromkeys(("FOURTEEN", "VIERZEHN", "VEERTIEN"), "14"),
    **dict.fromkeys(("QUINZE", "QUINCE", "QUINDICI"), "15"),
    **dict.fromkeys(("TWENTY", "ZWANZIG", "VINGT", "VEINTE", "VENTI", "TWINTIG"), "20"),
    **dict.fromkeys(("THIRTY", "DREISSIG", "TRENTE", "TREINTA", "TRENTA", "DERTIG"), "30"),
    **dict.fromkeys(("SIXTY", "SECHZIG", "SOIXANTE", "SESENTA", "SESSANTA", "ZESTIG"), "60"),
}
_IN_BRACKETS = re.compile(r"\b[A-Z]+ \((\d{1,3})\)(?= (?:CALENDAR )?DAYS)")
_WEEKS = {
    **dict.fromkeys(("ONE", "EINER", "UNE", "UNA", "EEN", "1"), "7"),
    **dict.fromkeys(("TWO", "ZWEI", "DEUX", "DOS", "DUE", "TWEE", "2"), "14"),
    **dict.fromkeys(("THREE", "DREI", "TROIS", "TRES", "TRE", "DRIE", "3"), "21"),
    **dict.fromkeys(("FOUR", "VIER", "QUATRE", "CUATRO", "QUATTRO", "4"), "28"),
}
_TOGETHER = {"HUITAINE": "8", "QUINZAINE": "15"}
_DAYS_TOGETHER = re.compile(rf"(?<=SOUS )({'|'.join(_TOGETHER)})\b")
_IN_WEEKS = re.compile(rf"\b({'|'.join(_WEEKS)}) (?:WEEKS?|WOCHEN?|SEMAINES?|SEMANAS?|SETTIMAN[AE]|WEKEN)\b")
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_DAYS_IN_WORDS)})(?= {_DAYS})")
_TERMS_ALONE = re.compile(rf"^\W*(?P<days>\d{{1,3}}) {_DAYS}(?=\W|$)")
_TERMS_HEADING = re.compile(
    r"TERMS OF PAYMENT|PAYMENT TERMS|^TERMS\W*$|^CREDIT\W*$|ZAHLUNGSZIEL|ZAHLUNGSBEDINGUNG|ZAHLUNGSFRIST|"
    r"ZAHLUNGSKONDITION|CONDITIONS?(?: DE (?:PAIEMENT|REGLEMENT))?\W*$|(?:MODE|DELAI|ECHEANCE)S? DE (?:PAIEMENT|"
    r"REGLEMENT)|"
    r"(?:FORMA|CONDICIONES|PLAZO) DE PAGO|^(?:CONDIZIONI|MODALITA|TERMINI)(?: DI)? PAGAMENTO|^PAGAMENTO\W*$|"
    r"(?:BETALINGS?|BETAAL)(?:TERMIJN|CONDITIE|VOORWAARDE)"
)
_DISCOUNT = re.compile(r"SKONTO|DISCOUNT|ESCOMPTE|SCONTO|DESCUENTO|KORTING|\d ?%")
_AT_ONCE = re.compile(
    r"SOFORT (?:FALLIG|ZAHLBAR)|DUE (?:UP)?ON RECEIPT|DUE IMMEDIATELY|PAIEMENT IMMEDIAT|A RECEPTION|"
    r"PAGO INMEDIATO|AL CONTADO|(?:UP)?ON (?:RECEIPT OF INVOICE|PRESENTATION)|SOFORT NACH ERHALT|"
    r"\bPROMPT (?:NACH|ZAHLBAR)|"
    r"PAYABLE ON RECEIPT|ZAHLBAR SOFORT|FALLIG (?:SOFORT|BEI (?:ERHALT|RECHNUNG))|VISTA FATTURA|PER OMGAANDE"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    value: str
    row: PageRow


@dataclass(frozen=True, slots=True)
class _DateSeen:
    seen: SeenDate
    row: PageRow
    issued: float
    due: float


def number_of(sheet: Sheet) -> Found[str] | None:
    """The bill's own number."""
    best: dict[str, _Candidate] = {}
    for one in _numbers(sheet):
        old = best.get(one.value)
        if old is None or one.score > old.score:
            best[one.value] = _Candidate(one.score + (0.5 if old else 0.0), one.value, one.row)
    if not best:
        return None
    ranked = sorted(best.values(), key=lambda one: -one.score)
    first = ranked[0]
    lead = first.score - (ranked[1].score if len(ranked) > 1 else 0.0)
    sure = 0.35 + 0.4 * min(1.0, first.score / 5) + 0.22 * min(1.0, lead / 1.5)
    return Found(value=first.value, confidence=round(min(0.97, sure), 2), where=first.row.where)


def _numbers(sheet: Sheet) -> Iterator[_Candidate]:
    for row in sheet.rows:
        for cell in row.cells:
            under = _label_under(sheet, cell)
            is_over = under is not None and BARE_BILL.search(under.folded) and _is_code(cell.text)
            heading = cell.text.strip() if is_over else _as_heading(sheet, cell)
            if heading:
                yield _Candidate(HEADING, heading, row)
            label = _whole_label(sheet, cell)
            for weight, pattern in NUMBER_LABELS:
                match = next((one for one in pattern.finditer(label) if not _is_other(label, one)), None)
                if match is None:
                    continue
                for value, near in _values(sheet, cell, match):
                    if _is_none(value, weight):
                        continue
                    early = (
                        0.4 * (row.page == 0) + 0.4 * (sheet.depth(cell) < UPPER) - 0.02 * min(row.number, 40)
                    )
                    yield _Candidate(weight * near + early - (0.8 if len(value) < 3 else 0.0), value, row)  # noqa: PLR2004
                break


def _is_none(value: str, weight: float) -> bool:
    """A year behind a bare heading, or a line's own number under a table's `#`."""
    return bool(_YEAR.fullmatch(value) and weight < SAYS_NUMBER) or (weight < HASH and len(value) < SHORTEST)


def _as_heading(sheet: Sheet, cell: PageCell) -> str | None:
    """`Rechnung  Kunde  Datum` over their values: the number stands in the bill's own column."""
    if not BARE_BILL.search(cell.folded):
        return None
    beside = next(iter(sheet.after(cell)), None)
    if beside is not None and _is_code(beside.text):
        return beside.text.strip()
    below = sheet.under(cell, rows=2)
    if below is None:
        return None
    numbered = _NUMBERED.match(below.folded)
    if numbered:
        return below.text[numbered.start(1) :].strip()
    if not _is_code(below.text):
        return None
    are_columns = len(sheet.rows[cell.row].cells) > 1 and len(sheet.rows[below.row].cells) > 1
    return below.text.strip() if are_columns or re.search(r"[A-Z]", below.text) else None


def _label_under(sheet: Sheet, cell: PageCell) -> PageCell | None:
    """The label of a value that stands over it, in a row of values with as many labels close under them."""
    row = sheet.rows[cell.row]
    labels = sheet.rows[cell.row + 1].cells if cell.row + 1 < len(sheet.rows) else ()
    if not VALUES <= len(row.cells) == len(labels) or labels[0].page != cell.page:
        return None
    if any(re.search(r"\d", one.text) for one in labels) or labels[0].y0 - cell.y1 > cell.height / 2:
        return None
    return labels[row.cells.index(cell)]


def _is_code(text: str) -> bool:
    return bool(
        re.fullmatch(r"(?:[A-Z]{1,5} )?(?:\d{2,4} )?[A-Z]{0,4}[-/]?\w{0,4}[-/]?\d[\w/.-]{2,}", text.strip())
    ) and not (dates_in(text) or REACHED_BY.search(folded(text)) or _YEAR.fullmatch(text.strip()))


def _whole_label(sheet: Sheet, cell: PageCell) -> str:
    """A cell's words, with the line under it where a hyphen says that they go on (`Rechnungs-`, then `Nr.`)."""
    below = sheet.under(cell, rows=1) if cell.text.endswith("-") else None
    return cell.folded + (below.folded if below is not None else "")


def _is_other(label: str, match: re.Match[str]) -> bool:
    """Whether the label's own words, or those just before it, speak of another number and not of the bill's, too."""
    words = label[max(0, match.start() - 24) : match.start()] + OF_THE_BILL.sub("INVOICE", match[0])
    return bool(NOT_THE_NUMBER.search(words))


def _values(sheet: Sheet, cell: PageCell, label: re.Match[str]) -> Iterator[tuple[str, float]]:
    rest = _REMARK.sub("", cell.text[label.end() :])
    own = _like_a_day(rest) or _number_in(rest)
    if own:
        yield own, 1.0
        return
    if re.search(r"\w{3}", rest) and not re.fullmatch(r"\W*\(\w+\)\W*", rest):
        value = _in_narrow_columns(sheet, cell, label)
        if value:
            yield value, 0.9
        return
    beside = _value_beside(sheet, cell)
    if beside:
        yield beside, 1.0
        return
    below = filter(None, map(_value_in, (sheet.under(cell, rows=4), sheet.in_box(cell))))
    yield from ((value, 0.9) for value in islice(below, 1))


def _value_beside(sheet: Sheet, cell: PageCell) -> str | None:
    beside = [one for one in sheet.after(cell) if re.search(r"\w", one.text)]
    if not beside:
        return None
    is_sign = re.fullmatch(r"\W*(?:NR|NO|N\u00b0)\W*", beside[0].folded) and len(beside) > 1
    text = beside[1].text if is_sign else beside[0].text
    return None if _is_label(beside[0]) else _alone(text) or _number_in(text)


def _value_in(cell: PageCell | None) -> str | None:
    """The number in a cell under its label, which is no label and no town itself."""
    if cell is None or _is_label(cell) or _is_town(cell):
        return None
    return _alone(cell.text) or _number_in(cell.text)


def _in_narrow_columns(sheet: Sheet, cell: PageCell, label: re.Match[str]) -> str | None:
    """`INVOICE NO INVOICE DATE` a space apart over their values: what stands under the label's own words."""
    after = cell.folded[label.end() :]
    below = sheet.under(cell, rows=1)
    if below is None or not (ISSUED.search(after) or ANY_DATE.search(after)):
        return None
    middle = _place(cell, (label.start() + label.end()) / 2)
    return next(
        (
            _number_in(one[0])
            for one in re.finditer(r"\S+", below.text)
            if _place(below, one.start()) <= middle <= _place(below, one.end())
        ),
        None,
    )


def _place(cell: PageCell, position: float) -> float:
    """How far right a character of a cell stands, as if all were equally wide."""
    return cell.x0 + (cell.x1 - cell.x0) * position / max(len(cell.text), 1)


def _like_a_day(rest: str) -> str | None:
    """`Facture n\u00b0 2025-04-02`: straight behind its label and before nothing else, that is the number."""
    number = re.fullmatch(r"[ :.#\u00b0\u00ba]*((?:19|20)\d\d-\d\d-\d\d)\s*", rest)
    return number[1] if number else None


def _alone(text: str) -> str | None:
    """A number in parts that has a cell to itself (`Q023 7P`)."""
    is_number = re.fullmatch(
        r"[A-Z]{0,4} ?(?:[A-Z/-]*\d[A-Z\d/-]*)(?: [A-Z/-]*\d[A-Z\d/-]*){1,3}", text.strip()
    )
    return text.strip() if is_number and not dates_in(text) else None


def _is_town(cell: PageCell) -> bool:
    """A postal code with its town under a label is an address."""
    return bool(re.search(r"\d [A-Z]{3}", cell.folded))


def _is_label(cell: PageCell) -> bool:
    return cell.text.rstrip().endswith(":") or bool(BUYER.search(cell.folded))


def _number_in(text: str) -> str | None:
    """The first token with a digit, if at most one word stands before it; no date, time, amount or phone number."""
    masked = _without_dates(text)
    stripped = masked.lstrip(" :.#-\u00b0\u00ba")
    stripped = re.sub(r"^(?:NR|NO|N\u00b0|Nr|No)\b[.: ]*", "", stripped)
    for position, match in enumerate(_TOKEN.finditer(stripped.upper())):
        token = stripped[match.start() : match.end()]
        if re.fullmatch(r"\d{1,2}:\d{2}.*|\d{1,3}(?:[.,]\d{3})*[.,]\d{2}|\+\d+", token) or re.match(
            r",\d", stripped[match.end() :]
        ):
            return None
        if any(char.isdigit() for char in token):
            return whole_number(stripped, match)
        if position or len(token) > 5:  # noqa: PLR2004 - a prefix such as `RE` or `FACT`
            return None
    return None


def _without_dates(text: str) -> str:
    masked = text
    for seen in dates_in(text):
        glued = (seen.start and text[seen.start - 1].isalnum()) or text[seen.end : seen.end + 1].isalnum()
        compact = (
            seen.form in {"compact", "year"}
            or glued
            or text[max(0, seen.start - 1) : seen.start] in {"-", "/"}
        )
        if not compact and text[seen.end : seen.end + 1] not in {"-", "/"}:
            masked = masked[: seen.start] + " " * (seen.end - seen.start) + masked[seen.end :]
    return masked


def dates_of(
    sheet: Sheet, order: DateOrder, certainty: float
) -> tuple[Found[date] | None, Found[date] | None]:
    """The day of issue and the day it is due."""
    seen = [one for row in sheet.rows for one in _dates_on(sheet, row, order, certainty)]
    issued = _best_issued(seen)
    due = _best_due(seen, issued) or _by_terms(sheet, issued)
    return issued, due


def _dates_on(sheet: Sheet, row: PageRow, order: DateOrder, certainty: float) -> Iterator[_DateSeen]:
    for cell in row.cells:
        found = [
            one
            for one in dates_in(cell.text, order=order, order_certainty=certainty)
            if one.form not in {"compact", "year"}
        ]
        found += _broken(sheet, cell)
        if len(found) > 3:  # noqa: PLR2004 - a list of days: the bill's is called so
            found = [one for one in found if DUE_ON.search(folded_before(cell, found, one))]
        for one in found:
            before = folded_before(cell, found, one)
            issued, due = _judged(sheet, row, cell, before)
            if _for_discount(cell, found, one) or _TO_CANCEL.search(_sentence(cell, one)):
                due = 0.0
            if _IS_DUE.match(cell.folded[one.end :]):
                issued, due = -3.0, LABELLED
            if _in_period(cell, found, one):
                issued, due = min(issued, -2.0), 0.0
            yield _DateSeen(one, row, issued, due)


def _broken(sheet: Sheet, cell: PageCell) -> list[SeenDate]:
    """`au plus tard le 20` at the end of a line, and the month begins the next."""
    below = sheet.under(cell, rows=2) if _DAY_AT_END.search(cell.folded) else None
    if below is None:
        return []
    end = len(cell.text)
    both = dates_in(f"{cell.text} {below.text}")
    return [one for one in both if one.form == "text" and one.start < end < one.end]


def _sentence(cell: PageCell, one: SeenDate) -> str:
    before = cell.folded[: one.start].rpartition(". ")[2]
    return before + cell.folded[one.start :].partition(". ")[0]


def _for_discount(cell: PageCell, found: list[SeenDate], one: SeenDate) -> bool:
    """`bis 11.03. gewähren wir 2 % Skonto`: the words behind a date, in its part of the sentence."""
    end = min((other.start for other in found if other.start >= one.end), default=len(cell.folded))
    return bool(_DISCOUNT.search(re.split(r"[,;.] ", cell.folded[one.end : end])[0]))


def _in_period(cell: PageCell, found: list[SeenDate], one: SeenDate) -> bool:
    """Whether another date follows or precedes it as the end or the beginning of a period."""
    pairs = ((one, other) if one.start < other.start else (other, one) for other in found if other is not one)
    return any(_UP_TO.fullmatch(cell.folded[first.end : second.start]) for first, second in pairs)


def folded_before(cell: PageCell, found: list[SeenDate], one: SeenDate) -> str:
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
        issued = 4.5
    elif _SINCE_PAID.search(label):
        issued = PAID_ON
    elif OTHER_DATE.search(label):
        issued = -2.0
    elif ANY_DATE.search(label) or re.search(r",\s*(?:DEN|LE|LI|A)?\s*$", before):
        issued = 3.0
    else:
        issued = TIMED if _TIME.search(row.text) else UNLABELLED
    issued += 0.5 * (row.page == 0) + 0.5 * (sheet.depth(cell) < UPPER)
    return issued, due


def _line_above(sheet: Sheet, cell: PageCell, before: str) -> str:
    """The words before a date, with the line above where they only end its sentence."""
    if len(before) > _SENTENCE_END or any(
        one.search(before) for one in (DUE_ON, ISSUED, ANY_DATE, OTHER_DATE)
    ):
        return before
    above = _above(sheet, cell)
    runs_on = above is not None and abs(above.x0 - cell.x0) < cell.height and cell.y0 - above.y1 < cell.height
    return f"{above.folded} {before}" if above is not None and runs_on and cell.text[:1].islower() else before


def _label_of(sheet: Sheet, cell: PageCell, before: str) -> str:
    """The words left of the cell, or above it where nothing stands to its left."""
    row = sheet.rows[cell.row]
    left = [one for one in row.cells[: row.cells.index(cell)] if re.search(r"[A-Z]{2}", one.folded)]
    if left and not dates_in(left[-1].text):
        near = left[-1].folded
        known = DUE_ON.search(near) or ISSUED.search(near) or ANY_DATE.search(near) or OTHER_DATE.search(near)
        if known or left[-1].text.rstrip().endswith(":"):
            return f"{near} {before}"
    above = _above(sheet, cell)
    below = sheet.under(cell, rows=1)
    is_listed = below is not None and bool(dates_in(below.text)) and below.page == cell.page
    if (
        above is not None
        and not is_listed
        and (
            DUE_ON.search(above.folded)
            or ISSUED.search(above.folded)
            or ANY_DATE.search(above.folded)
            or OTHER_DATE.search(above.folded)
        )
    ):
        return above.folded
    under = _label_under(sheet, cell)
    if under is not None:
        return under.folded
    return f"{left[-1].folded} {before}" if left else before


def _above(sheet: Sheet, cell: PageCell) -> PageCell | None:
    for index in range(cell.row - 1, max(-1, cell.row - 4), -1):
        row = sheet.rows[index]
        if row.page != cell.page or cell.y0 - max(one.y1 for one in row.cells) > 3 * cell.height:
            return None
        heading = next((one for one in row.cells if one.shares_column(cell)), None)
        if heading is not None:
            return heading
    return None


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
    usable = [one for one in seen if one.due > 0 and (issued is None or one.seen.value >= issued.value)]
    if not usable:
        return None
    best = usable[0]
    same = len({one.seen.value for one in usable}) == 1
    sure = best.seen.certainty * (0.95 if same else 0.7)
    return Found(value=best.seen.value, confidence=round(sure, 2), where=best.row.where)


def _terms_in(part: str) -> re.Match[str] | None:
    """The days to pay in full; those for a discount are none."""
    terms = _TERMS.search(part) or _TERMS_BEFORE.search(part)
    return terms if terms and not _DISCOUNT.search(part) else None


def _under_heading(sheet: Sheet, row: PageRow) -> re.Match[str] | None:
    """`30 Days` in the box that is called `Terms of Payment`."""
    for cell in row.cells:
        terms = _TERMS_ALONE.match(cell.folded)
        above = _above(sheet, cell) if terms else None
        if above is not None and any(map(_TERMS_HEADING.search, re.split(r" ?/ ?", above.folded))):
            return terms
    return None


def _in_words(text: str) -> re.Match[str] | None:
    """`Zahlbar innerhalb von 14 Tagen`, `sous trente jours`: the first part of a text that says so."""
    said = _IN_BRACKETS.sub(r"\1", _IN_WORDS.sub(lambda word: _DAYS_IN_WORDS[word[0]], text))
    said = _DAYS_TOGETHER.sub(lambda word: f"{_TOGETHER[word[1]]} JOURS", said)
    said = _IN_WEEKS.sub(lambda weeks: f"{_WEEKS[weeks[1]]} DAYS", said)
    parts = re.split(r"[,;]|\b(?:ODER|OR|OU|OPPURE|OF|SONST)\b", said)
    return next(filter(None, map(_terms_in, parts)), None)


def _by_terms(sheet: Sheet, issued: Found[date] | None) -> Found[date] | None:
    if issued is None:
        return None
    for row in sheet.rows:
        if _AT_ONCE.search(row.folded):
            return Found(
                value=issued.value, confidence=round(issued.confidence * FROM_TERMS, 2), where=row.where
            )
        texts = [row.folded, *(cell.folded for cell in row.cells)]
        terms = _under_heading(sheet, row) or next(filter(None, map(_in_words, texts)), None)
        if terms:
            days = next(int(one) for one in terms.groups() if one)
            day, sure = issued.value + timedelta(days=days), FROM_TERMS
            if _MONTH_END.match(terms.string, terms.end()):
                day, sure = day.replace(day=monthrange(day.year, day.month)[1]), TO_MONTH_END
            return Found(value=day, confidence=round(issued.confidence * sure, 2), where=row.where)
    return None
