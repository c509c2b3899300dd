"""Vendors in Odoo: looked for by every key, created once; their bank accounts as a person approved them."""

from collections.abc import Mapping
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.bank import plain_account
from domain.accounting.partner import (
    VENDOR,
    AmbiguousPartnerError,
    Identity,
    KnownBy,
    Partner,
    match_partner,
    near_partners,
    plain_email,
    plain_vat,
)
from domain.accounting.vendor import (
    AccountArchivedError,
    AccountOfOtherError,
    BankAccountFacts,
    BankAccountInputs,
    BankAccountReceipt,
    DetailsKnownError,
    FoundVendor,
    NoSuchTermError,
    VendorDetailsInputs,
    VendorDetailsReceipt,
    VendorFacts,
    VendorInputs,
    VendorReceipt,
    WantedVendor,
)
from tasks.accounting.customers import partner_values
from tasks.accounting.partners import fetch_partners_like, fetch_partners_near, find_partner, load_partner
from tasks.accounting.records import external_id, load_once, read_record, remove_made
from tasks.accounting.statements import business_name

PARTNER, BANK, TERM_LINE = "res.partner", "res.partner.bank", "account.payment.term.line"
TERM = "property_supplier_payment_term_id"
FIELDS = ["name", "email", "vat", "active", "create_date", "write_date", TERM]
BANK_FIELDS = ["partner_id", "sanitized_acc_number", "active"]


async def look_up_vendor(client: OdooClient, wanted: WantedVendor) -> FoundVendor:
    """What the books know of a vendor by any of their keys, and what nobody has said of them.

    Raises:
        AmbiguousPartnerError: the keys lead to several, or what is known of the one that fits says otherwise.
        ArchivedPartnerError: the one that fits is archived.
        AccountOfOtherError: the bank account is somebody else's.
    """
    asked = Identity(name=wanted.vendor, vat=wanted.tax_number, email=wanted.email)
    known = await _one_by_every_key(client, asked)
    row = await _read(client, known.partner_id) if known else None
    accounts = (
        await _accounts(client, [["partner_id.commercial_partner_id", "=", known.partner_id]])
        if known
        else []
    )
    if wanted.iban:
        await _refuse_others_account(client, wanted.iban, wanted.vendor, known.partner_id if known else None)
    needs_tax_number = not (wanted.tax_number or (row and row["vat"]))
    needs_account = not (wanted.iban or any(one["active"] for one in accounts))
    needs_terms = wanted.payment_days is None and not (row and row[TERM])
    return FoundVendor(
        is_known=known is not None,
        vendor=known.name if known else wanted.vendor,
        email=plain_email(row["email"] if row and row["email"] else wanted.email) or None,
        has_account=any(one["sanitized_acc_number"] == plain_account(wanted.iban) for one in accounts),
        is_missing=needs_tax_number or needs_account or needs_terms,
        needs_tax_number=needs_tax_number,
        needs_account=needs_account,
        needs_terms=needs_terms,
        business=await business_name(client),
    )


async def check_vendor(client: OdooClient, inputs: VendorInputs) -> dict[str, Any]:
    """Refuse what `create_vendor` would refuse; of somebody new, who in the books is near to them.

    Raises:
        RejectedError: as `create_vendor` does.
    """
    match = await find_partner(client, VENDOR, inputs.identity())
    await partner_values(client, inputs)
    await _term(client, inputs.payment_days)
    if match.partner is not None:
        return {}
    near = near_partners(inputs.identity(), await fetch_partners_near(client, inputs.identity()))
    return {"oddities": [f"Odoo has {one.name} (id {one.partner_id}), who may be the same" for one in near]}


async def create_vendor(client: OdooClient, inputs: VendorInputs) -> VendorReceipt:
    """The vendor, created if the books do not know them; who is known stays as they are. Safe to call again.

    Raises:
        AmbiguousPartnerError: several fit, or what is known of the one that fits says otherwise.
        ArchivedPartnerError: the one who fits is archived.
        CountryUnknownError: the address names no country of Odoo's.
        NoSuchTermError: Odoo has no such payment term.
        OdooRefusedError: Odoo refuses, for instance a malformed tax number.
    """
    match = await find_partner(client, VENDOR, inputs.identity())
    if match.partner is not None:
        return await _receipt(client, match.partner.partner_id, match.known_by)
    values = await partner_values(client, inputs)
    term = await _term(client, inputs.payment_days)
    if term is not None:
        values[f"{TERM}/.id"] = str(term)
    vendor_id = await load_partner(client, VENDOR, inputs.identity(), values)
    return await _receipt(client, vendor_id, KnownBy.UNKNOWN)


async def read_vendor(client: OdooClient, vendor_id: int) -> VendorFacts:
    """What the books say about the vendor now.

    Raises:
        RecordMissingError: they are not there.
    """
    return _facts(await _read(client, vendor_id))


async def complete_vendor(client: OdooClient, inputs: VendorDetailsInputs) -> VendorDetailsReceipt:
    """Write what Odoo does not have yet; again changes nothing.

    Raises:
        RecordMissingError: there is no such vendor.
        DetailsKnownError: it has another value by now.
        NoSuchTermError: Odoo has no such payment term.
        OdooRefusedError: Odoo refuses, for instance a malformed tax number.
    """
    values = await missing_details(client, inputs)
    if values:
        await client.call(PARTNER, "write", [inputs.vendor_id], vals=values)
    facts = await read_vendor(client, inputs.vendor_id)
    filled = tuple(inputs.model_dump(exclude={"vendor_id", "vendor"}, exclude_none=True))
    return VendorDetailsReceipt(**facts.model_dump(), filled=filled)


async def check_details(client: OdooClient, inputs: VendorDetailsInputs) -> dict[str, Any]:
    """Refuse what `complete_vendor` would refuse."""
    await missing_details(client, inputs)
    return {}


async def missing_details(client: OdooClient, inputs: VendorDetailsInputs) -> dict[str, Any]:
    """What `complete_vendor` would write; raises as it does."""
    row, term = await _read(client, inputs.vendor_id), await _term(client, inputs.payment_days)
    values: dict[str, Any] = {}
    if inputs.vat is not None and not row["vat"]:
        values["vat"] = inputs.vat
    elif inputs.vat is not None and plain_vat(row["vat"]) != plain_vat(inputs.vat):
        raise DetailsKnownError(inputs.vendor, "tax number")
    if term is not None and not row[TERM]:
        values[TERM] = term
    elif term is not None and row[TERM][0] != term:
        raise DetailsKnownError(inputs.vendor, "payment term")
    return values


async def empty_details(client: OdooClient, receipt: Mapping[str, Any]) -> bool:
    """Undo `complete_vendor`: what it wrote and still stands there is taken out again."""
    row = await _read(client, int(receipt["vendor_id"]))
    values: dict[str, Any] = {}
    if "vat" in receipt["filled"] and plain_vat(row["vat"]) == plain_vat(receipt["vat"]):
        values["vat"] = False
    if "payment_days" in receipt["filled"] and row[TERM] and row[TERM][1] == receipt["payment_term"]:
        values[TERM] = False
    if values:
        await client.call(PARTNER, "write", [row["id"]], vals=values)
    return True


async def remove_vendor(client: OdooClient, receipt: Mapping[str, Any]) -> bool:
    """Undo `create_vendor`: False if they are in use."""
    return await remove_made(client, PARTNER, receipt["vendor_id"], is_new=receipt["is_new"])


async def check_account(client: OdooClient, inputs: BankAccountInputs) -> dict[str, Any]:
    """Refuse what `add_account` would refuse; which other accounts the vendor has is told.

    Raises:
        RejectedError: as `add_account` does.
    """
    others = [
        one["sanitized_acc_number"]
        for one in await _own_accounts(client, inputs)
        if one["active"] and one["sanitized_acc_number"] != inputs.iban
    ]
    changed = f"{inputs.vendor} has another bank account in Odoo: {', '.join(others)}"
    return {"oddities": [changed] if others else []}


async def add_account(client: OdooClient, inputs: BankAccountInputs) -> BankAccountReceipt:
    """The account among the vendor's, once; Odoo does not trust it before a person says so there.

    Raises:
        RecordMissingError: there is no such vendor.
        AccountOfOtherError: it is somebody else's.
        AccountArchivedError: it was taken out of use.
    """
    there = [one for one in await _own_accounts(client, inputs) if one["sanitized_acc_number"] == inputs.iban]
    if there:
        return BankAccountReceipt(**_account(there[0]).model_dump(), is_new=False)
    row = {
        "id": external_id("bank", f"{inputs.vendor_id}_{inputs.iban}"),
        "acc_number": inputs.iban,
        "partner_id/.id": str(inputs.vendor_id),
    }
    account_id = await load_once(client, BANK, row)
    return BankAccountReceipt(**(await read_account(client, account_id)).model_dump(), is_new=True)


async def read_account(client: OdooClient, account_id: int) -> BankAccountFacts:
    """The account as Odoo has it now.

    Raises:
        RecordMissingError: it is gone.
    """
    return _account(await read_record(client, BANK, account_id, BANK_FIELDS, "bank account"))


async def remove_account(client: OdooClient, receipt: Mapping[str, Any]) -> bool:
    """Undo `add_account`: Odoo archives the account; False if it refuses."""
    if not receipt["is_new"]:
        return True
    try:
        await client.call(BANK, "unlink", [receipt["account_id"]])
    except OdooRefusedError:
        return False
    return True


async def _one_by_every_key(client: OdooClient, asked: Identity) -> Partner | None:
    """The one whom name, tax number and address lead to; keys that lead to several are a person's to sort out."""
    like = await fetch_partners_like(client, asked)
    match = match_partner(VENDOR, asked, like)
    found = {one.partner_id: one for one in like if one.is_active and _has_a_key(asked, one)}
    if match.partner is not None:
        found[match.partner.partner_id] = match.partner
    if len(found) > 1:
        raise AmbiguousPartnerError(VENDOR, asked, list(found.values()), "has keys of several")
    return match.partner


def _has_a_key(asked: Identity, one: Partner) -> bool:
    mail, number = plain_email(asked.email), plain_vat(asked.vat)
    return bool((mail and mail == plain_email(one.email)) or (number and number == plain_vat(one.vat)))


async def _own_accounts(client: OdooClient, inputs: BankAccountInputs) -> list[dict[str, Any]]:
    await _read(client, inputs.vendor_id)
    await _refuse_others_account(client, inputs.iban, inputs.vendor, inputs.vendor_id)
    own = await _accounts(client, [["partner_id.commercial_partner_id", "=", inputs.vendor_id]])
    if any(one["sanitized_acc_number"] == inputs.iban and not one["active"] for one in own):
        raise AccountArchivedError(inputs.iban, inputs.vendor)
    return own


async def _refuse_others_account(client: OdooClient, iban: str, vendor: str, vendor_id: int | None) -> None:
    found = await _accounts(client, [["sanitized_acc_number", "=", plain_account(iban)]])
    if not found:
        return
    holders = await client.call(
        PARTNER, "read", [one["partner_id"][0] for one in found], fields=["name", "commercial_partner_id"]
    )
    for holder in holders:
        if holder["commercial_partner_id"][0] != vendor_id:
            raise AccountOfOtherError(iban, f"{holder['name']} (id {holder['id']})", vendor)


async def _accounts(client: OdooClient, domain: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await client.call(
        BANK, "search_read", domain=domain, fields=BANK_FIELDS, context={"active_test": False}, order="id"
    )
    return found


async def _term(client: OdooClient, days: int | None) -> int | None:
    """The payment term that is due as a whole after so many days."""
    if days is None:
        return None
    due = [["nb_days", "=", days], ["delay_type", "=", "days_after"]]
    rows = await client.call(TERM_LINE, "search_read", domain=due, fields=["payment_id"], order="id")
    terms = [row["payment_id"][0] for row in rows if row["payment_id"]]
    lines = await client.call(
        TERM_LINE, "search_read", domain=[["payment_id", "in", terms]], fields=["payment_id"], order="id"
    )
    parts = [line["payment_id"][0] for line in lines]
    whole = [term for term in terms if parts.count(term) == 1]
    if not whole:
        raise NoSuchTermError(days)
    return int(whole[0])


async def _read(client: OdooClient, vendor_id: int) -> dict[str, Any]:
    return await read_record(client, PARTNER, vendor_id, FIELDS, "vendor")


async def _receipt(client: OdooClient, vendor_id: int, known_by: KnownBy) -> VendorReceipt:
    """What Odoo has now; a record that nobody wrote since its creation, and that nobody knew before, is new."""
    row = await _read(client, vendor_id)
    return VendorReceipt(
        **_facts(row).model_dump(),
        is_new=known_by is KnownBy.UNKNOWN and row["create_date"] == row["write_date"],
        known_by=known_by,
        url=f"{client.url}/odoo/contacts/{vendor_id}",
    )


def _facts(row: dict[str, Any]) -> VendorFacts:
    return VendorFacts(
        vendor_id=row["id"],
        name=row["name"],
        email=row["email"] or None,
        vat=row["vat"] or None,
        is_active=row["active"],
        payment_term=row[TERM][1] if row[TERM] else None,
    )


def _account(row: dict[str, Any]) -> BankAccountFacts:
    return BankAccountFacts(
        account_id=row["id"],
        vendor_id=row["partner_id"][0],
        number=row["sanitized_acc_number"],
        is_active=row["active"],
    )
