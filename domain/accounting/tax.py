"""How a bill's lines get exactly the document's total: net with a matching tax at each rate, or the gross amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel

from domain.accounting.bill import BillInputs
from domain.accounting.taxed_sum import TaxedSum
from domain.money import MINOR_UNITS, rounded

HUNDRED = Decimal(100)


class PurchaseTax(BaseModel, frozen=True):
    """A percentage tax on purchases, in the books' order."""

    tax_id: int
    name: str
    rate: Decimal
    is_price_included: bool


@dataclass(frozen=True, slots=True)
class TaxSplit:
    """A price before tax, its tax, and both together."""

    net: Decimal
    tax: Decimal
    gross: Decimal


class LinePrice(BaseModel, frozen=True):
    """What the line says: a price and the tax that is computed from it, if any."""

    price: Decimal
    tax: PurchaseTax | None = None


class OwedTax(BaseModel, frozen=True):
    """A tax that the buyer owes and the vendor does not ask for, and the fiscal position that means it."""

    tax: PurchaseTax
    position: str


def line_prices(
    inputs: BillInputs, taxes: Sequence[PurchaseTax], owed: OwedTax | None = None
) -> list[LinePrice]:
    """The prices at which the books' total equals the document's to the cent: one line, or one for each rate.

    The first tax whose own rounding gives exactly the document's tax (at that rate) is used. If none does, or the
    document doesn't say its tax, the gross amount is booked without tax: the total is never bent. A tax that the
    buyer owes adds nothing to it.
    """
    if inputs.is_taxed_by_buyer:
        return [LinePrice(price=inputs.total, tax=owed.tax if owed else None)]
    if inputs.net is None or not inputs.tax:
        return [LinePrice(price=inputs.total)]
    if not inputs.tax_breakdown:
        lines = [_taxed(inputs.net, inputs.tax, taxes, inputs.currency)]
    else:
        lines = [_at_rate(row, taxes, inputs.currency) for row in inputs.tax_breakdown]
    found = [line for line in lines if line]
    return found if len(found) == len(lines) else [LinePrice(price=inputs.total)]


def _at_rate(row: TaxedSum, taxes: Sequence[PurchaseTax], currency: str) -> LinePrice | None:
    if not row.rate:
        return LinePrice(price=row.net)
    return _taxed(row.net, row.tax, [tax for tax in taxes if tax.rate == row.rate], currency)


def _taxed(net: Decimal, amount: Decimal, taxes: Sequence[PurchaseTax], currency: str) -> LinePrice | None:
    for tax in sorted(taxes, key=lambda tax: tax.is_price_included):
        base = net + amount if tax.is_price_included else net
        if split_tax(base, tax.rate, currency, is_included=tax.is_price_included).tax == amount:
            return LinePrice(price=base, tax=tax)
    return None


def tax_words(inputs: BillInputs, lines: Sequence[LinePrice], owed: OwedTax | None = None) -> str:
    """How the document's tax is booked, for a person."""
    if inputs.is_taxed_by_buyer:
        return _owed_words(inputs, owed)
    if not inputs.tax:
        return "none"
    if inputs.tax_breakdown and len(lines) == len(inputs.tax_breakdown):
        at_rates = zip(inputs.tax_breakdown, lines, strict=True)
        return "; ".join(_at_rate_words(row, line, inputs.currency) for row, line in at_rates)
    if lines[0].tax:
        return f"{lines[0].tax.name}, {inputs.tax} {inputs.currency}"
    what = " and ".join(row.percent for row in inputs.tax_breakdown if row.rate)
    of_it = f"the net amounts at {what}" if what else "the net amount"
    return f"none of the books' taxes makes {inputs.tax} {inputs.currency} of {of_it}: booked gross"


def _owed_words(inputs: BillInputs, owed: OwedTax | None) -> str:
    if owed is None:
        return "none: the buyer owes its tax, and Odoo has no fiscal position for the vendor with such a tax"
    split = split_tax(inputs.total, owed.tax.rate, inputs.currency, is_included=False)
    return (
        f"{owed.tax.name}, {split.tax} {inputs.currency} that you owe, as Odoo's fiscal position for the vendor "
        f"means ({owed.position})"
    )


def _at_rate_words(row: TaxedSum, line: LinePrice, currency: str) -> str:
    if not line.tax:
        return f"no tax on {row.net} {currency}"
    return f"{line.tax.name}, {row.tax} {currency} on {row.net}"


def taxed_inside(total: Decimal, rate: Decimal, currency: str) -> list[TaxedSum]:
    """What a price with its tax inside is made of, so that the tax on top of the net is exactly the rest.

    The rest is a cent more than that tax where no net makes the price (9.99 at 19 %): then it is a sum without tax.
    """
    net = split_tax(total, rate, currency, is_included=True).net
    unit = Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))
    splits = (split_tax(one, rate, currency, is_included=False) for one in (net, net - unit))
    found = next(one for one in splits if one.gross <= total)
    rows = [TaxedSum(rate=rate, net=found.net, tax=found.tax)]
    rest = total - found.gross
    return [*rows, TaxedSum(rate=Decimal(0), net=rest, tax=Decimal(0))] if rest else rows


def split_tax(price: Decimal, rate: Decimal, currency: str, *, is_included: bool) -> TaxSplit:
    """What a price is made of at a rate in percent, the tax rounded once.

    A tax on top is price x rate / 100; one inside the price is price x rate / (100 + rate), and the net
    is what remains, so that net and tax are always the gross amount exactly.
    """
    price = rounded(price, currency)
    parts = HUNDRED + rate if is_included else HUNDRED
    tax = rounded(price * rate / parts, currency)
    return TaxSplit(price - tax, tax, price) if is_included else TaxSplit(price, tax, price + tax)
