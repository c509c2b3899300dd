"""Bills whose tax the buyer owes: with the tax that Odoo's fiscal position for the vendor means."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.accounting.bill import BillInputs, bill_problems
from tasks.accounting.bills import preview_bill, read_booked, record_bill
from tasks.accounting.fiscal_positions import untaxed_oddities
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import sandbox_with

EUROPE = "Business partner EU (with VAT ID)"
NUMBER, SWISS = "DE136695976", "CHE107787577"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[OdooWorld]:
    """The stand-in with a position for businesses in the EU, and its purchase tax, as charts in the EU have them."""
    with sandbox_with(tmp_path, _add_position) as client:
        yield sandbox_world(client.url)


def _add_position(made: Any) -> None:
    countries = made._books.table("res.country").peek()
    germany = next(key for key, row in countries.items() if row["code"] == "DE")
    group = made._add("res.country.group", name="European Union", country_ids=[germany])
    europe = made._add(
        "account.fiscal.position",
        name=EUROPE,
        auto_apply=True,
        vat_required=True,
        country_group_id=group,
    )
    owed = made._add(
        "account.tax",
        name="15% EU",
        amount=15.0,
        amount_type="percent",
        type_tax_use="purchase",
        sequence=9,
        company_id=1,
        price_include=False,
        fiscal_position_ids=[europe],
        original_tax_ids=[made._books.row("res.company", 1)["account_purchase_tax_id"]],
    )
    for account, factor in (("131000", 100.0), ("251000", -100.0)):
        made._add(
            "account.tax.repartition.line",
            tax_id=owed,
            repartition_type="tax",
            factor_percent=factor,
            account_id=made._accounts[account],
        )


def owing(books: OdooWorld, **changed: Any) -> BillInputs:
    return books.bill(**{"vendor_vat": NUMBER, "reverse_charge": True, **changed})


async def tax_items(client: Any, bill_id: int) -> list[tuple[str, float]]:
    found = await client.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", bill_id], ["display_type", "=", "tax"]],
        fields=["account_id", "balance"],
        order="id",
    )
    return [(row["account_id"][1], row["balance"]) for row in found]


async def test_the_tax_is_told_by_name_and_booked_as_owed_and_deducted(books: OdooWorld) -> None:
    inputs = owing(books)
    async with books.client() as client:
        told = await preview_bill(client, inputs)
        receipt = await record_bill(client, inputs, books.token)
        again = await preview_bill(client, inputs)
        items = await tax_items(client, receipt.bill_id)
        (vendor,) = await client.call(
            "res.partner", "read", [receipt.vendor_id], fields=["country_id", "vat"]
        )
        facts = await read_booked(client, receipt.bill_id, inputs)
    assert told["tax"] == (
        f"15% EU, 15.00 USD that you owe, as Odoo's fiscal position for the vendor means ({EUROPE})"
    )
    assert again["tax"] == told["tax"]
    assert vendor["country_id"][1] == "Germany"
    assert [balance for _, balance in items] == [15.0, -15.0]
    assert (receipt.amount_total, receipt.amount_tax) == (Decimal("100.00"), Decimal(0))
    assert receipt.owed_taxes == facts.owed_taxes == ("15% EU, 15.00 USD",)
    assert receipt.notes == ["the buyer owes its tax: 15% EU, 15.00 USD"]
    assert bill_problems(inputs, facts) == []


async def test_the_number_says_the_country_of_a_vendor_of_whom_odoo_has_none(books: OdooWorld) -> None:
    inputs = owing(books)
    async with books.client() as client:
        await client.call("res.partner", "create", vals_list=[{"name": inputs.vendor, "vat": NUMBER}])
        told = await preview_bill(client, inputs)
    assert told["vendor"].endswith("known by tax number")
    assert EUROPE in told["tax"]


@pytest.mark.parametrize("number", [SWISS, None], ids=["another country", "no number"])
async def test_without_a_position_it_is_said_and_booked_without(books: OdooWorld, number: str | None) -> None:
    inputs = owing(books, vendor_vat=number, tax=None, net=None)
    async with books.client() as client:
        told = await preview_bill(client, inputs)
        receipt = await record_bill(client, inputs, books.token)
        assert await tax_items(client, receipt.bill_id) == []
    assert told["tax"].startswith("none: the buyer owes its tax, and Odoo has no fiscal position")
    assert receipt.notes == [
        "the buyer owes its tax: Odoo's fiscal position of the vendor has none: add it by hand"
    ]


async def test_a_bill_of_the_eu_without_tax_is_asked_about(books: OdooWorld) -> None:
    async with books.client() as client:
        asked = [
            await untaxed_oddities(client, inputs, 1)
            for inputs in (
                owing(books, reverse_charge=False),
                owing(books),
                owing(books, reverse_charge=False, tax=Decimal("15.00"), total=Decimal("115.00")),
                owing(books, reverse_charge=False, vendor_vat=SWISS),
            )
        ]
    (said,) = asked[0]
    assert f"{EUROPE}, has 15% EU: if you owe the tax, change 'reverse charge' to yes" in said
    assert asked[1:] == [[], [], []]
