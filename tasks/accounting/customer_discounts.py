"""Which discount for early payment Odoo's payment term grants on a document; changes nothing."""

import datetime as dt

from blocks.odoo.client import OdooClient
from domain.accounting.customer_discount import GrantedDiscount, discounted_payment
from domain.accounting.payment import Payable, PaymentInputs
from domain.money import rounded


async def discount_oddities(client: OdooClient, inputs: PaymentInputs, payable: Payable) -> list[str]:
    """One sentence where a part payment is over just the discounted sum; Odoo before 19 is not asked."""
    if inputs.amount >= payable.residual or client.oldest_major < OdooClient.oldest_major:
        return []
    return discounted_payment(inputs, payable, await _granted(client, payable))


async def _granted(client: OdooClient, payable: Payable) -> GrantedDiscount | None:
    rows = await client.call(
        "account.move.line",
        "search_read",
        domain=[
            ["move_id", "=", payable.invoice_id],
            ["display_type", "=", "payment_term"],
            ["discount_date", "!=", False],
        ],
        fields=["discount_date", "discount_amount_currency"],
        limit=2,
    )
    if len(rows) != 1:
        return None
    total = abs(rounded(rows[0]["discount_amount_currency"], payable.currency))
    return GrantedDiscount(until=dt.date.fromisoformat(rows[0]["discount_date"]), total=total)
