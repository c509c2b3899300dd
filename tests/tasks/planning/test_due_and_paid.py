"""Whether a document is paid and when something is due, from a note in Inbox/ to the answer in its text."""

from datetime import timedelta

import pytest

from tests.planned import Work
from tests.tasks.planning.test_book_questions import account, answered, owed
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_payment_reminders import late, only
from tests.tasks.planning.test_small_requests import bill
from tests.tasks.planning.test_vendor_onboarding import dropped
from tests.tasks.planning.test_words import mail, store

__all__ = ["work"]


def numbered(work: Work, move: int) -> tuple[str, str]:
    """A document's number, and the digits at its end."""
    [row] = work.sandbox.odoo("account.move", "read", ids=[move], fields=["name"])
    return row["name"], row["name"].rpartition("/")[2].lstrip("0")


async def test_a_paid_invoice_is_said_with_each_day_on_which_it_was_paid(work: Work) -> None:
    only(work)
    name, number = numbered(work, late(work, "Larch Ltd", None, 5, 120.0))
    assert await worked(work, dropped(work, "Larch has paid 50.00")) == "Completed"
    part = await answered(work, f"Is invoice {number} paid?")
    assert f"{name} of Larch Ltd over 120.00 USD is not paid in full: 70.00 USD is open, due" in part
    assert f"50.00 USD was paid on {work.now:%Y-%m-%d}." in part
    first, second = f"{work.now:%Y-%m-%d}", f"{work.now - timedelta(days=1):%Y-%m-%d}"
    assert await worked(work, dropped(work, "We received 70.00 from Larch yesterday")) == "Completed"
    whole = await answered(work, f"Did Larch pay invoice {number}?")
    assert f"is paid, by the books. 70.00 USD was paid on {second}. 50.00 USD was paid on {first}." in whole


async def test_a_credited_invoice_is_said_to_be_credited_and_not_paid(work: Work) -> None:
    only(work)
    name, number = numbered(work, late(work, "Larch Ltd", None, 5, 120.0))
    assert await worked(work, dropped(work, f"Cancel invoice {name}, the boards were broken")) == "Completed"
    said = await answered(work, f"Is invoice {number} paid?")
    assert (
        f"{name} of Larch Ltd over 120.00 USD is credited, by the books. 120.00 USD was credited on" in said
    )


async def test_an_open_invoice_is_said_with_what_is_open_and_when_it_is_due(work: Work) -> None:
    only(work)
    name, number = numbered(work, late(work, "Larch Ltd", None, 5, 120.0))
    for words in (f"Is invoice {number} paid?", f"Has {name} been paid?", f"Did Larch pay invoice {number}?"):
        said = await answered(work, words)
        assert f"{name} of Larch Ltd over 120.00 USD is not paid: 120.00 USD is open, due" in said
        assert "(5 days overdue)" in said


async def test_an_invoice_of_another_is_not_answered_as_theirs(work: Work) -> None:
    only(work)
    name, number = numbered(work, late(work, "Larch Ltd", None, 5, 120.0))
    said = await answered(work, f"Did Ash Tree pay invoice {number}?")
    assert f"no invoice or bill of Ash Tree with the number {number}; {name} is of Larch Ltd." in said


@pytest.mark.parametrize("words", ["Is invoice 9042 paid?", "Has INV/2031/00042 been paid?"])
async def test_a_number_that_the_books_do_not_have_is_said_to_be_none(work: Work, words: str) -> None:
    assert "The books have no invoice or bill with the number" in await answered(work, words)


async def test_a_bill_is_known_by_its_vendors_number(work: Work) -> None:
    only(work)
    bill(work, "Cedar Paper GmbH", "CP-4711", 250.0)
    said = await answered(work, "Have we paid bill CP-4711?")
    assert "(their number CP-4711) of Cedar Paper GmbH over 250.00 USD is not paid" in said


async def test_an_old_document_is_known_however_many_newer_numbers_end_alike(work: Work) -> None:
    only(work)
    bill(work, "Cedar Paper GmbH", "42", 250.0)
    odoo, day = work.sandbox.odoo, f"{work.now:%Y-%m-%d}"
    line = {"name": "Paper", "price_unit": 1.0, "tax_ids": [[6, 0, []]]}
    values = {"move_type": "in_invoice", "invoice_date": day, "invoice_line_ids": [[0, 0, line]]}
    newer = [values | {"ref": f"L-{number}42"} for number in range(1, 211)]
    odoo("account.move", "create", vals_list=newer)
    said = await answered(work, "Have we paid bill 42?")
    assert "(their number 42) of Cedar Paper GmbH over 250.00 USD is not paid" in said


@pytest.mark.parametrize(
    "words", ["When is the rent due?", "When do we have to pay Quay House?", "Wann ist die Miete fällig?"]
)
async def test_when_the_rent_is_due_is_what_the_open_bills_say(work: Work, words: str) -> None:
    only(work)
    bill(work, "Quay House Ltd", "Q-1", 900.0, account_id=account(work, "Office Rent"))
    day = f"{work.now:%Y-%m-%d}"
    owed(work, "Aspen Office", 80.0, 3)
    said = await answered(work, words)
    assert f"of Quay House Ltd, 900.00 USD, due {day}" in said
    assert "Aspen" not in said


async def test_that_no_open_bill_says_so_is_said(work: Work) -> None:
    said = await answered(work, "When is the zeppelin due?")
    assert "No open bill in the books is for 'zeppelin', nor from anybody of that name." in said


async def test_a_question_of_others_is_not_answered_from_the_books(work: Work) -> None:
    for words in ("Is invoice 42 paid?", "When is the rent due?"):
        task = store(work, mail(words, sender="mallory@kestrel.example", subject=words), "gmail", "mail.eml")
        await work.work(task)
        assert "**Answer" not in work.note(task).body
