"""Playbooks as a person may write them: loops in loops, waits inside them, nothing to loop over, a clock set back."""

from datetime import timedelta
from decimal import Decimal

from domain.approvals.answer import Answer, Channel, Decision
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.actions import connected
from tasks.approvals.decide import record_answer
from tasks.approvals.record import pending
from tasks.planning.look import look_for_waits
from tasks.planning.waits import tell_reply
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.reliability import outbox
from tasks.reliability.effect_ledger import EffectState, effects_of
from tasks.vault.vault import current_vault
from tests.planned import Work
from tests.tasks.planning.test_carry_out import EXAMPLES, evidence, overdue, work

__all__ = ["work"]
GRID = """
steps:
  - id: overdue
    action: odoo.list_overdue
  - id: each
    for_each: "{{ steps.overdue.invoices }}"
    as: one
    limit: 5
    steps:
      - id: patience
        wait_until: {after: 1 day}
      - id: inner
        needs: [patience]
        for_each: "{{ steps.overdue.invoices }}"
        as: other
        limit: 5
        steps:
          - id: bill
            action: odoo.record_bill
            inputs:
              vendor: Cloudberry Hosting Inc.
              number: "{{ other.number }}"
              issued_on: "2026-11-19"
              currency: USD
              total: "{{ other.left }}"
              category: "{{ one.customer }}"
  - id: nothing
    needs: [each]
    if: "{{ steps.each.count }} == 0"
    action: vault.file_away
    inputs: {reason: nobody is late}
"""

MADE = """
steps:
  - id: overdue
    action: odoo.list_overdue
  - id: each
    for_each: "{{ steps.overdue.invoices }}"
    as: one
    limit: 5
    steps:
      - {id: made, action: odoo.create_product, inputs: {name: "{{ one.customer }}", price: 5, category: Services}}
      - id: inner
        needs: [made]
        if: "{{ one.customer }} == Larch"
        for_each: "{{ steps.overdue.invoices }}"
        as: other
        limit: 5
        steps:
          - id: made
            action: odoo.create_product
            inputs: {name: "{{ other.number }}", price: 5, category: Services}
  - id: fails
    needs: [each]
    action: odoo.read_invoice
    inputs: {invoice_id: 999999}
"""


async def test_a_payment_ends_a_wait_that_began_by_a_clock_that_was_set_back(work: Work) -> None:
    [invoice] = overdue(work, "Larch")
    for one in ("thank_you", "patient"):
        work.write(one, EXAMPLES[one].replace(f"name: {one}\n", ""))
    read_playbooks()
    work.decide()
    work.pass_time(days=30)
    task = work.ask("patient", invoice=str(invoice))
    assert (await work.work(task)).name == "Later"
    work.pass_time(days=-30)
    await look_for_waits(work.now)
    assert (await work.work(task)).name == "Later"
    assert outbox.due_services(work.now) == []
    async with await connected.odoo_client() as books:
        paid_on = work.now.date()
        asked = await payment_inputs(books, invoice, amount=Decimal(100), method="bank", paid_on=paid_on)
        await record_payment(books, asked, "0" * 32)
    await look_for_waits(work.now)
    assert outbox.due_services(work.now) == [outbox.SCHEDULE]
    assert (await work.work(task)).name == "Completed"
    assert evidence(work, task)["money"]["happened"] == "paid"


async def test_an_answer_ends_a_wait_that_began_by_a_clock_that_was_set_back(work: Work) -> None:
    until = "wait_until: {reply: t-17, at_most: 2 weeks}"
    work.write("ask", f"steps:\n  - {{id: answer, {until}}}\n")
    work.pass_time(days=30)
    task = work.ask("ask")
    assert (await work.work(task)).name == "Later"
    work.pass_time(days=-30)
    mail = b"From: ann@cedar.example\r\nSubject: Re: Boards\r\n\r\nHere they are.\r\n"
    front = {"thread": "t-17", "received": work.now.isoformat(), "follows": task}
    document = current_vault().attach(mail, "mail.eml")
    assert tell_reply(front | {"document": document}, work.now) == [task]
    assert (await work.work(task)).name == "Completed"


async def test_a_span_that_began_by_a_clock_that_was_set_back_begins_anew(work: Work) -> None:
    file = "{id: file, action: vault.file_away, needs: [patience], inputs: {reason: done}}"
    work.write("ask", f"steps:\n  - {{id: patience, wait_until: {{after: 3 days}}}}\n  - {file}\n")
    work.pass_time(days=30)
    task = work.ask("ask")
    assert (await work.work(task)).name == "Later"
    work.pass_time(days=-30)
    await look_for_waits(work.now)
    assert outbox.due_services(work.now) == [outbox.SCHEDULE]
    assert (await work.work(task)).name == "Later"
    [waits] = outbox.waiting(outbox.SCHEDULE)
    assert waits.not_before == work.now + timedelta(days=3)
    assert f"{waits.not_before:%Y-%m-%d}" in str(work.note(task).front["delays"])
    await look_for_waits(work.now)
    assert outbox.due_services(work.now) == []
    work.pass_time(days=3)
    assert (await work.work(task)).name == "Completed"


async def test_a_loop_in_a_loop_with_waits_does_each_thing_once_and_goes_back_in_the_other_order(
    work: Work,
) -> None:
    overdue(work, "Larch", "Fir")
    work.write("grid", GRID)
    read_playbooks()
    work.decide()
    task = work.ask("grid")
    assert (await work.work(task)).name == "Later"
    assert effects_of(task) == []
    work.pass_time(days=1, minutes=1)
    for _ in range(3):
        state = await work.work(task)
    done = [one for one in effects_of(task) if one.action == "odoo.record_bill"]
    assert len({one.step_id for one in done if one.state is EffectState.DONE}) <= 2, (
        "the same bill of the same vendor is booked once, whoever asks for it again"
    )
    assert state.name in {"Escalated", "Waiting"}, work.note(task).render()


async def test_what_loops_in_loops_did_goes_back_in_the_other_order(work: Work) -> None:
    overdue(work, "Larch", "Fir")
    work.write("made", MADE)
    read_playbooks()
    work.decide()
    task = work.ask("made")
    assert (await work.work(task)).name == "Escalated"
    made = {
        one.receipt["product_id"]: one.step_id
        for one in effects_of(task)
        if one.receipt and one.action == "odoo.create_product"
    }
    withdrawn = work.sandbox.journal(service="odoo", path="product.product/unlink")
    assert [made[one["body"]["ids"][0]] for one in withdrawn] == [
        "each.2.made",
        "each.1.inner.2.made",
        "each.1.inner.1.made",
        "each.1.made",
    ]


async def test_a_loop_over_nothing_is_done_and_what_comes_after_it_is_too(work: Work) -> None:
    overdue(work)
    work.write("grid", GRID)
    read_playbooks()
    work.decide()
    task = work.ask("grid")
    assert (await work.work(task)).name == "Completed"
    assert [one.action for one in effects_of(task)] == ["vault.file_away"]


async def test_of_two_owners_at_the_same_moment_one_decides_and_the_other_is_told(work: Work) -> None:
    overdue(work, "Larch", "Fir")
    work.write(
        "grid",
        GRID.replace("limit: 5", "limit: 1").replace(
            "wait_until: {after: 1 day}", "wait_until: {after: 1 hour}"
        ),
    )
    read_playbooks()
    work.decide()
    task = work.ask("grid")
    await work.work(task)
    [request] = pending()
    yes, no = (
        Answer(decision=said, approver=name, channel=Channel.CLI)
        for said, name in ((Decision.APPROVE, "Ann"), (Decision.REJECT, "Bob"))
    )
    first, second = (record_answer(request.id, one, work.now, read_handbook) for one in (yes, no))
    assert first.reason is None
    assert second.reason == "it is already approved"
