"""The records behind a number of the books: each says what of it is in the number."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from domain.accounting.goals import Goals
from domain.accounting.ledger import AccountType
from domain.accounting.report import FiguresOrigin
from domain.briefing.money import money
from domain.briefing.number import MOST_RECORDS, Number
from domain.briefing.part import Part
from domain.briefing.week_books import OPEN, BriefedBooks
from domain.week import Week
from tests.books import Entry, History, Item, Match, histories

WEEK = Week(dt.date(2026, 3, 16), ZoneInfo("UTC"))
READ = dt.datetime(2026, 3, 23, 7, tzinfo=dt.UTC)
SOLD, PAID = Decimal("1000.50"), Decimal("400.25")


def of_week(history: History, week: Week = WEEK) -> Part:
    origin = FiguresOrigin(source="Books", read_at=READ, is_sandbox=True)
    return money(BriefedBooks(history.ledger(), origin, Goals(currency="USD"), lambda _: "http://x/"), week)


def known(part: Part, key: str) -> Number:
    found = part.number(f"money.{key}")
    assert found is not None, key
    return found


def test_an_invoice_that_is_paid_in_part_counts_with_what_is_left_of_it() -> None:
    owed = (Item(AccountType.RECEIVABLE, SOLD, partner_id=7), Item(AccountType.INCOME, -SOLD))
    paid = (Item(AccountType.RECEIVABLE, -PAID, partner_id=7), Item(AccountType.CASH, PAID))
    entries = (Entry(1, dt.date(2026, 2, 2), owed), Entry(2, dt.date(2026, 2, 20), paid))
    part = of_week(History(entries, (Match(1, 2),)))
    for key in ("receivable", "overdue", "late.partner-7"):
        [record] = known(part, key).records
        assert record.value == known(part, key).value == SOLD - PAID
        assert record.said == "ENTRY/1 · Partner 7 · 2026-02-02 · of 1,000.50 USD"
    assert [record.value for record in known(part, "cash").records] == [PAID]


@settings(max_examples=25, deadline=None)
@given(histories())
def test_what_is_open_is_the_sum_of_its_records(history: History) -> None:
    part = of_week(history)
    named = [row.numbers[0] for table in part.tables for row in table.rows if table.columns[0] != "amount"]
    numbers = [*(known(part, key) for key in OPEN), *named]
    for one in numbers:
        parts = sum((record.value or Decimal(0) for record in one.records), Decimal(0))
        assert one.record_count <= MOST_RECORDS
        assert abs(parts) == abs(one.value or Decimal(0)), one.key


def bill(number: int, day: dt.date, amount: str) -> Entry:
    cost = Item(AccountType.EXPENSE, Decimal(amount))
    return Entry(number, day, (Item(AccountType.PAYABLE, -cost.balance, partner_id=7), cost))


@pytest.mark.parametrize(("times", "told"), [(1, 0), (100, 1)])
def test_a_week_that_was_booked_in_cents_is_told_with_its_largest_entry(times: int, told: int) -> None:
    usual = [
        bill(number, WEEK.monday - dt.timedelta(days=1 + 3 * number), f"{20 + number}.45")
        for number in range(15)
    ]
    amounts = (times * Decimal(amount) for amount in ("24.15", "31.99", "29.05"))
    now = [bill(20 + number, WEEK.sunday, f"{amount:f}") for number, amount in enumerate(amounts)]
    found = [said for said in of_week(History((*usual, *now))).findings if "cents" in said]
    wanted = (
        "Expenses of the week: all 3 amounts are without cents and about a hundred times the usual ones, such as "
        "3,199.00 USD of ENTRY/21: they look like cents entered as whole USD."
    )
    assert found == [wanted] * told
