"""A chart that has accounts for each rate of tax, as German ones: lines are booked on that of their own rate."""

import importlib
from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import Decimal

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.customer import CustomerInputs
from domain.accounting.invoice import InvoiceItem
from domain.accounting.product import ProductInputs
from tasks.accounting.bills import preview_bill, record_bill
from tasks.accounting.customers import create_customer
from tasks.accounting.invoices import create_invoice
from tasks.accounting.products import create_product
from tests.books_asked import invoice_inputs
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient, sandbox_thread
from tests.tasks.accounting.test_categories import list_accounts

ACCOUNTS = (
    ("8200", "Revenue", "income"),
    ("8300", "Revenue, 7 % VAT", "income"),
    ("8310", "Revenue abroad, 7 % VAT", "income"),
    ("8400", "Revenue, 19 % VAT", "income"),
    ("3200", "Cost of merchandise", "expense"),
    ("3300", "Cost of merchandise, 7 % input tax", "expense"),
    ("3400", "Cost of merchandise, 19 % input tax", "expense"),
)
TAXES = {
    "8300": ("sale", "7"),
    "8310": ("sale", "7"),
    "8400": ("sale", "19"),
    "3300": ("purchase", "7"),
    "3400": ("purchase", "19"),
}
DEFAULTS = {"sale": "8400", "purchase": "3400"}


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    """The stand-in with such a chart; its journals' accounts are for 19 %."""
    seed = importlib.import_module("sandbox.odoo.seed")
    journals = tuple(
        (code, name, kind, DEFAULTS.get(kind, account)) for code, name, kind, account in seed.JOURNALS
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed, "ACCOUNTS", (*seed.ACCOUNTS, *ACCOUNTS))
        patch.setattr(seed, "ACCOUNT_TAXES", TAXES)
        patch.setattr(seed, "JOURNALS", journals)
        with sandbox_thread(tmp_path_factory.mktemp("rated")) as client:
            yield client


@pytest.fixture
def books(rated: SandboxClient) -> OdooWorld:
    return sandbox_world(rated.url)


@pytest.fixture
async def client(books: OdooWorld) -> AsyncIterator[OdooClient]:
    async with books.client() as client:
        yield client


async def accounts_of(client: OdooClient, move_id: int) -> dict[str, str]:
    """The account of each line, by what the line says."""
    lines = await client.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", move_id], ["display_type", "=", "product"]],
        fields=["name", "account_id"],
    )
    return {line["name"]: line["account_id"][1] for line in lines}


def item(description: str, percent: int, product: str | None = None) -> InvoiceItem:
    return InvoiceItem(
        description=description, price=Decimal(100), tax_percent=Decimal(percent), product=product
    )


async def invoiced(client: OdooClient, books: OdooWorld, *items: InvoiceItem) -> dict[str, str]:
    customer = f"Maple {books.token}"
    await create_customer(client, CustomerInputs(name=customer))
    inputs = await invoice_inputs(
        client, customer, items=list(items), due_date=date(2026, 12, 10), issued_on=date(2026, 11, 10)
    )
    return await accounts_of(client, (await create_invoice(client, inputs, key=books.token)).invoice_id)


async def test_each_line_of_an_invoice_goes_to_the_account_of_its_rate(
    client: OdooClient, books: OdooWorld
) -> None:
    product = ProductInputs(name=f"Manual {books.token}", price=Decimal(100), category="Goods")
    await create_product(client, product)
    booked = await invoiced(
        client, books, item("book", 7), item("work", 19), item("free", 0), item("manual", 7, product.name)
    )
    assert booked == {
        "book": "Revenue, 7 % VAT",
        "work": "Revenue, 19 % VAT",
        "free": "Revenue",
        "manual": "Revenue, 7 % VAT",
    }


async def test_a_products_own_account_stays_where_it_names_no_rate(
    client: OdooClient, books: OdooWorld, rated: SandboxClient
) -> None:
    product = ProductInputs(name=f"Lease {books.token}", price=Decimal(100), category="Goods")
    receipt = await create_product(client, product)
    (other,) = await client.call("account.account", "search", domain=[["code", "=", "450000"]])
    values = {"property_account_income_id": other}
    rated.odoo("product.product", "write", ids=[receipt.product_id], vals=values)
    booked = await invoiced(client, books, item("book", 7), item("lease", 19, product.name))
    assert booked == {"book": "Revenue, 7 % VAT", "lease": "Other Income"}


@pytest.mark.parametrize(
    ("net", "tax", "account"),
    [
        ("100.00", "7.00", "Cost of merchandise, 7 % input tax"),
        ("100.00", "19.00", "Cost of merchandise, 19 % input tax"),
        ("100.00", "0.00", "Cost of merchandise"),
        ("100.00", "11.11", "Cost of merchandise"),
    ],
)
async def test_a_bill_that_names_no_account_goes_to_that_of_its_rate(
    client: OdooClient, books: OdooWorld, net: str, tax: str, account: str
) -> None:
    total = Decimal(net) + Decimal(tax)
    inputs = books.bill(category="other", net=Decimal(net), tax=Decimal(tax), total=total)
    assert (await preview_bill(client, inputs))["account"] == account
    receipt = await record_bill(client, inputs, key=books.token)
    assert list((await accounts_of(client, receipt.bill_id)).values()) == [account]


async def test_an_account_that_the_owner_lists_is_taken_whatever_its_rate(
    client: OdooClient, books: OdooWorld
) -> None:
    list_accounts('other: ["3400"]')
    inputs = books.bill(category="other", tax=Decimal("7.00"), total=Decimal("107.00"))
    receipt = await record_bill(client, inputs, key=books.token)
    assert list((await accounts_of(client, receipt.bill_id)).values()) == [
        "Cost of merchandise, 19 % input tax"
    ]
