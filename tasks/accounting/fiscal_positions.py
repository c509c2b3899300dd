"""Whether invoices' taxes are those that Odoo means for their customers; changes nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from blocks.odoo.client import OdooClient
from domain.accounting.fiscal_position import PositionTax, odd_taxes
from domain.accounting.invoice import InvoiceInputs
from domain.accounting.partner import Identity, Partner
from tasks.accounting.customers import known_customers
from tasks.accounting.records import named_id

POSITION = "account.fiscal.position"
DECIDING = ("country_id", "state_id", "zip", "vat", "property_account_position_id", "child_ids")
"""What Odoo chooses a customer's fiscal position by; a contact of theirs may be the delivery address."""
PREFIX = 2
"""Letters of a tax number that say its country."""


class CustomerPosition(NamedTuple):
    """A fiscal position; one that wants a tax number is for businesses in other countries of the EU."""

    position_id: int
    name: str
    wants_number: bool


async def tax_oddities(client: OdooClient, invoices: Sequence[InvoiceInputs]) -> list[list[str]]:
    """For each invoice a sentence where they are not; older Odoos are not asked.

    Odoo itself says which position a customer has, once for all whom it would choose the same for.

    Raises:
        UnknownCustomerError: the books have no such customer.
        AmbiguousPartnerError: several customers fit.
    """
    if client.oldest_major < OdooClient.oldest_major or not await client.call(
        POSITION, "search_count", domain=[], limit=1
    ):
        return [[] for _ in invoices]
    customers = await known_customers(
        client,
        [Identity(name=one.customer, vat=one.customer_vat, email=one.customer_email) for one in invoices],
    )
    positions = await _positions(client, customers)
    taxes = {one: await _taxes(client, one.position_id) for one in {*positions.values()} if one}
    return [
        _odd(inputs, customer, position, taxes[position])
        if (position := positions[customer.partner_id])
        else []
        for inputs, customer in zip(invoices, customers, strict=True)
    ]


def _odd(
    inputs: InvoiceInputs, customer: Partner, position: CustomerPosition, taxes: Sequence[PositionTax]
) -> list[str]:
    rates = {item.tax_percent or Decimal(0) for item in inputs.items}
    return odd_taxes(customer.name, position.name, taxes, rates, is_counted=position.wants_number)


async def _positions(client: OdooClient, customers: Sequence[Partner]) -> dict[int, CustomerPosition | None]:
    """By customer's id."""
    ids = sorted({one.partner_id for one in customers})
    alike: dict[tuple[Any, ...], CustomerPosition | None] = {}
    found = {}
    for row in await client.call("res.partner", "read", ids, fields=[*DECIDING]):
        by = (
            *(named_id(row[name]) for name in ("country_id", "state_id", "property_account_position_id")),
            row["zip"],
            (row["vat"] or "")[:PREFIX],
            row["id"] if row["child_ids"] else None,
        )
        if by not in alike:
            alike[by] = await _position(client, row["id"])
        found[row["id"]] = alike[by]
    return found


async def _position(client: OdooClient, partner_id: int) -> CustomerPosition | None:
    answer = await client.call(
        "account.move",
        "onchange",
        values={"move_type": "out_invoice", "partner_id": partner_id},
        field_names=["partner_id"],
        fields_spec={"fiscal_position_id": {"fields": {"display_name": {}, "vat_required": {}}}},
    )
    position = answer["value"].get("fiscal_position_id")
    return (
        CustomerPosition(position["id"], position["display_name"], position["vat_required"])
        if position
        else None
    )


async def _taxes(client: OdooClient, position_id: int) -> list[PositionTax]:
    found = await client.call(
        "account.tax",
        "search_read",
        domain=[["type_tax_use", "=", "sale"], ["fiscal_position_ids", "in", [position_id]]],
        fields=["name", "amount", "original_tax_ids"],
        order="sequence, id",
    )
    return [
        PositionTax(
            name=row["name"], rate=Decimal(str(row["amount"])), replaces=bool(row["original_tax_ids"])
        )
        for row in found
    ]
