"""What an owner asks for in one sentence, from a note in Inbox/ to the books."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.approvals.answer import Decision
from domain.policy.handbook import Handbook
from domain.social.draft import DraftStatus
from domain.vault.folder import Folder
from tasks.approvals.decide import AnswerResult
from tasks.approvals.record import pending
from tasks.clock import present
from tasks.mail.take_mail import take_part
from tasks.planning.prepare import told_of_task
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import current_vault
from tests.gmail_world import client_of, deliver
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient, sent
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_payment_reminders import late, only
from tests.tasks.planning.test_vendor_onboarding import dropped, partners

__all__ = ["work"]


async def test_an_expense_in_a_sentence_is_shown_and_then_booked_once(
    work: Work, sandbox: SandboxClient
) -> None:
    work.pass_time(days=-10)  # it arrived when nobody worked it
    spent_on = f"{work.now - timedelta(days=1):%Y-%m-%d}"
    task = dropped(work, "I spent 12.80 on travel yesterday")
    assert (await work.work(task)).name == "Waiting"
    (asked,) = pending()
    assert "How was it paid" in asked.shown
    [unsaid] = work.decide()
    assert unsaid.kind is AnswerResult.ASK_AGAIN
    for said in (
        "12.80",
        "travel",
        spent_on,
        "USD",
        "Sundry purchases",
        "I spent 12.80 on travel yesterday",
    ):
        assert said in asked.shown, asked.shown
    work.decide(paid_with="not yet")
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert work.folder(task) is Folder.DONE
    rows = sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["move_type", "=", "in_invoice"], ["amount_total", "=", 12.8]],
        fields=["invoice_date", "state", "partner_id"],
    )
    assert [(row["invoice_date"], row["state"], row["partner_id"][1]) for row in rows] == [
        (spent_on, "posted", "Sundry purchases")
    ]


@pytest.mark.parametrize(
    "written", ["", "soon", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", None]
)
def test_a_time_of_arrival_that_is_none_counts_as_now(written: str | None) -> None:
    handbook = Handbook(time_zone="America/New_York")
    now = datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert told_of_task("file-1", {"received": written}, handbook, now)["received"] == "2026-11-19"


async def test_a_day_that_reads_in_two_ways_is_asked_for(work: Work) -> None:
    task = dropped(work, "I spent 12.80 on travel on 03/04/2026 with my own card")
    await work.work(task)
    (asked,) = pending()
    assert "03/04/2026" in asked.shown
    [answer] = work.decide()
    assert answer.kind is AnswerResult.ASK_AGAIN
    assert "is not a date" in (answer.reason or answer.request.shown)
    work.decide(day="2026-04-03")
    assert await worked(work, task) == "Completed"


def spent(work: Work, amount: float) -> list[tuple[str, str]]:
    """Who is owed a bill of this sum, and whether it is paid."""
    rows = work.sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["move_type", "=", "in_invoice"], ["amount_total", "=", amount], ["state", "=", "posted"]],
        fields=["partner_id", "payment_state"],
    )
    return [(row["partner_id"][1], row["payment_state"]) for row in rows]


@pytest.mark.parametrize(
    ("words", "booked"),
    [
        ("I paid 12.85 for stamps with my own card", ("The owner", "not_paid")),
        ("Ich habe 12,85 für Briefmarken aus eigener Tasche bezahlt", ("The owner", "not_paid")),
        ("I spent 12.85 on stamps from petty cash", ("Sundry purchases", "paid")),
        ("I spent 12.85 on stamps by bank transfer", ("Sundry purchases", "paid")),
    ],
)
async def test_who_is_owed_an_expense_is_as_it_was_paid(
    work: Work, words: str, booked: tuple[str, str]
) -> None:
    task = dropped(work, words)
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert spent(work, 12.85) == [booked]


async def test_a_small_purchase_that_was_paid_is_asked_about_once(work: Work) -> None:
    task = dropped(work, "I spent 12.85 on stamps from petty cash")
    await work.work(task)
    work.decide()
    assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    assert spent(work, 12.85) == [("Sundry purchases", "paid")]
    large = dropped(work, "I spent 900.00 on stamps from petty cash")
    await work.work(large)
    work.decide()
    assert (await work.work(large)).name == "Waiting"
    assert "nobody is named as payee of more than" in pending()[0].shown


async def test_a_card_that_the_books_do_not_have_is_said_before_anything_is_booked(work: Work) -> None:
    task = dropped(work, "I spent 12.85 on stamps with the company card")
    await work.work(task)
    [asked] = pending()
    assert "payment method 'card' means no journal in Odoo; name one of: Bank, Cash" in asked.shown
    work.decide()
    assert (await work.work(task)).name == "Escalated"
    assert spent(work, 12.85) == []


async def test_a_customer_whom_nobody_knows_is_said_before_the_yes(work: Work) -> None:
    late(work, "Ashtree Gardens Ltd", None, 5, 99.0)
    for words, why in (
        ("Invoice Quillfeather 450 for the workshop", "Odoo has no customer 'Quillfeather'"),
        ("Invoice Ashtree 450 for the workshop", "Near to it: Ashtree Gardens Ltd"),
    ):
        task = dropped(work, words)
        assert (await work.work(task)).name == "Waiting"
        [asked] = [one for one in pending() if one.task_id == task]
        assert why in asked.shown, asked.shown
        assert "What is doubtful" in asked.shown


async def test_a_customer_in_a_sentence_is_in_odoo_once(work: Work, sandbox: SandboxClient) -> None:
    for words in (
        "New customer: Kestrel Joinery, office@kestrel.example",
        "Please add the customer Kestrel Joinery",
    ):
        assert await worked(work, dropped(work, words)) == "Completed"
    assert len(partners(sandbox, "Kestrel Joinery")) == 1


@pytest.mark.parametrize(
    ("asked", "platform"), [("Post on LinkedIn", "linkedin"), ("Tweet", "x")], ids=["post", "tweet"]
)
async def test_a_post_in_words_lies_in_posts_ready_to_be_asked_about(
    work: Work, asked: str, platform: str
) -> None:
    task = dropped(work, f"{asked}: We are hiring!\n\nTwo joiners.")
    assert await worked(work, task) == "Completed", work.note(task).render()
    [name] = current_vault().names(Folder.POSTS)
    note = current_vault().read(Folder.POSTS, name)
    assert note.front["status"] == DraftStatus.READY.value
    assert note.front["platforms"] == platform
    assert note.body.strip() == "We are hiring!\n\nTwo joiners."


async def test_a_platform_that_there_is_not_is_asked_for(work: Work) -> None:
    task = dropped(work, "Post on Orkut: We are hiring!")
    await work.work(task)
    [answer] = work.decide()
    assert answer.kind is AnswerResult.ASK_AGAIN
    assert not current_vault().names(Folder.POSTS)
    work.decide(platform="Facebook")
    assert await worked(work, task) == "Completed"
    assert len(current_vault().names(Folder.POSTS)) == 1


async def test_a_mail_in_words_asks_for_its_subject_and_goes_out_once(
    work: Work, sandbox: SandboxClient
) -> None:
    task = dropped(work, "Send an email to anna@kestrel.example: We are closed on Friday.")
    await work.work(task)
    assert "Subject?" in pending()[0].shown
    work.decide(subject="Friday")
    assert await worked(work, task) == "Completed", work.note(task).render()
    mails = sent(sandbox)
    assert [(mail["To"], mail["Subject"]) for mail in mails] == [("anna@kestrel.example", "Friday")]


async def test_a_question_about_the_books_is_answered_in_the_note_and_asks_nobody(
    work: Work, sandbox: SandboxClient
) -> None:
    odoo = sandbox.odoo
    [customer] = odoo("res.partner", "create", vals_list=[{"name": "Larch & Sons"}])
    due = f"{work.now - timedelta(days=12):%Y-%m-%d}"
    line = {"name": "Fence", "price_unit": 120.0, "tax_ids": [[6, 0, []]]}
    invoice = {
        "move_type": "out_invoice",
        "partner_id": customer,
        "invoice_date": due,
        "invoice_date_due": due,
        "invoice_line_ids": [[0, 0, line]],
    }
    odoo("account.move", "action_post", ids=odoo("account.move", "create", vals_list=[invoice]))
    for words in ("Who hasn't paid?", "How much does Larch & Sons owe us?"):
        task = dropped(work, words)
        assert (await work.work(task)).name == "Completed", work.note(task).render()
        assert not pending()
        said = " ".join(work.note(task).render().split())
        assert "of Larch & Sons, 120.00 USD, due " + due in said
        body = work.note(task).body
        [answer] = [line for line in body.splitlines() if line.startswith("**Answer, ")]
        assert f"of Larch &amp; Sons, 120.00 USD, due {due}" in answer
    unknown = dropped(work, "How much does Quillfeather owe us?")
    assert (await work.work(unknown)).name == "Escalated"
    assert "Nothing is overdue" not in work.note(unknown).render()


@pytest.mark.parametrize(
    ("words", "others", "why"),
    [
        ("How much does Larch owe us?", "Larch & Sons", "Odoo has no customer 'Larch'"),
        ("Remind Larch to pay", "Larch & Sons", "Odoo has no customer 'Larch'"),
        ("Remind Larch Boats to pay", "Larch Boats GmbH", "fits several"),
    ],
)
async def test_a_customer_by_a_name_that_is_nobodys_alone_is_asked_about_once(
    work: Work, words: str, others: str, why: str
) -> None:
    only(work)
    for name in (others, "Larch Boats Ltd"):
        late(work, name, f"office@{name.split()[-1].casefold()}.example", 12, 120.0)
    task = dropped(work, words)
    await work.work(task)
    if "Remind" in words:  # what was understood is confirmed first
        work.decide()
        await work.work(task)
    for _ in range(2):
        assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert set(asked.inputs["slots"][0]["one_of"]) == {others, "Larch Boats Ltd"}
    assert why in asked.shown
    [refused] = work.decide()
    assert refused.kind is AnswerResult.ASK_AGAIN
    work.decide(customer="Larch Boats Ltd")
    assert await worked(work, task) == "Completed", work.note(task).render()
    done = work.note(task).render().rpartition("evidence:")[2]
    assert others not in done
    assert "Larch Boats Ltd" in done


async def test_a_name_without_its_legal_form_is_the_customers(work: Work) -> None:
    only(work)
    late(work, "Larch Ltd", "office@larch.example", 12, 120.0)
    task = dropped(work, "Remind Larch to pay")
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert [mail["To"] for mail in sent(work.sandbox)] == ["office@larch.example"]


def bill(work: Work, vendor: str, number: str, amount: float, **said: int) -> int:
    """A posted bill; its id."""
    odoo, day = work.sandbox.odoo, f"{work.now:%Y-%m-%d}"
    [partner] = odoo("res.partner", "create", vals_list=[{"name": vendor}])
    line = {"name": "Paper", "price_unit": amount, "tax_ids": [[6, 0, []]], **said}
    values = {
        "move_type": "in_invoice",
        "partner_id": partner,
        "ref": number,
        "invoice_date": day,
        "invoice_date_due": day,
        "invoice_line_ids": [[0, 0, line]],
    }
    [move] = odoo("account.move", "create", vals_list=[values])
    odoo("account.move", "action_post", ids=[move])
    return int(move)


async def test_where_no_open_bill_fits_there_is_a_choice_of_all(work: Work) -> None:
    only(work)
    bill(work, "Cedar Paper GmbH", "CP-4711", 250.0)
    task = dropped(work, "Pay the bill from Quillfeather")
    await work.work(task)
    [asked] = pending()
    assert "no open bill is of 'Quillfeather'" in asked.shown
    assert asked.inputs["document"] is None
    assert any("Cedar Paper GmbH" in one["partner"] for one in asked.inputs["fits"])
    work.decide()
    assert work.sandbox.journal(service="odoo", path="account.payment/load") == []


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Pay the bill from Cedar Paper", 0.0),
        ("Pay invoice CP-4711, 100.00 of it", 150.0),
        ("Pay 99.50 of Cedar Paper's bill", 150.5),
        ("Pay Cedar Paper", 0.0),
        ("Pay bill 4711", 0.0),
        ("We have paid Cedar Paper 100.00", 150.0),
    ],
)
async def test_a_bill_that_is_to_be_paid_is_shown_and_paid_only_after_a_yes(
    work: Work, words: str, left: float
) -> None:
    only(work)
    meant, other = bill(work, "Cedar Paper GmbH", "CP-4711", 250.0), bill(work, "Aspen Ltd", "A-1", 250.0)
    late(work, "Cedar Paper Shop", None, 5, 99.0)  # an invoice of ours is no bill
    task = dropped(work, words)
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert asked.inputs["amount"] == f"{250 - left:.2f}"
    assert words in " ".join(asked.shown.split())
    assert "Cedar Paper GmbH" in asked.shown
    assert "Aspen" not in asked.shown
    assert work.sandbox.journal(service="odoo", path="account.payment/load") == []
    assert await worked(work, task) == "Completed", work.note(task).render()
    rows = work.sandbox.odoo("account.move", "read", ids=[meant, other], fields=["amount_residual"])
    assert [row["amount_residual"] for row in rows] == [left, 250.0]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Larch has paid", 0.0),
        ("Larch has paid invoice {number}", 0.0),
        ("Invoice {number} has been paid", 0.0),
        ("We received 100.00 from Larch yesterday", 20.0),
        ("Larch hat Rechnung {number} bezahlt", 0.0),
    ],
)
async def test_a_customer_who_paid_is_shown_with_the_invoice_and_recorded_after_a_yes(
    work: Work, words: str, left: float
) -> None:
    only(work)
    meant, other = late(work, "Larch Ltd", None, 12, 120.0), late(work, "Aspen Ltd", None, 12, 120.0)
    bill(work, "Larch Ltd", "L-1", 120.0)  # what they want of us is no invoice of ours
    [row] = work.sandbox.odoo("account.move", "read", ids=[meant], fields=["name"])
    words = words.format(number=row["name"].rpartition("/")[2].lstrip("0"))
    task = dropped(work, words)
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert asked.inputs["document"] == row["name"]
    assert words in " ".join(asked.shown.split())
    assert work.sandbox.journal(service="odoo", path="account.payment/load") == []
    assert await worked(work, task) == "Completed", work.note(task).render()
    rows = work.sandbox.odoo("account.move", "read", ids=[meant, other], fields=["amount_residual"])
    assert [one["amount_residual"] for one in rows] == [left, 120.0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Larch has paid invoice 9042", "no open invoice has the number 9042"),
        ("Larch has paid invoice {others}", "no open invoice has the number"),
        ("Quillfeather has paid", "no open invoice is of 'Quillfeather'"),
        ("Larch paid 500.00", ""),
        ("Larch hat 120 EUR \u00fcberwiesen", "no open invoice that is meant is in EUR"),
        ("Larch has paid", ""),
    ],
)
async def test_a_payment_that_fits_no_invoice_surely_is_asked_about_with_a_choice(
    work: Work, words: str, why: str
) -> None:
    only(work)
    for amount in (120.0, 130.0):
        late(work, "Larch Ltd", None, 12, amount)
    other = late(work, "Aspen Ltd", None, 12, 120.0)
    [row] = work.sandbox.odoo("account.move", "read", ids=[other], fields=["name"])
    task = dropped(work, words.format(others=row["name"]))
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert asked.inputs["document"] is None
    assert "EUR" not in words or asked.inputs["amount"] is None  # it is no sum of dollars
    assert "Larch Ltd" in {one["partner"] for one in asked.inputs["fits"]}
    assert why in " ".join(asked.shown.split())
    [refused] = work.decide()
    assert refused.kind is AnswerResult.ASK_AGAIN


@pytest.mark.parametrize(
    ("words", "asked_for"),
    [
        ("We received 120.00 from Larch in cash", "cash"),
        ("I paid the bill from Larch with my own card", "is none of bank, cash, card"),
    ],
)
async def test_the_way_a_payment_was_made_is_taken_or_asked_for(
    work: Work, words: str, asked_for: str
) -> None:
    only(work)
    late(work, "Larch Ltd", None, 12, 120.0)
    bill(work, "Larch Ltd", "L-1", 120.0)
    await work.work(dropped(work, words))
    [asked] = pending()
    assert asked_for in asked.shown


async def test_a_sum_in_another_currency_is_none_of_the_one_invoice_that_fits(work: Work) -> None:
    only(work)
    late(work, "Larch Ltd", None, 12, 120.0)
    await work.work(dropped(work, "Larch hat 120 Euro bezahlt"))
    [asked] = pending()
    assert (asked.inputs["document"], asked.inputs["amount"]) == (None, None)


@pytest.mark.parametrize(
    "words",
    [
        "Credit Larch 50.00 of invoice 42 for the broken lamp",
        "Credit note for Larch over 120.00 for the broken lamp",
        "Schreib Larch eine Gutschrift \u00fcber 50 Euro f\u00fcr die kaputte Lampe",
    ],
)
async def test_a_part_of_an_invoice_is_not_credited_and_says_how_it_is_done(work: Work, words: str) -> None:
    only(work)
    late(work, "Larch Ltd", None, 12, 120.0)
    task = dropped(work, words)
    state = await work.work(task)
    if state.name == "Waiting":  # a word besides was not understood
        assert "only a whole invoice can be credited here" in pending()[0].shown
        work.decide()
        state = await work.work(task)
    assert state.name == "Escalated"
    assert "only a whole invoice can be credited here" in str(work.note(task).front["why"])
    rows = work.sandbox.odoo("account.move", "search", domain=[["move_type", "=", "out_refund"]])
    assert rows == []


async def test_less_than_the_total_of_a_named_invoice_is_a_part_of_it(work: Work) -> None:
    only(work)
    [row] = work.sandbox.odoo(
        "account.move", "read", ids=[late(work, "Larch Ltd", None, 12, 120.0)], fields=["name"]
    )
    await work.work(dropped(work, f"Credit note for invoice {row['name']} over 50.00"))
    assert "only a whole invoice can be credited here" in pending()[0].shown


async def test_who_has_not_paid_is_no_payment(work: Work) -> None:
    late(work, "Larch Ltd", None, 12, 120.0)
    for words in (
        "Larch has not paid",
        "Larch has not paid invoice 42",
        "Larch hat Rechnung 42 nicht bezahlt",
    ):
        task = dropped(work, words)
        assert (await work.work(task)).name == "Escalated"
        assert not pending()


async def test_what_was_spent_is_answered_from_the_books_and_asks_nobody(work: Work) -> None:
    def on(name: str) -> int:
        [account] = work.sandbox.odoo(
            "account.account", "search", domain=[["name", "=", name], ["account_type", "=like", "expense%"]]
        )
        return int(account)

    work.pass_time(days=3650)  # a year of which the demo's books have nothing
    year = work.now.year
    bill(work, "Quay Rail", "Q-1", 120.0, account_id=on("Ground Transportation"))
    bill(work, "Quay Rail Lines", "Q-2", 30.5, account_id=on("Hotels"))
    bill(work, "Aspen Office", "A-1", 250.0, account_id=on("Office Rent"))
    answers = []
    for words in (f"What did we spend on travel in {year}?", f"How much did we spend in {year}?"):
        task = dropped(work, words)
        assert (await work.work(task)).name == "Completed", work.note(task).render()
        answers.append(" ".join(work.note(task).render().split()))
    assert not pending()
    assert f"150.50 USD was spent on travel from {year}-01-01 to {year}-12-31" in answers[0]
    assert f"400.50 USD was spent from {year}-01-01 to {year}-12-31" in answers[1]
    unknown = dropped(work, f"What did we spend on zeppelins in {year}?")
    assert (await work.work(unknown)).name == "Escalated"
    assert "zeppelins cannot be told" in work.note(unknown).render()


async def test_a_mail_is_answered_in_its_thread_in_the_owners_words(
    work: Work, sandbox: SandboxClient
) -> None:
    senders = ["Anna Meier <anna@kestrel.example>", "Bert Meier <bert@larch.example>"]
    for sender in senders:
        deliver(sandbox, sender=sender, subject=f"Opening hours {sender[0]}", text="Are you open on Friday?")
    async with client_of(sandbox) as client:
        await take_part(client, frozenset(), clock=present, read_handbook=read_handbook)
    for words, said in (("Answer Mrs Anna Meier", {}), ("Reply to Meier", {"who": senders[1]})):
        task = dropped(work, f"{words}: we are closed.")
        await work.work(task)
        work.decide()  # what was understood
        await work.work(task)
        if said:
            assert pending()[0].inputs["slots"][0]["one_of"] == senders
            work.decide(**said)
        assert await worked(work, task) == "Completed", work.note(task).render()
    assert [(mail["To"], mail["Subject"]) for mail in sent(sandbox)] == [
        ("anna@kestrel.example", "Re: Opening hours A"),
        ("bert@larch.example", "Re: Opening hours B"),
    ]
    nobody = dropped(work, "Answer Quillfeather: we are closed.")
    await work.work(nobody)
    work.decide()
    assert (await work.work(nobody)).name == "Escalated"
    assert "nobody called so has an open mail" in work.note(nobody).render()


async def test_what_is_rejected_says_one_thing_of_how_it_goes_on(work: Work) -> None:
    task = dropped(work, "I spent 12.80 on travel yesterday")
    await work.work(task)
    plan = current_vault().read(Folder.PLANS, task).render()
    assert "[[small_expense|Book a small expense]]" in plan
    assert "(plan." not in plan
    assert "small_expense" not in pending()[0].shown
    work.decide(Decision.REJECT)
    assert (await work.work(task)).name == "Escalated"
    assert "inputs:" not in str(work.note(task).front["why"])
    front = work.note(task).front
    assert front["why"][0].startswith("Ann rejected it")
    assert "again" not in front["why"][0]
    assert "to be asked anew, set status: new" in front["would_help"]
    work.begin_anew(task)
    assert (await work.work(task)).name == "Waiting"
    assert "would_help" not in work.note(task).front
