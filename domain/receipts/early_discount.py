"""What a bill says of a discount for early payment: until which day which sum pays it.

English, German, French, Spanish, Italian, Dutch, and `#SKONTO#TAGE=10#PROZENT=2.00#` of German e-invoices.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from domain.money import rounded
from domain.receipts.amounts import amounts_in, uses_decimal_comma
from domain.receipts.dates import dates_in
from domain.receipts.found import Found, Line
from domain.receipts.layout import as_read, rows_of
from domain.receipts.tax_rows import ReadRow

MASK = "\u00b7"
MOST_PERCENT, MOST_DAYS, LONGEST_BESIDE = 10, 90, 80
"""Beyond these it is none; the sums beside it stand so near behind it."""
AGREED, COMPUTED = 0.95, 0.85
"""How sure the sum is that the bill names as well, and one that only its percentage makes."""
NUMBER = r"(\d{1,2}(?:[.,]\d{1,3})?)"
_PERCENT = re.compile(rf"{NUMBER}\s?%")
_DAYS = re.compile(
    r"(?<![\d.,])(\d{1,2})\s?(?:(?:KALENDER)?TAGEN?|DAYS|D[IÍ]AS|GIORNI|GG\b|JOURS|DAGEN)\b", re.IGNORECASE
)
_NAMED = re.compile(
    r"SKONTO|SCONTO|ESCOMPTE|PRONTO PAGO|(?:CASH|SETTLEMENT|(?:EARLY|PROMPT)[ -]PAYMENT)[ -]DISCOUNT|"
    r"DISCOUNT\b.{0,40}?\b(?:PAID|PAYMENT|PAY)\b|\b(?:PAID|PAYMENT|PAY)\b.{0,60}?\bDISCOUNT|"
    r"DESCUENTO\b.{0,40}?\bPAG\w+|(?:BETALINGS)?KORTING\b.{0,40}?\bBETAL\w+|REMISE\b.{0,40}?\bPAIEMENT|"
    r"%\s(?:BEI|IF|FOR|POUR|SI|PER|BIJ)\s.{0,12}\b(?:ZAHLUNG|PAID|PAYMENT|PAIEMENT|PAGA|PAGO|PAGAMENTO|BETALING)\b|"
    r"\bBEI ZAHLUNG (?:INNERHALB|BINNEN|IN|BIS)\b.{0,40}%",
    re.IGNORECASE,
)
_NET_TERMS = re.compile(
    rf"\b{NUMBER}\s?(?:%\s?(?:IN\s)?|/\s?)(\d{{1,2}})(?:\sDAYS)?,?\s?NET\b", re.IGNORECASE
)
"""`2/10 net 30`, `2% 10 days, net 30`."""
_E_INVOICE = re.compile(
    rf"#SKONTO#TAGE=(\d{{1,2}})#PROZENT={NUMBER}#(?:BASISBETRAG=([\d.]+)#)?", re.IGNORECASE
)
_OTHERWISE = re.compile(
    r"ZINS|VERZUG|MAHN|GEB[UÜ]HR|AUFSCHLAG|LATE|OVERDUE|INTEREST|SURCHARGE|PENALT|INT[EÉ]R[EÊ]T|INTER[EÉ]S|RECARGO|"
    r"STEUER|MWST|\bUST\b|\bVAT\b|\bIVA\b|\bTVA\b|\bBTW\b|RETARD|MORA\b|RENTE|"
    r"NEXT|N[AÄ]CHST|PROCHAIN|COUPON|VOUCHER|GUTSCHEIN|\bCODE\b",
    re.IGNORECASE,
)
"""What costs more when it is paid late, and what is granted on something else."""
_NONE = re.compile(r"\b(?:KEIN|OHNE|SANS|SIN|SENZA|ZONDER|WITHOUT|NO)\b.{0,30}$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"\n|[,;:](?=\s)|\s[-\u2013/]\s|\.(?=\s)|\s(?:oder|or|ou)\s", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[^\W\d]{3}[.;])\s+|(?<=[%\u20ac).]\.)\s+|(?<=\d[%\u20ac]\.)\s*|\n\s*\n")


@dataclass(frozen=True)
class DiscountTerms:
    """What was read, and where in the lines' text it stands.

    Attributes:
        percent: of the total.
        days: after the date of issue, or
        until: the last day itself.
        sums: what the same sentence names in money.
    """

    percent: Decimal
    days: int | None
    until: date | None
    sums: tuple[Decimal, ...]
    start: int
    end: int


@dataclass(frozen=True)
class EarlyDiscount:
    """Until which day which sum pays the bill."""

    until: Found[date]
    total: Found[Decimal]


def early_discount(
    lines: Sequence[Line], issued: Found[date] | None, total: Found[Decimal] | None, currency: str
) -> EarlyDiscount | None:
    """The first that the bill grants; None where it grants none, or what it says makes no sum or day."""
    if total is None or total.value <= 0:
        return None
    text = _text(lines)
    for terms in _terms(text, decimal_comma=uses_decimal_comma([line.text for line in lines])):
        until = terms.until or (issued and terms.days and issued.value + timedelta(days=terms.days)) or None
        if until is None or (issued and until < issued.value):
            continue
        left, sure = _sum_of(terms, total.value, currency)
        where = _where(lines, terms)
        day_sure = 0.95 if terms.until else min(0.9, issued.confidence if issued else 0.0)
        return EarlyDiscount(
            Found(value=until, confidence=day_sure, where=where),
            Found(value=left, confidence=min(sure, total.confidence), where=where),
        )
    return None


def without_discount(lines: Sequence[Line]) -> list[Line]:
    """The lines with what they say of a discount blotted out: its day is not when the bill is due."""
    text = _text(lines)
    spans = [(one.start, one.end) for one in _terms(text, decimal_comma=False)]
    if not spans:
        return list(lines)
    blotted = list(text)
    for start, end in spans:
        for place in range(start, end):
            if not blotted[place].isspace():
                blotted[place] = MASK
    parts = "".join(blotted).split("\n")
    return [
        line if part == line.text else replace(line, text=part)
        for line, part in zip(lines, parts, strict=True)
    ]


def as_printed(found: Found[date] | None, rows: Iterable[ReadRow]) -> Found[date] | None:
    """A day that was read without what is said of a discount, with its row as a person sees it."""
    if found is None or MASK not in found.where:
        return found
    place, _, blotted = found.where.partition(": ")
    for row in rows:
        said = row.where.partition(": ")[2]
        if len(said) == len(blotted) and all(
            seen in (MASK, sign) for seen, sign in zip(blotted, said, strict=True)
        ):
            return found.model_copy(update={"where": f"{place}: {said}"})
    return found


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text.replace("\n", " ") for line in lines)


def _terms(text: str, *, decimal_comma: bool) -> Iterator[DiscountTerms]:
    for start, end in _sentences(text):
        said = text[start:end]
        machine, net = _E_INVOICE.search(said), _NET_TERMS.search(said)
        if machine:
            yield from _made(start, machine.span(), machine[2], int(machine[1]))
        elif net:
            yield from _made(start, net.span(), net[1], int(net[2]))
        else:
            yield from _in_words(said, start, decimal_comma=decimal_comma)


def _in_words(said: str, start: int, *, decimal_comma: bool) -> Iterator[DiscountTerms]:
    """Of a sentence each clause with the word, widened by those beside it until it has rate and day."""
    clauses, done = _clauses(said), 0
    for named in _NAMED.finditer(said.replace("\n", " ")):
        if named.start() < done:
            continue
        here = next(i for i, (_, end) in enumerate(clauses) if named.start() < end)
        for before, behind in ((0, 0), (1, 0), (0, 1), (1, 1), (0, 2)):
            if here - before < 0 or here + behind >= len(clauses):
                continue
            first, last = max(done, clauses[here - before][0]), max(clauses[here + behind][1], named.end())
            part = said[first:last].replace("\n", " ")
            if _OTHERWISE.search(part) or _NONE.search(said[first : named.start()]):
                break
            percent, days, seen = _PERCENT.search(part), _DAYS.search(part), dates_in(part)
            if percent and (days or seen):
                beside = said[first : last + LONGEST_BESIDE]
                until, number = (seen[0].value, None) if seen else (None, int(days[1]) if days else None)
                yield from _made(
                    start,
                    (first, last),
                    percent[1],
                    number,
                    until,
                    _sums_in(beside, decimal_comma=decimal_comma),
                )
                done = last
                break


def _sums_in(text: str, *, decimal_comma: bool) -> tuple[Decimal, ...]:
    found = amounts_in(text.replace("\n", " "), decimal_comma=decimal_comma)
    return tuple(one.value for one in found if one.decimals or one.has_symbol)


def _made(  # noqa: PLR0913, PLR0917 - what a sentence says
    start: int,
    span: tuple[int, int],
    percent: str,
    days: int | None,
    until: date | None = None,
    sums: tuple[Decimal, ...] = (),
) -> Iterator[DiscountTerms]:
    rate = Decimal(percent.replace(",", "."))
    if 0 < rate <= MOST_PERCENT and (days is None or 0 < days <= MOST_DAYS):
        yield DiscountTerms(rate, days, until, sums, start + span[0], start + span[1])


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def _clauses(said: str) -> list[tuple[int, int]]:
    """Between ends of lines, and marks that stand between words."""
    ends = [one.end() for one in _CLAUSE_END.finditer(said)]
    return list(zip([0, *ends], [*ends, len(said)], strict=True))


def _sum_of(terms: DiscountTerms, total: Decimal, currency: str) -> tuple[Decimal, float]:
    """What is to be paid; a sum that the sentence names and that is near counts before the computed one."""
    left = rounded(total * (100 - terms.percent) / 100, currency)
    if left in terms.sums or total - left in terms.sums:
        return left, AGREED
    near = [one for one in terms.sums if total * (100 - MOST_PERCENT) / 100 < one < total]
    return (near[0], COMPUTED) if len(near) == 1 else (left, COMPUTED)


def _where(lines: Sequence[Line], terms: DiscountTerms) -> str:
    """The row that a person sees it on."""
    ends = accumulate(len(line.text) + 1 for line in lines)
    said = next(line.text.strip() for line, end in zip(lines, ends, strict=True) if terms.start < end)
    return next((row.where for row in rows_of(lines) if as_read(said) in row.text), said)
