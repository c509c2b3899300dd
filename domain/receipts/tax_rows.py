"""A document's tax breakdown: rows that a rate proves, where they make its total to the cent."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Generic, Protocol, TypeVar

from domain.accounting.taxed_sum import TaxedSum, by_rate, totals_of
from domain.receipts.found import Found
from domain.receipts.page.amount_roles import ANY_TAX
from domain.receipts.page.cells import folded

CENT = Decimal("0.01")
LEAST_RATE, TENTH = Decimal("0.02"), Decimal("0.001")
MOST_A_ROW, MOST_ROWS, MOST_RATES = 12, 120, 5
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?) ?%")
_PLAIN_RATE = re.compile(r"^\d{1,2}(?:[.,]\d{1,2})?$")
_WORD = re.compile(r"[^\W\d_]{4,}")


class _Cell(Protocol):
    @property
    def text(self) -> str: ...


class ReadRow(Protocol):
    """A row of a page or of a till's roll."""

    @property
    def text(self) -> str:
        """All of it."""

    @property
    def cells(self) -> Sequence[_Cell]:
        """Its pieces."""

    @property
    def where(self) -> str:
        """How a person finds it."""


Row = TypeVar("Row", bound=ReadRow)
ReadRows = Sequence[tuple[Sequence[Decimal], Row]]


@dataclass(frozen=True, slots=True)
class PrintedTax(Generic[Row]):
    """An amount before tax and its tax, where a rate on the same row proves them; the rate as a share of one."""

    rate: Decimal
    net: Decimal
    tax: Decimal
    row: Row


def rates_on(text: str) -> set[Decimal]:
    """The rates that are printed as percentages."""
    return {share(one) for one in _RATE.findall(text)}


def is_plain_rate(text: str) -> bool:
    """`21.0`, which is a rate in a column of rates."""
    return bool(_PLAIN_RATE.match(text))


def share(percent: str) -> Decimal:
    """`5,5` is 0.055."""
    return Decimal(percent.replace(",", ".")) / 100


def tax_row(row: Row, values: Sequence[Decimal]) -> PrintedTax[Row] | None:
    """`19 %  198.00  37.62`: two amounts of which one is the rate's share of the other; none is the rate itself."""
    printed = rates_on(row.text)
    plain = Counter(share(cell.text) for cell in row.cells if is_plain_rate(cell.text))
    values = values[:MOST_A_ROW]
    for position, net in enumerate(values):
        for tax in [*values[:position], *values[position + 1 :]]:
            rates = printed | {rate for rate, times in plain.items() if 100 * rate != tax or times > 1}
            proven = sorted(rate for rate in rates if rate and net and abs(net * rate - tax) <= CENT)
            if proven:
                return PrintedTax(proven[0], net, tax, row)
    return None


def breakdown_of(
    by_row: ReadRows[Row], total: Found[Decimal] | None, untaxed: Iterable[Decimal] = ()
) -> Found[tuple[TaxedSum, ...]] | None:
    """Net and tax at each of several rates that make the total to the cent; None where none do so.

    The last row of each rate (a summary's), the sum of its rows (the items'), or its first one.

    Args:
        by_row: Every row with its amounts.
        total: What is to be paid.
        untaxed: What may be the part of it without tax, beside what stands beside a rate of 0.
    """
    rows = [*_proven(by_row), *_apart(by_row)][-MOST_ROWS:] if total else []
    if not rows or total is None:
        return None
    sums = [_taxed(one) for one in rows]
    free = {
        *untaxed,
        *(one for values, row in by_row if Decimal(0) in rates_on(row.text) for one in values),
    } - {0}
    last, first = ({row.rate: row for row in some} for some in (sums, sums[::-1]))
    for each in (last, {row.rate: row for row in by_rate(sums)}, first):
        found = _that_make(each, total.value, free)
        if found:
            return Found(value=found, confidence=total.confidence, where=rows[-1].row.where)
    return None


def unsettled(by_row: ReadRows[Row], total: Decimal) -> list[str]:
    """That a document prints tax at several rates, in words, where its rows do not make the total."""
    said = [
        one
        for one in _proven(by_row)
        if _is_usual(one.rate) and (ANY_TAX.search(folded(one.row.text)) or not _WORD.search(one.row.text))
    ]
    rates = {one.rate: one for one in said}
    nets = {one.net for one in rates.values()}
    if len(rates) < 2 or len(nets) < len(rates):  # noqa: PLR2004 - two taxes of one sum are no two rates
        return []
    printed = ", ".join(_taxed(rates[rate]).percent for rate in sorted(rates))
    return [
        (
            f"it prints tax at {printed}, and the sums beside the rates do not make the total {total} "
            f"({said[-1].row.where})"
        )
    ]


def _is_usual(rate: Decimal) -> bool:
    """As sales taxes are: 2 % or more, in tenths. Others are levies on energy, or sums beside sums."""
    return rate >= LEAST_RATE and not rate % TENTH


def _that_make(
    each: Mapping[Decimal, TaxedSum], total: Decimal, untaxed: Collection[Decimal]
) -> tuple[TaxedSum, ...]:
    """All rates, or fewer (a discount's is among them, too), with what is left without tax."""
    rows = list(each.values())[:MOST_RATES]
    for count in range(len(rows), 0, -1):
        for found in combinations(rows, count):
            rest = total - sum(totals_of(found))
            if not rest and count > 1:
                return by_rate(found)
            if rest in untaxed:
                return by_rate([*found, TaxedSum(rate=Decimal(0), net=rest, tax=Decimal(0))])
    return ()


def _proven(by_row: ReadRows[Row]) -> list[PrintedTax[Row]]:
    return [found for values, row in by_row if (found := tax_row(row, values))]


def _apart(by_row: ReadRows[Row]) -> Iterator[PrintedTax[Row]]:
    """`VAT 19 %  37.62`, where one amount elsewhere among the last rows is what it is of."""
    ends = by_row[-MOST_ROWS:]
    printed = {abs(value) for values, _ in ends for value in values if value}
    for values, row in ends:
        rates = rates_on(row.text) - {0}
        if len(rates) != 1 or len(values) != 1 or not ANY_TAX.search(folded(row.text)):
            continue
        (rate,), (tax,) = rates, values
        nets = [net for net in printed if abs(net * rate - tax) <= CENT]
        if len(nets) == 1:
            yield PrintedTax(rate, nets[0], tax, row)


def _taxed(row: PrintedTax[Row]) -> TaxedSum:
    return TaxedSum(rate=(100 * row.rate).normalize(), net=row.net, tax=row.tax)
