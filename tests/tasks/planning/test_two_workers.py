"""Two workers at one plan: what one of them has done is no failure of the other's, and is undone once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import datetime
from typing import Any

import pytest
from prefect import State

from domain.planning.catalogue import UNDO
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from domain.vault.note import Note
from flows import work_task
from flows.work_task import work_once
from tasks.actions.effects import Request, perform
from tasks.approvals.record import pending
from tasks.planning.prepare import Prepared
from tasks.reliability.claims import Claim, claim
from tasks.reliability.effect_ledger import EffectState, effects_of
from tasks.reliability.kept_plans import WHOLE, find_plan, stop_plan
from tasks.reliability.serialised import change_row
from tasks.vault.vault import Folder
from tests.employee_fixture import receipt
from tests.odoo_world import overtake
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_carry_out import EXAMPLE_BILL, overdue, states
from tests.worked_vault import prepared

PAID = """
inputs:
  invoice: {type: number}
steps:
  - id: pay
    action: odoo.record_payment
    inputs: {invoice_id: "{{ inputs.invoice }}", amount: 100, method: bank, paid_on: "2026-11-20"}
"""


def taken_over(name: str, *, owner: str, now: datetime, seconds: float) -> bool:
    """The claim, from whoever has it: that one was silent for too long."""
    change_row(Claim, name, until=now)
    return claim(name, owner=owner, now=now, seconds=seconds)


@pytest.fixture
def work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(work_task, "claim", taken_over)
    return Work(sandbox, monkeypatch)


def other(task: str) -> Callable[[], Awaitable[State]]:
    """The second worker."""
    return lambda: work_once(task, worker="other")


async def test_what_another_worker_paid_is_no_failure_where_the_books_complete_it(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    [invoice] = overdue(work, "Ash")
    work.write("paid", PAID)
    task = work.ask("paid", invoice=str(invoice))
    overtake(monkeypatch, "account.move.read", other(task))
    assert (await work.work(task)).name == "Elsewhere"
    assert work.folder(task) is Folder.DONE
    [row] = work.sandbox.odoo("account.move", "read", ids=[invoice], fields=["payment_state"])
    assert row["payment_state"] == "paid"
    kept = find_plan(task)
    assert kept
    assert not kept.stopped


async def test_what_another_worker_has_read_is_no_failure_when_it_is_gone(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    [invoice] = overdue(work, "Ash")
    work.write(
        "look",
        f"""
steps:
  - {{id: look, action: odoo.read_invoice, inputs: {{invoice_id: {invoice}}}}}
  - {{id: patience, needs: [look], wait_until: {{after: 1 day}}}}
""",
    )
    task = work.ask("look")

    async def read_and_delete() -> None:
        await work_once(task, worker="other")
        work.sandbox.odoo("account.move", "button_draft", ids=[invoice])
        work.sandbox.odoo("account.move", "unlink", ids=[invoice])

    overtake(monkeypatch, "account.move.read", read_and_delete)
    assert (await work.work(task)).name == "Elsewhere"
    assert work.note(task).front["status"] == "later"
    kept = find_plan(task)
    assert kept
    assert not kept.stopped
    assert list(kept.facts) == ["look"]


async def test_two_workers_that_undo_one_effect_for_two_reasons_undo_it_once(work: Work) -> None:
    work.write(
        "two", f"steps:\n{EXAMPLE_BILL}  - {{id: wait, needs: [bill], wait_until: {{after: 1 day}}}}\n"
    )
    task = work.ask("two")
    await work.work(task)
    [bill] = effects_of(task)
    inputs = {"effect": bill.key, "action": bill.action, "what": "a bill"}
    steps = [Step(id="bill.undo", action=UNDO, inputs={**inputs, "why": why}) for why in ("one", "two")]
    work.sandbox.clear_journal()
    await asyncio.gather(*(perform(Request(task, step, []), Handbook(), lambda: work.now) for step in steps))
    assert states(work) == ["cancel"]
    assert len(work.sandbox.journal(path="account.move/button_cancel")) == 1


async def test_a_plan_that_another_worker_stopped_keeps_its_reason_and_its_scope(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    overdue(work, "Ash")
    work.write("all", LOOP.replace("2000", "20"))
    task = work.ask("all")

    async def stop() -> None:
        stop_plan(task, WHOLE, "the other one's reason")

    overtake(monkeypatch, "res.partner.search_read", stop)
    assert (await work.work(task)).name == "Escalated"
    kept = find_plan(task)
    assert kept
    assert kept.stopped == {WHOLE: "the other one's reason"}
    assert work.note(task).front["why"] == ["the other one's reason"]


LOOP = """
steps:
  - {id: overdue, action: odoo.list_overdue}
  - id: each
    for_each: "{{ steps.overdue.invoices }}"
    as: invoice
    limit: 5
    steps:
      - id: made
        action: odoo.create_invoice
        inputs:
          customer: "{{ invoice.customer }}"
          items: [{description: Design, price: 2000, tax_percent: 0}]
          issued_on: "{{ task.today }}"
          due_date: "2026-12-20"
      - {id: look, needs: [made], action: odoo.read_invoice, inputs: {invoice_id: 999999}}
"""


@pytest.mark.parametrize("is_undone", [True, False])
async def test_a_stop_of_the_whole_takes_over_what_a_record_s_failure_began_to_undo(
    work: Work, *, is_undone: bool
) -> None:
    overdue(work, "Ash")
    work.write("all", LOOP)
    task = work.ask("all")
    await work.work(task)
    work.decide()
    assert (await work.work(task)).name == "Waiting", "a large sum is undone when a person says so"
    if is_undone:
        work.decide()
        assert (await work.work(task)).name == "Escalated"
    work.set_status(task, "stop")
    state = await work.work(task)
    for _question in range(0 if is_undone else 1):
        assert state.name == "Waiting"
        work.decide()
        state = await work.work(task)
    assert state.name == "Escalated", state.message
    assert pending() == []
    undone = [one for one in effects_of(task) if one.action == UNDO]
    assert [one.state for one in undone] == [EffectState.DONE]
    front = work.note(task).front
    assert {"you wrote status: stop"} < set(front["why"])
    assert any("999999 is not in Odoo" in why for why in front["why"])


async def test_a_stop_that_is_written_while_the_task_is_read_is_not_written_over(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    understand = work_task.planned_in_words

    async def slow(prepared: Prepared, *more: Any) -> Prepared:
        work.set_status(prepared.task_id, "stop")
        return await understand(prepared, *more)

    monkeypatch.setattr(work_task, "planned_in_words", slow)
    work.write(
        "two", f"steps:\n{EXAMPLE_BILL}  - {{id: wait, needs: [bill], wait_until: {{after: 1 day}}}}\n"
    )
    task = work.ask("two")
    assert (await work.work(task)).name == "Escalated"
    assert work.note(task).front["why"] == ["you wrote status: stop"]
    assert states(work) == []


async def test_what_was_new_when_it_was_read_is_not_begun_again_after_another_worker_stopped_it(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.write(
        "two", f"steps:\n{EXAMPLE_BILL}  - {{id: wait, needs: [bill], wait_until: {{after: 1 day}}}}\n"
    )
    task = work.ask("two")
    corrections = work_task.record_corrections

    def slow(*known: Any) -> Note:
        monkeypatch.setattr(work_task, "record_corrections", corrections)
        for status in ("new", "stop"):
            work.set_status(task, status)
            Context().run(lambda: asyncio.run(work_once(task, worker="other")))
        return corrections(*known)

    monkeypatch.setattr(work_task, "record_corrections", slow)
    assert (await work.work(task)).name == "Elsewhere"
    assert work.note(task).front["status"] == "escalated"
    kept = find_plan(task)
    assert kept
    assert kept.rounds == 1
    assert states(work) == ["cancel"]


async def test_a_bill_that_the_other_worker_has_booked_is_no_duplicate_of_a_plan_without_a_record(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = prepared(receipt("Cloudberry Hosting Inc.", "8.01", "CBH-70001").encode()).task_id
    overtake(monkeypatch, "account.move.search_read", other(task))
    assert (await work.work(task)).name == "Elsewhere"
    assert work.folder(task) is Folder.DONE
    rows = work.sandbox.odoo(
        "account.move", "search_read", domain=[["ref", "=", "CBH-70001"]], fields=["state"]
    )
    assert [row["state"] for row in rows] == ["posted"]


CREATED = """
steps:
  - {id: made, action: odoo.create_customer, inputs: {name: Fern Design LLC, email: ann@fern.example}}
  - {id: wait, needs: [made], wait_until: {after: 1 day}}
"""


def change_later(work: Work, customer: int) -> None:
    """A person writes into the record, in another second than the one that it was made in."""
    dates = ["create_date", "write_date"]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        work.sandbox.odoo("res.partner", "write", ids=[customer], vals={"phone": "+1 555 0100"})
        [row] = work.sandbox.odoo("res.partner", "read", ids=[customer], fields=dates)
        if row["create_date"] != row["write_date"]:
            return


@pytest.mark.parametrize("by", ["another task", "a person", "nobody"])
async def test_a_customer_whom_others_were_told_of_or_changed_stays_when_the_plan_that_made_them_is_undone(
    work: Work, by: str
) -> None:
    for name in ("first", "second"):
        work.write(name, CREATED)
    first = work.ask("first")
    await work.work(first)
    [customer] = work.sandbox.odoo("res.partner", "search", domain=[["name", "=", "Fern Design LLC"]])
    if by == "another task":
        await work.work(work.ask("second", key="other"))
    elif by == "a person":
        change_later(work, customer)
    work.set_status(first, "stop")
    await work.work(first)
    why = str(work.note(first).front["why"])
    found = work.sandbox.odoo("res.partner", "search", domain=[["id", "=", customer]])
    assert (found == [], "undone: made" in why) == ((by == "nobody",) * 2)
    assert ("could not be undone and stays as it is" in why) is (by != "nobody")
