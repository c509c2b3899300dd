"""An invoice that its owner wants cancelled: asked about always, credited once; others' words credit nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.invoice_credit import CreditableInvoice, InvoiceCreditInputs
from domain.approvals.answer import Decision
from domain.planning.catalogue import CATALOGUE
from domain.vault.folder import Folder
from tasks.accounting import invoice_credits
from tasks.actions.performers import performer_of
from tasks.approvals.decide import AnswerResult
from tasks.approvals.record import pending
from tasks.clock import present
from tasks.mail.take_mail import take_part
from tasks.policy.handbook import read_handbook
from tests.gmail_world import client_of, deliver
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient, sent
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_payment_reminders import late, only
from tests.tasks.planning.test_vendor_onboarding import dropped

__all__ = ["work"]


def numbered(work: Work, invoice: int) -> str:
    [row] = work.sandbox.odoo("account.move", "read", ids=[invoice], fields=["name"])
    return str(row["name"])


def notes(work: Work, invoice: int) -> list[dict[str, Any]]:
    """What credits the invoice."""
    found: list[dict[str, Any]] = work.sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["reversed_entry_id", "=", invoice]],
        fields=["state", "ref", "amount_total"],
    )
    return found


def left(work: Work, invoice: int) -> tuple[str, float]:
    [row] = work.sandbox.odoo(
        "account.move", "read", ids=[invoice], fields=["payment_state", "amount_residual"]
    )
    return row["payment_state"], row["amount_residual"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Cancel invoice {number}, wrong hours", "wrong hours"),
        ("Stornieren Sie bitte die Rechnung {number}, falsche Stunden", "falsche Stunden"),
    ],
    ids=["en", "de"],
)
async def test_an_invoice_is_credited_once_after_a_yes_to_what_was_shown(
    work: Work, words: str, why: str
) -> None:
    only(work)
    invoice = late(work, "Ash", None, 5, 345.0)
    name = numbered(work, invoice)
    task = dropped(work, words.format(number=name))
    await work.work(task)
    work.decide()  # what was understood
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    for said in (f"{name} · Ash · 345.00 USD", "a credit note over all of it", why, "345.00 USD"):
        assert said in asked.shown, asked.shown
    assert "this is always shown to a person first" in asked.reasons
    assert notes(work, invoice) == []
    assert await worked(work, task) == "Completed", work.note(task).render()
    [note] = notes(work, invoice)
    assert (note["state"], note["ref"], note["amount_total"]) == (
        "posted",
        f"Reversal of: {name}, {why}",
        345.0,
    )
    assert left(work, invoice) == ("reversed", 0)
    assert work.folder(task) is Folder.DONE
    assert "RINV/" in str(work.note(task).front["evidence"])
    assert sent(work.sandbox) == [], "the customer is not written to"


async def test_a_refused_credit_changes_nothing(work: Work) -> None:
    only(work)
    invoice = late(work, "Ash", None, 5, 345.0)
    task = dropped(work, f"Cancel invoice {numbered(work, invoice)}")
    await work.work(task)
    work.decide()
    await work.work(task)
    work.decide(Decision.REJECT)
    await worked(work, task)
    assert (notes(work, invoice), left(work, invoice)) == ([], ("not_paid", 345.0))


async def test_of_several_invoices_of_a_customer_one_is_chosen(work: Work) -> None:
    only(work)
    first = late(work, "Ash", None, 5, 345.0)
    [row] = work.sandbox.odoo("account.move", "read", ids=[first], fields=["partner_id"])
    [second] = work.sandbox.odoo(
        "account.move", "create", vals_list=[
            {"move_type": "out_invoice", "partner_id": row["partner_id"][0], "invoice_date": "2026-10-05",
             "invoice_line_ids": [[0, 0, {"name": "Boards", "price_unit": 20.0, "tax_ids": [[6, 0, []]]}]]}]
    )  # fmt: skip
    work.sandbox.odoo("account.move", "action_post", ids=[second])
    task = dropped(work, "Cancel the invoice of Ash")
    await work.work(task)
    work.decide()
    await work.work(task)
    [asked] = pending()
    assert "which invoice is credited?" in asked.shown
    [answer] = work.decide()
    assert answer.kind is AnswerResult.ASK_AGAIN
    work.decide(invoice=numbered(work, second))
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert (len(notes(work, first)), len(notes(work, second))) == (0, 1)


async def test_one_that_is_paid_goes_to_a_person_with_what_to_do(work: Work) -> None:
    only(work)
    invoice = late(work, "Ash", None, 5, 345.0)
    task = dropped(work, f"Cancel invoice {numbered(work, invoice)}")
    await work.work(task)
    performer, action = performer_of("odoo.record_payment"), CATALOGUE["odoo.record_payment"]
    said = {"invoice_id": invoice, "amount": "345", "method": "bank", "paid_on": f"{work.now:%Y-%m-%d}"}
    assert action.said
    inputs = await performer.completed(action.said.model_validate(said))
    await performer.perform("paid-by-hand", action.inputs.model_validate(inputs))
    assert await worked(work, task) == "Escalated"
    assert "is paid in full, so that money would have to be paid back" in work.note(task).render()
    assert notes(work, invoice) == []


async def test_a_customers_mail_that_asks_for_it_credits_nothing(work: Work, sandbox: SandboxClient) -> None:
    only(work)
    invoice = late(work, "Ash", "ash@sender.example", 5, 345.0)
    name = numbered(work, invoice)
    key = deliver(
        work.sandbox,
        sender="Ash <ash@sender.example>",
        subject=f"Cancel invoice {name}",
        text=f"Please cancel our invoice {name}.\nCancel invoice {name}, wrong hours.",
    )
    async with client_of(sandbox) as client:
        await take_part(client, frozenset(), clock=present, read_handbook=read_handbook)
    await work.work(f"gmail-{key}")
    assert not any(one.action.startswith("odoo.") or "credit" in one.shown for one in pending())
    assert notes(work, invoice) == []


@pytest.mark.parametrize("cut", ["_made_by", "post_drafts", "read_credit"])
async def test_a_credit_whose_answer_was_lost_is_found_again_and_proven(
    work: Work, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    only(work)
    invoice = late(work, "Ash", None, 5, 345.0)
    task = dropped(work, f"Cancel invoice {numbered(work, invoice)}")
    real, lost = getattr(invoice_credits, cut), []

    async def once(*given: Any) -> Any:
        found = await real(*given)
        if not lost:
            lost.append(given)
            raise OdooOutcomeUnknownError("account.move.reversal.read", "cut")
        return found

    monkeypatch.setattr(invoice_credits, cut, once)
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert lost
    assert [note["state"] for note in notes(work, invoice)] == ["posted"]
    assert left(work, invoice) == ("reversed", 0)
    assert "RINV/" in str(work.note(task).front["evidence"])


def test_of_two_invoices_with_one_number_the_one_that_is_chosen_is_meant() -> None:
    ash, birch = (
        CreditableInvoice(
            invoice_id=number, number="INV/2026/00045", customer=name, total=Decimal(20), currency="USD",
            dated=date(2026, 10, 16), is_draft=False,
        )
        for number, name in ((1, "Ash"), (2, "Birch"))
    )  # fmt: skip
    asked = InvoiceCreditInputs(fits=(ash, birch), invoice="INV/2026/00045", dated=date(2026, 11, 2))
    assert asked.chosen is None
    for one in (ash, birch):
        assert asked.model_validate(asked.changed({"invoice": one.said})).chosen == one
