"""Invoices and bills in another currency than the company's; what needs other rates or journals was recorded."""

import os
from datetime import date
from decimal import Decimal

import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooClient
from domain.accounting.customer import CustomerInputs
from domain.accounting.invoice import InvoiceItem, InvoiceOrder, OrderedItem, invoice_problems
from domain.accounting.payment import OverPaymentError, PaymentReceipt, PaymentState
from domain.accounting.product import ListPriceCurrencyError
from tasks.accounting.chart import CurrencyNotUsableError, CurrencyRateMissingError
from tasks.accounting.customers import create_customer
from tasks.accounting.invoice_orders import complete_order
from tasks.accounting.invoices import create_invoice
from tasks.accounting.payables import JournalCurrencyError
from tasks.accounting.payments import payment_inputs, record_payment
from tests.odoo_world import OdooWorld

ISSUED, DUE, LATER = date(2026, 11, 10), date(2026, 12, 10), date(2026, 11, 20)


def administrator(world: OdooWorld) -> OdooClient:
    """Who may change rates and journals."""
    key = SecretStr(os.environ["ODOO_ADMIN_KEY"])
    return OdooClient(world.account.model_copy(update={"api_key": key}))


async def new_rate(world: OdooWorld) -> None:
    """From the day of payment on the euro has another rate than when the invoice was written."""
    if world.mode == "recorded":
        return
    async with administrator(world) as admin:
        (euro,) = await admin.call("res.currency", "search", domain=[["name", "=", "EUR"]])
        same_day = [["currency_id", "=", euro], ["name", "=", LATER.isoformat()]]
        if not await admin.call("res.currency.rate", "search", domain=same_day):
            values = {"currency_id": euro, "name": LATER.isoformat(), "rate": 0.75}
            await admin.call("res.currency.rate", "create", vals_list=[values])


async def invoice(
    client: OdooClient, world: OdooWorld, *, currency: str | None = "EUR", key: str = "a"
) -> int:
    """An invoice over 115.00, read back."""
    customer = CustomerInputs(name=f"Maple {world.token}")
    await create_customer(client, customer)
    item = InvoiceItem(description="Design", price=Decimal("100.00"), tax_percent=Decimal(15))
    order = InvoiceOrder(
        customer=customer.name, items=[item], issued_on=ISSUED, due_date=DUE, currency=currency
    )
    inputs = await complete_order(client, order)
    receipt = await create_invoice(client, inputs, key=f"{world.token}{key}")
    assert invoice_problems(inputs, receipt) == []
    assert (receipt.amount_total, receipt.currency) == (Decimal("115.00"), currency or "USD")
    return receipt.invoice_id


async def pay(
    client: OdooClient, world: OdooWorld, invoice_id: int, amount: str, *, method: str = "Bank"
) -> PaymentReceipt:
    inputs = await payment_inputs(client, invoice_id, amount=Decimal(amount), method=method, paid_on=LATER)
    key = f"{world.token}{invoice_id}{amount}{method}"
    receipt = await record_payment(client, inputs, key=key)
    assert await record_payment(client, inputs, key=key) == receipt
    return receipt


async def settled_in_parts(world: OdooWorld) -> None:
    async with world.client() as client:
        invoice_id = await invoice(client, world)
        part = await pay(client, world, invoice_id, "33.33")
        assert (part.amount, part.currency, part.invoice_residual) == (
            Decimal("33.33"),
            "EUR",
            Decimal("81.67"),
        )
        assert (part.is_matched, part.invoice_payment_state) == (True, "partial")
        with pytest.raises(OverPaymentError, match=r"81\.67 EUR still open"):
            await pay(client, world, invoice_id, "81.68")
        rest = await pay(client, world, invoice_id, "81.67")
        assert (rest.is_matched, rest.invoice_residual) == (True, Decimal(0))
        assert rest.invoice_payment_state in {"paid", "in_payment"}


async def test_parts_settle_an_invoice_in_its_own_currency(running_odoo: OdooWorld) -> None:
    await settled_in_parts(running_odoo)


async def test_parts_at_another_rate_settle_an_invoice_in_its_own_currency(
    administered_odoo: OdooWorld,
) -> None:
    await new_rate(administered_odoo)
    await settled_in_parts(administered_odoo)


async def test_a_whole_payment_settles_a_foreign_bill(running_odoo: OdooWorld) -> None:
    await settled_at_once(running_odoo)


async def test_a_whole_payment_at_another_rate_settles_a_foreign_bill(administered_odoo: OdooWorld) -> None:
    await new_rate(administered_odoo)
    await settled_at_once(administered_odoo)


async def settled_at_once(world: OdooWorld) -> None:
    async with world.client() as client:
        (euro,) = await client.call("res.currency", "search", domain=[["name", "=", "EUR"]])
        (partner,) = await client.call("res.partner", "create", vals_list=[{"name": f"Larch {world.token}"}])
        line = {"name": "Boards", "quantity": 1, "price_unit": 100.0, "tax_ids": [[6, 0, []]]}
        values = {
            "move_type": "in_invoice",
            "partner_id": partner,
            "currency_id": euro,
            "invoice_date": ISSUED.isoformat(),
            "invoice_line_ids": [[0, 0, line]],
        }
        ids = await client.call("account.move", "create", vals_list=[values])
        await client.call("account.move", "action_post", ids)
        paid = await pay(client, world, ids[0], "100.00")
    assert (paid.currency, paid.is_matched, paid.invoice_residual) == ("EUR", True, Decimal(0))
    assert paid.state in {PaymentState.PAID, PaymentState.IN_PROCESS}


async def test_a_journal_of_one_currency_takes_no_other_and_leaves_nothing(
    administered_odoo: OdooWorld,
) -> None:
    name = await euro_journal(administered_odoo)
    async with administered_odoo.client() as client:
        foreign = await invoice(client, administered_odoo)
        home = await invoice(client, administered_odoo, currency=None, key="b")
        assert (await pay(client, administered_odoo, foreign, "115.00", method=name)).is_matched
        with pytest.raises(JournalCurrencyError, match=r"takes EUR only, .* is in USD"):
            await pay(client, administered_odoo, home, "115.00", method=name)
        drafts = [["state", "=", "draft"], ["journal_id.name", "=", name]]
        assert await client.call("account.payment", "search_count", domain=drafts) == 0


async def euro_journal(world: OdooWorld) -> str:
    """A bank journal whose account takes euros only, by its name."""
    name = f"Euro {world.token}"
    if world.mode == "recorded":
        return name
    async with administrator(world) as admin:
        (euro,) = await admin.call("res.currency", "search", domain=[["name", "=", "EUR"]])
        account_values = {
            "name": name,
            "code": f"9{int(world.token, 16) % 10**6:06}",
            "account_type": "asset_cash",
            "currency_id": euro,
        }
        (account,) = await admin.call("account.account", "create", vals_list=[account_values])
        journal_values = {
            "name": name,
            "type": "bank",
            "code": f"E{world.token[:4]}",
            "currency_id": euro,
            "default_account_id": account,
        }
        ids = await admin.call("account.journal", "create", vals_list=[journal_values])
        model = "account.payment.method.line"
        lines = await admin.call(model, "search", domain=[["journal_id", "in", ids]])
        await admin.call(model, "write", lines, vals={"payment_account_id": account})
    return name


@pytest.mark.parametrize("currency", ["GBP", "XQZ"])
async def test_a_currency_that_the_books_do_not_use_is_refused(
    running_odoo: OdooWorld, currency: str
) -> None:
    async with running_odoo.client() as client:
        with pytest.raises(CurrencyNotUsableError, match=currency):
            await invoice(client, running_odoo, currency=currency)


async def test_a_currency_without_a_rate_is_not_booked_one_to_one(administered_odoo: OdooWorld) -> None:
    if administered_odoo.mode == "live":
        async with administrator(administered_odoo) as admin:
            (franc,) = await admin.call(
                "res.currency", "search", domain=[["name", "=", "CHF"]], context={"active_test": False}
            )
            await admin.call("res.currency", "write", [franc], vals={"active": True})
    async with administered_odoo.client() as client:
        with pytest.raises(CurrencyRateMissingError, match="no rate of CHF"):
            await invoice(client, administered_odoo, currency="CHF")


async def test_a_list_price_in_the_companys_currency_is_not_taken_for_another(
    running_odoo: OdooWorld,
) -> None:
    item = OrderedItem(product="any", tax_percent=Decimal(0))
    order = InvoiceOrder(customer="any", items=[item], issued_on=ISSUED, due_date=DUE, currency="EUR")
    async with running_odoo.client() as client:
        with pytest.raises(ListPriceCurrencyError, match="'any' in Odoo is in USD; give its price in EUR"):
            await complete_order(client, order)
