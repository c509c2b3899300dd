"""Playbooks carried out: reads, loops, calls, conditions, waits, questions, and going back."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from blocks.database import transaction
from domain.approvals.answer import Decision
from domain.planning.playbook import parse_playbook
from domain.planning.playbook_check import check_playbooks
from domain.vault.front_matter import load_front
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.actions import connected
from tasks.approvals.record import pending
from tasks.planning.asked import find_playbook
from tasks.planning.prepare import read_playbooks
from tasks.planning.runs import ForgedPlanError, find_plan
from tasks.planning.waits import tell_paid
from tasks.reliability import outbox
from tasks.reliability.ledger import effects_of
from tasks.vault.vault import Folder
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
    async with await connected.odoo_client() as books:
        assert await tell_paid(books, work.now) == []
        payment = await payment_inputs(
            books, invoice, amount=Decimal(100), method="bank", paid_on=work.now.date()
        )
        await record_payment(books, payment, "0" * 32)
        assert await tell_paid(books, work.now) == [task]
        assert await tell_paid(books, work.now) == []
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
