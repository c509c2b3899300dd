"""An invoice that its owner asks for in a sentence: shown, made once, and mailed only where that was said."""

from datetime import timedelta

import pytest

from domain.approvals.answer import Answer, Channel, Decision, judge
from domain.approvals.render import request_title
from domain.policy.handbook import Handbook
from tasks.approvals.decide import AnswerResult
from tasks.approvals.record import pending
from tasks.vault.vault import Folder, current_vault
from tests.planned import Work
from tests.sandbox_fixture import sent
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_vendor_onboarding import dropped

__all__ = ["work"]


def customer(work: Work, name: str = "Ash Tree Ltd", email: str = "office@ash.example") -> int:
    [found] = work.sandbox.odoo("res.partner", "create", vals_list=[{"name": name, "email": email}])
    return int(found)


def invoices(work: Work, partner: int) -> list[tuple[str, float, str, str]]:
    rows = work.sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["partner_id", "=", partner], ["move_type", "=", "out_invoice"]],
        fields=["state", "amount_untaxed", "invoice_date_due", "invoice_line_ids"],
    )
    found = []
    for row in rows:
        [line] = work.sandbox.odoo("account.move.line", "read", ids=row["invoice_line_ids"], fields=["name"])
        found.append((row["state"], row["amount_untaxed"], row["invoice_date_due"], line["name"]))
    return found


@pytest.mark.parametrize(
    ("words", "mails", "days"),
    [
        ("Invoice Ash Tree 450 for the workshop on Tuesday", 0, 30),
        ("Invoice Ash Tree 450 for the workshop on Tuesday, due in 14 days, and send it", 1, 14),
    ],
    ids=["made", "sent"],
)
async def test_an_invoice_in_a_sentence_is_made_once_and_sent_where_that_was_said(
    work: Work, words: str, mails: int, days: int
) -> None:
    partner = customer(work)
    task = dropped(work, words)
    await work.work(task)
    [asked] = pending()
    for said in ("Ash Tree", "450.00", "workshop on Tuesday", words):
        assert said in asked.shown, asked.shown
    assert invoices(work, partner) == []
    assert await worked(work, task) == "Completed", work.note(task).render()
    due = f"{work.now + timedelta(days=days):%Y-%m-%d}"
    assert invoices(work, partner) == [("posted", 450.0, due, "workshop on Tuesday")]
    assert [mail["To"] for mail in sent(work.sandbox)] == ["office@ash.example"] * mails


async def test_the_question_is_headed_by_what_will_be_done_and_its_plan_says_no_more_than_it(
    work: Work,
) -> None:
    customer(work)
    task = dropped(work, "Invoice Ash Tree 3 x 450.00")
    await work.work(task)
    [asked] = pending()
    assert request_title(asked) == "Make a customer invoice: 3 x 450.00, Ash Tree"
    assert asked.shown.startswith("### Make a customer invoice: 3 x 450.00, Ash Tree\n")
    plan = current_vault().read(Folder.PLANS, task).body
    assert "customer: Ash Tree" in plan
    assert "(What for (the customer reads it)?)" in plan
    assert "| Send | no |" in asked.shown, "what holds when nothing is said"
    for inside in ("slots", "net_amount", "stuur", "plan.fill_in"):
        assert inside not in plan, plan


async def test_what_is_asked_for_in_words_is_no_perhaps_of_a_mail_from_its_first_step_to_its_last(
    work: Work,
) -> None:
    customer(work)
    task = dropped(work, "Please invoice Ash Tree 450 for the workshop on Tuesday, it was a long day")
    await work.work(task)
    wanted = "your words ask for it: Make a customer invoice"
    for _ in range(2):
        reasons = work.note(task).front["reasons"]
        assert wanted in reasons
        assert not [reason for reason in reasons if "perhaps" in reason]
        if pending():
            assert await worked(work, task) == "Completed"


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (Channel.CLI, "give each with --set, such as: --set 'KEY=VALUE'"),
        (Channel.VAULT, "write each under changes as 'key: value', and move the note to Approved/ again"),
        (Channel.UI, "choose 'edit' and fill it in"),
        (Channel.MAIL, "a reply cannot say it: fill it in where Prefect or the Vault shows the request"),
    ],
)
async def test_whoever_approves_with_something_missing_is_told_how_to_give_it_where_they_are(
    work: Work, channel: Channel, said: str
) -> None:
    customer(work)
    await work.work(dropped(work, "Invoice Ash Tree for the workshop"))
    [asked] = pending()
    given = Answer(decision=Decision.APPROVE, approver="Lea", channel=channel)
    ruling = judge(asked, given, Handbook, work.now)
    assert ruling.refusal == f"amount: is missing; give it; {said}"


async def test_a_sum_that_is_missing_is_asked_for_in_the_one_question(work: Work) -> None:
    partner = customer(work)
    task = dropped(work, "Invoice Ash Tree for the workshop")
    await work.work(task)
    [asked] = pending()
    assert "How much, before tax" in asked.shown
    [answer] = work.decide()
    assert answer.kind is AnswerResult.ASK_AGAIN
    work.decide(amount="450")
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert [one[1] for one in invoices(work, partner)] == [450.0]


async def test_of_two_customers_one_is_asked_for(work: Work) -> None:
    boats, sons = customer(work, "Larch Boats Ltd"), customer(work, "Larch & Sons", "sons@larch.example")
    task = dropped(work, "Invoice Larch 450 for the workshop")
    await work.work(task)
    work.decide()
    for _ in range(2):
        await work.work(task)
    [asked] = pending()
    assert {"Larch Boats Ltd", "Larch & Sons"} <= set(asked.inputs["slots"][0]["one_of"])
    work.decide(customer="Larch Boats Ltd")
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert (len(invoices(work, boats)), invoices(work, sons)) == (1, [])


async def test_a_refused_letter_cancels_the_invoice(work: Work) -> None:
    partner = customer(work)
    task = dropped(work, "Invoice Ash Tree 450 for the workshop and send it")
    await work.work(task)
    work.decide()
    for _ in range(4):
        await work.work(task)
        if any(one.action == "mail.send_email" for one in pending()):
            break
        work.decide()
    work.decide(Decision.REJECT)
    await worked(work, task)
    assert [one[0] for one in invoices(work, partner)] == ["cancel"]
    assert sent(work.sandbox) == []


async def test_days_at_a_price_are_shown_and_invoiced_as_so_many_at_that_price(work: Work) -> None:
    partner = customer(work)
    task = dropped(work, "Invoice Ash Tree 450 per day for 3 days, due by 15 December")
    await work.work(task)
    [asked] = pending()
    assert "invoice: 3 x 450.00, Ash Tree, 3 days" in asked.shown
    today = work.now.date()
    due = today.replace(month=12, day=15)
    due = due if due >= today else due.replace(year=due.year + 1)
    for said in ("| Quantity | 3 |", "| Amount | 450.00 |", "3 days", str(due)):
        assert said in asked.shown, asked.shown
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert invoices(work, partner) == [("posted", 1350.0, str(due), "3 days")]


@pytest.mark.parametrize("said", ["plus 10% discount", "in two instalments", "less 5 %", "plus 10% VAT"])
async def test_what_changes_the_sum_and_is_not_understood_is_named_and_the_sum_is_asked_for(
    work: Work, said: str
) -> None:
    partner = customer(work)
    task = dropped(work, f"Invoice Ash Tree 450 for the workshop {said}")
    await work.work(task)
    [asked] = pending()
    assert f"'{said}' was not understood" in asked.shown, asked.shown
    [answer] = work.decide()
    assert answer.kind is AnswerResult.ASK_AGAIN
    assert invoices(work, partner) == []
    work.decide(amount="405")
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert [(one[1], one[3]) for one in invoices(work, partner)] == [(405.0, "workshop")]


async def test_a_price_of_a_day_without_a_count_asks_how_many(work: Work) -> None:
    partner = customer(work)
    task = dropped(work, "Invoice Ash Tree 450 per day for the workshop")
    await work.work(task)
    [answer] = work.decide()
    assert answer.kind is AnswerResult.ASK_AGAIN
    work.decide(quantity="2.5")
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert [one[1] for one in invoices(work, partner)] == [1125.0]


async def test_the_second_request_of_a_sentence_is_named(work: Work) -> None:
    partner = customer(work)
    task = dropped(work, "Invoice Ash Tree 450 for the workshop and remind Birch Ltd to pay")
    await work.work(task)
    [asked] = pending()
    assert "no part of this: 'remind Birch Ltd to pay'; ask for it by itself" in asked.shown
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert [one[3] for one in invoices(work, partner)] == ["workshop"]


async def test_a_look_at_the_books_of_which_a_part_was_not_understood_is_asked_about_first(
    work: Work,
) -> None:
    task = dropped(work, "Who owes us more than 1000?")
    await work.work(task)
    [asked] = pending()
    assert "more than 1000' was not understood" in asked.shown
    assert await worked(work, task) == "Completed", work.note(task).render()
