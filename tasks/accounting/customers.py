"""Customers in Odoo: matched before they are created, created once, never changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.customer import (
    CustomerFacts,
    CustomerInputs,
    CustomerReceipt,
    UnknownCustomerError,
    UnknownVendorError,
)
from domain.accounting.partner import (
    CUSTOMER,
    Identity,
    KnownBy,
    Partner,
    PartnerRole,
    match_named,
    near_partners,
)
from domain.accounting.tax_number import country_of_number
from tasks.accounting.partners import (
    fetch_country,
    fetch_partners_like,
    fetch_partners_near,
    fetch_partners_of_any,
    find_partner,
    load_partner,
)
from tasks.accounting.records import read_record, remove_made

PARTNER = "res.partner"
CUSTOMER_FIELDS = ["name", "email", "phone", "vat", "active", "create_date", "write_date"]


async def known_customers(client: OdooClient, asked: Sequence[Identity]) -> list[Partner]:
    """The customers that are meant, who must be there.

    Raises:
        UnknownCustomerError: the books have no such customer.
        ArchivedPartnerError: they have, but archived.
        AmbiguousPartnerError: several fit, or the one that fits is known otherwise.
    """
    partners = await fetch_partners_of_any(client, asked) if len(asked) > 1 else None
    return [await known_partner(client, CUSTOMER, one, partners) for one in asked]


async def known_partner(
    client: OdooClient, role: PartnerRole, asked: Identity, partners: Sequence[Partner] | None = None
) -> Partner:
    """The one customer or vendor that is meant, who must be there.

    Args:
        client: The books.
        role: As what they are meant.
        asked: Who.
        partners: Everybody who may be meant, where they were read before.

    Raises:
        UnknownPartnerError: the books have nobody of that name.
        ArchivedPartnerError: they have, but archived.
        AmbiguousPartnerError: several fit, or the one that fits is known otherwise.
    """
    like = await fetch_partners_like(client, asked) if partners is None else partners
    partner = match_named(role, asked, like).partner
    if partner is None:
        near = near_partners(asked, await fetch_partners_near(client, asked))
        raise (UnknownCustomerError if role is CUSTOMER else UnknownVendorError)(asked, near)
    return partner


async def check_customer(client: OdooClient, inputs: CustomerInputs) -> None:
    """Refuse what `create_customer` would refuse, before a person is asked; changes nothing.

    Raises:
        AmbiguousPartnerError: several fit, or the one that fits is known otherwise.
        ArchivedPartnerError: the one who fits is archived.
        CountryUnknownError: the address names no country of Odoo's.
    """
    await find_partner(client, CUSTOMER, inputs.identity())
    await fetch_country(client, inputs.address.country)


async def create_customer(client: OdooClient, inputs: CustomerInputs) -> CustomerReceipt:
    """The customer, created if the books do not know them; safe to call again.

    Raises:
        AmbiguousPartnerError: several fit, or the one that fits is known otherwise.
        ArchivedPartnerError: the one who fits is archived.
        CountryUnknownError: the address names no country of Odoo's.
        OdooRefusedError: Odoo refuses, for instance a malformed tax number.
    """
    match = await find_partner(client, CUSTOMER, inputs.identity())
    if match.partner is not None:
        return await _receipt(client, match.partner.partner_id, match.known_by)
    values = await partner_values(client, inputs)
    customer_id = await load_partner(client, CUSTOMER, inputs.identity(), values)
    return await _receipt(client, customer_id, KnownBy.UNKNOWN)


async def read_customer(client: OdooClient, customer_id: int) -> CustomerFacts:
    """What the books say about the customer now.

    Raises:
        RecordMissingError: they are not there.
    """
    return _facts(await read_record(client, PARTNER, customer_id, CUSTOMER_FIELDS, "customer"))


def _facts(row: dict[str, Any]) -> CustomerFacts:
    return CustomerFacts(
        customer_id=row["id"],
        name=row["name"],
        email=row["email"] or None,
        phone=row["phone"] or None,
        vat=row["vat"] or None,
        is_active=row["active"],
    )


async def remove_customer(client: OdooClient, receipt: Mapping[str, Any]) -> bool:
    """Undo `create_customer`: False if they are in use."""
    return await remove_made(client, PARTNER, receipt["customer_id"], is_new=receipt["is_new"])


async def partner_values(client: OdooClient, inputs: CustomerInputs) -> dict[str, str]:
    """Their values in Odoo beside name, address of mail and tax number, which may say the country.

    Raises:
        CountryUnknownError: the address names no country of Odoo's.
    """
    address = inputs.address
    country = await fetch_country(client, address.country or country_of_number(inputs.vat) or "")
    return {
        "is_company": "1" if inputs.is_company else "0",
        "phone": inputs.phone or "",
        "street": address.street,
        "street2": address.street2,
        "city": address.city,
        "zip": address.zip_code,
        "country_id/.id": str(country or ""),
    }


async def _receipt(client: OdooClient, customer_id: int, known_by: KnownBy) -> CustomerReceipt:
    """What Odoo has now; a record that nobody wrote since its creation, and that nobody knew before, is new."""
    row = await read_record(client, PARTNER, customer_id, CUSTOMER_FIELDS, "customer")
    return CustomerReceipt(
        **_facts(row).model_dump(),
        is_new=known_by is KnownBy.UNKNOWN and row["create_date"] == row["write_date"],
        known_by=known_by,
        url=f"{client.url}/odoo/contacts/{customer_id}",
    )
