"""A customer's fiscal position: with which taxes the books mean to sell to them, say to another country."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PositionTax:
    """A sales tax of a fiscal position.

    Attributes:
        name: as Odoo has it.
        rate: percent.
        replaces: whether it takes another tax's place.
    """

    name: str
    rate: Decimal
    replaces: bool


def odd_taxes(
    customer: str,
    position: str,
    taxes: Sequence[PositionTax],
    rates: Collection[Decimal],
    *,
    is_counted: bool,
) -> list[str]:
    """What an invoice's rates have that the customer's position does not mean; nothing for a position without taxes.

    Args:
        customer: their name.
        position: its name.
        taxes: its sales taxes.
        rates: percent, 0 for lines without tax.
        is_counted: whether the tax return counts untaxed sales by customer, as those to a business in another country
            of the EU: lines without tax get no tax at all, so that the position's one of 0 % would be missing on them.
    """
    if not taxes:
        return []
    meant = ", ".join(tax.name for tax in taxes)
    whose = f"Odoo's fiscal position of {customer}, {position},"
    other = sorted({rate for rate in rates if rate} - {tax.rate for tax in taxes})
    if other:
        shown = ", ".join(f"{rate.normalize():f}" for rate in other)
        return [f"it has {shown} % tax, and {whose} has {meant}"]
    is_missing = is_counted and any(tax.replaces and not tax.rate for tax in taxes)
    untaxed = is_missing and any(not rate for rate in rates)
    return [f"it has lines without any tax, and {whose} has {meant} for the tax return"] if untaxed else []
