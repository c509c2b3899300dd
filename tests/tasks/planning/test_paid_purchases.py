"""Purchases that were paid, in the owner's words: each counts once, and is one question."""

import pytest

from tasks.approvals.record import pending
from tests.planned import Work
from tests.tasks.planning.test_monthly_invoice import work
from tests.tasks.planning.test_small_requests import bill, spent
from tests.tasks.planning.test_vendor_onboarding import dropped

__all__ = ["work"]


@pytest.mark.parametrize("way", ["from petty cash", "by bank transfer"])
async def test_a_small_purchase_that_was_paid_counts_once_against_its_day(work: Work, way: str) -> None:
    for words in ("I spent 30.11 on stamps", "I spent 30.12 on a taxi", "I spent 30.13 on parking"):
        task = dropped(work, f"{words} {way}")
        await work.work(task)
        work.decide()  # what was understood
        assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    task = dropped(work, f"I spent 30.14 on travel {way}")
    await work.work(task)
    work.decide()
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert "the day's purchases without a payee would be 120.50 USD" in asked.shown
    work.decide()
    assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    assert spent(work, 30.14) == [("Sundry purchases", "paid")]


OWN = {
    "I paid 42.50 for a taxi with my own card": ("42.50", ""),
    "Bought printer paper at Green Hill for 18.90 on my own card": ("18.90", "Green Hill"),
    "Bought printer paper for 18.90 at Green Hill with my own card": ("18.90", "Green Hill"),
    "I spent 18.90 at Green Hill on printer paper out of my own pocket": ("18.90", "Green Hill"),
}


@pytest.mark.parametrize("words", OWN)
async def test_what_was_paid_with_own_money_is_one_question_and_names_the_shop(
    work: Work, words: str
) -> None:
    amount, shop = OWN[words]
    task = dropped(work, words)
    await work.work(task)
    [asked] = pending()
    for said in (amount, "own money", "| Reimburse | The owner |", shop):
        assert said in asked.shown, asked.shown
    work.decide()
    assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    assert spent(work, float(amount)) == [("The owner", "not_paid")]
    assert shop in label(work, float(amount))


async def test_how_it_was_paid_is_asked_in_the_same_question(work: Work) -> None:
    task = dropped(work, "Bought printer paper at Green Hill for 18.90")
    await work.work(task)
    work.decide(paid_with="own money")
    assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    assert spent(work, 18.9) == [("The owner", "not_paid")]
    assert "Green Hill" in label(work, 18.9)


@pytest.mark.parametrize("way", ["from petty cash", "by bank transfer"])
async def test_what_the_business_paid_at_a_new_shop_is_one_question(work: Work, way: str) -> None:
    task = dropped(work, f"Bought printer paper at Green Hill for 18.90 {way}")
    await work.work(task)
    [asked] = pending()
    assert "Reimburse" not in asked.shown
    work.decide()
    assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    assert spent(work, 18.9) == [("Green Hill", "paid")]


async def test_what_is_unusual_stands_in_the_one_question(work: Work) -> None:
    task = dropped(work, "I paid 42.50 for zorbing with my own card")
    await work.work(task)
    [asked] = pending()
    assert "there is no category 'zorbing' yet" in asked.shown
    work.decide()
    assert (await work.work(task)).name == "Completed", [one.shown for one in pending()]
    again = dropped(work, "I paid 42.50 for a taxi with my own card")
    await work.work(again)
    work.decide(category="zorbing")  # nobody has seen what is unusual about that
    await work.work(again)
    assert all(one.action != "plan.fill_in" for one in pending())


async def test_another_sum_than_was_shown_is_asked_about(work: Work) -> None:
    work.write(
        "odd_expense",
        """
asked: ["odd expense {amount} at {vendor}"]
inputs:
  amount: {type: amount}
  vendor: {type: text}
steps:
  - id: owed
    action: odoo.reimburse_expenses
    inputs: {vendor: "{{ inputs.vendor }}", issued_on: 2026-11-20, currency: USD, total: "99.00", category: taxi}
""",
    )
    task = dropped(work, "Odd expense 42.50 at Green Hill")
    await work.work(task)
    work.decide()
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    assert asked.action == "odoo.reimburse_expenses"


@pytest.mark.parametrize("known", ["DE02120300000000202051", None])
async def test_an_account_that_is_not_the_payees_is_asked_about_by_itself(
    work: Work, known: str | None
) -> None:
    odoo = work.sandbox.odoo
    vendor = partner_of(work, bill(work, "Green Hill", "G-1", 5.0))
    if known:
        odoo("res.partner.bank", "create", vals_list=[{"acc_number": known, "partner_id": vendor}])
    work.write(
        "odd_expense",
        """
asked: ["odd expense {amount} at {vendor}"]
inputs:
  amount: {type: amount}
  vendor: {type: text}
  iban: {type: iban}
  currency: {type: currency, default: USD}
  day: {type: date, default: "{{ task.received }}"}
  category: {type: text, default: taxi}
steps:
  - id: book
    action: odoo.record_bill
    inputs:
      vendor: "{{ inputs.vendor }}"
      vendor_iban: "{{ inputs.iban }}"
      issued_on: "{{ inputs.day }}"
      currency: "{{ inputs.currency }}"
      total: "{{ inputs.amount }}"
      category: "{{ inputs.category }}"
""",
    )
    task = dropped(work, "Odd expense 42.50 at Green Hill, IBAN DE89370400440532013000")
    await work.work(task)
    work.decide()
    assert (await work.work(task)).name == "Waiting", work.note(task).render()
    [asked] = pending()
    assert asked.action == "odoo.record_bill"
    assert "the bank details of Green Hill" in asked.shown


def partner_of(work: Work, move: int) -> int:
    """Whose document it is."""
    [row] = work.sandbox.odoo("account.move", "read", ids=[move], fields=["partner_id"])
    return int(row["partner_id"][0])


def label(work: Work, amount: float) -> str:
    """What the line of the bill over this sum says."""
    [row] = work.sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["move_type", "=", "in_invoice"], ["amount_total", "=", amount]],
        fields=["invoice_line_ids"],
    )
    [line] = work.sandbox.odoo("account.move.line", "read", ids=row["invoice_line_ids"], fields=["name"])
    return str(line["name"])
