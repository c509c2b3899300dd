"""Customers in Odoo: matched before they are created, created once, never changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.bill import external_id
from domain.accounting.customer import (
    CustomerFacts,
    CustomerInputs,
    CustomerReceipt,
    UnknownCustomerError,
    match_customer,
    match_named_customer,
)
from domain.accounting.vendor import Known, Partner, Vendor, VendorMatch, vendor_key
from domain.errors import RejectedError
from tasks.accounting.records import find_record, load_once
from tasks.accounting.vendors import check_not_archived, fetch_partners_like, fetch_partners_of_any

CUSTOMER_FIELDS = ["name", "email", "phone", "vat", "active"]


class CustomerMissingError(RejectedError):
    """There is no such customer."""

    def __init__(self, customer_id: int) -> None:
        super().__init__(f"customer {customer_id} is not in Odoo any more; somebody deleted or merged it")


class CountryUnknownError(RejectedError):
    """Odoo does not know the country."""

    def __init__(self, code: str) -> None:
        super().__init__(f"'{code}' is not a country that Odoo knows; give its two-letter code, such as US")


async def find_customer(client: OdooClient, asked: Vendor) -> VendorMatch:
    """The customer of the books who is meant.

    Raises:
        AmbiguousCustomerError: several fit, or the one that fits is known otherwise.
    """
    return match_customer(asked, await fetch_partners_like(client, asked))


async def known_customer(client: OdooClient, asked: Vendor) -> Partner:
    """The same, who must be there.

    Raises:
        UnknownCustomerError: the books have no such customer.
        ArchivedPartnerError: they have, but archived.
        AmbiguousCustomerError: several fit, or the one that fits is known otherwise.
    """
    match = match_named_customer(asked, await fetch_partners_like(client, asked))
    if match.partner is None:
        await check_not_archived(client, "customer", asked)
        raise UnknownCustomerError(asked)
    return match.partner


async def known_customers(client: OdooClient, asked: Sequence[Vendor]) -> list[Partner]:
    """The same of many, asked for at once."""
    partners = await fetch_partners_of_any(client, asked)
    found = [match_named_customer(one, partners or []).partner for one in asked]
    return [partner or await known_customer(client, one) for one, partner in zip(asked, found, strict=True)]


async def check_customer(client: OdooClient, inputs: CustomerInputs) -> None:
    """Refuse what `create_customer` would refuse, before a person is asked; changes nothing.

    Raises:
        AmbiguousCustomerError: several fit, or the one that fits is known otherwise.
        ArchivedPartnerError: the one who fits is archived.
        CountryUnknownError: the address names no country of Odoo's.
    """
    if (await find_customer(client, inputs.identity())).partner is None:
        await check_not_archived(client, "customer", inputs.identity())
    await _fetch_country(client, inputs.address.country)


async def create_customer(client: OdooClient, inputs: CustomerInputs) -> CustomerReceipt:
    """The customer, created if the books do not know them; safe to call again.

    Raises:
        AmbiguousCustomerError: several fit, or the one that fits is known otherwise.
        CountryUnknownError: the address names no country of Odoo's.
        OdooRefusedError: Odoo refuses, for instance a malformed tax number.
    """
    match = await find_customer(client, inputs.identity())
    if match.partner is not None:
        return await _receipt(client, match.partner.partner_id, match.known_by, is_new=False)
    name = external_id("customer", vendor_key(inputs.identity()))
    is_new = await find_record(client, "res.partner", name) is None
    values = await _values(client, inputs)
    customer_id = await load_once(client, "res.partner", ["id", *values], [[name, *values.values()]])
    return await _receipt(client, customer_id, Known.UNKNOWN, is_new=is_new)


async def read_customer(client: OdooClient, customer_id: int) -> CustomerFacts:
    """What the books say about the customer now.

    Raises:
        CustomerMissingError: they are not there.
    """
    found = await client.call("res.partner", "read", [customer_id], fields=CUSTOMER_FIELDS)
    if not found:
        raise CustomerMissingError(customer_id)
    row = found[0]
    return CustomerFacts(
        customer_id=row["id"],
        name=row["name"],
        email=row["email"] or None,
        phone=row["phone"] or None,
        vat=row["vat"] or None,
        is_active=row["active"],
    )


async def remove_customer(client: OdooClient, receipt: Mapping[str, Any]) -> bool:
    """Undo `create_customer`: True if the books no longer have what it made, False if it is in use."""
    if not receipt["is_new"]:
        return True
    if not await client.call("res.partner", "read", [receipt["customer_id"]], fields=["name"]):
        return True
    try:
        await client.call("res.partner", "unlink", [receipt["customer_id"]])
    except OdooRefusedError:
        return False
    return True


async def _values(client: OdooClient, inputs: CustomerInputs) -> dict[str, str]:
    address = inputs.address
    country = await _fetch_country(client, address.country)
    return {
        "name": inputs.name,
        "is_company": "1" if inputs.is_company else "0",
        "customer_rank": "1",
        "email": inputs.email or "",
        "phone": inputs.phone or "",
        "vat": inputs.vat or "",
        "street": address.street,
        "street2": address.street2,
        "city": address.city,
        "zip": address.zip_code,
        "country_id/.id": str(country or ""),
    }


async def _fetch_country(client: OdooClient, code: str) -> int | None:
    if not code:
        return None
    found = await client.call("res.country", "search", domain=[["code", "=", code]], limit=1)
    if not found:
        raise CountryUnknownError(code)
    return int(found[0])


async def _receipt(client: OdooClient, customer_id: int, known_by: Known, *, is_new: bool) -> CustomerReceipt:
    facts = await read_customer(client, customer_id)
    url = f"{client.url}/odoo/contacts/{customer_id}"
    return CustomerReceipt(**facts.model_dump(), is_new=is_new, known_by=known_by, url=url)
