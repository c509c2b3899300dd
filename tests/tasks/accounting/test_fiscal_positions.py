"""A customer in another country: the usual tax of home is asked about."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.customer import Address, CustomerInputs
from domain.accounting.invoice import InvoiceInputs, InvoiceItem
from domain.accounting.invoice_batch import InvoiceBatchInputs
from tasks.accounting.customers import create_customer
from tasks.accounting.fiscal_positions import tax_oddities
from tasks.actions.performers import performer_of
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient, sandbox_with

EUROPE = "Business partner EU (with VAT ID)"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[OdooWorld]:
    """The stand-in with a position for customers in Germany who have a tax number, as charts in the EU have them."""
    with sandbox_with(tmp_path, _add_position) as client:
        yield sandbox_world(client.url)


def _add_position(made: Any) -> None:
    countries = made._books.table("res.country").peek()
    germany = next(key for key, row in countries.items() if row["code"] == "DE")
    europe = made._add(
        "account.fiscal.position", name=EUROPE, auto_apply=True, vat_required=True, country_id=germany
    )
    made._add(
        "account.tax",
        name="0% EU D",
        amount=0.0,
        amount_type="percent",
        type_tax_use="sale",
        sequence=9,
        company_id=1,
        fiscal_position_ids=[europe],
        original_tax_ids=[1],
    )


async def odd(
    books: OdooWorld, percent: int, country: str = "DE", vat: str | None = "DE136695976"
) -> list[str]:
    async with books.client() as client:
        (said,) = await tax_oddities(client, [await invoice(client, books, percent, country, vat)])
    return said


async def invoice(
    client: OdooClient, books: OdooWorld, percent: int, country: str = "DE", vat: str | None = "DE136695976"
) -> InvoiceInputs:
    customer = CustomerInputs(
        name=f"Maple {books.token}", vat=vat, address=Address(street="Ring 1", country=country)
    )
    item = InvoiceItem(description="Design", price=Decimal(100), tax_percent=Decimal(percent))
    await create_customer(client, customer)
    return InvoiceInputs(
        customer=customer.name,
        items=[item],
        issued_on=date(2026, 11, 10),
        due_date=date(2026, 12, 10),
        currency="USD",
        total=Decimal(100) + percent,
    )


async def test_the_tax_of_home_is_asked_about(books: OdooWorld) -> None:
    (said,) = await odd(books, 15)
    assert said.startswith("it has 15 % tax, and Odoo's fiscal position of Maple ")
    assert said.endswith(f", {EUROPE}, has 0% EU D")


async def test_lines_without_any_tax_are_told_for_the_tax_return(books: OdooWorld) -> None:
    (said,) = await odd(books, 0)
    assert said.endswith(f", {EUROPE}, has 0% EU D for the tax return")


async def test_without_a_tax_number_nothing_is_odd(books: OdooWorld) -> None:
    assert await odd(books, 15, vat=None) == []


async def test_at_home_nothing_is_odd(books: OdooWorld) -> None:
    assert await odd(books, 15, country="US") == []


async def test_books_without_positions_are_asked_once(sandbox: SandboxClient) -> None:
    assert await odd(sandbox_world(sandbox.url), 15) == []
    assert [row["path"] for row in sandbox.journal(method="POST") if "onchange" in row["path"]] == []


async def test_one_invoice_and_many_wait_for_a_person_because_of_it(books: OdooWorld) -> None:
    async with books.client() as client:
        one = await invoice(client, books, 15)
        many = InvoiceBatchInputs(invoices=[one], currency="USD", total=one.total)
        looked = [
            await performer_of("odoo.create_invoice").check(client, one, books.token),
            await performer_of("odoo.create_invoices").check(client, many, books.token),
        ]
    assert all("has 0% EU D" in said for found in looked for said in found["oddities"])
    assert [len(found["oddities"]) for found in looked] == [1, 1]


async def test_customers_alike_are_asked_about_once(
    books: OdooWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    call = OdooClient.call

    async def noted(client: OdooClient, model: str, method: str, *said: Any, **named: Any) -> Any:
        asked.append(f"{model}.{method}")
        return await call(client, model, method, *said, **named)

    async with books.client() as client:
        found = []
        for number, vat in enumerate(["DE136695976", "DE136695984", "DE136695992", None]):
            whose = CustomerInputs(
                name=f"Maple {number} {books.token}",
                vat=vat,
                address=Address(street="Ring 1", country="DE"),
            )
            await create_customer(client, whose)
            asked_of = await invoice(client, books, 15, vat=None)
            found.append(asked_of.model_copy(update={"customer": whose.name}))
        monkeypatch.setattr(OdooClient, "call", noted)
        said = await tax_oddities(client, found)
    assert [len(one) for one in said] == [1, 1, 1, 0]
    assert all(f"Maple {number} " in said[number][0] for number in range(3))
    assert asked.count("account.move.onchange") == 2
    assert asked.count("account.tax.search_read") == 1
