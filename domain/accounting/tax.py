"""How a bill's one line gets exactly the document's total: net with a matching tax, or the gross amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel

from domain.accounting.bill import BillInputs
from domain.money import rounded

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


def line_price(inputs: BillInputs, taxes: Sequence[PurchaseTax]) -> LinePrice:
    """The price at which the books' total equals the document's to the cent.

    The first tax whose own rounding gives exactly the document's tax is used. If none does, or the
    document doesn't say its tax, the gross amount is booked without tax: the total is never bent.
    """
    if inputs.net is None or not inputs.tax:
        return LinePrice(price=inputs.total)
    for tax in sorted(taxes, key=lambda tax: tax.is_price_included):
        base = inputs.total if tax.is_price_included else inputs.net
        if split_tax(base, tax.rate, inputs.currency, is_included=tax.is_price_included).tax == inputs.tax:
            return LinePrice(price=base, tax=tax)
    return LinePrice(price=inputs.total)


def tax_words(inputs: BillInputs, line: LinePrice) -> str:
    """How the document's tax is booked, for a person."""
    if line.tax:
        return f"{line.tax.name}, {inputs.tax} {inputs.currency}"
    if not inputs.tax:
        return "none"
    return f"none of the books' taxes makes {inputs.tax} {inputs.currency} of the net amount: booked gross"


def split_tax(price: Decimal, rate: Decimal, currency: str, *, is_included: bool) -> TaxSplit:
    """What a price is made of at a rate in percent, the tax rounded once.

    A tax on top is price x rate / 100; one inside the price is price x rate / (100 + rate), and the net
    is what remains, so that net and tax are always the gross amount exactly.
    """
    price = rounded(price, currency)
    parts = HUNDRED + rate if is_included else HUNDRED
    tax = rounded(price * rate / parts, currency)
    return TaxSplit(price - tax, tax, price) if is_included else TaxSplit(price, tax, price + tax)
