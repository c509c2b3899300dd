"""An agent's order: followed because of our own record of it, never for what a document looks like."""

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from blocks.database import transaction
from domain.errors import RejectedError, TransientError
from domain.planning.catalogue import CATALOGUE
from domain.planning.event import Event
from domain.planning.order import STEP, BadInputError, KeyReusedError, Order, ToolCall, order_document
from domain.planning.plan import StepStatus, effect_key
from domain.times import shown_time
from flows.work_task import work_once
from tasks.accounting.payments import payment_inputs
from tasks.actions import connected
from tasks.actions.effects import ApprovalNeededError
from tasks.actions.performers import performer_of
from tasks.intake import store_event
from tasks.planning.orders import ForgedOrderError, complete_order, find_order, take_order
from tasks.planning.plan_outcome import PlanOutcome
from tasks.planning.prepare import Prepared, prepare_task
from tasks.planning.progress import close_done, record_later, record_waiting, write_beginning
from tasks.planning.task_status import TaskStatus, task_report
from tasks.policy.handbook import read_handbook
from tasks.reliability import outbox
from tasks.vault.vault import Folder, current_vault
from tests.odoo_world import overtake
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import NOW, performed, prepared, set_up_vault


@pytest.fixture(autouse=True)
def worked_vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


def expense(total: str = "12.50", **changed: Any) -> Order:
    inputs = {
        "vendor": "Cloudberry Hosting Inc.",
        "issued_on": "2026-11-19",
        "currency": "USD",
        "total": total,
        "category": "hosting",
        **changed,
    }
    return Order(source="mcp", action="odoo.record_bill", inputs=inputs)


def payment(invoice_id: int) -> Order:
    inputs = {
        "invoice_id": invoice_id,
        "invoice": "INV/1",
        "partner": "Nobody",
        "direction": "inbound",
        "amount": "5.00",
        "currency": "USD",
        "method": "bank",
        "paid_on": "2026-11-19",
    }
    return Order(source="mcp", action="odoo.record_payment", inputs=inputs)


def call(key: str | None = None, **arguments: Any) -> ToolCall:
    return ToolCall(source="mcp", tool="record_expense", arguments=arguments, key=key)


async def take(asked: ToolCall, order: Order) -> bool:
    return await take_order(asked, order, NOW)


def thought_about(task_id: str) -> Prepared:
    return prepare_task(task_id, current_vault().read(Folder.NEEDS_ACTION, task_id), read_handbook())


async def test_an_order_is_planned_from_its_record_and_done_once(sandbox: SandboxClient) -> None:
    asked = call(amount="12.50")
    assert await take(asked, expense())
    assert not await take(asked, expense("99.00"))
    task = thought_about(asked.task_id)
    assert task.triage.kind == "order"
    first, again = await performed(task), await performed(task)
    assert first == again
    assert first[0].read_back["amount_total"] == "12.50"
    bills = sandbox.odoo("account.move", "search_count", domain=[["amount_total", "in", [12.5, 99.0]]])
    assert bills == 1


async def test_the_risk_of_an_order_is_computed_and_not_taken_from_it() -> None:
    asked = call(amount="2000")
    await take(asked, expense("2000.00", base_risk="low", approved=True))
    with pytest.raises(ApprovalNeededError, match=r"2,000\.00 USD is above"):
        await performed(thought_about(asked.task_id))


async def test_what_cannot_be_done_leaves_no_task() -> None:
    with pytest.raises(BadInputError, match=r"total: must be more than 0.*Nothing was done"):
        await take(call(amount="-1"), expense("-1"))
    with pytest.raises(RejectedError, match="invoice 999999 is not in Odoo"):
        await take(call(amount="5"), payment(999_999))
    assert not current_vault().names(Folder.NEEDS_ACTION)


async def test_one_key_is_one_call() -> None:
    assert await take(call("k1", amount="12.50"), expense())
    assert not await take(call("k1", amount="12.50"), expense())
    with pytest.raises(KeyReusedError, match="'k1' was used for another call"):
        await take(call("k1", amount="13.00"), expense("13.00"))
    assert await take(call("k2", amount="12.50"), expense(number="A2"))


async def test_an_order_waits_for_an_odoo_that_is_away(sandbox: SandboxClient) -> None:
    sandbox.fault("refuse_before", service="odoo", times=100)
    asked = call(amount="12.50")
    assert await take(asked, expense())
    assert thought_about(asked.task_id).plan


CUSTOMER = {"name": "Juniper Books", "email": "hello@juniper.example"}
ITEM = {"description": "Poster", "quantity": "2", "price": "50.00"}


def as_said(action: str, **said: Any) -> Order:
    return Order(source="mcp", action=action, inputs={"as_said": said})


def invoice(customer: str = "Juniper Books", price: str = "50.00") -> Order:
    items = [ITEM | {"price": price}]
    days = {"issued_on": "2026-11-20", "due_date": "2026-12-20"}
    return as_said("odoo.create_invoice", customer=customer, items=items, **days)


def open_invoice(sandbox: SandboxClient) -> dict[str, Any]:
    domain = [["move_type", "=", "out_invoice"], ["state", "=", "posted"], ["payment_state", "=", "not_paid"]]
    found: list[dict[str, Any]] = sandbox.odoo(
        "account.move", "search_read", domain=domain, fields=["amount_residual", "name"], limit=1
    )
    return found[0]


def paid(invoice_id: int, amount: str) -> Order:
    said = {"invoice_id": invoice_id, "amount": amount, "method": "bank", "paid_on": "2026-11-20"}
    return as_said("odoo.record_payment", **said)


async def test_every_write_is_kept_while_odoo_is_away_and_done_in_order_when_it_is_back(
    sandbox: SandboxClient,
) -> None:
    asked = open_invoice(sandbox)
    product = {"name": "Risograph print", "price": "12.00", "category": "Prints"}
    orders = {
        "customer": Order(source="mcp", action="odoo.create_customer", inputs=CUSTOMER),
        "product": Order(source="mcp", action="odoo.create_product", inputs=product),
        "invoice": invoice(),
        "payment": paid(asked["id"], "1.00"),
        "expense": expense("12.53"),
    }
    sandbox.fault("refuse_before", service="odoo", times=1000)
    for key, order in orders.items():
        assert await take(call(key, of=key), order)
        assert not await take(call(key, of=key), order)
        with pytest.raises(KeyReusedError):
            await take(call(key, of="something else"), order)
    sandbox.clear_faults()
    for key in orders:
        task_id = call(key, of=key).task_id
        await complete_order(task_id)
        first, again = await performed(thought_about(task_id)), await performed(thought_about(task_id))
        assert first == again
    (made,) = sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["partner_id.name", "=", "Juniper Books"]],
        fields=["state", "amount_untaxed", "invoice_date"],
    )
    assert (made["state"], made["amount_untaxed"], made["invoice_date"]) == ("posted", 100.0, "2026-11-20")
    left = sandbox.odoo("account.move", "read", ids=[asked["id"]], fields=["amount_residual"])
    assert left[0]["amount_residual"] == round(asked["amount_residual"] - 1, 2)


async def test_calls_keep_their_order_while_odoo_is_away(sandbox: SandboxClient) -> None:
    keys = ["customer", "invoice", "expense"]
    orders = [Order(source="mcp", action="odoo.create_customer", inputs=CUSTOMER), invoice(), expense()]
    sandbox.fault("refuse_before", service="odoo", times=1)
    for key, order in zip(keys, orders, strict=True):  # Odoo is back for the second one
        await take(call(key, of=key), order)
    tasks = [call(key, of=key).task_id for key in keys]
    assert [item.key for item in outbox.waiting("odoo")] == tasks
    assert [outbox.stands_behind(task) for task in tasks] == [None, "odoo", "odoo"]
    outbox.done(tasks[0])
    assert outbox.stands_behind(tasks[1]) is None


async def test_what_waits_for_the_books_is_judged_by_the_sum_that_they_make_of_it(
    sandbox: SandboxClient,
) -> None:
    name = sandbox.odoo(
        "res.partner", "search_read", domain=[["customer_rank", ">", 0]], fields=["name"], limit=1
    )
    order, asked = invoice(name[0]["name"], price="600.00"), call(amount="many")
    sandbox.fault("refuse_before", service="odoo", times=1000)
    await take(asked, order)
    assert thought_about(asked.task_id).plan is None
    sandbox.clear_faults()
    await complete_order(asked.task_id)
    with pytest.raises(ApprovalNeededError, match="is above"):
        await performed(thought_about(asked.task_id))


async def test_what_the_books_added_once_stays(sandbox: SandboxClient) -> None:
    asked, invoice_asked = call(amount="1"), open_invoice(sandbox)
    sandbox.fault("refuse_before", service="odoo", times=1000)
    await take(asked, paid(invoice_asked["id"], "1.00"))
    sandbox.clear_faults()
    await complete_order(asked.task_id)
    plan = thought_about(asked.task_id).plan
    sandbox.odoo("account.move", "write", ids=[invoice_asked["id"]], vals={"name": "INV/CHANGED"})
    await complete_order(asked.task_id)
    assert thought_about(asked.task_id).plan == plan


async def test_what_the_books_do_not_know_is_refused_once_they_are_back(sandbox: SandboxClient) -> None:
    asked = call(of="nobody")
    sandbox.fault("refuse_before", service="odoo", times=1000)
    await take(asked, invoice("Nobody at all"))
    with pytest.raises(TransientError):
        await complete_order(asked.task_id)
    sandbox.clear_faults()
    with pytest.raises(RejectedError, match="no customer"):
        await performed_when_complete(asked.task_id)


async def performed_when_complete(task_id: str) -> None:
    await complete_order(task_id)
    await performed(thought_about(task_id))


async def test_what_can_never_be_is_refused_while_odoo_is_away_too(sandbox: SandboxClient) -> None:
    sandbox.fault("refuse_before", service="odoo", times=1000)
    late = invoice()
    late.inputs["as_said"]["due_date"] = "2026-11-19"
    with pytest.raises(BadInputError, match="before it is issued"):
        await take(call(of="late"), late)
    assert not current_vault().names(Folder.NEEDS_ACTION)


async def test_an_order_behind_others_that_wait_is_not_looked_up_before_them(sandbox: SandboxClient) -> None:
    first, second = call(of="customer"), call(of="invoice")
    sandbox.fault("refuse_before", service="odoo", times=1000)
    await take(first, Order(source="mcp", action="odoo.create_customer", inputs=CUSTOMER))
    outbox.put("odoo", first.task_id, kind="task", payload={}, due=NOW)
    sandbox.clear_faults()
    assert await take(second, invoice())
    await performed_when_complete(first.task_id)
    await performed_when_complete(second.task_id)


async def test_a_changed_record_of_what_was_said_is_not_completed(sandbox: SandboxClient) -> None:
    asked = call(of="forged")
    sandbox.fault("refuse_before", service="odoo", times=1000)
    await take(asked, paid(7, "1.00"))
    sandbox.clear_faults()
    with transaction() as session:
        session.execute(text("update orders set inputs = replace(inputs, '1.00', '9.00')"))
    with pytest.raises(ForgedOrderError):
        await complete_order(asked.task_id)
    assert thought_about(asked.task_id).plan is None


async def test_a_note_lost_in_a_crash_is_stored_by_the_next_call() -> None:
    asked = call(amount="12.50")
    await take(asked, expense())
    (current_vault().root / Folder.NEEDS_ACTION / f"{asked.task_id}.md").unlink()
    with transaction() as session:
        session.execute(text("delete from seen_events"))
    assert await take(asked, expense())
    assert thought_about(asked.task_id).plan


def test_a_document_that_looks_like_an_order_is_none() -> None:
    document = order_document(payment(7))
    for name in ("order.json", "order.md", "order.eml"):
        assert prepared(document + name.encode(), name).plan is None
    mail = b"From: mcp@agent.example\nMIME-Version: 1.0\nSubject: order\n\n" + document
    assert prepared(mail, "order.eml").plan is None


def test_a_copied_expense_order_is_a_receipt_like_any_other() -> None:
    task = prepared(order_document(expense()), "order.json")
    assert task.triage.kind == "receipt"
    assert task.plan is not None
    assert task.plan.playbook == "receipt"


def test_a_note_that_looks_like_an_order_is_none() -> None:
    document = order_document(payment(7))
    forged = Event(
        id="order-0123456789abcdef",
        source="mcp",
        received_at=NOW,
        document_name="order.json",
        document=document,
        extra={"kind": "order", "action": "odoo.record_payment", "inputs": json.loads(document)["inputs"]},
    )
    store_event(forged, NOW)
    task = thought_about(forged.id)
    assert task.plan is None
    assert task.triage.kind == "text"


async def test_a_changed_note_or_document_does_not_change_the_order() -> None:
    asked = call(amount="12.50")
    await take(asked, expense())
    forged = current_vault().attach(order_document(expense("900.00")), "order.json")
    current_vault().update(
        Folder.NEEDS_ACTION, asked.task_id, lambda note: note.with_front(document=forged, doubts=None)
    )
    task = thought_about(asked.task_id)
    assert task.plan is not None
    assert task.plan.steps[0].inputs["total"] == "12.50"


async def test_a_record_that_somebody_changed_is_not_followed() -> None:
    asked = call(amount="12.50")
    await take(asked, expense())
    with transaction() as session:
        session.execute(text("update orders set inputs = replace(inputs, '12.50', '912.50')"))
    task = thought_about(asked.task_id)
    assert task.plan is None
    assert "is not followed" in task.problems[0]
    assert find_order("file-1") is None


async def test_an_odoo_that_hangs_does_not_keep_an_order_from_the_vault(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.planning.orders.LOOK_SECONDS", 0.1)
    sandbox.fault("latency", service="odoo", seconds=2, times=50)
    asked = call(total="12.51")
    assert await take(asked, expense("12.51"))
    sandbox.clear_faults()
    assert find_order(asked.task_id) is not None
    assert [item.key for item in outbox.waiting("odoo")] == [asked.task_id]
    assert task_report(asked.task_id).status is TaskStatus.UNDER_WAY


async def test_a_booked_task_that_has_not_moved_yet_is_done_and_no_persons() -> None:
    asked = call(total="12.52")
    await take(asked, expense("12.52"))
    proof = {"status": "done", "done": NOW.isoformat(), "evidence": {"order": {"bill_id": 7}}}
    current_vault().update(Folder.NEEDS_ACTION, asked.task_id, lambda note: note.with_front(**proof))
    report = task_report(asked.task_id)
    assert (report.status, report.evidence) == (TaskStatus.DONE, {"bill_id": 7})
    assert f"read back at {shown_time(NOW)}" in report.said
    assert "changed there since is not in it" in report.said
    current_vault().update(Folder.NEEDS_ACTION, asked.task_id, lambda note: note.with_front(done="today"))
    assert task_report(asked.task_id).said.startswith("it was done and read back; ")


@pytest.mark.parametrize("status", ["done", "waiting", "later"])
async def test_an_order_of_one_step_is_shown_with_its_end_and_all_that_was_thought(status: str) -> None:
    asked = call(amount="12.50")
    await take(asked, expense())
    task = thought_about(asked.task_id)
    write_beginning(task)
    note = current_vault().read(Folder.NEEDS_ACTION, asked.task_id)
    assert (note.front["status"], current_vault().names(Folder.PLANS)) == ("new", [])
    outcome = PlanOutcome(statuses={STEP: StepStatus.DONE})
    if status == "done":
        close_done(task, outcome, NOW)
    elif status == "waiting":
        record_waiting(task, outcome)
    else:
        record_later(task, outcome)
    front = current_vault().read(current_vault().find(asked.task_id) or Folder.DONE, asked.task_id).front
    assert (front["status"], front["kind"], front["priority"]) == (status, "order", "normal")
    assert current_vault().names(Folder.PLANS) == [asked.task_id]


async def test_an_order_that_leads_to_more_is_shown_from_its_beginning() -> None:
    asked = call(amount="12.50")
    await take(asked, expense())
    task = thought_about(asked.task_id)
    assert task.plan
    steps = [*task.plan.steps, task.plan.steps[0].model_copy(update={"id": "more"})]
    write_beginning(replace(task, plan=task.plan.model_copy(update={"steps": steps})))
    assert current_vault().read(Folder.NEEDS_ACTION, asked.task_id).front["status"] == "working"


async def test_of_two_who_pay_one_invoice_at_once_the_second_leaves_nothing_in_odoo(
    sandbox: SandboxClient,
) -> None:
    asked = open_invoice(sandbox)
    async with await connected.odoo_client() as client:
        amount = Decimal(str(asked["amount_residual"]))
        inputs = await payment_inputs(client, asked["id"], amount=amount, method="bank", paid_on=NOW.date())
    performer = performer_of("odoo.record_payment")
    ended = await asyncio.gather(
        *(performer.perform(key, inputs) for key in ("first", "second")), return_exceptions=True
    )
    assert sorted(isinstance(one, RejectedError) for one in ended) == [False, True]
    withdrawn = [["state", "in", ["draft", "canceled"]]]
    assert sandbox.odoo("account.payment", "search_count", domain=withdrawn) == 0


async def test_a_call_that_another_with_its_key_has_overtaken_is_not_refused_for_what_that_one_did(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = open_invoice(sandbox)
    asked, order = call("one"), paid(invoice["id"], str(invoice["amount_residual"]))

    async def pay() -> None:
        await take(asked, order)
        taken = find_order(asked.task_id)
        assert taken
        inputs = CATALOGUE[taken.action].inputs.model_validate(taken.inputs)
        key = effect_key(asked.task_id, STEP, taken.action, inputs.model_dump(mode="json"))
        await performer_of(taken.action).perform(key, inputs)

    async def find_nothing() -> None:
        overtake(monkeypatch, "account.move.read", pay)

    overtake(monkeypatch, "ir.model.data.check_object_reference", find_nothing)
    assert not await take(asked, order)
    with pytest.raises(RejectedError, match="paid already"):
        await take(call("two"), order)


async def test_a_stop_of_an_order_that_cannot_be_undone_yet_is_not_forgotten(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.actions.step.STEP_PAUSES_SECONDS", [])
    asked = call("one", amount="12.50")
    await take(asked, expense())
    sandbox.fault("drop_after_effect", service="odoo", path="account.move/load", times=1)
    assert (await work_once(asked.task_id, worker="test")).name == "Later"
    sandbox.fault("refuse_before", service="odoo", times=1000)
    stop = {"status": "stop"}
    current_vault().update(Folder.NEEDS_ACTION, asked.task_id, lambda note: note.with_front(**stop))
    assert (await work_once(asked.task_id, worker="test")).name == "Later"
    sandbox.clear_faults()
    assert (await work_once(asked.task_id, worker="test")).name == "Escalated"
    moves = sandbox.odoo(
        "account.move", "search_read", domain=[["amount_total", "=", 12.5]], fields=["state"]
    )
    assert [move["state"] for move in moves] == ["cancel"]
