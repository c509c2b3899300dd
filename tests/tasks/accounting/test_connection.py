from datetime import date, timedelta

import pytest

from blocks.odoo.client import major_version
from blocks.odoo.errors import (
    OdooAccessError,
    OdooDatabaseMissingError,
    OdooKeyError,
    OdooMissingError,
    OdooModuleMissingError,
    OdooRefusedError,
)
from tasks.accounting.bills import is_known_payee, record_bill
from tasks.accounting.connection import check_connection
from tests.odoo_world import OdooWorld


async def test_a_good_connection_names_version_and_company(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        found = await check_connection(client)
    assert odoo.is_older or found.version.startswith("19.0")
    assert found.company
    if odoo.is_older:
        assert major_version(found.version) in range(14, 19)
        # before Odoo 18 keys have no end
        assert (found.key_expires_on is None) == (major_version(found.version) < 18)
    elif odoo.mode != "sandbox":
        assert found.key_expires_on is not None
        assert found.key_days_left(found.key_expires_on - timedelta(days=3)) == 3
    else:
        assert found.key_days_left(date.min) is None


async def test_a_wrong_key_says_what_to_do(odoo: OdooWorld) -> None:
    async with odoo.other_user("wrong") as client:
        with pytest.raises(OdooKeyError, match="fte odoo setup"):
            await check_connection(client)


async def test_a_wrong_database_is_told_from_a_dead_postgresql(odoo: OdooWorld) -> None:
    async with odoo.other_database("no-such-books") as client:
        with pytest.raises(OdooDatabaseMissingError, match="no-such-books"):
            await record_bill(client, odoo.bill(), key=odoo.token)


async def test_a_user_without_rights_is_named(administered_odoo: OdooWorld) -> None:
    async with administered_odoo.reader() as client:
        with pytest.raises(OdooAccessError, match="has no right to"):
            await check_connection(client)


async def test_a_record_that_is_gone_and_an_unknown_model_are_final(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        with pytest.raises(OdooMissingError, match="does not exist"):
            await client.call("account.move", "write", [999999999], vals={"ref": "x"})
        with pytest.raises(OdooMissingError, match=r"no\.model"):
            await client.call("no.model", "search_count", domain=[])


async def test_a_module_that_is_not_installed_is_named(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        with pytest.raises(OdooModuleMissingError, match="install the module hr_expense"):
            await client.call("hr.expense", "search_count", domain=[])


async def test_large_reads_come_in_pages_of_bare_ids(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        made = await client.call(
            "res.partner", "create", vals_list=[{"name": f"Pine {odoo.token} {n}"} for n in range(5)]
        )
        named = [["name", "like", f"Pine {odoo.token}"]]
        fields = ["name", "commercial_partner_id"]
        pages = [page async for page in client.pages("res.partner", named, fields, rows=2)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [row["id"] for page in pages for row in page] == made
    assert [row["commercial_partner_id"] for page in pages for row in page] == made


async def test_odoo_s_refusal_comes_in_its_own_words(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        assert not await is_known_payee(client, odoo.bill())
        receipt = await record_bill(client, odoo.bill(), key=odoo.token)
        with pytest.raises(OdooRefusedError, match=odoo.posted_twice):
            await client.call("account.move", "action_post", [receipt.bill_id])
