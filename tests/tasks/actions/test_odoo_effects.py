"""The books' actions through the one door: policy, ledger, evidence, undoing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.invoice import InvoiceItem, InvoiceOrder
from domain.accounting.invoice_batch import InvoiceBatchOrder
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import Plan, Step
from domain.policy.handbook import Handbook
from tasks.accounting.invoice_orders import complete_orders
from tasks.accounting.payments import payment_inputs
from tasks.actions import connected
from tasks.actions.compensate import compensate_plan
from tasks.actions.effects import ApprovalNeededError, Evidence, Request, perform
from tasks.actions.performers import performer_of
from tests.books_asked import invoice_inputs
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def books(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> OdooWorld:
    """The stand-in, connected as the employee's Odoo."""
    world = sandbox_world(sandbox.url)

    async def client() -> OdooClient:
        return world.client()

    monkeypatch.setattr(connected, "odoo_client", client)
    return world


async def done(step: Step) -> Evidence:
    return await perform(Request(task_id="t1", step=step, doubts=[]), Handbook(), lambda: NOW)


def customer_step(books: OdooWorld) -> Step:
    inputs = {"name": f"Maple {books.token}", "email": f"pay@{books.token}.example"}
    return Step(id="customer", action="odoo.create_customer", inputs=inputs)


async def invoice_step(books: OdooWorld, price: str) -> Step:
    items = [InvoiceItem(description="Design", price=Decimal(price), tax_percent=Decimal(0))]
    async with books.client() as client:
        inputs = await invoice_inputs(
            client,
            f"Maple {books.token}",
            items=items,
            due_date=date(2026, 12, 10),
            issued_on=date(2026, 11, 10),
        )
    return Step(id="invoice", action="odoo.create_invoice", inputs=inputs.model_dump(mode="json"))


async def payment_step(books: OdooWorld, invoice_id: int, amount: str) -> Step:
    async with books.client() as client:
        inputs = await payment_inputs(
            client, invoice_id, amount=Decimal(amount), method="bank", paid_on=date(2026, 11, 20)
        )
    return Step(id=f"pay-{amount}", action="odoo.record_payment", inputs=inputs.model_dump(mode="json"))


def test_every_action_of_the_catalogue_has_a_performer() -> None:
    for name in CATALOGUE:
        assert performer_of(name)


async def test_customer_product_invoice_and_payment_are_done_proven_and_undone(books: OdooWorld) -> None:
    product = Step(
        id="product",
        action="odoo.create_product",
        inputs={"name": f"Survey {books.token}", "price": "9", "category": "Services"},
    )
    customer = await done(customer_step(books))
    await done(product)
    steps = [customer_step(books), product, await invoice_step(books, "300")]
    invoice = await done(steps[-1])
    steps.append(await payment_step(books, invoice.read_back["invoice_id"], "100"))
    payment = await done(steps[-1])
    assert await done(steps[-1]) == payment
    assert payment.read_back["invoice_residual"] == "200.00"
    assert customer.receipt["is_new"]
    plan = Plan(task_id="t1", playbook="test", steps=steps)
    assert set(await compensate_plan(plan, [step.id for step in plan.steps], NOW)) == {
        step.id for step in steps
    } - {"customer"}
    async with books.client() as client:
        state = await _states(client, payment.receipt["payment_id"], invoice.receipt["invoice_id"])
    assert state == ("canceled", "cancel")


async def test_an_invoice_above_the_limit_waits_for_a_person(books: OdooWorld) -> None:
    await done(customer_step(books))
    with pytest.raises(ApprovalNeededError, match=r"1,000\.01 USD is above 1,000\.00 USD"):
        await done(await invoice_step(books, "1000.01"))
    async with books.client() as client:
        assert await client.call("account.move", "search_count", domain=[["state", "=", "draft"]]) == 0


async def test_what_customers_pay_takes_nothing_of_the_limits_for_spending(books: OdooWorld) -> None:
    async with books.client() as client:
        invoice = await books.debt(client, 1500.0)
    await done(await payment_step(books, invoice, "600"))
    await done(await payment_step(books, invoice, "500"))
    with pytest.raises(ApprovalNeededError, match=r"600\.00 USD is above 500\.00 USD"):
        await perform(
            Request(task_id="t1", step=await bill_step(books, "Maple", "600"), doubts=[]),
            Handbook(ask_above=Decimal(500), ask_for_new_payees=False),
            lambda: NOW,
        )


@pytest.mark.parametrize(
    "other", ["RED MAPLE LLC", "Red M\u00e4ple, Inc.", "Inc. Red Maple", "maple red co. ltd.", "R.E.D. Maple"]
)
async def test_one_payee_under_two_spellings_is_one_sum(books: OdooWorld, other: str) -> None:
    await booked(await bill_step(books, "Red Maple Inc", "600"))
    with pytest.raises(ApprovalNeededError, match=r"would come to 1,100\.00 USD in 30 days"):
        await booked(await bill_step(books, other, "500"))


@pytest.mark.parametrize("other", ["RED MAPLE LLC", "Red M\u00e4ple, Inc.", "maple red co. ltd."])
async def test_one_payee_under_two_spellings_is_one_vendor_in_the_books(books: OdooWorld, other: str) -> None:
    first = await booked(await bill_step(books, "Red Maple Inc", "60"))
    second = await booked(await bill_step(books, other, "50"))
    assert first.receipt["vendor_id"] == second.receipt["vendor_id"]


async def test_one_partner_of_the_books_is_one_sum_whatever_its_bills_say(books: OdooWorld) -> None:
    await booked(await bill_step(books, "Red Maple", "600", vendor_vat="XX4711000"))
    other = await bill_step(books, "Boards and Beams", "500", vendor_vat="XX4711000")
    with pytest.raises(ApprovalNeededError, match=r"would come to 1,100\.00 USD in 30 days"):
        await booked(other)


async def test_a_bill_and_the_payments_of_it_are_one_sum_of_every_limit(books: OdooWorld) -> None:
    bill = await booked(await bill_step(books, "Red Maple Inc", "600"))
    for part in ("250", "350"):
        await booked(await payment_step(books, bill.receipt["bill_id"], part))
    with pytest.raises(ApprovalNeededError, match=r"would come to 1,001\.00 USD in 30 days"):
        await booked(await bill_step(books, "Red Maple Inc", "401"))


async def test_an_invoice_and_what_is_paid_of_it_are_one_sum_of_what_comes_in(books: OdooWorld) -> None:
    await done(customer_step(books))
    invoice = await done(await invoice_step(books, "300"))
    payment = await payment_step(books, invoice.receipt["invoice_id"], "300")
    limits = Handbook(incoming_day_limit=Decimal(300), incoming_payee_limit=Decimal(300))
    await perform(Request(task_id="t1", step=payment, doubts=[]), limits, lambda: NOW)


async def test_a_bill_that_somebody_else_booked_counts_as_it_is_paid(books: OdooWorld) -> None:
    async with books.client() as client:
        bill = await books.debt(client, 600.0, move_type="in_invoice")
    await booked(await payment_step(books, bill, "600"))
    other = Request(task_id="t1", step=await bill_step(books, "Red Maple Inc", "401"), doubts=[])
    with pytest.raises(ApprovalNeededError, match=r"today without asking would come to 1,001\.00 USD"):
        await perform(other, Handbook(ask_for_new_payees=False, payee_limit=Decimal(9000)), lambda: NOW)


async def booked(step: Step) -> Evidence:
    """A step under a handbook whose one limit is the payee's."""
    handbook = Handbook(day_limit=Decimal(9000), ask_for_new_payees=False)
    return await perform(Request(task_id="t1", step=step, doubts=[]), handbook, lambda: NOW)


async def bill_step(books: OdooWorld, vendor: str, total: str, vendor_vat: str | None = None) -> Step:
    bill = books.bill(total=Decimal(total), net=None, tax=None, number=f"N-{books.token}-{total}")
    inputs = bill.model_dump(mode="json") | {
        "vendor": vendor,
        "vendor_vat": vendor_vat,
        "vendor_email": None,
    }
    return Step(id=f"bill-{total}", action="odoo.record_bill", inputs=inputs)


async def test_the_first_payment_to_a_vendor_waits_for_a_person(books: OdooWorld) -> None:
    async with books.client() as client:
        bill = await books.debt(client, 80.0, move_type="in_invoice")
    with pytest.raises(ApprovalNeededError, match="is a new payee"):
        await done(await payment_step(books, bill, "80"))


async def _states(client: OdooClient, payment_id: int, invoice_id: int) -> tuple[Any, Any]:
    payment = await client.call("account.payment", "read", [payment_id], fields=["state"])
    invoice = await client.call("account.move", "read", [invoice_id], fields=["state"])
    return payment[0]["state"], invoice[0]["state"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"issued_on": "1975-01-02", "due_on": None}, "is dated 1975-01-02"),
        ({"issued_on": "2099-01-02", "due_on": None}, "in the future"),
        ({"due_on": "9999-12-31"}, "is due on 9999-12-31"),
        ({"category": "flubber"}, "there is no category 'flubber' yet"),
    ],
)
async def test_what_is_implausible_about_a_bill_waits_for_a_person(
    books: OdooWorld, changed: dict[str, Any], why: str
) -> None:
    step = await bill_step(books, "Maple Inc", "20")
    odd = step.model_copy(update={"inputs": step.inputs | changed})
    with pytest.raises(ApprovalNeededError, match=why):
        await perform(
            Request(task_id="t1", step=odd, doubts=[]), Handbook(ask_for_new_payees=False), lambda: NOW
        )
    async with books.client() as client:
        assert await client.call("res.partner", "search_count", domain=[["name", "=", "Maple Inc"]]) == 0


async def test_a_sum_far_from_the_vendors_usual_ones_waits_for_a_person(books: OdooWorld) -> None:
    handbook = Handbook(ask_for_new_payees=False)
    for number, total in enumerate(("10", "11", "12")):
        step = await bill_step(books, "Maple Inc", total)
        await perform(Request(task_id=f"t{number}", step=step, doubts=[]), handbook, lambda: NOW)
    odd = Request(task_id="t9", step=await bill_step(books, "Maple Inc", "61"), doubts=[])
    with pytest.raises(ApprovalNeededError, match="far above what Maple Inc usually charges"):
        await perform(odd, handbook, lambda: NOW)


async def batch_step(books: OdooWorld, *prices: str, name: str = "batch") -> Step:
    """Invoices to two customers in turn."""
    for customer in ("Birch", "Maple"):
        await done(
            Step(id=customer, action="odoo.create_customer", inputs={"name": f"{customer} {books.token}"})
        )
    invoices = [
        InvoiceOrder(
            customer=f"{('Birch', 'Maple')[number % 2]} {books.token}",
            items=[InvoiceItem(description="Design", price=Decimal(price), tax_percent=Decimal(0))],
            issued_on=NOW.date(),
            due_date=date(2026, 12, 10),
        )
        for number, price in enumerate(prices)
    ]
    async with books.client() as client:
        inputs = await complete_orders(client, InvoiceBatchOrder(invoices=invoices))
    return Step(id=name, action="odoo.create_invoices", inputs=inputs.model_dump(mode="json"))


async def test_many_invoices_are_one_effect_proven_and_undone(books: OdooWorld) -> None:
    step = await batch_step(books, "300", "200", "100")
    evidence = await done(step)
    assert await done(step) == evidence
    assert (evidence.read_back["count"], evidence.read_back["amount_total"]) == (3, "600.00")
    plan = Plan(task_id="t1", playbook="test", steps=[step])
    assert await compensate_plan(plan, [step.id for step in plan.steps], NOW) == ["batch"]
    ids = [one["invoice_id"] for one in evidence.receipt["invoices"]]
    async with books.client() as client:
        states = await client.call("account.move", "read", ids, fields=["state"])
    assert {row["state"] for row in states} == {"cancel"}


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({}, None),
        ({"ask_above": Decimal(599)}, r"600\.00 USD is above 599\.00 USD"),
        (
            {"ask_above": Decimal(5000), "incoming_day_limit": Decimal(599)},
            r"above 599\.00 USD \(the handbook's incoming_day",
        ),
        (
            {"incoming_payee_limit": Decimal(399)},
            r"400\.00 USD is above 399\.00 USD \(the handbook's incoming_payee",
        ),
        ({"incoming_payee_limit": Decimal(400)}, None),
        ({"autonomy": {"always_ask": ["odoo.create_invoice"]}}, "always_ask"),
    ],
)
async def test_limits_hold_for_the_sum_and_for_each_customer_of_many_invoices(
    books: OdooWorld, rules: dict[str, Any], why: str | None
) -> None:
    request = Request(task_id="t1", step=await batch_step(books, "300", "200", "100"), doubts=[])
    handbook = Handbook.model_validate(rules)
    if why is None:
        assert await perform(request, handbook, lambda: NOW)
        return
    with pytest.raises(ApprovalNeededError, match=why):
        await perform(request, handbook, lambda: NOW)


async def test_what_was_invoiced_together_counts_for_each_customer_afterwards(books: OdooWorld) -> None:
    handbook = Handbook(incoming_payee_limit=Decimal(500))
    await done(await batch_step(books, "300", "200", "100"))
    birch = Request(task_id="t2", step=await batch_step(books, "101", name="birch"), doubts=[])
    with pytest.raises(ApprovalNeededError, match=r"Birch .* would come to 501\.00 USD in 30 days"):
        await perform(birch, handbook, lambda: NOW)
    both = Request(task_id="t3", step=await batch_step(books, "100", "300", name="both"), doubts=[])
    assert await perform(both, handbook, lambda: NOW)
