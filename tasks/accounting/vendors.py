"""Vendors in Odoo: found before they are created, created once."""

from collections.abc import Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.bank import BankAccount, BankDetails, bank_details
from domain.accounting.bill import BillInputs, external_id
from domain.accounting.party import telling_pattern
from domain.accounting.vendor import (
    Partner,
    Vendor,
    VendorMatch,
    match_vendor,
    plain_email,
    plain_vat,
    refuse_archived,
    vendor_key,
)
from tasks.accounting.records import any_spacing, literal, load_once

MOST_CANDIDATES, MOST_CANDIDATES_OF_ANY = 200, 5000


def vendor_of(inputs: BillInputs) -> Vendor:
    """The vendor as the document names it."""
    return Vendor(name=inputs.vendor, vat=inputs.vendor_vat, email=inputs.vendor_email)


async def find_vendor(client: OdooClient, inputs: BillInputs) -> VendorMatch:
    """The business in the books that the document means; a contact stands for its business.

    Raises:
        AmbiguousVendorError: several fit, or the one that fits has another tax number.
    """
    vendor = vendor_of(inputs)
    return match_vendor(vendor, await fetch_partners_like(client, vendor))


async def fetch_partners_like(client: OdooClient, vendor: Vendor) -> list[Partner]:
    """Everybody in use in the books who may be meant; a contact stands for its business."""
    return await _fetch_partners(client, _anyone_like(vendor))


async def check_not_archived(client: OdooClient, role: str, asked: Vendor) -> None:
    """Refuse somebody whom the books have out of use, who would else be unknown and made a second time.

    Raises:
        ArchivedPartnerError: so it is.
    """
    domain = [["active", "=", False], *_anyone_like(asked)]
    refuse_archived(role, asked, await _fetch_partners(client, domain))


async def _fetch_partners(
    client: OdooClient, domain: list[Any], *, limit: int = MOST_CANDIDATES
) -> list[Partner]:
    found = await client.call(
        "res.partner",
        "search_read",
        domain=domain,
        fields=["name", "vat", "email", "commercial_partner_id"],
        limit=limit,
        order="id",
    )
    return [_partner(row) for row in found if row["commercial_partner_id"]]


async def fetch_partners_of_any(client: OdooClient, vendors: Sequence[Vendor]) -> list[Partner] | None:
    """Everybody in the books who may be meant by one of these; None when so many may that each is asked for alone."""
    anyone = [_anyone_like(vendor) for vendor in vendors]
    domain = ["|"] * (len(anyone) - 1) + [part for conditions in anyone for part in conditions]
    found = await _fetch_partners(client, domain, limit=MOST_CANDIDATES_OF_ANY)
    return None if len(found) == MOST_CANDIDATES_OF_ANY else found


async def ensure_vendor(client: OdooClient, inputs: BillInputs) -> int:
    """The id of the vendor's partner, created when the books have none.

    Raises:
        AmbiguousVendorError: several fit, or the one that fits has another tax number.
        OdooRefusedError: Odoo does not accept the vendor, for instance a malformed tax number.
    """
    match = await find_vendor(client, inputs)
    if match.partner is not None:
        return match.partner.partner_id
    vendor = vendor_of(inputs)
    values = {
        "id": external_id("vendor", vendor_key(vendor)),
        "name": vendor.name,
        "is_company": "1",
        "supplier_rank": "1",
        "email": vendor.email or "",
        "vat": vendor.vat or "",
    }
    return await load_once(client, "res.partner", list(values), [list(values.values())])


async def look_at_bank_details(
    client: OdooClient, inputs: BillInputs, approved: Sequence[BankAccount] = ()
) -> BankDetails:
    """Whether the bill names an account that is not in use for its vendor.

    Only read: nothing that stands on a document is ever written among a vendor's accounts.

    Args:
        client: The books.
        inputs: The bill.
        approved: The accounts on earlier bills of this vendor that a person approved; they count where Odoo has none.

    Raises:
        AmbiguousVendorError: several fit, or the one that fits has another tax number.
    """
    if not (inputs.vendor_iban or inputs.vendor_account):
        return BankDetails.KNOWN
    match = await find_vendor(client, inputs)
    if match.partner is None:
        return bank_details(inputs.vendor_iban, inputs.vendor_account, [], approved)
    found = await client.call(
        "res.partner.bank",
        "search_read",
        domain=[["partner_id.commercial_partner_id", "=", match.partner.partner_id]],
        fields=["sanitized_acc_number", "active"],
        context={"active_test": False},
        order="id",
    )
    known = [BankAccount(number=row["sanitized_acc_number"], active=row["active"]) for row in found]
    return bank_details(inputs.vendor_iban, inputs.vendor_account, known, approved)


def _anyone_like(vendor: Vendor) -> list[Any]:
    """A domain that finds at least every partner `match_vendor` may take."""
    conditions: list[Any] = [["name", "ilike", telling_pattern(vendor.name)]]
    if vendor.vat:
        # Odoo keeps a tax number as it was typed: any blanks, dots and dashes may stand between its signs
        conditions.append(["vat", "=ilike", any_spacing(plain_vat(vendor.vat))])
    if vendor.email:
        conditions.append(["email", "ilike", literal(plain_email(vendor.email))])
    return ["|"] * (len(conditions) - 1) + conditions


def _partner(row: dict[str, Any]) -> Partner:
    business_id, _ = row["commercial_partner_id"]
    return Partner(
        partner_id=business_id, name=row["name"], vat=row["vat"] or None, email=row["email"] or None
    )
