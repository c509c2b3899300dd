"""A payment of an invoice less the discount for early payment that Odoo's payment terms grant."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from domain.accounting.payment import Direction, Payable, PaymentInputs
from domain.money import Money


@dataclass(frozen=True)
class GrantedDiscount:
    """Until `until` the document is paid with `total`."""

    until: dt.date
    total: Decimal


def discounted_payment(
    inputs: PaymentInputs, payable: Payable, discount: GrantedDiscount | None
) -> list[str]:
    """What a person has to see of a payment over just the discounted sum; nothing of any other."""
    if discount is None or not 0 < discount.total < payable.total:
        return []
    if inputs.amount + (payable.total - payable.residual) != discount.total:
        return []
    saved = Money(amount=payable.total - discount.total, currency=payable.currency)
    if inputs.paid_on > discount.until:
        granted = f"less a discount of {saved} for early payment, which ended on {discount.until}"
        return [f"it is {payable.label} {granted}; {saved} stay open"]
    whose = "a discount that is yours to give" if inputs.direction is Direction.RECEIVED else "your discount"
    granted = f"less {saved} for early payment until {discount.until}, {whose}"
    to_do = "register it in Odoo instead (Pay), which books the discount, or write the rest off there"
    return [f"it is {payable.label} {granted}; recorded here, {saved} stay open: {to_do}"]
