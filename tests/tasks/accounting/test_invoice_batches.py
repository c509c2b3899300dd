"""Many invoices as one, against the sandbox and, where one is given, a live Odoo."""

from datetime import date
from decimal import Decimal

import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.customer import CustomerInputs, UnknownCustomerError
from domain.accounting.invoice import InvoiceItem, InvoiceOrder
from domain.accounting.invoice_batch import InvoiceBatchInputs, InvoiceBatchOrder, batch_problems
from domain.accounting.move import MoveCancelledError, MovePaidError, MoveState
from tasks.accounting.customers import create_customer
from tasks.accounting.invoice_orders import complete_orders
from tasks.accounting.invoices import (
    InvoicesMissingError,
    InvoiceTotalError,
    cancel_invoices,
    check_invoices,
    create_invoices,
    read_invoices,
)
from tasks.accounting.payments import payment_inputs, record_payment
from tests.odoo_world import OdooWorld

ISSUED, DUE = date(2026, 11, 10), date(2026, 12, 10)
NUMBER = 3


def order(customer: str, price: str) -> InvoiceOrder:
    item = InvoiceItem(description="Boards", price=Decimal(price), tax_percent=Decimal(0))
    return InvoiceOrder(customer=customer, items=[item, item], issued_on=ISSUED, due_date=DUE)


def names(world: OdooWorld) -> list[str]:
    return [f"Maple {world.token} {number}" for number in range(NUMBER)]


async def asked(client: OdooClient, world: OdooWorld, *more: InvoiceOrder) -> InvoiceBatchInputs:
    """Invoices to customers of this test's own, the first of whom gets two."""
    for name in names(world):
        await create_customer(client, CustomerInputs(name=name))
    orders = [order(name, f"{number}.50") for number, name in enumerate(names(world), start=1)]
    return await complete_orders(
        client, InvoiceBatchOrder(invoices=[*orders, order(names(world)[0], "9.00"), *more])
    )


async def made(client: OdooClient, world: OdooWorld) -> list[float]:
    """The totals of every invoice to these customers."""
    found = await client.call(
        "account.move",
        "search_read",
        domain=[["partner_id.name", "in", names(world)], ["move_type", "=", "out_invoice"]],
        fields=["amount_total"],
        order="id",
    )
    return [float(row["amount_total"]) for row in found]


TOTALS = [3.0, 5.0, 7.0, 18.0]


async def test_all_are_posted_and_a_second_call_finds_them(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        inputs = await asked(client, running_odoo)
        assert inputs.total == Decimal("33.00")
        await check_invoices(client, inputs, key=running_odoo.token)
        first = await create_invoices(client, inputs, key=running_odoo.token)
        again = await create_invoices(client, inputs, key=running_odoo.token)
        assert first == again
        assert batch_problems(inputs, first) == []
        assert await made(client, running_odoo) == TOTALS
    assert [one.customer for one in first.invoices] == [*names(running_odoo), names(running_odoo)[0]]


@pytest.mark.parametrize("after", [False, True], ids=["not_done", "done"])
@pytest.mark.parametrize("at", [0, 1])
async def test_a_cut_line_leaves_invoices_that_are_finished_once(
    running_odoo: OdooWorld, *, at: int, after: bool
) -> None:
    async with running_odoo.client() as client:
        inputs = await asked(client, running_odoo)
        async with running_odoo.severed(at=at, after=after) as cut:
            with pytest.raises(OdooOutcomeUnknownError):
                await create_invoices(cut, inputs, key=running_odoo.token)
        facts = await create_invoices(client, inputs, key=running_odoo.token)
        assert batch_problems(inputs, facts) == []
        assert await made(client, running_odoo) == TOTALS


async def test_one_that_cannot_be_made_keeps_all_from_being_made(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        inputs = await asked(client, running_odoo, order("Nobody at all", "1.00"))
        for refused in (check_invoices, create_invoices):
            with pytest.raises(UnknownCustomerError, match="Nobody at all"):
                await refused(client, inputs, key=running_odoo.token)
        assert await made(client, running_odoo) == []


async def test_another_total_leaves_no_draft(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        inputs = await asked(client, running_odoo)
        wrong = inputs.invoices[1].model_copy(update={"total": Decimal("4.00")})
        changed = inputs.model_copy(update={"invoices": [inputs.invoices[0], wrong]})
        with pytest.raises(InvoiceTotalError):
            await create_invoices(client, changed, key=running_odoo.token)
        assert await made(client, running_odoo) == []


async def test_what_a_person_deleted_or_cancelled_is_not_made_again(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        inputs = await asked(client, running_odoo)
        facts = await create_invoices(client, inputs, key=running_odoo.token)
        ids = [one.invoice_id for one in facts.invoices]
        await client.call("account.move", "button_draft", [ids[1]])
        await client.call("account.move", "button_cancel", [ids[1]])
        with pytest.raises(MoveCancelledError):
            await create_invoices(client, inputs, key=running_odoo.token)
        await client.call("account.move", "button_draft", [ids[-1]])
        await client.call("account.move", "unlink", [ids[-1]])
        with pytest.raises(InvoicesMissingError, match="number 4 was deleted"):
            await create_invoices(client, inputs, key=running_odoo.token)
        with pytest.raises(InvoicesMissingError):
            await read_invoices(client, ids)


async def test_all_are_cancelled_or_none(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        inputs = await asked(client, running_odoo)
        facts = await create_invoices(client, inputs, key=running_odoo.token)
        ids = [one.invoice_id for one in facts.invoices]
        paid = await payment_inputs(client, ids[1], amount=Decimal(1), method="bank", paid_on=ISSUED)
        await record_payment(client, paid, key=running_odoo.token)
        with pytest.raises(MovePaidError):
            await cancel_invoices(client, ids)
        assert {one.state for one in await read_invoices(client, ids)} == {MoveState.POSTED}
        left = [ids[0], *ids[2:]]
        assert {one.state for one in await cancel_invoices(client, left)} == {MoveState.CANCELLED}
