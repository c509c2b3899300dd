"""What an owner asks of the books in everyday words, from a note in Inbox/ to the answer in its text."""

from datetime import timedelta

import pytest

from domain.planning.event import Event, file_event_id
from domain.vault.folder import Folder
from tasks.approvals.record import pending
from tasks.intake import store_event
from tests.planned import Work
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_payment_reminders import late, only
from tests.tasks.planning.test_small_requests import bill
from tests.tasks.planning.test_vendor_onboarding import dropped

__all__ = ["work"]


async def answered(work: Work, words: str) -> str:
    """The answer in the note's text; nobody is asked."""
    task = dropped(work, words)
    assert (await work.work(task)).name == "Completed", work.note(task).render()
    assert work.folder(task) is Folder.DONE
    assert not pending()
    [answer] = [line for line in work.note(task).body.splitlines() if line.startswith("**Answer, ")]
    return answer


def account(work: Work, name: str) -> int:
    [found] = work.sandbox.odoo("account.account", "search", domain=[["name", "=", name]])
    return int(found)


def owed(work: Work, vendor: str, amount: float, days: int) -> str:
    """A posted bill that is due in so many days; the day."""
    odoo, day = work.sandbox.odoo, f"{work.now + timedelta(days=days):%Y-%m-%d}"
    [partner] = odoo("res.partner", "create", vals_list=[{"name": vendor}])
    values = {
        "move_type": "in_invoice",
        "partner_id": partner,
        "ref": vendor,
        "invoice_date": f"{work.now - timedelta(days=40):%Y-%m-%d}",
        "invoice_date_due": day,
        "invoice_line_ids": [[0, 0, {"name": "Paper", "price_unit": amount, "tax_ids": [[6, 0, []]]}]],
    }
    odoo("account.move", "action_post", ids=odoo("account.move", "create", vals_list=[values]))
    return day


async def test_what_is_owed_is_answered_of_everybody_and_of_one_vendor(work: Work) -> None:
    bill(work, "Cedar Paper GmbH", "CP-1", 250.0)
    bill(work, "Aspen Office Ltd", "A-1", 80.5)
    said = await answered(work, "What do we owe?")
    assert "of Cedar Paper GmbH, 250.00 USD, due" in said
    assert "of Aspen Office Ltd, 80.50 USD, due" in said
    of_one = await answered(work, "What do we owe Cedar Paper?")
    assert "250.00 USD is owed to Cedar Paper GmbH for 1 bill" in of_one
    assert "Aspen" not in of_one
    late(work, "Larch Ltd", None, 5, 99.0)
    assert "Nothing is owed to Larch Ltd" in await answered(work, "Do we owe Larch anything?")


async def test_bills_that_are_due_in_a_week_are_told_from_those_before_and_after(work: Work) -> None:
    work.now = work.now.replace(month=11, day=17)  # a Tuesday
    owed(work, "Aspen Ltd", 100.0, -30)
    day = owed(work, "Cedar Ltd", 101.0, 2)
    later = owed(work, "Larch Ltd", 102.0, 20)
    said = await answered(work, "Which bills are due this week?")
    assert f"of Cedar Ltd, 101.00 USD, due {day}" in said
    assert "more is overdue" in said
    assert "Aspen" not in said
    assert "Larch" not in said
    assert f"of Larch Ltd, 102.00 USD, due {later}" in await answered(
        work, "Which bills are due in December?"
    )


async def test_a_bill_that_was_paid_by_its_document_s_word_is_named_as_such(work: Work) -> None:
    only(work)
    text = b"Cloudberry Hosting Inc.\nInvoice CB-1\nDate: November 19, 2026\nTotal: $12.50\nPaid by card\n"
    event = Event(
        id=file_event_id(text),
        source="files",
        received_at=work.now,
        document_name="bill.txt",
        document=text,
    )
    store_event(event, work.now)
    assert await worked(work, event.id) == "Completed", work.note(event.id).render()
    said = await answered(work, "What do we owe Cloudberry Hosting Inc.?")
    assert "Paid already by the word of their documents" in said


async def test_what_was_earned_and_the_tax_of_it_are_those_of_the_period(work: Work) -> None:
    work.pass_time(days=3650)  # a year of which the demo's books have nothing
    year = work.now.year
    late(work, "Larch Ltd", None, 5, 900.0)
    bill(work, "Aspen Office", "A-1", 250.0, account_id=account(work, "Office Rent"))
    said = await answered(work, f"How much did we make in {year}?")
    assert "900.00 USD income less 250.00 USD costs is a profit of 650.00 USD" in said
    assert f"No tax on sales or purchases was booked from {year}-01-01" in await answered(
        work, f"How much VAT do we owe for {year}?"
    )


async def test_tax_without_a_period_asks_of_which(work: Work) -> None:
    task = dropped(work, "How much VAT do we owe?")
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert "Of which period" in asked.shown


async def test_what_is_in_the_bank_is_what_the_books_say_and_says_so(work: Work) -> None:
    said = await answered(work, "How much is in the bank?")
    assert "is in the bank and in cash" in said
    assert "may differ" in said


async def test_what_a_customer_bought_and_a_vendor_billed(work: Work) -> None:
    only(work)
    late(work, "Larch Ltd", None, 5, 900.0)
    late(work, "Larch Boats GmbH", None, 5, 7.0)
    bill(work, "Cedar Paper GmbH", "CP-1", 250.0)
    bought = await answered(work, f"What did Larch buy in {work.now.year}?")
    assert "Larch Ltd was invoiced 900.00 USD" in bought
    assert "Boards 900.00 USD" in bought
    billed = await answered(work, "How much did we spend at Cedar Paper this year?")
    assert "Cedar Paper GmbH billed us 250.00 USD" in billed


@pytest.mark.parametrize(
    "words", ["What did we spend at Quillfeather last year?", "What did Quillfeather buy this year?"]
)
async def test_a_name_that_the_books_do_not_have_is_no_sum_of_everybody(work: Work, words: str) -> None:
    task = dropped(work, words)
    assert (await work.work(task)).name == "Escalated"
    assert "'Quillfeather'" in work.note(task).render()
    assert "**Answer" not in work.note(task).body
