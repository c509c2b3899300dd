"""The owner's plan against the books of one quarter."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from domain.accounting.budget import BudgetReport, budget_report, months_between
from domain.accounting.goals import Goals, GoalsError, Targets, parse_goals
from domain.accounting.ledger import AccountType, Ledger, LedgerAccount
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.settlement import average_age, settlements
from domain.vault.note import Note
from tests.books import ACCOUNTS, Entry, History, Item, Match, days, histories

T = AccountType
TEMPLATE = Path("Vault/Business_Goals.md")
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


def d(amount: str) -> Decimal:
    return Decimal(amount)


def books() -> Ledger:
    """Rent of 7,500, 95 of travel, 300 of depreciation; an invoice of 900 paid after 20 and 40 days."""
    history = History(
        (
            Entry(1, dt.date(2026, 1, 1), (Item(T.EXPENSE, d("7500")), Item(T.CASH, d("-7500")))),
            Entry(2, dt.date(2026, 2, 1), (Item(T.OTHER_EXPENSE, d("95")), Item(T.CASH, d("-95")))),
            Entry(3, dt.date(2026, 3, 1), (Item(T.DEPRECIATION, d("300")), Item(T.FIXED_ASSET, d("-300")))),
            Entry(
                4,
                dt.date(2026, 1, 10),
                (Item(T.RECEIVABLE, d("1000"), due_on=dt.date(2026, 2, 9)), Item(T.INCOME, d("-1000"))),
            ),
            Entry(5, dt.date(2026, 1, 30), (Item(T.RECEIVABLE, d("-600")), Item(T.CASH, d("600")))),
            Entry(6, dt.date(2026, 2, 19), (Item(T.RECEIVABLE, d("-300")), Item(T.CASH, d("300")))),
            Entry(7, dt.date(2026, 2, 20), (Item(T.RECEIVABLE, d("-100")), Item(T.INCOME, d("100")))),
        ),
        (Match(4, 5), Match(4, 6), Match(4, 7)),
    )
    names = {T.EXPENSE: ("612000", "Rent"), T.OTHER_EXPENSE: ("625100", "Travel and lodging")}
    accounts = {
        number: replace(account, code=names[account.account_type][0], name=names[account.account_type][1])
        if account.account_type in names
        else account
        for number, account in ACCOUNTS.items()
    }
    return replace(history.ledger(), accounts=accounts)


def report(**goals: Any) -> BudgetReport:
    return budget_report(books(), parse_goals(goals), FIRST, LAST)


def test_the_goals_that_come_with_the_vault_show_every_rule_and_can_be_read() -> None:
    front = Note.parse(TEMPLATE.read_text()).front
    goals = parse_goals(front)
    assert goals.budgets["rent"] == d("2500")
    assert set(front) == set(Goals.model_fields)
    assert set(front["targets"]) == set(Targets.model_fields)


def test_a_quarter_has_three_months_of_budget() -> None:
    (row,) = report(budgets={"rent": 2500, "travel": 30.10}).rows[:1]
    assert (row.budget, row.actual.amount, row.left) == (d("7500"), d("7500"), 0)
    travel = report(budgets={"travel": 30.10}).rows[0]
    assert (travel.budget, travel.actual.amount, travel.left) == (d("90.30"), d("95"), d("-4.70"))


def test_what_no_category_names_is_other_or_stands_apart() -> None:
    other = report(budgets={"rent": 2500, "other": 200}).rows[-1]
    assert (other.categories, other.actual.amount) == (("other",), d("395"))
    unbudgeted = report(budgets={"rent": 2500}).unbudgeted
    assert [row.figure.amount for row in unbudgeted] == [d("300"), d("95")]


def test_categories_of_one_account_share_a_row_and_unknown_ones_stay_apart() -> None:
    rows = report(budgets={"travel": 10, "lodging": 20, "shipping": 5, "bakery": 5}).rows
    assert [row.categories for row in rows] == [("travel", "lodging"), ("shipping",), ("bakery",)]
    assert [row.budget for row in rows] == [d("90"), d("15"), d("15")]
    assert rows[1].accounts == ()


def test_a_category_can_list_its_accounts_and_then_its_name_does_not_count() -> None:
    rows = report(budgets={"premises": 2500, "rent": 1}, accounts={"premises": [612000]}).rows
    assert [(row.categories, row.actual.amount) for row in rows] == [
        (("premises",), d("7500")),
        (("rent",), 0),
    ]


def test_categories_that_list_the_same_accounts_share_a_row() -> None:
    (row,) = report(budgets={"a": 2500, "b": 1}, accounts={"a": ["612000"], "b": ["612000"]}).rows
    assert (row.categories, row.budget) == (("a", "b"), d("7503"))


def test_several_accounts_that_fit_a_category_are_named_with_what_to_do() -> None:
    ledger = books()
    hotels = [LedgerAccount(n, f"66{n}", name, T.EXPENSE) for n, name in ((300, "Hotels"), (301, "Airfare"))]
    accounts = {
        one.account_id: one for one in (*ledger.accounts.values(), *hotels) if "Travel" not in one.name
    }
    found = budget_report(
        replace(ledger, accounts=accounts, lines=(), partials=()),
        parse_goals({"budgets": {"trips": 1}}),
        FIRST,
        LAST,
    )
    (row,) = found.rows
    assert row.accounts == ()
    assert row.doubt == (
        "several fit: 66300 Hotels, 66301 Airfare; choose under accounts in Business_Goals.md"
    )


def test_targets_are_compared_with_the_books() -> None:
    rows = report(
        targets={"revenue": 400, "profit": 1, "days_until_paid": 30, "overdue": 0, "runway_months": 6}
    ).targets
    assert [(row.name, row.target, row.actual) for row in rows] == [
        ("revenue", d("1200"), d("900")),
        ("profit", d("3"), d("-6995")),
        ("days_until_paid", d("30"), d("26.7")),  # (600 x 20 + 300 x 40) / 900: the credit note paid nothing
        ("overdue", 0, 0),
        ("runway_months", d("6"), 0),
    ]


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        ({"budgets": {"rent": -1}}, r"budgets\.rent: must be at least 0"),
        ({"budgets": {"rent": True}}, r"budgets\.rent: must be an amount"),
        ({"targets": {"profits": 1}}, r"targets\.profits"),
        ({"budget": {"rent": 1}}, "did you mean budgets"),
        ({"accounts": {"rent": ["1"]}}, r"accounts\.rent: has no budget"),
        ({"budgets": {"rent": 1}, "accounts": {"rent": ["999"]}}, "the books have no expense account 999"),
        (
            {"budgets": {"a": 1, "b": 1}, "accounts": {"a": ["612000"], "b": ["612000", "600000"]}},
            "612000 belongs to a already",
        ),
        ({"currency": "EUR"}, "the books are in USD, not in EUR"),
    ],
)
def test_goals_that_cannot_be_followed_say_what_to_correct(goals: dict[str, Any], said: str) -> None:
    with pytest.raises(GoalsError, match=said):
        report(**goals)


def test_empty_goals_compare_nothing() -> None:
    empty = report(budgets=None, targets={"revenue": None})
    assert (empty.rows, empty.targets) == ((), ())
    assert [row.figure.amount for row in empty.unbudgeted] == [d("300"), d("7500"), d("95")]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-01", "2026-12-31", "12"),
        ("2026-02-15", "2026-02-28", "0.5"),
        ("2026-01-17", "2026-02-28", "1.48"),
    ],
)
def test_months_count_by_their_own_days(first: str, last: str, months: str) -> None:
    found = months_between(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert round(found, 2) == d(months)


def test_a_part_payment_settles_its_part_and_a_credit_note_is_no_payment() -> None:
    paid = settlements(books(), LAST, T.RECEIVABLE)
    assert [(one.amount, (one.paid_on - one.line.day).days, one.delay_days) for one in paid] == [
        (d("600"), 20, -10),
        (d("300"), 40, 10),
    ]
    assert settlements(books(), dt.date(2026, 1, 29), T.RECEIVABLE) == []
    assert average_age([]) is None


@settings(max_examples=30)
@given(histories(), days())
def test_the_report_holds_all_expenses_once(history: History, last: dt.date) -> None:
    ledger, first = history.ledger(), last - dt.timedelta(days=400)
    goals = parse_goals({"budgets": {"expense": 1, "depreciation": 2, "nothing": 3}})
    pnl = profit_and_loss(ledger, first, last)
    spent = (pnl.direct_costs, pnl.operating_expenses, pnl.depreciation, pnl.other_expenses)
    assert budget_report(ledger, goals, first, last).actual.amount == sum(one.total.amount for one in spent)


def test_an_account_of_two_names_is_matched_as_bills_are() -> None:
    """`Office supplies` goes to the account that says so, whatever its code."""
    ledger = books()
    office = LedgerAccount(300, "1", "Office Supplies Expense", T.EXPENSE)
    goals = parse_goals({"budgets": {"office supplies": 150}})
    with_office = replace(ledger, accounts={**ledger.accounts, 300: office})
    (row,) = budget_report(with_office, goals, FIRST, LAST).rows
    assert row.accounts == (office,)
