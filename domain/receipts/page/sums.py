"""The bill's money: labels propose, the page's own arithmetic decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from domain.accounting.taxed_sum import TaxedSum
from domain.receipts.found import Found
from domain.receipts.page.amount_roles import SPLIT_PAYMENT, AmountRole
from domain.receipts.page.amounts import PageAmounts, PageEntry, money_of
from domain.receipts.page.cells import PageRow, Sheet
from domain.receipts.page.net_and_tax import (
    MOST_TAX,
    TOLERANCE,
    net_and_tax,
    taxed_parts_of,
    taxes_of,
    wholes_of,
)
from domain.receipts.tax_rows import CENT, breakdown_of, unsettled

_WEIGHT = {
    AmountRole.GROSS: 6.0,
    AmountRole.DUE: 5.0,
    AmountRole.TOTAL: 4.0,
    AmountRole.NET: 0.5,
    AmountRole.PART: 0.2,
}
DOUBTED = 0.5
MOST_PARTS = 8
ROUND = Decimal("0.05")
"""What sums are rounded to, at least."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Total, net, tax and what was paid before, and where the page contradicts itself, in words.

    `unsettled` says that it has several rates which do not make its total.
    """

    total: Found[Decimal] | None = None
    net: Found[Decimal] | None = None
    tax: Found[Decimal] | None = None
    breakdown: Found[tuple[TaxedSum, ...]] | None = None
    paid: Found[Decimal] | None = None
    doubts: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def sums_of(sheet: Sheet) -> Sums:
    """What the bill comes to."""
    money = money_of(sheet)
    ranked = _ranked(money)
    if not ranked or ranked[0][0] <= 0:
        return Sums()
    score, total, row = ranked[0]
    margin = score - (ranked[1][0] if len(ranked) > 1 else 0.0)
    net, tax = net_and_tax(sheet, money, total)
    doubts = [*_contradictions(money, total, net, tax), *_split_payment(sheet, total, tax)]
    sure = _confidence(score, margin)
    sure = min(sure, DOUBTED) if doubts else sure
    found = Found[Decimal](value=total, confidence=sure, where=row.where)
    rates = breakdown_of(money.by_row, found, map(abs, money.values(AmountRole.UNTAXED)))
    return Sums(
        total=found,
        net=_found(net, sure),
        tax=_found(tax, sure),
        breakdown=rates,
        paid=_paid(money, total),
        doubts=tuple(doubts),
        unsettled=() if rates else tuple(unsettled(money.by_row, total)),
    )


def _found(value: tuple[Decimal, PageRow, float] | None, most: float) -> Found[Decimal] | None:
    if value is None:
        return None
    return Found(value=value[0], confidence=round(min(value[2], most), 2), where=value[1].where)


# the total


def _ranked(money: PageAmounts) -> list[tuple[float, Decimal, PageRow]]:
    labelled: dict[Decimal, list[PageEntry]] = {}
    for entry in money.entries:
        if entry.role in _WEIGHT and entry.value:
            labelled.setdefault(entry.value, []).append(entry)
    for entry, whole in _before_payments(money):
        labelled.setdefault(whole, []).append(PageEntry(AmountRole.TOTAL, whole, entry.row))
    for entry in _without_label(money):
        labelled.setdefault(entry.value, [entry])
    ranked = []
    for value, entries in labelled.items():
        best = max(entries, key=_weight)
        score = (
            _weight(best) + 0.3 * min(len({entry.role for entry in entries}) - 1, 2) + _proofs(value, money)
        )
        ranked.append((score, value, best.row))
    return sorted(ranked, key=lambda one: (-one[0], -abs(one[1])))


def _weight(entry: PageEntry) -> float:
    return _WEIGHT[entry.role] * (0.6 if entry.is_above else 1.0)


def _before_payments(money: PageAmounts) -> Iterator[tuple[PageEntry, Decimal]]:
    """What is still due and what was paid make the whole bill."""
    paid = [abs(value) for value in money.values(AmountRole.PAID) if value]
    for entry in money.entries:
        if entry.role is AmountRole.DUE and paid:
            whole = {entry.value + one for one in paid} | {entry.value + sum(paid)}
            yield from ((entry, value) for value in whole if value in money.loose)


def _without_label(money: PageAmounts) -> Iterator[PageEntry]:
    """What net and tax come to, where it stands on the page and nothing says what it is."""
    taxes = [tax for tax in taxes_of(money) if tax]
    for entry in money.entries:
        if entry.value and (entry.role is AmountRole.NET or _is_before(entry.value, AmountRole.TAX, money)):
            wholes = (entry.value + tax for tax in taxes if 0 < tax / entry.value < MOST_TAX)
            yield from (
                PageEntry(AmountRole.TOTAL, whole, entry.row, is_above=True)
                for whole in wholes
                if whole in money.loose
            )


def _proofs(value: Decimal, money: PageAmounts) -> float:
    score = 0.7 if money.loose and abs(value) == max(map(abs, money.loose)) else 0.0
    nets = {
        *money.values(AmountRole.NET, AmountRole.TOTAL, AmountRole.GROSS, AmountRole.PART),
        sum((line.net for line in money.tax_lines), Decimal(0)),
    }
    taxes = taxes_of(money)
    wholes = [*wholes_of(money, value), *taxed_parts_of(money, value)]
    adds_up = any(
        abs(net + tax - whole) <= TOLERANCE for net in nets if net for tax in taxes if tax for whole in wholes
    )
    if adds_up or _ends_its_row(value, money):
        score += 3.0
    gross = sum((line.net + line.tax for line in money.tax_lines), Decimal(0))
    if money.tax_lines and abs(gross - value) <= TOLERANCE:
        score += 1.5
    paid = [abs(one) for one in money.values(AmountRole.PAID) if one]
    due = money.values(AmountRole.DUE)
    if paid and any(abs(value - left - one) <= CENT for left in due for one in [*paid, sum(paid)]):
        score += 3.0
    if value in due and _is_of_parts(value, money):
        score += 3.0
    if _is_before_rounding(value, money) or any(
        value + one in due for one in money.values(AmountRole.UNTAXED) if one
    ):
        score -= 4.0
    withheld = [abs(one) for one in money.values(AmountRole.WITHHELD) if one]
    if value in due and any(value + one in money.loose for one in [*paid, *withheld]):
        score -= 4.0
    if any(value + tax in money.loose for tax in taxes if tax > 0):
        is_net = value in money.values(AmountRole.NET)
        score -= 3.0 if is_net or (not adds_up and _is_before(value, AmountRole.TAX, money)) else 0.0
    return score


def _is_of_parts(value: Decimal, money: PageAmounts) -> bool:
    """What is to be paid is what totals before it come to: gas and power, or a bill and what was collected with it."""
    parts = [
        one for one in money.values(AmountRole.TOTAL, AmountRole.GROSS, AmountRole.UNTAXED) if 0 < one < value
    ]
    return any(sum(some) == value for number in (2, 3) for some in combinations(parts[-MOST_PARTS:], number))


def _is_before_rounding(value: Decimal, money: PageAmounts) -> bool:
    """Whether a printed rounding leads from it to a rounder sum that is printed, too."""
    rounded = (
        value + sign * abs(one) for one in money.values(AmountRole.ROUNDING) if one for sign in (1, -1)
    )
    return any(one in money.loose and not one % ROUND and value % ROUND for one in rounded)


def _is_before(value: Decimal, role: AmountRole, money: PageAmounts) -> bool:
    """Whether the row of an amount of that role follows the amount's own."""
    rows = {entry.row.number for entry in money.entries if entry.role is role}
    return any(entry.value == value and entry.row.number + 1 in rows for entry in money.entries)


def _ends_its_row(value: Decimal, money: PageAmounts) -> bool:
    """`Total  1,290.00  108.00  1,398.00`: net and tax before it on the row that is called so."""
    called = {
        entry.row
        for entry in money.entries
        if entry.value == value and entry.role in _WEIGHT and not entry.is_above
    }
    ends = (values[-3:] for values, row in money.by_row if row in called)
    return any(
        len(end) == 3 and end[2] == value == end[0] + end[1] and 0 < abs(end[1]) < abs(end[0])  # noqa: PLR2004
        for end in ends
    )


def _confidence(score: float, margin: float) -> float:
    strength = min(1.0, score / 9.0)
    lead = min(1.0, max(0.0, margin) / 3.0)
    return round(min(0.99, 0.2 + 0.45 * strength + 0.34 * lead), 2)


def _paid(money: PageAmounts, total: Decimal) -> Found[Decimal] | None:
    """What was paid before: the sum that leads from the total to what is due, else the one printed."""
    entries = [entry for entry in money.entries if entry.role is AmountRole.PAID and entry.value]
    if not entries:
        return None
    dues = money.values(AmountRole.DUE)
    amounts = list(dict.fromkeys(abs(entry.value) for entry in entries))
    row = entries[0].row
    for value in [sum(amounts), *amounts]:
        if value and any(abs(total - value - due) <= CENT for due in dues):
            return Found(value=Decimal(value), confidence=0.95, where=row.where)
    usable = [value for value in amounts if value <= abs(total)]
    return Found(value=usable[0], confidence=0.7, where=row.where) if usable else None


# doubts


def _contradictions(
    money: PageAmounts,
    total: Decimal,
    net: tuple[Decimal, PageRow, float] | None,
    tax: tuple[Decimal, PageRow, float] | None,
) -> Iterator[str]:
    yield from withheld_words(money, total)
    yield from _more_to_pay(money, total)
    gross = [
        entry
        for entry in money.entries
        if entry.role is AmountRole.GROSS and not entry.is_above and entry.value
    ]
    other = next(
        (one for one in gross if one.value != total and not _explained(one.value, total, money)), None
    )
    if other and any(one.value == total for one in gross):
        first = next(one for one in gross if one.value == total)
        yield f"two totals: {total} ({first.row.where}) and {other.value} ({other.row.where})"
    if net is None or net[1] is None or net[2] >= 0.8:  # noqa: PLR2004 - they add up
        return
    printed_net = [
        one.value
        for one in money.entries
        if one.role is AmountRole.NET and one.value != total and not one.is_above
    ]
    printed_tax = [
        one.value for one in money.entries if one.role is AmountRole.TAX and one.value and not one.is_above
    ]
    if len(set(printed_net)) == 1 and len(set(printed_tax)) == 1 and tax:
        yield f"net {printed_net[0]} and tax {printed_tax[0]} do not add up to the total {total}"


def _more_to_pay(money: PageAmounts, total: Decimal) -> Iterator[str]:
    """What is to be paid is more than the bill, and nothing says that it was owed before."""
    before = {abs(one) for one in money.values(AmountRole.BEFORE)}
    dues = [entry for entry in money.entries if entry.role is AmountRole.DUE and not entry.is_above]
    more = next((one for one in dues if 0 < total < one.value and one.value - total not in before), None)
    if more:
        yield f"{more.value} are to be paid ({more.row.where}), and the bill's own total is {total}"


def _split_payment(sheet: Sheet, total: Decimal, tax: tuple[Decimal, PageRow, float] | None) -> Iterator[str]:
    """A tax that a public body does not pay to the vendor."""
    row = next((one for one in sheet.rows if SPLIT_PAYMENT.search(one.folded)), None)
    if row and tax and tax[0]:
        yield f"of {total} the tax of {tax[0]} may not be paid to the vendor ({row.where})"


def withheld_words(money: PageAmounts, total: Decimal) -> Iterator[str]:
    """What the buyer keeps back as tax, of how much, and what is left to pay, where the paper's sums prove them."""
    entry = next((one for one in money.entries if one.role is AmountRole.WITHHELD and one.value), None)
    if entry is None:
        return
    kept = abs(entry.value)
    nets, taxes = money.values(AmountRole.NET, AmountRole.PART), money.values(AmountRole.TAX)
    proven = {total, *map(abs, money.loose), *(net + tax for net in nets for tax in taxes)}
    gross = next((one for one in (total + kept, total) if {one, one - kept} <= proven), None)
    of_it = f"{gross} is tax withheld, {gross - kept} is left to pay" if gross else "it is tax withheld"
    yield f"{kept} of {of_it} ({entry.row.where}); what is withheld is booked in Odoo by hand"


def _explained(value: Decimal, total: Decimal, money: PageAmounts) -> bool:
    """Another total is no contradiction where it is the net, a part, or the total less payments."""
    differences = {abs(total - value)}
    known = {abs(one) for one in money.loose}
    return value in money.values(AmountRole.NET, AmountRole.PART, AmountRole.TAX) or bool(differences & known)
