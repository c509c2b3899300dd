"""Amounts in a line of text: US, European, Swiss and Asian forms, and the mistakes of a recognised scan."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

MAX_DIGITS = 12
CENTS = 2
"""Digits after the decimal mark, even where a misread comma makes all marks alike (`1.234.50`)."""
GROUP = 3
"""Digits between thousands separators."""

_DIGIT = r"[\dOoQDIl|SBZG]"
_MISREAD = str.maketrans("OoQDIl|SBZG", "00001115826")
_LOOSE = re.compile(
    rf"(?:(?<![\w.,])|(?<=\bRM))(?=[\d.,OoQDIl|SBZG]*\d){_DIGIT}{{1,7}}[.,]{_DIGIT}{{2}}(?![\w.,])"
)
_SPACED_THOUSANDS = re.compile(r"(?<=[MR$\u20ac\u00a3])(\s?)(\d{1,3}(?: \d{3})+[.,]\d{2})(?![\w.,])")
_SPLIT = re.compile(r"(?<![\d.,/:-])(\d{1,6}) ?([.,]) ?(\d{2}|\d ?\d)(?=\s*$|\s+[A-Z*]{1,3}\s*$)")
_NUMBER_FORM = r"""(?<![\w.,/:-])(?P<before>[-(\u2212]\s?)?
    (?P<symbol>(?:RM|US\$|A\$|S\$|HK\$|C\$|NT\$|R\$|Rs\.?|Rp\.?|R(?=\s?\d)|MYR|USD|EUR|GBP|CHF|SGD|[$\u20ac\u00a3\u00a5\u20b9])
    \s?)?(?P<inner>[-\u2212]\s?)?
    (?P<number>\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?|\d{1,3}(?:[,.'\u2019\u00a0\u202fSPACE]\d{3})+(?:[.,]\d{1,4})?|\d+[.,]\d{1,4}|[.]\d{2}|\d+)
    (?P<after>-(?!\d)|\))?(?![\d:]|/(?!-)|[.,]\d|\s?%|-\d)(?P<whole>\s?(?:\u20ac|(?<=\d{3})(?-i:Ft)\b|(?<=\d{3}\s)(?-i:Ft)\b|Kč|kr\b)|/-|,-)?
    (?:\s?(?P<large>LAKHS?|LACS?|CRORES?)\b)?"""
_NUMBER = re.compile(_NUMBER_FORM.replace("SPACE", ""), re.VERBOSE | re.IGNORECASE)
_NUMBER_WITH_SPACES = re.compile(_NUMBER_FORM.replace("SPACE", " "), re.VERBOSE | re.IGNORECASE)
"""`1 234,56` is one number where commas are decimal; `2 134.50` is a quantity and a price."""
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?!\d)")
"""Lakhs and crores: three digits, then groups of two."""
_LARGE = {"LA": Decimal(100_000), "CR": Decimal(10_000_000)}
_GAP = re.compile(r"['\u2019\u00a0\u202f ]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be money: its value, how it was written, and where in the line."""

    value: Decimal
    start: int
    end: int
    decimals: int
    has_symbol: bool = False


def repaired(text: str) -> str:
    """The text with letters that stand in for digits inside amounts put right (`6O.3O`, `25. 00`)."""
    text = _LOOSE.sub(lambda found: found[0].translate(_MISREAD), text)
    text = _SPACED_THOUSANDS.sub(lambda found: found[1] + found[2].replace(" ", ""), text)
    return _SPLIT.sub(lambda found: f"{found[1]}{found[2]}{found[3].replace(' ', '')}", text)


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether this document writes 1.234,56 (by the forms that can only be one of the two)."""
    comma = point = 0
    for text in texts:
        comma += len(re.findall(r"\d,\d{2}(?![\d,.])", text))
        point += len(re.findall(r"\d\.\d{2}(?![\d,.])", text))
    return comma > point


def amounts_in(text: str, *, decimal_comma: bool = False) -> list[Amount]:
    """Every number of a line that can be an amount, from left to right; percentages and times are not."""
    found: list[Amount] = []
    pattern = _NUMBER_WITH_SPACES if decimal_comma else _NUMBER
    for match in pattern.finditer(repaired(text)):
        indian = bool(_INDIAN.match(match["number"]))
        value, decimals = _parsed(match["number"], decimal_comma=decimal_comma and not indian)
        if value is None:
            continue
        bracketed = (match["before"] or "").startswith("(") and match["after"] == ")"
        minus = "-" in (match["inner"] or "").replace("\u2212", "-") or match["after"] == "-" or bracketed
        leading = (match["before"] or "").replace("\u2212", "-").startswith("-")
        glued = leading and _stands_alone(match)
        sign = -1 if minus or glued else 1
        found.append(
            Amount(
                sign * value * _LARGE.get((match["large"] or "")[:2].upper(), 1),
                match.start("number"),
                match.end(),
                decimals,
                has_symbol=bool(match["symbol"] or match["whole"] or match["large"]),
            )
        )
    return found


def _stands_alone(match: re.Match[str]) -> bool:
    """A dash belongs to the number unless it separates words (`ADJ - 0.00` is still a zero)."""
    return not (match["before"] or "").endswith(" ")


def _parsed(written: str, *, decimal_comma: bool) -> tuple[Decimal | None, int]:
    spaceless = _GAP.sub("", written)
    if sum(char.isdigit() for char in spaceless) > MAX_DIGITS:
        return None, 0
    mark = _decimal_mark(spaceless, decimal_comma=decimal_comma)
    whole, _, fraction = spaceless.rpartition(mark) if mark else (spaceless, "", "")
    return Decimal(f"{re.sub('[.,]', '', whole) or '0'}.{fraction or '0'}"), len(fraction)


def _decimal_mark(written: str, *, decimal_comma: bool) -> str:
    """Which separator is the decimal one; none for whole numbers."""
    marks = [char for char in written if char in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    digits_after = len(written) - written.rindex(last) - 1
    if marks.count(last) > 1:
        return last if digits_after == CENTS else ""
    if len(set(marks)) > 1 or digits_after != GROUP:
        return last
    return "," if decimal_comma and last == "," else "." if last == "." and not decimal_comma else ""
