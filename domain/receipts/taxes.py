"""Net and tax, believed as far as they add up to the total."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

from domain.accounting.taxed_sum import TaxedSum
from domain.receipts.entries import AmountEntry, DocumentAmounts
from domain.receipts.found import Found
from domain.receipts.labels import Label
from domain.receipts.layout import LayoutRow
from domain.receipts.tax_rows import breakdown_of, unsettled

_TOLERANCE = Decimal("0.06")
"""A total may be rounded to five cents after tax was added."""
_PERCENT = "5 5.5 6 7 7.7 8 8.1 8.25 9 10 13 19 20 21 22 23 25"
_RATES = tuple(Decimal(rate) / 100 for rate in _PERCENT.split())
_MAX_TAX_SHARE = Decimal("0.3")


def find_taxes(
    ledger: DocumentAmounts, total: Found[Decimal] | None
) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
    """Net and tax of the document; the net is computed where only the tax is printed."""
    if total is None:
        return None, None
    taxes = _tax_candidates(ledger, total.value)
    nets = _net_candidates(ledger)
    wholes = [total.value, *(total.value - step for step in ledger.values(Label.ROUNDING))]
    for tax, tax_row in taxes:
        for net, net_row in nets:
            if net and any(abs(net + tax - whole) <= _TOLERANCE for whole in wholes):
                sure = min(0.96, total.confidence + 0.05)
                return _found(net, sure, net_row), _found(tax, sure, tax_row)
    for tax, tax_row in taxes:
        if tax and _is_usual_share(tax, total.value):
            sure = round(0.85 * total.confidence, 2)
            net = total.value - tax
            return Found(value=net, confidence=sure, where=f"total less tax; {tax_row.where}"), _found(
                tax, sure, tax_row
            )
    if taxes:
        tax, tax_row = taxes[0]
        return None, _found(tax, round(0.5 * total.confidence, 2), tax_row)
    return None, None


def find_breakdown(
    ledger: DocumentAmounts, total: Found[Decimal] | None
) -> tuple[Found[tuple[TaxedSum, ...]] | None, list[str]]:
    """Net and tax at each of several rates, or in words that they do not make the total."""
    found = breakdown_of(ledger.by_row, total)
    return found, [] if found or total is None else unsettled(ledger.by_row, total.value)


def _found(value: Decimal, confidence: float, row: LayoutRow) -> Found[Decimal]:
    return Found(value=value, confidence=round(confidence, 2), where=row.where)


def _tax_candidates(ledger: DocumentAmounts, total: Decimal) -> list[tuple[Decimal, LayoutRow]]:
    """Printed taxes, the tax table's sum, and sums of several printed taxes (state and city, two rates)."""
    printed = [(entry.value, entry.row) for entry in _of(ledger.entries, Label.TAX)]
    found: list[tuple[Decimal, LayoutRow]] = []
    if ledger.tax_rows:
        last = ledger.tax_rows[-1]
        found.append((sum((row.tax for row in ledger.tax_rows), Decimal(0)), last.row))
        found += [(row.tax, row.row) for row in ledger.tax_rows]
    found += printed
    distinct = printed[:5]
    found += [
        (left[0] + right[0], right[1]) for left, right in combinations(distinct, 2) if left[0] and right[0]
    ]
    limit = abs(total) * _MAX_TAX_SHARE
    return [
        (value, row)
        for value, row in found
        if abs(value) <= limit and (value >= 0) == (total >= 0 or value == 0)
    ]


def _net_candidates(ledger: DocumentAmounts) -> Sequence[tuple[Decimal, LayoutRow]]:
    nets = [(row.net, row.row) for row in ledger.tax_rows]
    if len(nets) > 1:
        nets.insert(0, (sum((net for net, _ in nets), Decimal(0)), nets[-1][1]))
    labels = (Label.SUBTOTAL, Label.AMBIGUOUS, Label.TOTAL, Label.TAXED_TOTAL, Label.GRAND_TOTAL)
    printed = [(entry.value, entry.row) for label in labels for entry in _of(ledger.entries, label)]
    return printed + nets


def _of(entries: Iterable[AmountEntry], label: Label) -> list[AmountEntry]:
    return [entry for entry in entries if entry.label is label]


def _is_usual_share(tax: Decimal, total: Decimal) -> bool:
    """Whether the tax is a known rate's share of the total."""
    return any(abs(total * rate / (1 + rate) - tax) <= max(_TOLERANCE, abs(tax) / 50) for rate in _RATES)
