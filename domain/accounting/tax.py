"""How a bill's one line gets exactly the document's total: net with a matching tax, or the gross amount."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.accounting.bill import BillInputs
from domain.money import rounded


class PurchaseTax(BaseModel):
    """A percentage tax on purchases, in the books' order."""

    model_config = ConfigDict(frozen=True)

    tax_id: int
    name: str
    rate: Decimal
    is_price_included: bool


class LinePrice(BaseModel):
    """What the line says: a price and the tax that is computed from it, if any."""

    model_config = ConfigDict(frozen=True)

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
        if _tax_on(base, tax, inputs.currency) == inputs.tax:
            return LinePrice(price=base, tax=tax)
    return LinePrice(price=inputs.total)


def _tax_on(base: Decimal, tax: PurchaseTax, currency: str) -> Decimal:
    parts = 100 + tax.rate if tax.is_price_included else Decimal(100)
    return rounded(base * tax.rate / parts, currency)
