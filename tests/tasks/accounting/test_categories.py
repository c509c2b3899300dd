"""Which account a bill goes to: the one its category names, or one that the owner lists in Business_Goals.md."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from blocks.odoo.client import OdooClient
from blocks.settings import settings
from domain.accounting.goals import GoalsError
from tasks.accounting.bills import preview_bill, record_bill
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient

GOALS = Path("Vault/Business_Goals.md")


@pytest.fixture
def odoo(sandbox: SandboxClient) -> OdooWorld:
    return sandbox_world(sandbox.url)


@pytest.fixture
async def client(odoo: OdooWorld) -> AsyncIterator[OdooClient]:
    async with odoo.client() as client:
        yield client


def list_accounts(entry: str) -> None:
    vault = settings().vault_path
    vault.mkdir(parents=True, exist_ok=True)
    (vault / GOALS.name).write_text(GOALS.read_text().replace("accounts: {}", f"accounts: {{{entry}}}"))


async def booked_on(client: OdooClient, odoo: OdooWorld, category: str) -> str:
    receipt = await record_bill(client, odoo.bill(category=category), key=odoo.token)
    lines = await client.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", receipt.bill_id], ["display_type", "=", "product"]],
        fields=["account_id"],
    )
    return str(lines[0]["account_id"][1])


async def test_several_that_fit_are_told_before_and_the_default_is_taken(
    client: OdooClient, odoo: OdooWorld
) -> None:
    preview = await preview_bill(client, odoo.bill(category="travel"))
    assert preview["account"].startswith("Miscellaneous Expenses (several fit: Airfare, Hotels, ")
    assert "accounts in Business_Goals.md" in preview["account"]
    assert "Miscellaneous Expenses" in await booked_on(client, odoo, "travel")


async def test_a_bill_goes_to_the_first_account_that_the_owner_lists(
    client: OdooClient, odoo: OdooWorld
) -> None:
    list_accounts('travel: ["664000", "663000"]')
    assert (await preview_bill(client, odoo.bill(category="Travel")))["account"] == "Hotels"
    assert "Hotels" in await booked_on(client, odoo, "Travel")


async def test_of_the_listed_accounts_the_one_that_says_the_category_is_taken(
    client: OdooClient, odoo: OdooWorld
) -> None:
    list_accounts('telephone: ["642000", "641000"]')
    assert "Telephone & Internet" in await booked_on(client, odoo, "telephone")


async def test_what_no_account_names_goes_where_the_owner_lists_what_it_is_a_part_of(
    client: OdooClient, odoo: OdooWorld
) -> None:
    list_accounts('travel: ["664000", "663000"]')
    assert (await preview_bill(client, odoo.bill(category="parking")))["account"] == "Hotels"
    assert "Hotels" in await booked_on(client, odoo, "parking")


async def test_what_an_account_names_goes_there_whatever_is_listed_for_the_whole(
    client: OdooClient, odoo: OdooWorld
) -> None:
    list_accounts('travel: ["664000"]')
    assert "Ground Transportation" in await booked_on(client, odoo, "taxi")


async def test_a_listed_account_that_the_books_do_not_have_books_nothing(
    client: OdooClient, odoo: OdooWorld
) -> None:
    list_accounts('travel: ["999"]')
    with pytest.raises(GoalsError, match=r"accounts\.travel: the books have no expense account 999"):
        await record_bill(client, odoo.bill(category="travel"), key=odoo.token)


async def test_goals_that_cannot_be_read_list_nothing(client: OdooClient, odoo: OdooWorld) -> None:
    list_accounts('travel: ["664000"]')
    (settings().vault_path / GOALS.name).write_text("---\nbudgets: [\n---\n")
    assert "Miscellaneous Expenses" in await booked_on(client, odoo, "travel")
