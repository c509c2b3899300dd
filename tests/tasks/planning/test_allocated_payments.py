"""A payment that names no bill, end to end: asked about always, decided once, recorded as it was shown, read back."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.approvals.answer import Answer, Channel, Decision
from domain.approvals.request import ApprovalRequest, ApprovalState
from tasks.actions import step
from tasks.approvals.decide import record_answer
from tasks.approvals.form import answer_in, form_of
from tasks.approvals.notes import place_note
from tasks.approvals.record import get, pending
from tasks.audit.search import Query, search_audit_log
from tasks.clock import present
from tasks.mail.take_mail import take_part
from tasks.policy.handbook import read_handbook
from tasks.reliability import outbox
from tasks.vault.vault import Folder, current_vault
from tests.gmail_world import client_of, deliver
from tests.planned import Work
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_payment_reminders import late, only

__all__ = ["work"]
BANK = "Harbor Bank <notices@harborbank.example>"
SAID = "A deposit of ${:,.2f} was credited to your account{}."


async def told(work: Work, amount: float, about: str = "") -> str:
    """The bank's notice arrives and is worked; its task."""
    key = deliver(work.sandbox, sender=BANK, subject="Money has arrived", text=SAID.format(amount, about))
    async with client_of(work.sandbox) as client:
        await take_part(client, frozenset(), clock=present, read_handbook=read_handbook)
    task = f"gmail-{key}"
    assert (await work.work(task)).name == "Waiting", work.note(task).render()
    return task


def number(work: Work, invoice: int) -> str:
    [row] = work.sandbox.odoo("account.move", "read", ids=[invoice], fields=["name"])
    return str(row["name"])


def left(work: Work, invoice: int) -> float:
    [row] = work.sandbox.odoo("account.move", "read", ids=[invoice], fields=["amount_residual"])
    return float(row["amount_residual"])


def paid(work: Work) -> list[dict[str, Any]]:
    """What the employee had recorded, as Odoo's own journal of requests has it."""
    return work.sandbox.journal(service="odoo", path="account.payment/load")


def filled(request: ApprovalRequest, **said: str) -> Answer:
    """What a person fills in in Prefect's form, every other field as it stands there."""
    form = form_of(request, request.shown)
    return answer_in(form.model_validate({"decision": "edit", "approver": "Ann", **said}), request)


def say(work: Work, answer: Answer) -> str | None:
    [request] = pending()
    return record_answer(request.id, answer, work.now, read_handbook).reason


async def test_the_one_that_fits_is_filled_in_and_nothing_is_recorded_before_a_yes(work: Work) -> None:
    only(work)
    first, _ = late(work, "Ash", None, 5, 1234.5), late(work, "Birch", None, 5, 77.0)
    task = await told(work, 1234.5)
    [request] = pending()
    assert f"{number(work, first)} · Ash · 1,234.50 USD to be received" in request.shown
    assert "Birch" not in request.shown
    field = form_of(request, request.shown).model_json_schema()["properties"]["document"]
    assert field["enum"] == [field["default"], "-"], "a choice of one cannot be changed in the form"
    assert "choose the bill or invoice" in str(say(work, filled(request, document="-")))
    assert paid(work) == []
    work.decide()
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert (left(work, first), len(paid(work))) == (0, 1)
    assert work.folder(task) is Folder.DONE
    assert number(work, first) in str(work.note(task).front["evidence"])
    happened = list(search_audit_log(current_vault().root, Query(text=request.id)))
    assert {"approval.requested", "approval.approved"} <= {one["action"] for one in happened}, happened


async def test_of_several_that_fit_a_person_chooses_in_the_form_and_corrects_the_sum(work: Work) -> None:
    only(work)
    _, second = late(work, "Ash", None, 5, 500.0), late(work, "Birch", None, 5, 500.0)
    task = await told(work, 500)
    [request] = pending()
    fields = form_of(request, request.shown).model_json_schema()["properties"]
    choices = fields["document"]["enum"]
    assert [one.partition(" · ")[2] for one in choices[1:]] == [
        "Ash · 500.00 USD to be received",
        "Birch · 500.00 USD to be received",
    ]
    assert (fields["document"]["default"], fields["amount"]["default"]) == ("-", "500.00")
    plain_yes = filled(request, decision="approve")
    assert "choose the bill or invoice" in str(say(work, plain_yes))
    [chosen] = [one for one in choices if "Birch" in one]
    assert "500.01 USD is more than the 500.00 USD" in str(
        say(work, filled(request, document=chosen, amount="500.01"))
    )
    assert say(work, filled(request, document=chosen, amount="450.00")) is None
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert (left(work, second), len(paid(work))) == (50.0, 1)
    assert "Birch" in str(work.note(task).front["evidence"])


async def test_one_that_fits_nothing_is_asked_about_too_and_takes_a_number_that_was_not_shown(
    work: Work,
) -> None:
    only(work)
    other = late(work, "Ash", None, 5, 1234.5)
    task = await told(work, 31337.31)
    [request] = pending()
    assert "which bill or invoice is it for?" in request.shown
    assert "was credited to your account" in request.shown, "what the notice says is not shown"
    assert not any("payee" in reason for reason in request.reasons), "a deposit has none"
    assert request.inputs["fits"] == []
    assert say(work, filled(request, document=number(work, other), amount="1000.00")) is None
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert left(work, other) == 234.5


async def test_a_reference_or_a_name_in_the_notice_is_enough_to_be_named(work: Work) -> None:
    only(work)
    first, second = late(work, "Ash Tree Ltd", None, 5, 900.0), late(work, "Birch", None, 5, 100.0)
    await told(work, 300, f" by ash tree ltd for {number(work, second)}")
    [request] = pending()
    assert [one["number"] for one in request.inputs["fits"]] == [number(work, second), number(work, first)]
    assert request.inputs["document"] is None, "more than is left on it"
    assert Decimal(request.inputs["amount"]) == 300


async def test_money_that_went_out_for_a_bill_needs_a_code_where_the_handbook_says_so(work: Work) -> None:
    only(work)
    handbook = current_vault().read_root("Company_Handbook.md")
    strict = handbook.with_front(proof={"new_payees": False, "amount_above": 400})
    (current_vault().root / "Company_Handbook.md").write_text(strict.render(), encoding="utf-8")
    read_handbook()
    if rules := pending():
        record_answer(
            rules[0].id,
            Answer(decision=Decision.APPROVE, approver="Ann", channel=Channel.CLI),
            work.now,
            read_handbook,
        )
    other = late(work, "Ash", None, 5, 1234.5)
    await told(work, 300)
    [request] = pending()
    answer = filled(request, document=number(work, other), amount="1000.00")
    assert "needs the one-time code" in str(say(work, answer))
    assert paid(work) == []


async def test_a_refusal_records_nothing_and_says_so(work: Work) -> None:
    only(work)
    late(work, "Ash", None, 5, 500.0)
    refused = await told(work, 500)
    work.decide(Decision.REJECT)
    assert await worked(work, refused) == "Escalated"
    assert "refused" in str(work.note(refused).front["why"]) or "rejected" in str(
        work.note(refused).front["why"]
    )
    assert paid(work) == []


async def test_one_that_was_paid_meanwhile_is_not_paid_twice(work: Work) -> None:
    only(work)
    late(work, "Ash", None, 5, 500.0)
    one, other = await told(work, 500), await told(work, 500, " again")
    work.decide()
    states = {await worked(work, task) for task in (one, other)}
    assert states == {"Completed", "Escalated"}
    assert len(paid(work)) == 1


async def test_two_for_one_document_keep_their_order_while_the_books_are_away(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "STEP_PAUSES_SECONDS", [])
    only(work)
    first = late(work, "Ash", None, 5, 500.0)
    tasks = [await told(work, amount) for amount in (31.0, 32.0)]
    for request in pending():
        assert request.inputs["document"] is None
        chosen = filled(request, document=number(work, first))
        assert record_answer(request.id, chosen, work.now, read_handbook).reason is None
    work.sandbox.fault("refuse_before", path="account.payment/load", times=2)
    assert [await worked(work, task) for task in tasks] == ["Later", "Later"]
    waiting = outbox.waiting("odoo")
    assert [one.key for one in waiting] == tasks
    work.sandbox.clear_faults()
    assert await worked(work, tasks[1]) == "Later", "the second went before the first"
    assert [await worked(work, task) for task in tasks] == ["Completed", "Completed"]
    assert left(work, first) == 437


async def test_what_is_written_into_the_notes_chooses_only_by_the_keys_that_a_person_has(work: Work) -> None:
    only(work)
    first = late(work, "Ash", None, 5, 500.0)
    late(work, "Birch", None, 5, 500.0)
    task = await told(work, 500)
    vault = current_vault()
    vault.update(
        Folder.NEEDS_ACTION,
        task,
        lambda note: note.with_front(document_number=number(work, first), amount="9", allocate="yes"),
    )
    [request] = pending()
    place_note(request)
    note = vault.read(Folder.PENDING_APPROVAL, request.id)
    written = note.render().replace("Birch", "Ash").replace("500.00", "1.00")
    path = vault.path(f"Pending_Approval/{request.id}.md")
    path.write_text(written, encoding="utf-8")
    assert (await work.work(task)).name == "Waiting"
    assert get(request.id).inputs == request.inputs
    assert paid(work) == []


@pytest.mark.parametrize(
    "said",
    [
        {"document": "INV/9999/99999 · Ash · 500.00 USD to be received"},
        {"document": ["INV/1", "INV/2"]},
        {"decision": "perhaps"},
    ],
)
async def test_a_form_that_was_not_offered_so_is_no_answer(work: Work, said: dict[str, Any]) -> None:
    only(work)
    late(work, "Ash", None, 5, 500.0)
    late(work, "Birch", None, 5, 500.0)
    await told(work, 500)
    [request] = pending()
    with pytest.raises(ValidationError):
        form_of(request, request.shown).model_validate({"decision": "edit", "approver": "Ann", **said})


@pytest.mark.parametrize(
    "changes",
    [
        {"fits": "[]"},
        {"said": "for Ash"},
        {"amount": "-5"},
        {"amount": "0"},
        {"amount": "NaN"},
        {"amount": "1e9"},
        {"paid_on": "1899-01-01"},
        {"currency": "EUR"},
    ],
)
async def test_a_forged_answer_changes_nothing(work: Work, changes: dict[str, str]) -> None:
    only(work)
    first = late(work, "Ash", None, 5, 500.0)
    task = await told(work, 500)
    [request] = pending()
    forged = Answer(decision=Decision.EDIT, approver="Ann", channel=Channel.CLI, changes=changes)
    assert say(work, forged)
    assert get(request.id).state is ApprovalState.PENDING
    assert (await work.work(task)).name == "Waiting"
    assert (left(work, first), paid(work)) == (500.0, [])


async def test_a_yes_by_reply_needs_the_code_and_a_second_answer_decides_nothing(work: Work) -> None:
    only(work)
    first = late(work, "Ash", None, 5, 500.0)
    task = await told(work, 500)
    [request] = pending()
    reply = Answer(decision=Decision.APPROVE, approver="Ann", channel=Channel.WHATSAPP, given_at=work.now)
    assert "code" in str(say(work, reply))
    assert say(work, filled(request, amount="400")) is None
    late_answer = filled(request, amount="500.00", decision="approve")
    assert record_answer(request.id, late_answer, work.now, read_handbook).reason
    assert await worked(work, task) == "Completed"
    assert (left(work, first), len(paid(work))) == (100.0, 1)
