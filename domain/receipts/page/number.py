"""The bill's own number: a label's value stands behind it, beside it or under it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from domain.receipts.dates import dates_in
from domain.receipts.document_number import whole_number
from domain.receipts.found import Found
from domain.receipts.page.cells import PageCell, PageRow, Sheet, folded
from domain.receipts.page.vocabulary import (
    ANY_DATE,
    BARE_BILL,
    BARE_DATE,
    BARE_NUMBER,
    BUYER,
    ISSUED,
    NOT_THE_NUMBER,
    NUMBER_LABELS,
    OF_THE_BILL,
    REACHED_BY,
)

HEADING, SAYS_NUMBER, HASH, SHORTEST, WITH_DATE = 2.5, 4.5, 2.0, 3, 3.5
"""What a bare heading, a label with `number`, `#` and a bare `No.` with the date's label beside it are worth;
characters of a number labelled `No.` alone."""
_REMARK = re.compile(r"^\W*(?:\([^)]*\)|(?:/|&)\s*(?:\w+ )?\w*(?:dat(?:e|um|a)|fecha)\b)", re.IGNORECASE)
"""What goes on behind a number's label: `(please quote)`, `/ Date`."""
_NUMBERED = re.compile(
    r"^(?:NR|NO|N\.?[\u00b0\u00ba]|N(?=[. ]))\.? ?((?:(?<=[. \u00b0\u00ba])[A-Z]{1,4})?[-/]?\d[\w/.-]*)$"
)
"""`n. 7` under the word `Fattura`."""
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
_SENTENCE = re.compile(r"(?:\S+ ){5,}\S+\.$")
"""`Please pay to this account quoting the invoice number.`: what stands beside it is no value of it."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_SERIES = re.compile(r"\d{1,4} +- +\d[\d.]*")
"""`24 - 10.382`: a series and the number in it."""
_OF_SALE = re.compile(r"\d{4,5} ?- ?\d{8}")
"""A point of sale's number and the bill's, as the tax office of Argentina has them."""
_SALE_APART = re.compile(
    r"PUNTO DE VENTA\W*(\d{1,5})\W+COMP(?:ROBANTE)?\.? ?(?:NRO|NUMERO|N[\u00b0\u00ba])\W*(\d{1,8})(?!\d)"
)
_OF_YEAR = re.compile(r"(?:F|FA|FC|FAC|FACT|FT|INV|RE|RG|R)[-/ ]?(?:20)?[12]\d[-/ ]\d[\d/-]*")
"""A number that says itself that it is a bill's: `F2025-03-014` under `Reference`."""
_REFERENCE = re.compile(r"^\W*REF(?:ERENCE|ERENZ|ERENCIA|ERENTIE)?\W*$|^\W*RIFERIMENTO\W*$")
_OF_DAY = re.compile(r"\s+(?:DU|VOM|OF|DEL|DATED|VAN|DD\.?)\s+\d.*$", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9/_.\\#-]*[A-Z0-9]|\d")


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    value: str
    row: PageRow


def number_of(sheet: Sheet) -> Found[str] | None:
    """The bill's own number."""
    best: dict[str, _Candidate] = {}
    for one in (*_numbers(sheet), *_of_sale(sheet)):
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
            under = sheet.label_under(cell)
            is_over = under is not None and BARE_BILL.search(under.folded) and _is_code(cell.text)
            heading = (
                cell.text.strip() if is_over else _as_heading(sheet, cell) or _in_heading_words(sheet, cell)
            )
            if heading:
                yield _Candidate(HEADING, heading, row)
            if _REFERENCE.search(cell.folded) and (said := _says_so_itself(sheet, cell)):
                yield _Candidate(HASH, said, row)
            yield from _labelled(sheet, cell, row)


def _labelled(sheet: Sheet, cell: PageCell, row: PageRow) -> Iterator[_Candidate]:
    """The values of a label, and what they are worth: by its words, how near they stand, how early on the page."""
    label = _whole_label(sheet, cell)
    seen = ((worth, next(_own(pattern, label), None)) for worth, pattern in NUMBER_LABELS)
    worth, match = next(((worth, match) for worth, match in seen if match), (0.0, None))
    if match is None:
        return
    weight = WITH_DATE if worth == BARE_NUMBER and _has_date_beside(sheet, cell) else worth
    early = 0.4 * (row.page == 0) + 0.4 * (sheet.is_upper(cell)) - 0.02 * min(row.number, 40)
    for value, near in _values(sheet, cell, match):
        if not _is_none(value, weight):
            yield _Candidate(weight * near + early - (0.8 if len(value) < SHORTEST else 0.0), value, row)


def _own(pattern: re.Pattern[str], label: str) -> Iterator[re.Match[str]]:
    return (one for one in pattern.finditer(label) if not _is_other(label, one))


def _of_sale(sheet: Sheet) -> Iterator[_Candidate]:
    """`Punto de Venta: 00007  Comp. Nro: 00000451`."""
    found = ((_SALE_APART.search(row.folded), row) for row in sheet.rows)
    yield from (_Candidate(SAYS_NUMBER, f"{one[1]}-{one[2]}", row) for one, row in found if one)


def _is_none(value: str, weight: float) -> bool:
    """A year behind a bare heading, or a line's own number under a table's `#`."""
    return bool(_YEAR.fullmatch(value) and weight < SAYS_NUMBER) or (weight < HASH and len(value) < SHORTEST)


def _as_heading(sheet: Sheet, cell: PageCell) -> str | None:
    """`Rechnung  Kunde  Datum` over their values: the number stands in the bill's own column."""
    if not BARE_BILL.search(cell.folded):
        return None
    beside = _OF_DAY.sub("", next((one.text for one in sheet.after(cell)), "")).strip()
    if _is_code(beside):
        return beside
    below = sheet.under(cell, rows=2)
    if below is None:
        return None
    numbered = _NUMBERED.match(below.folded)
    if numbered:
        return below.text[numbered.start(1) :].strip()
    if not _is_code(below.text):
        return None
    are_columns = len(sheet.rows[cell.row].cells) > 1 and len(sheet.rows[below.row].cells) > 1
    is_whole = re.search(r"[A-Z]", below.text) or _OF_SALE.fullmatch(below.text.strip())
    return below.text.strip() if are_columns or is_whole else None


def _in_heading_words(sheet: Sheet, cell: PageCell) -> str | None:
    """`Project Document` a space apart over their values, in a row of headings."""
    below = [one for number in (cell.row + 1, cell.row + 2) for one in sheet.cells_of(number)]
    if " " not in cell.folded or len(sheet.rows[cell.row].cells) < 2 or cell.folded.endswith(":"):  # noqa: PLR2004
        return None
    words = (word for word in re.finditer(r"\S+", cell.folded) if BARE_BILL.search(word[0]))
    middles = [_place(cell, (word.start() + word.end()) / 2) for word in words]
    return next(
        (one.text.strip() for x in middles for one in below if one.x0 <= x <= one.x1 and _is_code(one.text)),
        None,
    )


def _says_so_itself(sheet: Sheet, cell: PageCell) -> str | None:
    """What stands under or beside `Reference`, if it is written like a bill's number."""
    near = (*sheet.after(cell)[:1], sheet.under(cell, rows=2))
    return next((one.text.strip() for one in near if one and _OF_YEAR.fullmatch(one.text.strip())), None)


def _has_date_beside(sheet: Sheet, cell: PageCell) -> bool:
    """Whether the date's label stands over, under or beside it: the two belong together on a bill."""
    near = [one for number in (cell.row - 1, cell.row + 1) for one in sheet.cells_of(number)]
    same = [one for one in near if abs(one.x0 - cell.x0) < cell.height and one.page == cell.page]
    return any(BARE_DATE.search(one.folded) for one in (*same, *sheet.after(cell)))


def _is_code(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"(?:[A-Z]{1,5}\d{0,3} )?(?:\d{2,4} )?[A-Z]{0,4}[-/]?\w{0,4}[-/]?\d[\w/.-]{2,}", text.strip()
        )
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
    rest = _REMARK.sub("", _without_other_language(cell, label))
    own = _like_a_day(rest) or _number_in(rest)
    if own:
        yield own, 1.0
        return
    if re.search(r"\w{3}", rest) and not re.fullmatch(r"\W*\(\w+\)\W*", rest):
        value = _in_narrow_columns(sheet, cell, label)
        if value:
            yield value, 0.9
        return
    if _SENTENCE.search(cell.text):
        return
    beside = _value_beside(sheet, cell)
    if beside:
        yield beside, 1.0
        return
    under = sheet.under(cell, rows=4)
    if under is not None and _is_number_label(under):
        under = sheet.under(under, rows=2)
    under = _behind_its_series(sheet, cell, under)
    near = (under, sheet.in_box(cell), sheet.nearest_below(cell))
    below = filter(None, map(_value_in, near))
    yield from ((value, 0.9) for value in islice(below, 1))


def _behind_its_series(sheet: Sheet, label: PageCell, cell: PageCell | None) -> PageCell | None:
    """`1  350772` under `Number`: what stands behind one digit in the same column."""
    beside = next(iter(sheet.after(cell)), None) if cell is not None and len(cell.text.strip()) == 1 else None
    is_ours = beside is not None and beside.shares_column(label) and _is_code(beside.text)
    return beside if is_ours else cell


def _is_number_label(cell: PageCell) -> bool:
    """Whether it says the label above it again, in another language."""
    return not re.search(r"\d", cell.text) and any(one.search(cell.folded) for _, one in NUMBER_LABELS)


def _without_other_language(cell: PageCell, label: re.Match[str]) -> str:
    """What stands behind a label; nothing where it only says the same again (`Numero doc. / Doc. No.`)."""
    rest = cell.folded[label.end() :]
    is_said_again = re.match(r"\W*/", rest) and any(one.search(rest) for _, one in NUMBER_LABELS)
    return "" if is_said_again and not re.search(r"\d", rest) else cell.text[label.end() :]


def _value_beside(sheet: Sheet, cell: PageCell) -> str | None:
    after = sheet.after(cell)
    series = re.match(r"(\d{1,4})  - {1,2}(\d[\d.]*)(?:  |$)", "  ".join(one.text for one in after))
    if series:
        return f"{series[1]} - {series[2]}"
    beside = [one for one in after if re.search(r"\w", one.text)]
    if not beside:
        return None
    is_sign = re.fullmatch(r"\W*(?:NR|NO|N\u00b0)\W*", beside[0].folded) and len(beside) > 1
    text = beside[1].text if is_sign else beside[0].text
    return (
        None
        if _is_label(beside[0]) or _POSTCODE.fullmatch(text.strip())
        else _alone(text) or _number_in(text)
    )


def _value_in(cell: PageCell | None) -> str | None:
    """The number in a cell under its label, which is no label and no town itself."""
    if cell is None or _is_label(cell) or _is_town(cell):
        return None
    text = cell.text.split("//")[0]
    return _alone(text) or _number_in(text)


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
    number = re.fullmatch(r"[ :.#\u00b0\u00ba]*((?:19|20)\d\d-\d\d-\d\d|\d\d/\d\d/\d\d)\s*", rest)
    return number[1] if number else None


def _alone(text: str) -> str | None:
    """A number in parts that has a cell to itself (`Q023 7P`)."""
    is_number = re.fullmatch(
        r"[A-Z]{0,4} ?(?:[A-Z/-]*\d[A-Z\d/-]*)(?: [A-Z/-]*\d[A-Z\d/-]*){1,3}", text.strip()
    )
    is_number = is_number or _OF_SALE.fullmatch(text.strip()) or _SERIES.fullmatch(text.strip())
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
