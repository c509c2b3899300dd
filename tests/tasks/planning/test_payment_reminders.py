"""Reminders of overdue invoices, end to end: three stages, each once, with exactly the money that is left."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.reminder import ReminderInputs, ReminderRefusedError, RemindersWanted, next_stage
from domain.approvals.answer import Decision
from tasks.accounting import reminders
from tasks.accounting.reminders import note_reminder, reminders_due
from tasks.actions import connected
from tasks.approvals.record import pending
from tasks.reliability import claims
from tasks.reliability.claims import ClaimLostError
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.taken_over import frozen_at
from tests.tasks.planning.test_monthly_invoice import sent, work, worked

__all__ = ["work"]
TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("days", "noted", "stage"),
    [
        (2, [], None),
        (3, [], 1),
        (40, [], 1),  # nobody gets the last reminder first
        (13, [(1, 10)], None),
        (14, [(1, 10)], 2),
        (14, [(1, 6)], None),  # never two within a week
        (28, [(1, 20), (2, 14)], 3),
        (27, [(1, 20), (2, 14)], None),
        (60, [(1, 40), (2, 30), (3, 20)], 4),
        (60, [(1, 40), (2, 30), (3, 2)], None),
    ],
)
def test_each_stage_has_its_day(days: int, noted: list[tuple[int, int]], stage: int | None) -> None:
    before = [(one, TODAY - timedelta(days=ago)) for one, ago in noted]
    assert next_stage(days, before, TODAY, RemindersWanted()) == stage


def late(work: Work, customer: str, email: str | None, days: int, amount: float) -> int:
    """A posted invoice that was due so many days ago."""
    odoo = work.sandbox.odoo
    [partner] = odoo("res.partner", "create", vals_list=[{"name": customer, "email": email or False}])
    due = work.now.date() - timedelta(days=days)
    line = {"name": "Boards", "quantity": 1, "price_unit": amount, "tax_ids": [[6, 0, []]]}
    values = {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": (due - timedelta(days=30)).isoformat(),
        "invoice_date_due": due.isoformat(),
        "invoice_line_ids": [[0, 0, line]],
    }
    [move] = odoo("account.move", "create", vals_list=[values])
    odoo("account.move", "action_post", ids=[move])
    return int(move)


def only(work: Work) -> None:
    """The demo's own overdue invoices are not due yet."""
    odoo = work.sandbox.odoo
    others = odoo("account.move", "search", domain=[["payment_state", "in", ["not_paid", "partial"]]])
    odoo("account.move", "write", ids=others, vals={"invoice_date_due": "2030-01-31"})


def texts(sandbox: SandboxClient) -> list[str]:
    """What the reminders say, oldest first."""
    found = []
    for mail in sent(sandbox):
        body: Any = mail.get_body(("plain",))
        found.append(f"{mail['To']} | {mail['Subject']} | {' '.join(str(body.get_content()).split())}")
    return found


async def test_an_invoice_is_reminded_of_in_three_stages_and_each_once(
    work: Work, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(work)
    late(work, "Ash", "ash@sender.example", 5, 1234.5)
    counts, begun = [], work.now
    for days in (0, 1, 10, 14, 30):
        monkeypatch.setattr(
            "tasks.actions.odoo_reads.present", lambda late=days: begun + timedelta(days=late)
        )
        ended = await worked(work, work.ask("payment_reminders", key=str(days)))
        counts.append((days, ended, len(sent(sandbox))))
    assert counts == [
        (0, "Completed", 1),
        (1, "Completed", 1),
        (10, "Completed", 2),
        (14, "Completed", 2),
        (30, "Completed", 3),
    ]
    due = (begun.date() - timedelta(days=5)).isoformat()
    first, second, last = texts(sandbox)
    assert f"over 1,234.50 USD was due on {due}" in first
    assert "Second reminder" in second
    assert "1,234.50 USD are still open, 15 days later" in second
    assert "Last reminder" in last
    assert "in spite of two reminders 1,234.50 USD of our invoice" in last
    monkeypatch.setattr("tasks.actions.odoo_reads.present", lambda: begun + timedelta(days=60))
    task = work.ask("payment_reminders", key="60")
    assert await worked(work, task) == "Escalated"
    assert "all three reminders are out" in work.note(task).render()
    assert len(sent(sandbox)) == 3


async def test_a_refused_reminder_is_due_again_and_a_silent_customer_keeps_nobody(
    work: Work, sandbox: SandboxClient
) -> None:
    only(work)
    late(work, "Ash", "ash@sender.example", 5, 1234.5)
    late(work, "Birch", None, 5, 10.0)
    task = work.ask("payment_reminders")
    await work.work(task)
    (request,) = pending()
    assert "1,234.50 USD" in request.shown
    work.decide(Decision.REJECT)
    assert await worked(work, task) == "Escalated"
    assert "Odoo has no e-mail address of theirs" in work.note(task).render()
    assert sent(sandbox) == []
    again = work.ask("payment_reminders", key="2")
    await worked(work, again)
    (said,) = texts(sandbox)
    assert said.startswith("ash@sender.example | Invoice INV/")
    assert "over 1,234.50 USD was due on" in said


async def test_two_workers_note_a_stage_once_and_what_is_paid_meanwhile_is_refused(
    work: Work, sandbox: SandboxClient
) -> None:
    only(work)
    invoice = late(work, "Ash", "ash@sender.example", 5, 100.0)
    async with await connected.odoo_client() as client:
        (due,) = (await reminders_due(client, RemindersWanted(), work.now.date())).invoices
        asked = ReminderInputs.model_validate(due.model_dump())
        done = await asyncio.gather(
            *(note_reminder(client, asked, f"k{number}") for number in range(3)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in done) == [
            "ReminderReceipt",
            *["ReminderRefusedError"] * 2,
        ]
        other = asked.model_copy(update={"stage": 2, "left": Decimal("99.00")})
        with pytest.raises(ReminderRefusedError, match=r"100\.00 USD are left to pay by now, not 99\.00"):
            await note_reminder(client, other, "k9")
    notes = sandbox.odoo("mail.message", "search_count", domain=[["res_id", "=", invoice]])
    assert notes == 1


async def test_a_worker_that_was_frozen_before_it_noted_a_stage_does_not_note_it_beside_another(
    work: Work, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(work)
    invoice = late(work, "Ash", "ash@sender.example", 5, 100.0)
    monkeypatch.setattr(claims, "HELD_SECONDS", -1)
    async with await connected.odoo_client() as client, await connected.odoo_client() as other:
        (due,) = (await reminders_due(client, RemindersWanted(), work.now.date())).invoices
        asked = ReminderInputs.model_validate(due.model_dump())
        frozen_at(monkeypatch, reminders, "check_reminder", lambda: note_reminder(other, asked, "other"))
        with pytest.raises(ClaimLostError):
            await note_reminder(client, asked, "first")
        with pytest.raises(ReminderRefusedError):
            await note_reminder(client, asked, "first")
    notes = sandbox.odoo("mail.message", "search_count", domain=[["res_id", "=", invoice]])
    assert notes == 1


async def test_what_another_user_of_odoo_wrote_into_an_invoices_log_counts_as_no_reminder(
    work: Work, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(work)
    invoice = late(work, "Ash", "ash@sender.example", 5, 100.0)
    sandbox.odoo("account.move", "message_post", ids=[invoice], body="(fte reminder 3 k0)")
    call = OdooClient.call

    async def as_somebody_else(self: OdooClient, model: str, method: str, *ids: Any, **words: Any) -> Any:
        found = await call(self, model, method, *ids, **words)
        return found | {"uid": found["uid"] + 1} if method == "context_get" else found

    async with await connected.odoo_client() as client:
        assert (await reminders_due(client, RemindersWanted(), work.now.date())).invoices == []
        monkeypatch.setattr(OdooClient, "call", as_somebody_else)
        (due,) = (await reminders_due(client, RemindersWanted(), work.now.date())).invoices
    assert due.stage == 1
