"""Thirteen weeks ahead, from what was known on the day."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings

from domain.accounting.ageing import open_items, sign_of
from domain.accounting.cash_forecast import FEWEST_CUT_OFFS, cash_forecast, past_forecasts, weekly_cash
from domain.accounting.ledger import AccountType, Ledger
from domain.accounting.outlook import KINDS, WEEK, WEEKS, Habits, OwedItem, expected_cash, outlook_of, week_of
from domain.accounting.settlement import settlements
from tests.books import Entry, History, Item, Match, days, histories

T = AccountType
TODAY = dt.date(2026, 3, 1)


def d(amount: str) -> Decimal:
    return Decimal(amount)


def after(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def entry(
    number: int, when: int, kind: AccountType, amount: str, other: AccountType, **more: object
) -> Entry:
    item = replace(Item(kind, d(amount)), **more)  # type: ignore[arg-type]
    return Entry(number, after(when), (item, Item(other, -item.balance)))


def invoice(number: int, when: int, amount: str, *, due: int, partner: int = 1) -> Entry:
    return entry(number, when, T.RECEIVABLE, amount, T.INCOME, due_on=after(due), partner_id=partner)


def payment(number: int, when: int, amount: str, *, partner: int = 1) -> Entry:
    return entry(number, when, T.RECEIVABLE, f"-{amount}", T.CASH, partner_id=partner)


def receipts(history: History) -> list[Decimal]:
    return [week.receipts.amount for week in cash_forecast(history.ledger(), TODAY).weeks]


def owed(due: int, partner: int = 1) -> OwedItem:
    return OwedItem(101, partner, after(due - 30), after(due), d("1"))


def habits_of(delays: dict[int, list[int]]) -> Habits:
    habits = Habits()
    for partner, days_late in delays.items():
        for late in days_late:
            habits.learn(partner, late)
    habits.settle()
    return habits


def test_without_habits_an_invoice_is_expected_when_it_is_due() -> None:
    found = receipts(History((invoice(1, -5, "100", due=10),)))
    assert found == [0, d("100")] + [0] * 11


def test_an_invoice_is_expected_as_late_as_its_customer_usually_pays() -> None:
    habits = habits_of({1: [90, 20, 25], 2: [3] * 5})
    assert habits.expected_on(owed(10), TODAY) == after(35)
    assert habits.expected_on(owed(10, partner=2), TODAY) == after(13)


def test_a_customer_with_two_payments_is_taken_for_an_average_one() -> None:
    habits = habits_of({1: [60, 60], 2: [3] * 5})
    assert habits.expected_on(owed(10), TODAY) == after(13)


def test_who_is_already_later_than_usual_is_expected_after_the_longer_delays() -> None:
    habits = habits_of({1: [5, 50, 5, 5, 40]})
    assert habits.expected_on(owed(-20), TODAY) == after(20)
    assert habits.expected_on(owed(-60), TODAY) == after(7)


def test_what_was_paid_in_advance_is_not_expected_again() -> None:
    history = History((invoice(1, -5, "100", due=3), invoice(2, -4, "50", due=10), payment(3, -1, "120")))
    assert receipts(history)[:2] == [0, d("30")]


def test_bills_go_out_and_name_their_lines() -> None:
    bill = entry(1, -5, T.PAYABLE, "-70", T.EXPENSE, due_on=after(20), partner_id=9)
    week = cash_forecast(History((bill,)).ledger(), TODAY).weeks[2]
    assert (week.payments.amount, week.payments.line_ids, week.net) == (d("-70"), (101,), d("-70"))
    assert (week.first, week.last) == (after(15), after(21))


def test_young_books_give_no_interval_and_nothing_besides() -> None:
    forecast = cash_forecast(History((invoice(1, -5, "100", due=10),)).ledger(), TODAY)
    assert {(week.low, week.high, week.other) for week in forecast.weeks} == {(None, None, 0)}
    assert forecast.learned_from == 0


def test_what_every_week_costs_besides_is_learned_and_certain() -> None:
    """Fifty weeks of the same cost: the forecast continues them, with an interval of no width."""
    weekly = tuple(entry(100 + week, -7 * week, T.EXPENSE, "200", T.CASH) for week in range(50))
    start = entry(99, -400, T.CASH, "20000", T.EQUITY)
    forecast = cash_forecast(History((*weekly, start)).ledger(), TODAY)
    assert [week.other for week in forecast.weeks] == [d("-200")] * 13
    assert forecast.weeks[-1].balance == d("10000") - 13 * 200
    assert forecast.weeks[-1].low == forecast.weeks[-1].high == forecast.weeks[-1].balance
    assert forecast.learned_from >= FEWEST_CUT_OFFS


def test_the_interval_spans_the_misses_there_were() -> None:
    weekly = tuple(
        entry(number, -7 * number, T.EXPENSE, "100" if number % 2 else "300", T.CASH)
        for number in range(1, 51)
    )
    start = entry(99, -400, T.CASH, "20000", T.EQUITY)
    week = cash_forecast(History((*weekly, start)).ledger(), TODAY).weeks[0]
    assert week.low is not None
    assert week.high is not None
    assert (week.low, week.high) == (d("10000") - 300, d("10000") - 100)
    assert week.low < week.balance < week.high


def test_one_great_miss_leaves_the_forecast_within_its_interval() -> None:
    rare = entry(1, -150, T.CASH, "5200", T.INCOME)
    start = entry(99, -400, T.CASH, "20000", T.EQUITY)
    week = cash_forecast(History((rare, start)).ledger(), TODAY).weeks[0]
    assert week.other > 0
    assert (week.low, week.high) == (d("25200"), week.balance)


def test_a_week_begins_the_day_after() -> None:
    ledger = History(
        (
            entry(1, 0, T.CASH, "1", T.EQUITY),
            entry(2, 7, T.CASH, "2", T.EQUITY),
            entry(3, 8, T.CASH, "4", T.EQUITY),
            entry(4, 92, T.CASH, "8", T.EQUITY),
        )
    ).ledger()
    assert weekly_cash(ledger, TODAY) == [d("2"), d("4")] + [0] * 11


def test_a_payment_that_came_later_is_not_known_before() -> None:
    history = History((invoice(1, -5, "100", due=10), payment(2, 5, "100")), (Match(1, 2),))
    assert receipts(history)[1] == d("100")


@settings(max_examples=40)
@given(histories(), days())
def test_a_forecast_made_later_for_a_past_day_is_the_one_of_that_day(
    history: History, as_of: dt.date
) -> None:
    now, then = history.ledger(), history.until(as_of).ledger()
    forecast = cash_forecast(then, as_of)
    assert cash_forecast(now, as_of) == forecast
    assert cash_forecast(now, as_of, past_forecasts(now, as_of + dt.timedelta(weeks=9), most=74)) == forecast
    open_cash = sum(week.receipts.amount + week.payments.amount + week.other for week in forecast.weeks)
    assert forecast.weeks[-1].balance == forecast.cash.amount + open_cash


def expected_by_the_definition(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[Decimal]:
    """One day from all journal items: what was open then, and what had been paid by then."""
    sign, habits, by_week = sign_of(kind), Habits(), [Decimal(0)] * WEEKS
    for one in settlements(ledger, as_of, kind):
        habits.learn(one.line.partner_id, one.delay_days)
    habits.settle()
    items = open_items(ledger, as_of, kind)
    unused: dict[int | None, Decimal] = {}
    for item in items:
        credit = max(-item.residual * sign, Decimal(0))
        unused[item.line.partner_id] = unused.get(item.line.partner_id, Decimal(0)) + credit
    for item in items:
        line, debt = item.line, max(item.residual * sign, Decimal(0))
        used = min(debt, unused[line.partner_id])
        unused[line.partner_id] -= used
        owed_item = OwedItem(line.line_id, line.partner_id, line.day, line.due, line.balance)
        week = week_of(habits.expected_on(owed_item, as_of), as_of)
        if week is not None:
            by_week[week] += (debt - used) * sign
    return by_week


@settings(max_examples=100)
@given(histories(), days())
def test_many_days_in_one_sweep_are_each_day_by_the_definition(history: History, last: dt.date) -> None:
    ledger = history.ledger()
    cut_offs = [last - number * WEEK for number in range(70, -1, -1)]
    for kind in KINDS:
        for day, found in zip(cut_offs, expected_cash(outlook_of(ledger), kind, cut_offs), strict=True):
            amounts = [figure.amount for figure in found]
            assert amounts == expected_by_the_definition(ledger, day, kind)
