import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.customer import CustomerInputs, UnknownCustomerError
from domain.accounting.invoice import (
    InvoiceFacts,
    InvoiceInputs,
    InvoiceItem,
    OrderedItem,
    SalesTaxMissingError,
    invoice_problems,
)
from domain.accounting.move import MoveCancelledError, MovePaidError, MoveState
from domain.accounting.partner import AmbiguousPartnerError
from domain.accounting.period import ClosedPeriodError
from domain.accounting.product import ProductInputs, UnknownProductError
from domain.errors import RejectedError
from tasks.accounting.chart import CurrencyNotUsableError
from tasks.accounting.customers import create_customer
from tasks.accounting.invoices import (
    InvoiceTotalError,
    cancel_invoice,
    check_invoice,
    create_invoice,
    read_invoice,
)
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.accounting.products import create_product
from tests.books_asked import facts_of, found_invoice, invoice_inputs
from tests.odoo_world import OdooWorld

ISSUED, DUE = date(2026, 11, 10), date(2026, 12, 10)
ITEMS = [
    InvoiceItem(
        description="Design", quantity=Decimal("1.5"), price=Decimal("80.10"), tax_percent=Decimal(15)
    ),
    InvoiceItem(description="Travel", price=Decimal("40.00"), tax_percent=Decimal(0)),
]


async def asked(client: OdooClient, world: OdooWorld, **changed: Any) -> InvoiceInputs:
    """An invoice to a customer of this test's own."""
    customer = CustomerInputs(name=f"Maple {world.token}")
    await create_customer(client, customer)
    inputs = await invoice_inputs(
        client, customer.name, items=changed.pop("items", ITEMS), due_date=DUE, issued_on=ISSUED
    )
    return inputs.model_copy(update=changed)


async def invoices_of(client: OdooClient, invoice_id: int) -> int:
    customer = (await read_invoice(client, invoice_id)).customer_id
    count: int = await client.call(
        "account.move",
        "search_count",
        domain=[["partner_id", "=", customer], ["move_type", "=", "out_invoice"]],
    )
    return count


async def test_an_invoice_is_posted_over_exactly_its_total_and_read_back(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, odoo)
        receipt = await create_invoice(client, inputs, key=odoo.token)
        assert await read_invoice(client, receipt.invoice_id) == facts_of(receipt, InvoiceFacts)
    assert invoice_problems(inputs, receipt) == []
    assert (receipt.amount_total, receipt.amount_tax) == (Decimal("178.17"), Decimal("18.02"))
    assert (receipt.residual, receipt.payment_state) == (Decimal("178.17"), "not_paid")
    assert receipt.date == ISSUED


async def test_fractions_of_a_cent_on_many_lines_come_to_what_odoo_makes_of_them(odoo: OdooWorld) -> None:
    hours = [
        InvoiceItem(
            description=f"Hours {rate}", quantity=Decimal("3.33"), price=Decimal("0.07"), tax_percent=rate
        )
        for rate in (Decimal(15), Decimal(15), Decimal(15), Decimal(0), Decimal(0))
    ]
    async with odoo.client() as client:
        inputs = await asked(client, odoo, items=hours)
        receipt = await create_invoice(client, inputs, key=odoo.token)
    assert invoice_problems(inputs, receipt) == []
    assert receipt.amount_total == Decimal("1.27" if odoo.mode != "sandbox" else "1.24")


async def test_an_item_without_a_tax_gets_the_company_s_usual_one(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        items = [InvoiceItem(description="Design", price=Decimal(100))]
        inputs = await asked(client, odoo, items=items)
        receipt = await create_invoice(client, inputs, key=odoo.token)
    assert inputs.items[0].tax_percent == Decimal(15)
    assert receipt.amount_total == Decimal("115.00")


async def test_a_product_stands_on_its_line(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        product = ProductInputs(name=f"Survey {odoo.token}", price=Decimal(9), category="Services")
        made = await create_product(client, product)
        items = [ITEMS[1].model_copy(update={"product": product.name})]
        receipt = await create_invoice(client, await asked(client, odoo, items=items), key=odoo.token)
        lines = await client.call(
            "account.move.line",
            "search_read",
            domain=[["move_id", "=", receipt.invoice_id], ["display_type", "=", "product"]],
            fields=["product_id", "name", "price_unit", "tax_ids"],
        )
    assert lines[0]["product_id"][0] == made.product_id
    assert (lines[0]["name"], lines[0]["price_unit"], lines[0]["tax_ids"]) == ("Travel", Decimal("40.0"), [])


async def test_a_product_gives_its_line_what_is_left_out(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        product = ProductInputs(name=f"Survey {odoo.token}", price=Decimal("120.50"), category="Services")
        await create_product(client, product)
        items = [
            OrderedItem(product=product.name, quantity=Decimal(2)),
            OrderedItem(product=product.name, price=Decimal(100)),
            OrderedItem(product=product.name, description="Second visit", tax_percent=Decimal(0)),
        ]
        inputs = await asked(client, odoo, items=items)
        receipt = await create_invoice(client, inputs, key=odoo.token)
    assert [item.description for item in inputs.items] == [product.name, product.name, "Second visit"]
    assert [item.price for item in inputs.items] == [Decimal("120.5"), Decimal(100), Decimal("120.5")]
    assert inputs.total == receipt.amount_total == Decimal("512.65")


async def test_an_unknown_product_gives_nothing(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        with pytest.raises(UnknownProductError):
            await asked(client, odoo, items=[OrderedItem(product=f"Nothing {odoo.token}")])


async def test_customers_of_one_name_are_told_apart(odoo: OdooWorld) -> None:
    name = f"Birch {odoo.token}"
    async with odoo.client() as client:
        values = [
            {"name": name, "email": f"one@{odoo.token}.example", "vat": f"A{odoo.token}"},
            {"name": name, "email": f"two@{odoo.token}.example", "vat": f"B{odoo.token}"},
            {"name": f"Elm {odoo.token}", "email": f"elm@{odoo.token}.example"},
        ]
        ids = await client.call("res.partner", "create", vals_list=values)
        told_apart: list[tuple[int, dict[str, str]]] = [
            (ids[0], {"email": f"one@{odoo.token}.example"}),
            (ids[1], {"tax_number": f"B{odoo.token}"}),
            (ids[1], {"email": f"TWO@{odoo.token}.example", "tax_number": f"B{odoo.token}"}),
        ]
        for customer_id, apart in told_apart:
            inputs = await invoice_inputs(client, name, items=ITEMS, due_date=DUE, issued_on=ISSUED, **apart)
            receipt = await create_invoice(client, inputs, key=f"{odoo.token}-{len(apart)}-{customer_id}")
            assert receipt.customer_id == customer_id
        unclear: list[dict[str, str]] = [
            {},
            {"email": f"three@{odoo.token}.example"},
            {"tax_number": f"C{odoo.token}"},
            {"email": f"elm@{odoo.token}.example"},
            {"email": f"one@{odoo.token}.example", "tax_number": f"B{odoo.token}"},
        ]
        for apart in unclear:
            inputs = await invoice_inputs(client, name, items=ITEMS, due_date=DUE, issued_on=ISSUED, **apart)
            with pytest.raises(AmbiguousPartnerError, match="customer_email, customer_tax_number"):
                await check_invoice(client, inputs, key=f"{odoo.token}-refused")


async def test_making_it_again_with_the_same_key_changes_nothing(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, odoo)
        first = await create_invoice(client, inputs, key=odoo.token)
        assert await create_invoice(client, inputs, key=odoo.token) == first
        assert await found_invoice(client, odoo.token) == facts_of(first, InvoiceFacts)
        await check_invoice(client, inputs, key=odoo.token)
        assert await invoices_of(client, first.invoice_id) == 1


@pytest.mark.parametrize("at", range(2))
@pytest.mark.parametrize("after", [True, False], ids=["done", "not-done"])
async def test_a_cut_line_leaves_an_invoice_that_is_finished_once(
    odoo: OdooWorld, at: int, *, after: bool
) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, odoo)
    async with odoo.severed(at=at, after=after) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await create_invoice(client, inputs, key=odoo.token)
    async with odoo.client() as client:
        receipt = await create_invoice(client, inputs, key=odoo.token)
        assert await invoices_of(client, receipt.invoice_id) == 1
    assert invoice_problems(inputs, receipt) == []


async def test_two_callers_at_once_make_one_invoice(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as one, running_odoo.client() as other:
        inputs = await asked(one, running_odoo)
        first, second = await asyncio.gather(
            *(create_invoice(client, inputs, key=running_odoo.token) for client in (one, other))
        )
        assert first == second
        assert await invoices_of(one, first.invoice_id) == 1


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"customer": "Nobody Whosoever"}, UnknownCustomerError, "create the customer first"),
        ({"currency": "XTS"}, CurrencyNotUsableError, "XTS"),
        ({"currency": "GBP"}, CurrencyNotUsableError, "not active"),
        (
            {"items": [ITEMS[0].model_copy(update={"tax_percent": Decimal("7.77")})]},
            SalesTaxMissingError,
            r"no sales tax of 7\.77 %",
        ),
        (
            {"items": [ITEMS[1].model_copy(update={"product": "Nothing of ours"})]},
            UnknownProductError,
            "create the product first",
        ),
    ],
    ids=["customer", "currency", "inactive-currency", "tax", "product"],
)
async def test_what_the_books_do_not_know_is_refused_and_leaves_nothing(
    odoo: OdooWorld, changed: dict[str, Any], error: type[RejectedError], said: str
) -> None:
    async with odoo.client() as client:
        inputs = (await asked(client, odoo)).model_copy(update=changed)
        for refusing in (check_invoice, create_invoice):
            with pytest.raises(error, match=said):
                await refusing(client, inputs, key=odoo.token)
        assert await found_invoice(client, odoo.token) is None


async def test_another_total_than_the_approved_one_is_not_posted_and_leaves_nothing(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, odoo, total=Decimal("178.16"))
        with pytest.raises(InvoiceTotalError, match=r"178\.17 USD .* 178\.16 USD"):
            await create_invoice(client, inputs, key=odoo.token)
        assert await found_invoice(client, odoo.token) is None


async def test_a_draft_that_a_person_changed_is_left_alone(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, odoo)
    async with odoo.severed(at=1, after=False) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await create_invoice(client, inputs, key=odoo.token)
    async with odoo.client() as client:
        draft = await found_invoice(client, odoo.token)
        assert draft is not None
        added = {"name": "More", "quantity": 1, "price_unit": 5.0, "tax_ids": [[6, 0, []]]}
        values = {"invoice_line_ids": [[0, 0, added]]}
        await client.call("account.move", "write", [draft.invoice_id], vals=values)
        with pytest.raises(InvoiceTotalError, match=r"183\.17 USD"):
            await create_invoice(client, inputs, key=odoo.token)
        assert await found_invoice(client, odoo.token) is not None


async def test_a_cancelled_invoice_stays_cancelled(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, odoo)
        assert await cancel_invoice(client, odoo.token) is None
        await create_invoice(client, inputs, key=odoo.token)
        for _ in range(2):
            facts = await cancel_invoice(client, odoo.token)
            assert facts is not None
            assert facts.state is MoveState.CANCELLED
        with pytest.raises(MoveCancelledError):
            await create_invoice(client, inputs, key=odoo.token)


async def test_an_invoice_with_payments_is_not_cancelled(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await create_invoice(client, await asked(client, odoo), key=odoo.token)
        payment = await payment_inputs(
            client, receipt.invoice_id, amount=Decimal(50), method="bank", paid_on=date(2026, 11, 20)
        )
        await record_payment(client, payment, key=odoo.token)
        with pytest.raises(MovePaidError, match="partial"):
            await cancel_invoice(client, odoo.token)


async def test_a_closed_period_takes_no_invoice(administered_odoo: OdooWorld) -> None:
    async with administered_odoo.client() as client:
        inputs = await asked(client, administered_odoo, issued_on=date(2026, 9, 3))
        async with administered_odoo.locked_until(date(2026, 9, 30)):
            with pytest.raises(ClosedPeriodError, match="closed up to 2026-09-30"):
                await create_invoice(client, inputs, key=administered_odoo.token)
