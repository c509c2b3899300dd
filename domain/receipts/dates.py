"""Dates in a line of text: every order, separator and language seen on invoices, and misread digits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

EARLIEST, LATEST = date(1995, 1, 1), date(2079, 12, 31)

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "JAN JANUARY JANUAR JANVIER ENERO GENNAIO JANUARI JANEIRO JÄN JÄNNER GEN ENE",
        "FEB FEBRUARY FEBRUAR FEVRIER FÉVRIER FEBRERO FEBBRAIO FEBRUARI FEVEREIRO FÉV FEV",
        "MAR MARCH MÄRZ MARS MARZO MAART MAC MRZ MRT MAERZ MARÇO MARCO",
        "APR APRIL AVRIL ABRIL APRILE AVR ABR",
        "MAY MAI MAYO MAGGIO MEI MAIO MAG",
        "JUN JUNE JUNI JUIN JUNIO GIUGNO JUNHO GIU",
        "JUL JULY JULI JUILLET JULIO LUGLIO JULAI JULHO JUIL LUG",
        "AUG AUGUST AOUT AOÛT AGOSTO AUGUSTUS OGOS AGO OGO",
        "SEP SEPT SEPTEMBER SEPTEMBRE SEPTIEMBRE SETTEMBRE SETEMBRO SET",
        "OCT OCTOBER OKTOBER OCTOBRE OCTUBRE OTTOBRE OUTUBRO OKT OTT OUT",
        "NOV NOVEMBER NOVEMBRE NOVIEMBRE NOVEMBRO",
        "DEC DECEMBER DEZEMBER DECEMBRE DÉCEMBRE DICIEMBRE DICEMBRE DISEMBER DEZEMBRO DEZ DIC DIS",
    ),
    start=1,
):
    _MONTHS.update(dict.fromkeys(_names.split(), _number))

MONTH_LETTERS, FULL_NAME = 3, 5
USUAL_MISREADINGS = frozenset("OQDIL|SBZ")
REPAIRED, GUESSED = 0.9, 0.6
"""The most a date is trusted with letters put right in the usual way, and with anything else put right."""
_SHORT = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTH = "(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + ")"
_MONTH = f"(?P<m>{MONTH})"
_MISREAD = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "S": "5", "B": "8", "Z": "2", "G": "6"}
)
_LETTERS = str.maketrans("0145863", "OIASBGB")
_D = r"[\dOQDILSBZG|]"
_MISREAD_DATE = re.compile(
    rf"(?<![A-Z\d])(?P<a>{_D}{{1,4}})(?P<s>[-/.])(?P<b>{_D}{{1,2}}|[A-Z\d]{{3}})(?P=s)(?P<c>{_D}{{2,4}})(?![A-Z\d])|"
    rf"(?<![A-Z\d])(?P<d>{_D}{{1,2}})(?P<gap> ?)(?P<m>[A-Z]{{3}})(?P=gap)(?P<y>{_D}{{4}})(?![A-Z\d])"
)
_EDGE_BEFORE, _EDGE_AFTER = r"(?<![\d.,/-])", r"(?![.-]\d{1,2}(?!\d))"
_MISSPELT = re.compile(
    r"(?<=\d[ .])[A-Z]{5,9}(?=[ ,.]+(?:DE )?\d{4})|(?<=\d[SNRT][TDH] )[A-Z]{5,9}(?=[ ,.]+\d{4})"
)
_BY_LETTERS = {"".join(sorted(name)): name for name in _MONTHS if len(name) >= FULL_NAME}
"""Months by their letters: `Januray` has January's."""
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(
        rf"{_EDGE_BEFORE}(?P<y>(?:19|20)\d\d)\s?(?P<s>[-/.])\s?(?P<m>\d{{1,2}})\s?(?P=s)\s?(?P<d>\d{{1,2}})(?!\d)"
    )),
    ("ymd", re.compile(r"(?P<y>20\d\d)\s?\u5e74\s?(?P<m>\d{1,2})\s?\u6708\s?(?P<d>\d{1,2})\s?\u65e5")),
    ("text", re.compile(
        rf"(?<![\d])(?P<d>\d{{1,2}})(?:ST|ND|RD|TH|ER|\u00ba|\u00b0|\.)?(?:[\s/.'-]|DE|OF)*{_MONTH}(?:[\s/.,'-]|DE)*(?P<y>\d{{4}}|\d{{2}}(?!\d|:))"
    )),
    ("text", re.compile(
        rf"(?<![A-Z]){_MONTH}\.?[\s/'-]*(?P<d>\d{{1,2}})(?:ST|ND|RD|TH)?(?:\s*,\s*|\s+|[-/])(?P<y>20\d\d|19\d\d)(?!\d)"
    )),
    ("dmy", re.compile(
        rf"{_EDGE_BEFORE}(?P<a>\d{{1,2}})\s?(?P<s>[-/.])\s?(?P<b>\d{{1,2}})\s?(?P=s)\s?(?P<y>(?:19|20)\d\d|\d\d(?!\d)){_EDGE_AFTER}"
    )),
    ("dmy", re.compile(rf"{_EDGE_BEFORE}(?P<a>\d{{1,2}})(?P<s>,) ?(?P<b>\d{{1,2}})(?P=s) ?(?P<y>20\d\d)(?![\d,])")),
    ("dmy", re.compile(
        rf"{_EDGE_BEFORE}(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>\d\d)(?=\d{{2}}:\d{{2}})"
    )),
    ("year", re.compile(
        rf"{_EDGE_BEFORE}(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>(?:[013-9]0|2[1-9])[0-3]\d)(?!\d)"
    )),
    ("compact", re.compile(r"(?<!\d)(?P<y>20[0-3]\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)")),
)  # fmt: skip


class DateOrder(StrEnum):
    """How a numeric date is written."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class SeenDate:
    """A date in a line: how certain its form is (1 = only one reading), and where in the line."""

    value: date
    certainty: float
    start: int
    end: int
    form: str


def dates_in(
    text: str, *, order: DateOrder = DateOrder.DAY_FIRST, order_certainty: float = 0.7
) -> list[SeenDate]:
    """Every plausible date of a line, from left to right."""
    upper = _MISREAD_DATE.sub(_digits_put_right, text.upper())
    upper = _MISSPELT.sub(_name_put_right, upper)
    found: list[SeenDate] = []
    for form, pattern in _FORMS:
        for match in pattern.finditer(upper):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            value, certainty = _value_of(form, match, order, order_certainty)
            certainty = min(certainty, _most_certain(text.upper(), upper, match))
            if value and EARLIEST <= value <= LATEST:
                found.append(SeenDate(value, certainty, match.start(), match.end(), form))
    return sorted(found, key=lambda seen: seen.start)


def _most_certain(written: str, read: str, match: re.Match[str]) -> float:
    """How far a date can be trusted whose letters were read as digits (repairs keep every position)."""
    if len(written) != len(read):
        return GUESSED
    changed = {old for old, new in zip(written, read, strict=True) if old != new}
    mended = written[match.start() : match.end()] != read[match.start() : match.end()]
    return (REPAIRED if changed <= USUAL_MISREADINGS else GUESSED) if mended else 1.0


def proven_order(texts: Iterable[str]) -> DateOrder | None:
    """The order that the document's own unambiguous dates prove, if they agree."""
    orders: set[DateOrder] = set()
    for text in texts:
        for match in _FORMS[4][1].finditer(text.upper()):
            first, second = int(match["a"]), int(match["b"])
            if first > 12 >= second:  # noqa: PLR2004 - months
                orders.add(DateOrder.DAY_FIRST)
            elif second > 12 >= first and second <= 31:  # noqa: PLR2004 - months and days
                orders.add(DateOrder.MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else None


def _digits_put_right(match: re.Match[str]) -> str:
    """The same date with its letters read as digits and its month as a name; what is not mostly digits stays."""
    if sum(char.isdigit() for char in match[0]) < 3:  # noqa: PLR2004 - mostly digits
        return match[0]
    if match["m"]:
        parts = (match["d"].translate(_MISREAD), match["m"], match["y"].translate(_MISREAD))
        return match["gap"].join(parts) if match["m"] in _MONTHS else match[0]
    middle = _month_name(match["b"]) if len(match["b"]) == MONTH_LETTERS else match["b"].translate(_MISREAD)
    return match["s"].join((match["a"].translate(_MISREAD), middle, match["c"].translate(_MISREAD)))


def _name_put_right(word: re.Match[str]) -> str:
    """The month that has a word's letters in another order."""
    return word[0] if word[0] in _MONTHS else _BY_LETTERS.get("".join(sorted(word[0])), word[0])


def _month_name(written: str) -> str:
    """The English month that this is, or that it differs from in one letter; itself where two are as near."""
    letters = written.translate(_LETTERS)
    if letters in _MONTHS:
        return letters
    near = [name for name in _SHORT if sum(a != b for a, b in zip(letters, name, strict=True)) == 1]
    return near[0] if len(near) == 1 else written


def _value_of(
    form: str, match: re.Match[str], order: DateOrder, order_certainty: float
) -> tuple[date | None, float]:
    if form == "text":
        return _date(match["y"], str(_MONTHS[match["m"]]), match["d"]), 1.0
    if form == "ymd":
        return _date(match["y"], match["m"], match["d"]), 1.0
    if form == "compact":
        return _date(match["y"], match["m"], match["d"]), 0.6
    if form == "year":
        value, certainty = _numeric(match, order, order_certainty, year=f"20{match['y'][2:]}")
        return value, min(certainty, GUESSED)
    return _numeric(match, order, order_certainty)


def _numeric(
    match: re.Match[str], order: DateOrder, order_certainty: float, *, year: str = ""
) -> tuple[date | None, float]:
    """`03/04/18`: decided by the values when one is above 12, by the order otherwise."""
    first, second, year = match["a"], match["b"], year or match["y"]
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if day_first == month_first or not (day_first and month_first):
        value = day_first or month_first
        return value, 1.0 if len(year) == 4 else 0.97  # noqa: PLR2004 - a full year
    if match["s"] == ".":
        return day_first, max(order_certainty, 0.9)
    return (day_first if order is DateOrder.DAY_FIRST else month_first), order_certainty


def _date(year: str, month: str, day: str) -> date | None:
    full = int(year) if len(year) > 2 else 2000 + int(year)  # noqa: PLR2004 - two digits
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None
