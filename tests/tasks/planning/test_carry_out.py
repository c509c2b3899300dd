"""Playbooks carried out: reads, loops, calls, conditions, waits, questions, and going back."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from blocks.database import transaction
from domain.approvals.answer import Decision
from domain.planning.plan import Step
from domain.planning.playbook import parse_playbook
from domain.planning.playbook_check import check_playbooks
from domain.vault.front_matter import load_front
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.actions import connected
from tasks.actions.effects import Evidence
from tasks.approvals.ask import open_again
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import pending
from tasks.planning import carry_out, progress
from tasks.planning.look import look_for_waits
from tasks.planning.open_tasks import open_tasks
from tasks.planning.playbooks_by_name import find_playbook
from tasks.planning.waits import tell_reply
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.reliability import outbox
from tasks.reliability.effect_ledger import EffectState, effects_of
from tasks.reliability.kept_plans import ForgedPlanError, find_plan
from tasks.vault.vault import Folder, current_vault
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient

MANUAL = Path(__file__).parents[3] / "docs" / "playbooks.md"
EXAMPLES = {
    str(load_front(found)["name"]): found
    for found in re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
}


@pytest.fixture
def work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(sandbox, monkeypatch)


def overdue(work: Work, *customers: str) -> list[int]:
    """Posted invoices, due a month ago; the only overdue ones."""
    others = work.sandbox.odoo(
        "account.move", "search", domain=[["payment_state", "in", ["not_paid", "partial"]]]
    )
    work.sandbox.odoo("account.move", "write", ids=others, vals={"invoice_date_due": "2027-01-31"})
    ids = []
    for name in customers:
        [partner] = work.sandbox.odoo(
            "res.partner", "create", vals_list=[{"name": name, "email": "a@b.example"}]
        )
        line = {"name": "Boards", "quantity": 1, "price_unit": 100.0, "tax_ids": [[6, 0, []]]}
        values = {
            "move_type": "out_invoice",
            "partner_id": partner,
            "invoice_date": "2026-10-01",
            "invoice_date_due": "2026-10-15",
            "invoice_line_ids": [[0, 0, line]],
        }
        [move] = work.sandbox.odoo("account.move", "create", vals_list=[values])
        work.sandbox.odoo("account.move", "action_post", ids=[move])
        ids.append(move)
    return ids


def evidence(work: Work, task: str) -> dict[str, Any]:
    return dict(work.note(task).front["evidence"])


@pytest.mark.parametrize("name", EXAMPLES)
async def test_every_example_of_the_manual_can_be_followed(work: Work, name: str) -> None:
    for one, front in EXAMPLES.items():
        work.write(one, front.replace(f"name: {one}\n", ""))
    books = [parse_playbook(one, load_front(front)) for one, front in EXAMPLES.items()]
    assert check_playbooks(books) == {}
    [invoice] = overdue(work, "Larch & Sons")
    is_told = any(book.inputs for book in books if book.name == name)
    asked = {"invoice": str(invoice)} if is_told else {}
    task = work.ask(name, **asked)
    while (await work.work(task)).name in {"Later", "Waiting"}:
        work.pass_time(days=7)
        work.decide()
    assert work.folder(task) is Folder.DONE, work.note(task).render()
    assert evidence(work, task)


LOOP = """
steps:
  - {id: overdue, action: odoo.list_overdue}
  - id: each
    for_each: "{{ steps.overdue.invoices }}"
    as: invoice
    limit: 2
    action: vault.file_away
    inputs: {reason: "{{ invoice.customer }}"}
"""


async def test_a_list_beyond_the_limit_is_asked_about_once_and_never_cut(work: Work) -> None:
    overdue(work, "Ash", "Birch", "Cedar")
    work.write("all", LOOP)
    task = work.ask("all")
    assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    assert all(name in request.shown for name in ("Ash", "Birch", "Cedar"))
    assert [one.step_id for one in effects_of(task)] == []
    overdue(work, "Dogwood")  # after the plan began
    work.decide()
    assert (await work.work(task)).name == "Completed"
    filed = [one["filed"] for one in evidence(work, task).values() if "filed" in one]
    assert filed == ["Ash", "Birch", "Cedar"]


async def test_a_refused_limit_does_nothing(work: Work) -> None:
    overdue(work, "Ash", "Birch", "Cedar")
    work.write("all", LOOP)
    task = work.ask("all")
    await work.work(task)
    work.decide(Decision.REJECT)
    assert (await work.work(task)).name == "Escalated"
    assert effects_of(task) == []


async def test_what_a_record_says_is_never_a_reference(work: Work) -> None:
    hostile = "{{ steps.overdue.count }}"
    overdue(work, hostile)
    work.write("all", LOOP)
    task = work.ask("all")
    assert (await work.work(task)).name == "Completed"
    assert evidence(work, task)["each.1"]["filed"] == hostile


async def test_what_is_missing_is_asked_in_one_question(work: Work) -> None:
    work.write(
        "say",
        """
inputs:
  who: {type: text, question: "Whom?"}
  month: {type: month, question: "Which month?"}
  how: {type: text, default: kindly}
steps:
  - {id: file, action: vault.file_away, inputs: {reason: "{{ inputs.who }}"}}
  - {id: note, action: vault.file_away, inputs: {reason: "{{ inputs.month }}"}}
""",
    )
    task = work.ask("say")
    await work.work(task)
    [request] = pending()
    assert "Whom?" in request.shown
    assert "Which month?" in request.shown
    [refused] = work.decide()
    assert refused.reason
    assert "who: is missing" in refused.reason
    [refused] = work.decide(who="Ann", month="last month")
    assert refused.reason
    assert "give it as YYYY-MM" in refused.reason
    work.decide(who="Ann", month="2026-10")
    assert (await work.work(task)).name == "Completed"
    found = evidence(work, task)
    assert (found["file"]["filed"], found["note"]["filed"]) == ("Ann", "2026-10")


async def test_a_plan_goes_on_with_the_playbook_that_it_began_with(work: Work) -> None:
    work.write("two", "steps:\n  - {id: patience, wait_until: {after: 1 day}}\n" + FILE.format("as it was"))
    task = work.ask("two")
    assert (await work.work(task)).name == "Later"
    work.write("two", "steps:\n" + FILE.format("as it is now").replace("needs: [patience], ", ""))
    read_playbooks()
    work.decide()
    assert len(find_playbook("two").steps) == 1
    work.pass_time(days=1)
    assert (await work.work(task)).name == "Completed"
    assert evidence(work, task)["file"]["filed"] == "as it was"


FILE = '  - {{id: file, needs: [patience], action: vault.file_away, inputs: {{reason: "{}"}}}}\n'


async def test_a_plan_that_waits_is_brought_forward_by_the_payment_alone(work: Work) -> None:
    [invoice] = overdue(work, "Larch")
    for one in ("thank_you", "patient"):
        work.write(one, EXAMPLES[one].replace(f"name: {one}\n", ""))
    task = work.ask("patient", invoice=str(invoice))
    assert (await work.work(task)).name == "Later"
    [item] = outbox.waiting(outbox.SCHEDULE)
    work.sandbox.clear_journal()
    assert outbox.due_services(work.now) == []
    await look_for_waits(work.now)
    assert outbox.due_services(work.now) == []
    assert len(work.sandbox.journal(service="odoo", path="account.move/search_read")) == 1
    async with await connected.odoo_client() as books:
        payment = await payment_inputs(
            books, invoice, amount=Decimal(100), method="bank", paid_on=work.now.date()
        )
        await record_payment(books, payment, "0" * 32)
    await look_for_waits(work.now)
    work.sandbox.clear_journal()
    await look_for_waits(work.now)
    assert work.sandbox.journal(service="odoo") == [], "nothing waits, so nothing is asked"
    assert outbox.due_services(work.now) == [outbox.SCHEDULE]
    assert (await work.work(task)).name == "Completed"
    assert evidence(work, task)["money"]["happened"] == "paid"
    assert not outbox.waits(item.id)


async def test_a_tampered_plan_is_not_followed(work: Work) -> None:
    work.write("two", "steps:\n  - {id: patience, wait_until: {after: 1 day}}\n" + FILE.format("honest"))
    task = work.ask("two")
    await work.work(task)
    with transaction() as session:
        session.execute(text("update plans set program = replace(program, 'honest', 'forged')"))
    with pytest.raises(ForgedPlanError):
        find_plan(task)
    assert (await work.work(task)).name == "Escalated"
    assert effects_of(task) == []


SALE = """
inputs:
  price: {type: number, default: "300"}
  look: {type: number, default: "999999"}
steps:
  - id: customer
    action: odoo.create_customer
    inputs: {name: Maple Works, email: pay@maple.example}
  - id: invoice
    action: odoo.create_invoice
    inputs:
      customer: "{{ steps.customer.name }}"
      items: [{description: Design, price: "{{ inputs.price }}", tax_percent: 0}]
      issued_on: "{{ task.today }}"
      due_date: "2026-12-20"
    milestone: The invoice is out
  - id: look
    needs: [invoice]
    action: odoo.read_invoice
    inputs: {invoice_id: "{{ inputs.look }}"}
"""


def invoices(work: Work) -> list[tuple[str, str]]:
    domain = [["partner_id.name", "=", "Maple Works"]]
    rows = work.sandbox.odoo(
        "account.move", "search_read", domain=domain, fields=["state", "amount_total"], order="id"
    )
    return [(row["state"], f"{row['amount_total']:.2f}") for row in rows]


async def test_what_failed_is_undone_and_what_cannot_be_is_said_plainly(work: Work) -> None:
    work.write("sale", SALE)
    task = work.ask("sale")
    assert (await work.work(task)).name == "Escalated"
    assert invoices(work) == [("cancel", "300.00")]
    front = work.note(task).front
    failed, left, undone = front["why"]
    assert "invoice 999999 is not in Odoo" in failed
    assert left.startswith("could not be undone and stays as it is: customer (Create a customer")
    assert undone.startswith("undone: invoice (")
    assert "The invoice is out" in front["milestones"][0]
    work.begin_anew(task)
    assert (await work.work(task)).name == "Escalated", "the customer would be made twice"
    assert invoices(work) == [("cancel", "300.00")]


async def test_undoing_a_large_sum_asks_as_doing_it_did(work: Work) -> None:
    work.write("sale", SALE)
    task = work.ask("sale", price="2000")
    assert (await work.work(task)).name == "Waiting"
    work.decide()
    assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    assert "Undo" in request.shown
    assert "invoice 999999 is not in Odoo" in request.shown
    assert invoices(work) == [("posted", "2000.00")]
    work.decide()
    assert (await work.work(task)).name == "Escalated"
    assert invoices(work) == [("cancel", "2000.00")]


async def test_a_person_s_stop_goes_back_and_their_new_begins_again(work: Work) -> None:
    waits = "  - {id: file, action: vault.file_away, needs: [bill, patience], inputs: {reason: done}}\n"
    bill = EXAMPLE_BILL + "  - {id: patience, needs: [bill], wait_until: {after: 2 days}}\n" + waits
    work.write("two", "steps:\n" + bill)
    task = work.ask("two")
    assert (await work.work(task)).name == "Later"
    work.set_status(task, "stop")
    assert task in open_tasks()
    assert (await work.work(task)).name == "Escalated"
    assert work.note(task).front["why"][0] == "you wrote status: stop"
    assert states(work) == ["cancel"]
    assert outbox.waiting() == []
    work.begin_anew(task)
    assert (await work.work(task)).name == "Later"
    work.pass_time(days=2)
    assert (await work.work(task)).name == "Completed"
    assert states(work) == ["cancel", "posted"]


EXAMPLE_BILL = """  - id: bill
    action: odoo.record_bill
    inputs:
      {vendor: VENDOR, number: NUMBER, issued_on: "2026-11-19", currency: USD, total: "9.00", category: hosting}
""".replace("VENDOR", "Cloudberry Hosting Inc.").replace("NUMBER", "CB-1")


def states(work: Work) -> list[str]:
    rows = work.sandbox.odoo(
        "account.move", "search_read", domain=[["ref", "=", "CB-1"]], fields=["state"], order="id"
    )
    return [row["state"] for row in rows]


async def test_one_record_that_fails_is_undone_by_itself(work: Work) -> None:
    overdue(work, "Ash", "Birch")
    work.write(
        "all",
        """
steps:
  - {id: overdue, action: odoo.list_overdue}
  - id: each
    for_each: "{{ steps.overdue.invoices }}"
    as: invoice
    limit: 5
    steps:
      - {id: made, action: odoo.create_product, inputs: {name: "{{ invoice.customer }}", price: 5, category: Services}}
      - id: look
        needs: [made]
        if: "{{ invoice.customer }} == Ash"
        action: odoo.read_invoice
        inputs: {invoice_id: 999999}
  - {id: last, needs: [each], action: vault.file_away, inputs: {reason: never}}
""",
    )
    task = work.ask("all")
    state = await work.work(task)
    assert state.name == "Escalated", state.message
    names = work.sandbox.odoo(
        "product.product", "search_read", domain=[["name", "in", ["Ash", "Birch"]]], fields=["name"]
    )
    assert [row["name"] for row in names] == ["Birch"]
    assert sorted(one.action for one in effects_of(task) if one.state == EffectState.DONE) == [
        "odoo.create_product",
        "plan.undo",
    ]
    kept = find_plan(task)
    assert kept
    assert list(kept.stopped) == ["each.1."]
    work.begin_anew(task)
    assert (await work.work(task)).name == "Escalated"
    again = find_plan(task)
    assert again
    assert list(again.stopped) == ["each.1.again2."], (
        "the record that failed is tried again, the other is not"
    )
    assert len([one for one in effects_of(task) if one.action == "odoo.create_product"]) == 3


async def test_a_request_that_nobody_answered_turns_nothing_back(work: Work) -> None:
    asked = EXAMPLE_BILL.replace("id: bill", "id: ask\n    needs: [bill]").replace("CB-1", "N-1")
    work.write("sale", "steps:\n" + EXAMPLE_BILL + asked.replace("Cloudberry Hosting", "New Vendor"))
    task = work.ask("sale")
    assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    work.pass_time(days=30)
    expire_due(work.now)
    assert (await work.work(task)).name == "Escalated"
    assert f"fte approvals again {request.id}" in work.note(task).front["why"][0]
    assert states(work) == ["posted"]
    open_again(request.id, work.now, read_handbook())
    work.decide()
    work.set_status(task, "new")
    assert (await work.work(task)).name == "Completed"
    assert states(work) == ["posted"]


async def test_a_long_loop_leaves_notes_that_can_be_read(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [{"customer": f"Customer {number}", "invoice_id": number} for number in range(150)]

    async def read(_step: Step) -> dict[str, Any]:
        return {"invoices": records, "count": len(records)}

    monkeypatch.setattr(carry_out, "read_step", read)
    monkeypatch.setattr(carry_out, "do_effect", done_at_once)
    work.write("all", LOOP.replace("limit: 2", "limit: 200"))
    task = work.ask("all")
    assert (await work.work(task)).name == "Completed"
    found = evidence(work, task)
    assert found["steps"] == len(records) + 1
    assert "Customer 149" in current_vault().document(found["document"]).decode()
    assert current_vault().read(Folder.PLANS, task).front["progress"].startswith("151 of 151 steps")


async def done_at_once(step: Step, _terms: object, **said: object) -> Evidence:
    assert not said["on_record"]
    return Evidence(step.id, {}, {"filed": step.inputs["reason"]})


async def test_an_answer_ends_the_wait_and_an_older_or_automatic_mail_or_one_from_outside_does_not(
    work: Work,
) -> None:
    until = "wait_until: {reply: t-17, at_most: 2 weeks}"
    work.write(
        "ask", f"steps:\n  - {{id: answer, {until}}}\n" + FILE.format("heard").replace("patience", "answer")
    )
    task = work.ask("ask")
    assert (await work.work(task)).name == "Later"
    mail = b"From: ann@cedar.example\r\nSubject: Re: Boards\r\n%s\r\nHere they are.\r\n"
    document = current_vault().attach(mail % b"", "mail.eml")
    away = current_vault().attach(mail % b"Auto-Submitted: auto-replied\r\n", "mail.eml")
    older = {"thread": "t-17", "received": "2026-11-19T09:00:00+00:00", "follows": task, "document": document}
    answer = {**older, "received": "2026-11-21T09:00:00+00:00"}
    for other in (
        older,
        {**answer, "thread": "t-18"},
        {**answer, "follows": ""},
        {**answer, "document": away},
    ):
        assert tell_reply(other, work.now) == []
    assert tell_reply(answer, work.now) == [task]
    assert (await work.work(task)).name == "Completed"
    assert evidence(work, task)["answer"]["happened"] == "reply"


async def test_the_owner_is_told_of_a_milestone_once_where_the_playbook_wants_it(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []

    async def tell(title: str, body: str, **_more: object) -> None:
        told.append((title, body))

    monkeypatch.setattr(progress, "notify_owner", tell)
    work.write(
        "two",
        "notify: true\nsteps:\n"
        + EXAMPLE_BILL.replace("    action", "    milestone: It is booked\n    action")
        + "  - {id: patience, needs: [bill], takes: 2 days, wait_until: {after: 2 days}}\n",
    )
    task = work.ask("two")
    await work.work(task)
    await work.work(task)
    assert told == [("It is booked", f"1 of 2 steps, about 2 days left. Its note: Needs_Action/{task}")]
    assert "1 of 2 steps, about 2 days left" in str(
        current_vault().read(Folder.PLANS, task).front["progress"]
    )
