"""The document's currency: a code or a symbol at its amounts, else what its country pays with."""

import re
from collections import Counter
from collections.abc import Sequence

from domain.receipts.country import CURRENCY_OF
from domain.receipts.found import Found
from domain.receipts.labels import SUMS, label_of
from domain.receipts.layout import LayoutRow

_CODES = (
    "MYR|USD|EUR|GBP|CHF|SGD|AUD|CAD|NZD|HKD|JPY|CNY|INR|IDR|THB|PHP|VND|KRW|TWD|SEK|NOK|DKK|PLN|CZK|HUF|RON|"
    "TRY|ZAR|BRL|MXN|AED|SAR|ILS|BHD|KWD|PKR|BDT|LKR|NGN|KES|EGP|ARS|CLP|COP|PEN|UAH|MAD|TND"
)
_CODE = re.compile(
    rf"(?<![A-Z])(?<!SDN )(?<!SDN\. )(?:(?P<before>{_CODES})\s{{0,2}}-?\d|(?<=\d)\s?(?P<after>{_CODES})(?![A-Z])|"
    rf"\(\s?(?P<inside>{_CODES})\s?\)|(?:^|  )(?P<alone>{_CODES})(?=  |$)|\b(?:CURRENCY|WÄHRUNG|DEVISE|"
    rf"MONEDA|VALUTA|IN|TOTAL|BETRAG|AMOUNT|MONTANT|"
    rf"IMPORTE|IMPORTO|BEDRAG)\b[ :]*(?P<named>{_CODES})(?![A-Z]))"
)
"""A code counts beside a number, in brackets or behind a word that announces it: `SDN BHD` is no dinar."""
_WORDS = frozenset({"PEN", "TRY", "COP", "RON", "MAD"})
"""Codes that are goods too (a pen, petrol of 95 RON): they count in capitals, beside a number on a row of sums only."""
_SURE_WAYS = frozenset({"inside", "named"})
_SYMBOLS: tuple[tuple[str, str], ...] = (
    (r"\bRM(?=\s*-?\d|\)|\.|:|\s*$)", "MYR"),
    (r"US ?\$", "USD"),
    (r"\bA\$|AU\$", "AUD"),
    (r"\bS\$", "SGD"),
    (r"\bHK\$", "HKD"),
    (r"\bC\$|CA\$", "CAD"),
    (r"\bNZ\$", "NZD"),
    (r"NT\$", "TWD"),
    (r"\bR\$", "BRL"),
    (r"(?<![A-Z\d])R ?(?=\d[\d ,]*\.\d\d(?!\d))", "ZAR"),
    (r"\bMX\$", "MXN"),
    ("\u20ac", "EUR"),
    ("\u00a3", "GBP"),
    ("\u20b9|\\bRS\\.? ?(?=\\d)", "INR"),
    ("\u00a5|\u5186", "JPY"),
    (r"\bRP\.? ?(?=\d)(?!0\d)", "IDR"),
    ("\u0e3f", "THB"),
    ("\u20b1", "PHP"),
    ("\u20ab", "VND"),
    ("\u20a9", "KRW"),
    ("\u20ba", "TRY"),
    ("\u20aa", "ILS"),
    ("\u20b4", "UAH"),
    ("\u20a6", "NGN"),
    ("\u09f3|(?<=\\d) ?TAKA\\b|\\bTK\\.? ?(?=\\d)", "BDT"),
    ("ZŁ", "PLN"),
    ("KČ", "CZK"),
    (r"\bFR\.(?= ?\d)", "CHF"),
)
_MEASURES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("HUF", re.compile(r"(?<=\d) ?Ft\b"), re.compile(r"\bÁFA\b|SZÁMLA|FIZETEND")),
    ("TRY", re.compile(r"(?<=\d) ?TL\b"), re.compile(r"\bKDV\b|FATURA|TOPLAM")),
)
"""Signs that may as well be a measure (`10 Ft` of cable): they count on a page in their language."""
_COMPILED = tuple((re.compile(pattern), code) for pattern, code in _SYMBOLS)
_DOLLAR_COUNTRIES = {"US", "CA", "AU", "NZ", "SG"}
_WRITTEN_WITH_DOLLAR = frozenset(
    {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "BRL", "ARS", "CLP", "COP"}
)
"""Beside any of them a bare `$` says nothing else."""
_NO_DOLLAR = frozenset({"EUR", "GBP", "CHF"})
"""A `$` is not written for these: a document of such a country with one is from elsewhere, or in another currency."""
_EURO = re.compile(r"\bEUROS?\b")
"""The word counts where the code would: beside a number, alone in a cell, behind a word that announces it."""
_DOUBTFUL = 0.6
_TAX_OF_OTHERS = re.compile(r"\b(?:GST|HST|VAT|IVA|TVA|MWST|BTW)\b")
"""No tax of the United States: a `$` beside it is hardly their dollar."""
_FOREIGN = re.compile(
    r"\bVAT\b.{0,24}\b(?:ATU|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|GB)"
    r"\d[A-Z\d]{7,11}\b"
)
"""A European tax number: with a `$` the bill crosses a border, where it may be the American one."""
_CLEAR = 2.0
"""Weight of country evidence that settles what a bare dollar sign or a missing currency means."""


def find_currency(rows: Sequence[LayoutRow], country: str | None, weight: float) -> Found[str] | None:
    """The ISO 4217 code; a bare `$` is read by the country, and is uncertain without one."""
    votes: Counter[str] = Counter()
    where: dict[str, str] = {}
    dollars: list[str] = []
    page = "\n".join(row.text.upper() for row in rows)
    local = [(code, sign) for code, sign, words in _MEASURES if words.search(page)]
    for row in rows:
        upper = row.text.upper()
        for code in codes_in(row.text) | {code for code, sign in local if sign.search(row.text)}:
            votes[code] += 1
            where.setdefault(code, row.where)
        if re.search(r"(?<![A-Z])\$", upper):
            dollars.append(row.where)
    if votes:
        (code, count), *rest = votes.most_common(2)
        others = 0 if code in _WRITTEN_WITH_DOLLAR else len(dollars)
        rival = max(others, rest[0][1] if rest else 0)
        return Found(value=code, confidence=0.97 if count > 2 * rival else 0.7, where=where[code])
    if dollars:
        found = _dollars(country, weight, dollars[0])
        return _doubted(found, rows) if country != "US" else found
    if country and country in CURRENCY_OF:
        return Found(
            value=CURRENCY_OF[country],
            confidence=0.88 if weight >= _CLEAR else 0.6,
            where=f"not printed; the document is from {country}",
        )
    return None


def codes_in(text: str) -> set[str]:
    """The currencies whose code or own symbol stands in a row; `$` alone is none's."""
    upper = _EURO.sub("EUR", text.upper())
    codes = {
        code
        for match in _CODE.finditer(upper)
        for way, code in match.groupdict().items()
        if code and (code not in _WORDS or (code in text and (way in _SURE_WAYS or label_of(text) in SUMS)))
    }
    return codes | {code for pattern, code in _COMPILED if pattern.search(upper)}


def _dollars(country: str | None, weight: float, where: str) -> Found[str]:
    if country in _DOLLAR_COUNTRIES:
        return Found(value=CURRENCY_OF[country], confidence=0.93 if weight >= _CLEAR else 0.85, where=where)
    if country and weight >= _CLEAR and CURRENCY_OF[country] not in _NO_DOLLAR:
        return Found(
            value=CURRENCY_OF[country], confidence=0.82, where=f"{where} (a document from {country})"
        )
    return Found(value="USD", confidence=0.8 if country is None else 0.6, where=where)


def _doubted(found: Found[str], rows: Sequence[LayoutRow]) -> Found[str]:
    """A bare `$` of which the page's taxes say something else than its country."""
    text = "\n".join(row.text.upper() for row in rows)
    if _FOREIGN.search(text):
        return found.model_copy(update={"value": "USD", "confidence": _DOUBTFUL})
    is_odd = found.value == "USD" and _TAX_OF_OTHERS.search(text)
    return found.model_copy(update={"confidence": min(found.confidence, _DOUBTFUL)}) if is_odd else found
