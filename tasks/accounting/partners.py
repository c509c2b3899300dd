"""Vendors and customers in Odoo: found before they are created, created once, never changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.bank import BankAccount, BankDetails, bank_details
from domain.accounting.bill import BillInputs
from domain.accounting.partner import (
    VENDOR,
    Identity,
    Partner,
    PartnerMatch,
    PartnerRole,
    company_domain,
    match_partner,
    partner_key,
    plain_email,
    plain_vat,
)
from domain.accounting.party import SHORT_WORD, plain_words, telling_pattern
from domain.accounting.tax_number import country_of_number
from domain.errors import RejectedError
from tasks.accounting.records import any_spacing, external_id, literal, load_once

MOST_CANDIDATES, MOST_CANDIDATES_OF_ANY, MOST_WORDS = 200, 5000, 6


class CountryUnknownError(RejectedError):
    """Odoo does not know the country."""

    def __init__(self, code: str) -> None:
        super().__init__(f"'{code}' is not a country that Odoo knows; give its two-letter code, such as US")


async def find_partner(client: OdooClient, role: PartnerRole, asked: Identity) -> PartnerMatch:
    """The business in the books that is meant; a contact stands for its business.

    Raises:
        AmbiguousPartnerError: several fit, or what is known of the one that fits says otherwise.
        ArchivedPartnerError: the one that fits is archived.
    """
    return match_partner(role, asked, await fetch_partners_like(client, asked))


async def find_vendor(client: OdooClient, inputs: BillInputs) -> PartnerMatch:
    """The vendor that a document means; raises as `find_partner` does."""
    return await find_partner(client, VENDOR, vendor_of(inputs))


def vendor_of(inputs: BillInputs) -> Identity:
    """The vendor as the document names it."""
    return Identity(name=inputs.vendor, vat=inputs.vendor_vat, email=inputs.vendor_email)


async def fetch_partners_like(client: OdooClient, asked: Identity) -> list[Partner]:
    """Everybody in the books who may be meant, who is archived last; a contact stands for its business."""
    return await _fetch_partners(client, _anyone_like(asked), MOST_CANDIDATES)


async def fetch_partners_of_any(client: OdooClient, asked: Sequence[Identity]) -> list[Partner] | None:
    """The same of many; None when so many may be meant that each is asked for alone."""
    anyone = [_anyone_like(one) for one in asked]
    domain = ["|"] * (len(anyone) - 1) + [part for conditions in anyone for part in conditions]
    found = await _fetch_partners(client, domain, MOST_CANDIDATES_OF_ANY)
    return None if len(found) == MOST_CANDIDATES_OF_ANY else found


async def fetch_partners_near(client: OdooClient, asked: Identity) -> list[Partner]:
    """Everybody in the books whose name has a word that begins alike, or who writes from the same domain."""
    words = [word for word in plain_words(asked.name) if len(word) >= SHORT_WORD]
    anyone: list[Any] = [["name", "ilike", literal(word[:SHORT_WORD])] for word in words[:MOST_WORDS]]
    if domain := company_domain(asked.email):
        anyone.append(["email", "ilike", literal(domain)])
    if not anyone:
        return []
    return await _fetch_partners(client, ["|"] * (len(anyone) - 1) + anyone, MOST_CANDIDATES)


async def load_partner(
    client: OdooClient, role: PartnerRole, asked: Identity, values: Mapping[str, str]
) -> int:
    """The id of the partner, created once whoever asks.

    Raises:
        OdooRefusedError: Odoo does not accept them, for instance a malformed tax number.
    """
    row = {
        "id": external_id(role.word, partner_key(asked)),
        "name": asked.name,
        "is_company": "1",
        role.rank: "1",
        "email": asked.email or "",
        "vat": asked.vat or "",
        **values,
    }
    return await load_once(client, "res.partner", row)


async def ensure_vendor(client: OdooClient, inputs: BillInputs) -> int:
    """The id of the vendor's partner, created when the books have none; raises as `find_partner` and `load_partner`."""
    match = await find_vendor(client, inputs)
    if match.partner is not None:
        return match.partner.partner_id
    country = await fetch_country(client, country_of_number(inputs.vendor_vat) or "")
    values = {"country_id/.id": str(country)} if country else {}
    return await load_partner(client, VENDOR, vendor_of(inputs), values)


async def fetch_country(client: OdooClient, code: str) -> int | None:
    """The id of the country of that code (ISO 3166); None for none.

    Raises:
        CountryUnknownError: Odoo does not know it.
    """
    if not code:
        return None
    found = await client.call("res.country", "search", domain=[["code", "=", code]], limit=1)
    if not found:
        raise CountryUnknownError(code)
    return int(found[0])


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
        AmbiguousPartnerError: several fit, or the one that fits has another tax number.
        ArchivedPartnerError: the one that fits is archived.
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


async def is_known_address(client: OdooClient, address: str) -> bool:
    """Whether a partner in use has this mail address."""
    return bool(await partners_at(client, address))


async def partners_at(client: OdooClient, address: str) -> list[Partner]:
    """The partners in use with exactly this mail address; a contact stands for its business."""
    wanted = plain_email(address)
    found = await _fetch_partners(client, [["email", "ilike", literal(wanted)]], MOST_CANDIDATES)
    return [one for one in found if one.is_active and plain_email(one.email or "") == wanted]


async def _fetch_partners(client: OdooClient, domain: list[Any], limit: int) -> list[Partner]:
    found = await client.call(
        "res.partner",
        "search_read",
        domain=domain,
        fields=["name", "vat", "email", "commercial_partner_id", "active"],
        limit=limit,
        order="active desc, id",
        context={"active_test": False},
    )
    return [_partner(row) for row in found if row["commercial_partner_id"]]


def _anyone_like(asked: Identity) -> list[Any]:
    """A domain that finds at least every partner `match_partner` may take."""
    conditions: list[Any] = [["name", "ilike", telling_pattern(asked.name)]]
    if asked.vat:
        # Odoo keeps a tax number as it was typed: any blanks, dots and dashes may stand between its signs
        conditions.append(["vat", "=ilike", any_spacing(plain_vat(asked.vat))])
    if asked.email:
        conditions.append(["email", "ilike", literal(plain_email(asked.email))])
    return ["|"] * (len(conditions) - 1) + conditions


def _partner(row: dict[str, Any]) -> Partner:
    return Partner(
        partner_id=row["commercial_partner_id"][0],
        name=row["name"],
        vat=row["vat"] or None,
        email=row["email"] or None,
        is_active=row["active"],
    )
