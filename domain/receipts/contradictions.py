"""Where the sums of a receipt disagree, in words: two totals, net and tax, or what was given and given back."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, product

from domain.receipts.entries import AmountEntry, DocumentAmounts
from domain.receipts.found import Found
from domain.receipts.labels import Label

DOUBTED = 0.5
_NEAR = Decimal("0.06")
"""Tills round to five cents."""
_STEP = Decimal("0.05")
_MOST_TAX = Decimal("0.3")
_MOST, _MOST_SUMS = 6, 24
"""A hostile paper has thousands of sums; a bill's last ones are enough."""
_WHOLE = (Label.GRAND_TOTAL, Label.TOTAL)
_EXTRA = (Label.SERVICE, Label.DISCOUNT, Label.ROUNDING)


def contradictions(ledger: DocumentAmounts, total: Found[Decimal] | None) -> tuple[str, ...]:
    """One sentence for each printed sum that does not fit to the total."""
    if total is None or not total.value:
        return ()
    return (*_two_totals(ledger, total), *_net_and_tax(ledger, total.value), *_cash(ledger, total.value))


def _two_totals(ledger: DocumentAmounts, total: Found[Decimal]) -> Iterator[str]:
    known = {abs(value) for value, _ in ledger.loose} | {abs(entry.value) for entry in ledger.entries}
    for entry in _printed(ledger, *_WHOLE):
        difference = abs(entry.value - total.value)
        if entry.value and difference > _NEAR and not _is_explained(entry.value, difference, known, ledger):
            yield f"two totals: {total.value} ({total.where}) and {entry.value} ({entry.row.where})"
            return


def _is_explained(value: Decimal, difference: Decimal, known: set[Decimal], ledger: DocumentAmounts) -> bool:
    """Another total is no contradiction where it is the net, a part, or the total without something that is printed."""
    parts = ledger.values(
        Label.SUBTOTAL, Label.TAX, Label.CASH, Label.CARD, Label.CHANGE, Label.COUNT, Label.AMBIGUOUS
    )
    in_table = [amount for row in ledger.tax_rows for amount in (row.net, row.tax, row.net + row.tax)]
    extras = {abs(entry.value) for entry in _printed(ledger, Label.TAX, *_EXTRA)}
    steps = {one for one in known if one} | {one + other for one, other in combinations(extras, 2)}
    steps.add(sum(map(abs, ledger.values(Label.CASH)), Decimal(0)))  # paid in several parts
    return value in parts or value in in_table or any(abs(difference - step) <= _NEAR for step in steps)


def _net_and_tax(ledger: DocumentAmounts, total: Decimal) -> Iterator[str]:
    nets, taxes = (_printed(ledger, label) for label in (Label.SUBTOTAL, Label.TAX))
    if len({one.value for one in nets}) != 1 or len({one.value for one in taxes}) != 1:
        return
    net, tax = nets[0].value, taxes[0].value
    shares = {tax, tax * len(taxes)}  # `CGST 9%` and `SGST 9%` are alike and are both added
    if not 0 < abs(tax) <= abs(net) * _MOST_TAX or any(_leads_to(net, one, total, ledger) for one in shares):
        return
    yield f"net {net} and tax {tax} do not add up to the total {total}"


def _cash(ledger: DocumentAmounts, total: Decimal) -> Iterator[str]:
    given, back = ({abs(value) for value in ledger.values(label)} for label in (Label.CASH, Label.CHANGE))
    if len(given) != 1 or len(back) != 1 or not any(back) or ledger.values(Label.CARD):
        return
    cash, change = given.pop(), back.pop()
    paid = cash - change
    is_rounded = paid % _STEP == 0 and abs(paid - total) < _STEP
    if 0 < paid != total and not is_rounded:
        yield f"{cash} given less {change} change is {paid}, not the total {total}"


def _leads_to(net: Decimal, tax: Decimal, total: Decimal, ledger: DocumentAmounts) -> bool:
    """With or without the tax (it may be part of the sum), and with what else was added or taken off."""
    extras = [Decimal(0), *(abs(entry.value) for entry in _printed(ledger, *_EXTRA))][:_MOST]
    return any(
        abs(net + share + sign * one + other - total) <= _NEAR
        for share, one, other, sign in product((Decimal(0), tax), extras, extras, (1, -1))
    )


def _printed(ledger: DocumentAmounts, *labels: Label) -> list[AmountEntry]:
    found = [entry for entry in ledger.entries if entry.label in labels and not entry.in_summary]
    return found[-_MOST_SUMS:]
