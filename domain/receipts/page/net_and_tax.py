"""Net and tax of a bill, once its total is known: as printed where they add up, else as its rates lead to them."""

from collections.abc import Iterator
from decimal import Decimal

from domain.receipts.page.amount_roles import ANY_TAX, NO_TAX, AmountRole
from domain.receipts.page.amounts import PageAmounts, PageEntry
from domain.receipts.page.cells import PageRow, Sheet

TOLERANCE = Decimal("0.02")
MOST_TAX = Decimal("0.3")
MOST_UNTAXED = 6
Share = tuple[Decimal, PageRow, float]
"""An amount, where it stands, and how sure it is."""
NetAndTax = tuple[Share | None, Share | None]


def net_and_tax(sheet: Sheet, money: PageAmounts, total: Decimal) -> NetAndTax:
    """Net and tax as printed where they add up, else as the tax lines have them, else the total less its tax."""
    taxes = [entry for entry in money.entries if entry.role is AmountRole.TAX]
    taxes = [entry for entry in taxes if entry.value] or taxes
    sums = [*taxes_of(money), *(2 * entry.value for entry in taxes)]
    together = [PageEntry(AmountRole.TAX, tax, taxes[-1].row) for tax in sums if tax] if taxes else []
    whole, taxed = wholes_of(money, total), taxed_parts_of(money, total)
    return (
        _as_printed(money, whole, [*taxes, *together])
        or _by_lines(money, whole)
        or _on_one_row(money, total)
        or _as_printed(money, taxed, [*taxes, *together])
        or _by_lines(money, taxed)
        or _by_rate(money, total)
        or _less_tax(money, total, [*taxes, *together])
        or _untaxed(sheet, money, total, taxes)
        or (None, None)
    )


def _as_printed(money: PageAmounts, wholes: list[Decimal], taxes: list[PageEntry]) -> NetAndTax | None:
    nets = [
        entry for entry in money.entries if entry.role in {AmountRole.NET, AmountRole.PART} and entry.value
    ]
    if money.values(AmountRole.WITHHELD):
        nets += [
            entry for entry in money.entries if entry.role is AmountRole.TOTAL and entry.value not in wholes
        ]
    if nets:
        by_rate = sum(dict.fromkeys(entry.value for entry in nets), Decimal(0))
        nets = [*nets, PageEntry(AmountRole.NET, by_rate, nets[-1].row)]
    pairs = (
        (net, tax, one)
        for one in wholes
        for net in nets
        for tax in taxes
        if abs(tax.value) < abs(one) * MOST_TAX
    )
    found = next((pair for pair in pairs if abs(pair[0].value + pair[1].value - pair[2]) <= TOLERANCE), None)
    return found and ((found[0].value, found[0].row, 0.97), (found[1].value, found[1].row, 0.97))


def wholes_of(money: PageAmounts, total: Decimal) -> list[Decimal]:
    """What net and tax may come to: the total, before it was rounded, or before a tax was withheld from it."""
    rounding = [total - sign * abs(one) for one in money.values(AmountRole.ROUNDING) for sign in (1, -1)]
    return [total, *rounding, *(total + abs(one) for one in money.values(AmountRole.WITHHELD))]


def taxed_parts_of(money: PageAmounts, total: Decimal) -> list[Decimal]:
    """The total without what bears no tax, such as outlays: one of them or all together."""
    untaxed = [
        abs(entry.value) for entry in money.entries if entry.role is AmountRole.UNTAXED and entry.value
    ]
    parts = dict.fromkeys([*untaxed[-MOST_UNTAXED:], sum(untaxed, Decimal(0))])
    return [whole - part for whole in wholes_of(money, total)[-MOST_UNTAXED:] for part in parts if part]


def _by_lines(money: PageAmounts, wholes: list[Decimal]) -> NetAndTax | None:
    if not money.tax_lines:
        return None
    net = sum((line.net for line in money.tax_lines), Decimal(0))
    tax = sum((line.tax for line in money.tax_lines), Decimal(0))
    row = money.tax_lines[-1].row
    adds_up = any(abs(net + tax - one) <= TOLERANCE for one in wholes)
    return ((net, row, 0.9), (tax, row, 0.9)) if adds_up else None


def _on_one_row(money: PageAmounts, total: Decimal) -> NetAndTax | None:
    """`Sum  120.00  8.40  128.40`: net, tax and total beside each other, or net and taxes that make the total."""
    for printed, row in money.by_row:
        values = [one for one in printed if one]
        for net, tax, whole in zip(values, values[1:], values[2:], strict=False):
            if whole == total and net + tax == whole and 0 < abs(tax) < abs(net):
                return (net, row, 0.9), (tax, row, 0.9)
        tax = sum(values[1:], Decimal(0))
        if len(values) > 1 and values[0] + tax == total and 0 < abs(tax) < abs(total) * MOST_TAX:
            return (values[0], row, 0.9), (tax, row, 0.9)
    return None


def _by_rate(money: PageAmounts, total: Decimal) -> NetAndTax | None:
    """A printed net that becomes the total with a printed rate, where the tax is not printed or not in cents."""
    for entry in money.entries:
        becomes = (abs(entry.value * (1 + rate) - total) <= TOLERANCE for rate in money.rates if rate)
        if entry.role is AmountRole.NET and entry.value and any(becomes):
            return (entry.value, entry.row, 0.9), (total - entry.value, entry.row, 0.9)
    return None


def _less_tax(money: PageAmounts, total: Decimal, taxes: list[PageEntry]) -> NetAndTax | None:
    usable = [tax for tax in taxes if tax.value and abs(tax.value) < abs(total) * MOST_TAX]
    wholes = [*wholes_of(money, total), *taxed_parts_of(money, total)]
    printed = next(((tax, one) for one in wholes for tax in usable if one - tax.value in money.loose), None)
    if printed is None and not usable:
        return None
    (tax, whole), sure = (printed, 0.85) if printed else ((usable[0], total), 0.6)
    return (whole - tax.value, tax.row, sure), (tax.value, tax.row, sure)


def _untaxed(sheet: Sheet, money: PageAmounts, total: Decimal, taxes: list[PageEntry]) -> NetAndTax | None:
    """A net that is the total, or a page that says why there is no tax, or that has no word of any."""
    if any(entry.value for entry in taxes):
        return None
    same = (entry.row for entry in money.entries if entry.role is AmountRole.NET and entry.value == total)
    row = next(same, None) or next((one for one in sheet.rows if NO_TAX.search(one.folded)), None)
    if row:
        return (total, row, 0.85), None
    asked = next((entry.row for entry in money.entries if entry.value == total), None)
    is_silent = not any(ANY_TAX.search(one.folded) for one in sheet.rows)
    return ((total, asked, 0.75), None) if asked and is_silent else None


def taxes_of(money: PageAmounts) -> set[Decimal]:
    """Printed taxes alone and together, and the tax lines' sum."""
    printed = money.values(AmountRole.TAX)
    all_printed = [entry.value for entry in money.entries if entry.role is AmountRole.TAX]
    by_line = sum((line.tax for line in money.tax_lines), Decimal(0))
    return {*_side_by_side(money), *printed, sum(all_printed, Decimal(0)), sum(printed, Decimal(0)), by_line}


def _side_by_side(money: PageAmounts) -> Iterator[Decimal]:
    """The sums of taxes on rows that follow each other: `CGST 9%`, then `SGST 9%`."""
    together, last = Decimal(0), -1
    for entry in money.entries:
        if entry.role is not AmountRole.TAX:
            continue
        together = together + entry.value if entry.row.number == last + 1 else entry.value
        last = entry.row.number
        yield together
