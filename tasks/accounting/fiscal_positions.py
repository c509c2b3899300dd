"""The taxes that Odoo means for customers and vendors; changes nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillInputs
from domain.accounting.fiscal_position import PositionTax, odd_taxes
from domain.accounting.invoice import InvoiceInputs
from domain.accounting.partner import Identity, Partner
from domain.accounting.tax import OwedTax, PurchaseTax
from domain.accounting.tax_number import country_of_number, is_of_the_eu
from tasks.accounting.customers import known_customers
from tasks.accounting.partners import find_vendor
from tasks.accounting.records import named_id

POSITION, TAX = "account.fiscal.position", "account.tax"
DECIDING = ("country_id", "state_id", "zip", "vat", "property_account_position_id", "child_ids")
"""What Odoo chooses a customer's fiscal position by; a contact of theirs may be the delivery address."""
PREFIX = 2
"""Letters of a tax number that say its country."""


class PartnerPosition(NamedTuple):
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
    if not await _has_positions(client):
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


async def fetch_owed_tax(
    client: OdooClient, inputs: BillInputs, company_id: int, account_id: int | None = None
) -> OwedTax | None:
    """The tax that the buyer owes on a bill of this vendor (reverse charge), as Odoo's fiscal position for them means.

    It takes the place of the account's own purchase taxes, else of the company's usual one. Of a vendor whom Odoo has
    no country of, or does not have yet, their tax number's decides. None where Odoo means no such tax, or is older.

    Raises:
        AmbiguousPartnerError: the vendor is not clear.
    """
    if not await _has_positions(client):
        return None
    vendor = (await find_vendor(client, inputs)).partner
    position = await _position(client, vendor.partner_id, inputs.move_type) if vendor else None
    position = position or await _position_of_country(client, country_of_number(inputs.vendor_vat))
    if position is None:
        return None
    found = await client.call(
        TAX,
        "search_read",
        domain=[
            ["type_tax_use", "=", "purchase"],
            ["amount_type", "=", "percent"],
            ["fiscal_position_ids", "in", [position.position_id]],
            ["original_tax_ids", "in", await _usual_taxes(client, company_id, account_id)],
        ],
        fields=["name", "amount", "price_include", "has_negative_factor"],
        order="sequence, id",
    )
    row = next((one for one in found if one["has_negative_factor"] and not one["price_include"]), None)
    if row is None:
        return None
    tax = PurchaseTax(
        tax_id=row["id"], name=row["name"], rate=Decimal(str(row["amount"])), is_price_included=False
    )
    return OwedTax(tax=tax, position=position.name)


async def untaxed_oddities(client: OdooClient, inputs: BillInputs, company_id: int) -> list[str]:
    """A sentence where a bill without tax of a vendor in the EU may be one whose tax the buyer owes."""
    if inputs.reverse_charge or inputs.tax or not is_of_the_eu(inputs.vendor_vat):
        return []
    owed = await fetch_owed_tax(client, inputs, company_id)
    if owed is None:
        return []
    meant = f"{owed.position}, has {owed.tax.name}"
    how = "if you owe the tax, change 'reverse charge' to yes"
    return [f"it has no tax, and Odoo's fiscal position for the vendor, {meant}: {how}"]


async def _has_positions(client: OdooClient) -> bool:
    is_older = client.oldest_major < OdooClient.oldest_major
    return not is_older and bool(await client.call(POSITION, "search_count", domain=[], limit=1))


async def _usual_taxes(client: OdooClient, company_id: int, account_id: int | None) -> list[int]:
    if account_id is not None:
        account = (await client.call("account.account", "read", [account_id], fields=["tax_ids"]))[0]
        own = await client.call(
            TAX, "search", domain=[["id", "in", account["tax_ids"]], ["type_tax_use", "=", "purchase"]]
        )
        if own:
            return list(own)
    company = (await client.call("res.company", "read", [company_id], fields=["account_purchase_tax_id"]))[0]
    usual = named_id(company["account_purchase_tax_id"])
    return [usual] if usual else []


async def _position_of_country(client: OdooClient, country: str | None) -> PartnerPosition | None:
    """The one that Odoo would choose for a new business with a tax number in that country."""
    if country is None:
        return None
    found = await client.call(
        POSITION,
        "search_read",
        domain=[
            ["auto_apply", "=", True],
            ["state_ids", "=", False],
            ["zip_from", "=", False],
            *("|", ["country_id", "=", False], ["country_id.code", "=", country]),
            *("|", ["country_group_id", "=", False], ["country_group_id.country_ids.code", "=", country]),
        ],
        fields=["display_name", "vat_required"],
        order="sequence, id",
        limit=1,
    )
    return next((PartnerPosition(row["id"], row["display_name"], row["vat_required"]) for row in found), None)


def _odd(
    inputs: InvoiceInputs, customer: Partner, position: PartnerPosition, taxes: Sequence[PositionTax]
) -> list[str]:
    rates = {item.tax_percent or Decimal(0) for item in inputs.items}
    return odd_taxes(customer.name, position.name, taxes, rates, is_counted=position.wants_number)


async def _positions(client: OdooClient, customers: Sequence[Partner]) -> dict[int, PartnerPosition | None]:
    """By customer's id."""
    ids = sorted({one.partner_id for one in customers})
    alike: dict[tuple[Any, ...], PartnerPosition | None] = {}
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


async def _position(
    client: OdooClient, partner_id: int, move_type: str = "out_invoice"
) -> PartnerPosition | None:
    answer = await client.call(
        "account.move",
        "onchange",
        values={"move_type": move_type, "partner_id": partner_id},
        field_names=["partner_id"],
        fields_spec={"fiscal_position_id": {"fields": {"display_name": {}, "vat_required": {}}}},
    )
    position = answer["value"].get("fiscal_position_id")
    return (
        PartnerPosition(position["id"], position["display_name"], position["vat_required"])
        if position
        else None
    )


async def _taxes(client: OdooClient, position_id: int) -> list[PositionTax]:
    found = await client.call(
        TAX,
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
