"""The account on a bill against those that Odoo has of its vendor."""

from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.bank import BankAccount, BankDetails
from tasks.accounting.bills import record_bill
from tasks.accounting.partners import look_at_bank_details
from tests.odoo_world import OdooWorld

IBAN, OTHER = "DE89370400440532013000", "DE02120300000000202051"


async def add_account(client: OdooClient, partner: int, number: str) -> int:
    created = await client.call(
        "res.partner.bank", "create", vals_list=[{"partner_id": partner, "acc_number": number}]
    )
    return int(created[0])


async def test_an_account_that_odoo_does_not_have_of_the_vendor_is_another_one(
    running_odoo: OdooWorld,
) -> None:
    def bill(**changed: Any) -> Any:
        return running_odoo.bill(**changed)

    async with running_odoo.client() as client:
        assert await look_at_bank_details(client, bill(vendor_iban=IBAN)) is BankDetails.NEW
        vendor = (await record_bill(client, bill(vendor_iban=IBAN), key=running_odoo.token)).vendor_id
        assert await look_at_bank_details(client, bill(vendor_iban=IBAN)) is BankDetails.NEW, (
            "nothing on record"
        )
        approved = [BankAccount(number=IBAN, active=True)]
        assert await look_at_bank_details(client, bill(vendor_iban=IBAN), approved) is BankDetails.KNOWN
        assert await look_at_bank_details(client, bill(vendor_iban=OTHER), approved) is BankDetails.NEW
        kept = await add_account(client, vendor, "de89 3704 0044 0532 0130 00")
        assert await look_at_bank_details(client, bill(vendor_iban=IBAN)) is BankDetails.KNOWN
        assert await look_at_bank_details(client, bill()) is BankDetails.KNOWN
        assert await look_at_bank_details(client, bill(vendor_iban=OTHER)) is BankDetails.CHANGED
        assert await look_at_bank_details(client, bill(vendor_account="12345678")) is BankDetails.CHANGED
        if running_odoo.is_older:  # there what is deleted is gone
            await client.call("res.partner.bank", "write", [kept], vals={"active": False})
        else:
            await client.call("res.partner.bank", "unlink", [kept])
        assert await look_at_bank_details(client, bill(vendor_iban=IBAN)) is BankDetails.CHANGED, "archived"


async def test_an_account_of_a_vendors_contact_is_the_vendors(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        vendor = (await record_bill(client, running_odoo.bill(), key=running_odoo.token)).vendor_id
        contact = await client.call(
            "res.partner", "create", vals_list=[{"name": "Accounts", "parent_id": vendor}]
        )
        await add_account(client, contact[0], IBAN)
        assert await look_at_bank_details(client, running_odoo.bill(vendor_iban=IBAN)) is BankDetails.KNOWN
        assert await look_at_bank_details(client, running_odoo.bill(vendor_iban=OTHER)) is BankDetails.CHANGED


async def test_recording_a_bill_writes_no_account(running_odoo: OdooWorld) -> None:
    inputs = running_odoo.bill(vendor_iban=IBAN, vendor_account="0532013000")
    async with running_odoo.client() as client:
        receipt = await record_bill(client, inputs, key=running_odoo.token)
        domain = [["partner_id", "=", receipt.vendor_id]]
        assert await client.call("res.partner.bank", "search_count", domain=domain) == 0
        bill = await client.call("account.move", "read", [receipt.bill_id], fields=["partner_bank_id"])
    assert bill[0]["partner_bank_id"] is False
