"""Whether an invoice's taxes are those that Odoo means for its customer; changes nothing."""

from decimal import Decimal

from blocks.odoo.client import OdooClient
from domain.accounting.fiscal_position import PositionTax, odd_taxes
from domain.accounting.invoice import InvoiceInputs
from domain.accounting.partner import Identity
from tasks.accounting.customers import known_customers

POSITION = "account.fiscal.position"


async def tax_oddities(client: OdooClient, inputs: InvoiceInputs) -> list[str]:
    """One sentence where they are not. Odoo itself says which position the customer has; older ones are not asked.

    Raises:
        UnknownCustomerError: the books have no such customer.
        AmbiguousPartnerError: several customers fit.
    """
    if client.oldest_major < OdooClient.oldest_major:
        return []
    if not await client.call(POSITION, "search_count", domain=[], limit=1):
        return []
    whose = Identity(name=inputs.customer, vat=inputs.customer_vat, email=inputs.customer_email)
    (customer,) = await known_customers(client, [whose])
    answer = await client.call(
        "account.move",
        "onchange",
        values={"move_type": "out_invoice", "partner_id": customer.partner_id},
        field_names=["partner_id"],
        fields_spec={"fiscal_position_id": {"fields": {"display_name": {}}}},
    )
    position = answer["value"].get("fiscal_position_id")
    if not position:
        return []
    found = await client.call(
        "account.tax",
        "search_read",
        domain=[["type_tax_use", "=", "sale"], ["fiscal_position_ids", "in", [position["id"]]]],
        fields=["name", "amount", "original_tax_ids"],
        order="sequence, id",
    )
    taxes = [
        PositionTax(
            name=row["name"], rate=Decimal(str(row["amount"])), replaces=bool(row["original_tax_ids"])
        )
        for row in found
    ]
    rates = {item.tax_percent or Decimal(0) for item in inputs.items}
    return odd_taxes(customer.name, position["display_name"], taxes, rates)
