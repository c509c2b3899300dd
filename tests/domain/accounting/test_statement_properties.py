"""What must hold for every ledger, whatever was booked, matched and in which currency."""

import datetime as dt
from decimal import Decimal

from hypothesis import example, given, settings

from domain.accounting.ageing import AgeingBucket, open_items, payable_ageing, receivable_ageing
from domain.accounting.balance_sheet import balance_sheet
from domain.accounting.cash_flow import cash_flow
from domain.accounting.figure import Figure
from domain.accounting.ledger import AccountType, Ledger, until
from domain.accounting.measures import measures
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.tax_summary import tax_summary
from domain.accounting.trial_balance import general_ledger, trial_balance
from tests.books import Entry, History, Item, Match, days, histories

FEW = settings(max_examples=40)
A_CENT_THAT_IS_TWO = History(
    tuple(
        Entry(
            number,
            dt.date(2024, 6, 1),
            (
                Item(
                    AccountType.RECEIVABLE,
                    sign * Decimal("0.01"),
                    sign * Decimal("0.02"),
                    "EUR",
                    partner_id=1,
                ),
                Item(AccountType.CASH, -sign * Decimal("0.01"), -sign * Decimal("0.02"), "EUR"),
            ),
        )
        for number, sign in ((1, 1), (2, -1))
    ),
    (Match(1, 2, Decimal("0.6")),),
)
"""A share of the match rounds to the whole cent, and leaves a part of the other currency open, as Odoo has it."""


def balance(ledger: Ledger, kind: AccountType, as_of: dt.date) -> Decimal:
    return sum((line.balance for line in until(ledger.of_types(kind), as_of)), Decimal(0))


def agrees_with_its_lines(ledger: Ledger, figure: Figure) -> bool:
    return abs(figure.amount) == abs(sum(ledger.by_id[line_id].balance for line_id in figure.line_ids))


@FEW
@given(histories(), days())
def test_the_balance_sheet_balances_to_the_cent_on_any_day(history: History, as_of: dt.date) -> None:
    sheet = balance_sheet(history.ledger(), as_of)
    assert sheet.difference.amount == 0


@FEW
@given(histories(), days(), days())
def test_the_trial_balance_is_zero_in_every_column(history: History, one: dt.date, other: dt.date) -> None:
    trial = trial_balance(history.ledger(), min(one, other), max(one, other))
    assert trial.opening.amount == trial.closing.amount == 0
    assert trial.debit.amount == trial.credit.amount


@FEW
@given(histories(), days())
def test_the_ageings_come_to_the_control_accounts_balances(history: History, as_of: dt.date) -> None:
    ledger = history.ledger()
    receivable, payable = receivable_ageing(ledger, as_of), payable_ageing(ledger, as_of)
    assert receivable.total.amount == balance(ledger, AccountType.RECEIVABLE, as_of)
    assert payable.total.amount == -balance(ledger, AccountType.PAYABLE, as_of)
    for ageing in (receivable, payable):
        assert sum(figure.amount for figure in ageing.buckets.values()) == ageing.total.amount
        assert all(
            (figure.amount <= 0) == (bucket is AgeingBucket.CREDITS) or not figure.amount
            for bucket, figure in ageing.buckets.items()
        )


@FEW
@given(histories(), days(), days())
def test_the_cash_flow_explains_the_change_in_cash(history: History, one: dt.date, other: dt.date) -> None:
    ledger, first, last = history.ledger(), min(one, other), max(one, other)
    flow = cash_flow(ledger, first, last)
    before = balance(ledger, AccountType.CASH, first - dt.timedelta(days=1))
    assert flow.opening_cash.amount == before
    assert flow.change.amount == balance(ledger, AccountType.CASH, last) - before
    assert flow.net_profit.amount == profit_and_loss(ledger, first, last).net_profit.amount


@settings(max_examples=100)
@given(histories(), days())
def test_a_past_day_looks_the_same_when_the_later_entries_do_not_exist(
    history: History, as_of: dt.date
) -> None:
    now, then = history.ledger(), history.until(as_of).ledger()
    first = as_of - dt.timedelta(days=200)
    assert balance_sheet(now, as_of) == balance_sheet(then, as_of)
    assert receivable_ageing(now, as_of) == receivable_ageing(then, as_of)
    assert payable_ageing(now, as_of) == payable_ageing(then, as_of)
    for statement in (profit_and_loss, cash_flow, trial_balance, general_ledger, tax_summary, measures):
        assert statement(now, first, as_of) == statement(then, first, as_of)


@FEW
@given(histories(), days())
def test_unallocated_earnings_are_all_profits_so_far(history: History, as_of: dt.date) -> None:
    ledger = history.ledger()
    earnings = balance_sheet(ledger, as_of).earnings
    profit = profit_and_loss(ledger, dt.date(1970, 1, 1), as_of).net_profit.amount
    assert earnings.total.amount == profit - balance(ledger, AccountType.UNALLOCATED, as_of)
    this_year = profit_and_loss(ledger, ledger.fiscal_year_end.year_start(as_of), as_of)
    assert earnings.current_year.amount == this_year.net_profit.amount


@FEW
@given(histories(), days())
def test_an_open_item_never_owes_more_than_its_line(history: History, as_of: dt.date) -> None:
    ledger = history.ledger()
    for line in until(ledger.of_types(AccountType.RECEIVABLE, AccountType.PAYABLE), as_of):
        residual, foreign = ledger.residual(line, as_of)
        assert abs(residual) <= abs(line.balance)
        assert residual * line.balance >= 0
        assert abs(foreign) <= abs(line.amount_currency)


@FEW
@given(histories(), days())
def test_what_is_open_on_a_day_is_what_was_open_when_nothing_later_was_known(
    history: History, as_of: dt.date
) -> None:
    for kind in (AccountType.RECEIVABLE, AccountType.PAYABLE):
        known_later = [
            (item.line.line_id, item.residual) for item in open_items(history.ledger(), as_of, kind)
        ]
        known_then = [
            (item.line.line_id, item.residual)
            for item in open_items(history.until(as_of).ledger(), as_of, kind)
        ]
        assert known_later == known_then


@FEW
@given(histories(), days())
@example(A_CENT_THAT_IS_TWO, dt.date(2024, 6, 1))
def test_figures_name_the_lines_they_come_from(history: History, as_of: dt.date) -> None:
    ledger = history.ledger()
    sheet = balance_sheet(ledger, as_of)
    sections = (*sheet.assets, *sheet.liabilities, sheet.equity)
    figures = [
        figure for section in sections for figure in (section.total, *(r.figure for r in section.rows))
    ]
    figures += [sheet.earnings.current_year, sheet.earnings.earlier_years]
    assert all(agrees_with_its_lines(ledger, figure) for figure in figures)
    opened = open_items(ledger, as_of, AccountType.RECEIVABLE)  # some are open in their own currency only
    ageing = receivable_ageing(ledger, as_of)
    assert set(ageing.total.line_ids) == {item.line.line_id for item in opened if item.residual}
    listed = [item for partner in ageing.partners for item in partner.items]
    assert sorted(listed, key=lambda item: item.line.line_id) == sorted(
        opened, key=lambda item: item.line.line_id
    )


@FEW
@given(histories(), days(), days())
def test_a_trial_balance_opens_and_closes_with_the_accounts_balances(
    history: History, one: dt.date, other: dt.date
) -> None:
    ledger, first, last = history.ledger(), min(one, other), max(one, other)
    rows = {row.account.account_type: row for row in trial_balance(ledger, first, last).rows}
    for kind in set(AccountType) - {AccountType.UNALLOCATED}:
        if kind in rows and not kind.is_result:
            assert rows[kind].opening.amount == balance(ledger, kind, first - dt.timedelta(days=1))
            assert rows[kind].closing.amount == balance(ledger, kind, last)


@FEW
@given(histories(), days(), days())
def test_the_general_ledger_runs_from_opening_to_closing(
    history: History, one: dt.date, other: dt.date
) -> None:
    for account in general_ledger(history.ledger(), min(one, other), max(one, other)):
        running = account.entries[-1].running if account.entries else account.row.opening.amount
        assert running == account.row.closing.amount
