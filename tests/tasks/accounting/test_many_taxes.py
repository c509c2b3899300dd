"""Charts with several taxes of one rate, as in Spain and Italy: what is booked has the ordinary one of home."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillInputs
from domain.accounting.customer import CustomerInputs
from domain.accounting.invoice import InvoiceItem, SalesTaxMissingError
from tasks.accounting.bills import preview_bill, record_bill
from tasks.accounting.customers import create_customer
from tasks.accounting.invoices import create_invoice
from tests.books_asked import invoice_inputs
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient, sandbox_with

PAID, RECEIVED, PENSIONS = "131000", "251000", "690000"
BOX, GOODS_BOX, ABROAD_BOX = "current", "investment", "abroad"
IN_ORDER: tuple[tuple[str, str, str, bool, list[tuple[float, str]], str], ...] = (
    ("4% INPS", "sale", "4", True, [(100.0, PENSIONS)], ""),
    ("4% INPS", "purchase", "4", True, [(100.0, PENSIONS)], ""),
    ("10% EX S", "purchase", "10", False, [(100.0, PAID), (-100.0, RECEIVED)], ABROAD_BOX),
    ("10% EX G", "purchase", "10", False, [(100.0, PAID)], ABROAD_BOX),
    ("10% IG", "purchase", "10", True, [(100.0, PAID)], GOODS_BOX),
    ("10% ND", "purchase", "10", True, [(100.0, "")], ""),
    ("10% G", "purchase", "10", True, [(100.0, PAID)], BOX),
    ("21% G", "purchase", "21", True, [(100.0, PAID)], BOX),
    ("20% WHI", "sale", "-20", True, [(100.0, PAID)], GOODS_BOX),
    ("10% out", "sale", "10", True, [(100.0, RECEIVED)], BOX),
    ("21% out", "sale", "21", True, [(100.0, RECEIVED)], BOX),
)
"""Name, use, percent, of home, shares of the amount with their accounts, line of the tax return."""


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    with sandbox_with(tmp_path_factory.mktemp("taxes"), _replace_taxes) as client:
        yield client


def _replace_taxes(made: Any) -> None:
    table = made._books.table("account.tax")
    for tax_id in list(table.peek()):
        table.remove(tax_id)
    abroad = made._add("account.fiscal.position", name="Abroad")
    boxes = {name: made._add("account.account.tag", name=name) for name in (BOX, GOODS_BOX, ABROAD_BOX)}
    ids: dict[str, int] = {}
    for name, use, rate, is_home, shares, box in IN_ORDER:
        tax = made._add(
            "account.tax", name=name, amount=float(rate), amount_type="percent", type_tax_use=use,
            price_include=False, sequence=1, company_id=1, fiscal_position_ids=[] if is_home else [abroad],
        )  # fmt: skip
        ids[name] = tax
        tags = [boxes[box]] if box else []
        made._add("account.tax.repartition.line", tax_id=tax, repartition_type="base", tag_ids=tags)
        for factor, code in shares:
            account = made._accounts[code] if code else False
            made._add(
                "account.tax.repartition.line", tax_id=tax, repartition_type="tax", factor_percent=factor,
                account_id=account, tag_ids=tags,
            )  # fmt: skip
    usual = {"account_sale_tax_id": ids["21% out"], "account_purchase_tax_id": ids["21% G"]}
    made._books.set_values("res.company", 1, **usual)


@pytest.fixture
def books(stand_in: SandboxClient) -> OdooWorld:
    return sandbox_world(stand_in.url)


def bill(books: OdooWorld, net: int, percent: int) -> BillInputs:
    tax = Decimal(net * percent) / 100
    return BillInputs(
        vendor=f"Maple {books.token}", number=f"{books.token}-{percent}", issued_on=date(2026, 11, 10),
        currency="USD", net=Decimal(net), tax=tax, total=net + tax, category="rent",
    )  # fmt: skip


async def test_a_bill_has_the_tax_of_an_ordinary_purchase_at_home(books: OdooWorld) -> None:
    async with books.client() as client:
        shown = await preview_bill(client, bill(books, 100, 10))
        booked = await record_bill(client, bill(books, 100, 10), books.token)
        assert await tax_names(client, booked.bill_id) == ["10% G"]
    assert shown["tax"] == "10% G, 10 USD"
    assert (booked.amount_tax, booked.amount_total) == (10, 110)


async def test_a_contribution_of_the_same_rate_is_no_tax_of_a_bill(books: OdooWorld) -> None:
    async with books.client() as client:
        shown = await preview_bill(client, bill(books, 100, 4))
        booked = await record_bill(client, bill(books, 100, 4), books.token)
        assert await tax_names(client, booked.bill_id) == []
    assert shown["tax"] == "none of the books' taxes makes 4 USD of the net amount: booked gross"
    assert (booked.amount_tax, booked.amount_total) == (0, 104)


async def test_a_contribution_of_the_same_rate_is_no_tax_of_an_invoice(books: OdooWorld) -> None:
    async with books.client() as client:
        await create_customer(client, CustomerInputs(name=f"Larch {books.token}"))
        made = await create_invoice(client, await invoice(client, books, 10), books.token)
        assert await tax_names(client, made.invoice_id) == ["10% out"]
        with pytest.raises(SalesTaxMissingError, match="it has: 10, 21; correct the rate, or activate"):
            await create_invoice(client, await invoice(client, books, 4), f"{books.token}-4")


async def invoice(client: OdooClient, books: OdooWorld, percent: int) -> Any:
    item = InvoiceItem(description="Book", price=Decimal(100), tax_percent=Decimal(percent))
    return await invoice_inputs(
        client,
        f"Larch {books.token}",
        items=[item],
        due_date=date(2026, 12, 10),
        issued_on=date(2026, 11, 10),
    )


async def tax_names(client: OdooClient, move_id: int) -> list[str]:
    lines = await client.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", move_id], ["display_type", "=", "product"]],
        fields=["tax_ids"],
    )
    ids = [tax for line in lines for tax in line["tax_ids"]]
    found = await client.call("account.tax", "read", ids, fields=["name"]) if ids else []
    return [row["name"] for row in found]
