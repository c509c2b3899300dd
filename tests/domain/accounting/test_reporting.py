import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings

from domain.accounting.date_range import DateRange
from domain.accounting.goals import Goals, GoalsError, Targets
from domain.accounting.ledger import AccountType
from domain.accounting.report import FiguresOrigin, FinancialReport, ReportType, RowKind
from domain.accounting.report_text import report_markdown
from domain.accounting.reporting import report
from tests.books import START, Entry, History, Item, days, histories

ORIGIN = FiguresOrigin(
    source="Odoo 'books'", read_at=dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC), is_sandbox=False
)
ALWAYS = DateRange(dt.date(2020, 1, 1), dt.date(2026, 11, 23))
INVOICE = Entry(
    1,
    START,
    (
        Item(AccountType.RECEIVABLE, Decimal("115.5"), partner_id=1, due_on=START),
        Item(AccountType.INCOME, Decimal(-100), tax_ids=(1,)),
        Item(AccountType.CURRENT_LIABILITY, Decimal("-15.5"), tax_id=1),
    ),
)


@settings(max_examples=40)
@given(histories(), days(), days())
def test_every_amount_is_the_sum_of_the_lines_it_names(
    history: History, one: dt.date, other: dt.date
) -> None:
    ledger = history.ledger()
    for kind in (ReportType.PROFIT_AND_LOSS, ReportType.BALANCE_SHEET):
        for row in report(ledger, kind, DateRange(min(one, other), max(one, other)), ORIGIN).rows:
            balance = sum(ledger.by_id[line_id].balance for line_id in row.line_ids)
            assert abs(row.amounts.get("amount", Decimal(0))) == abs(balance) or row.key.startswith(
                "total_liab"
            )


@settings(max_examples=20)
@given(histories(), days(), days())
def test_every_report_can_be_read_back_and_shown(history: History, one: dt.date, other: dt.date) -> None:
    ledger = history.ledger()
    for kind in ReportType:
        found = report(ledger, kind, DateRange(min(one, other), max(one, other)), ORIGIN)
        assert FinancialReport.model_validate_json(found.model_dump_json(exclude_defaults=True)) == found
        table = [line for line in report_markdown(found).splitlines() if line.startswith("|")]
        assert len(table) == len(found.rows) + 2
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1


def test_amounts_are_text_in_json_with_the_currency_s_cents() -> None:
    found = report(History((INVOICE,)).ledger(), ReportType.TAX_SUMMARY, ALWAYS, ORIGIN)
    (row,) = [row for row in found.model_dump(mode="json")["rows"] if row["kind"] == RowKind.DETAIL]
    assert row["amounts"] == {"base": "100.00", "tax": "15.50"}
    assert (row["line_count"], list(row["line_ids"])) == (2, [102, 103])


def test_a_shortened_report_still_tells_how_many_lines_there_are() -> None:
    found = report(History((INVOICE,)).ledger(), ReportType.TAX_SUMMARY, ALWAYS, ORIGIN).shortened(1)
    (row,) = [row for row in found.rows if row.kind is RowKind.DETAIL]
    assert (row.line_count, row.line_ids) == (2, (102,))


def test_a_budget_shows_what_is_left_what_has_no_budget_and_the_targets() -> None:
    goals = Goals(budgets={"off site storage": Decimal(50)}, targets=Targets(revenue=Decimal(80)))
    rent = Entry(1, START, (Item(AccountType.EXPENSE, Decimal(70)), Item(AccountType.CASH, Decimal(-70))))
    month = DateRange(START.replace(day=1), START.replace(day=28))
    books = History((rent,)).ledger()
    found = report(books, ReportType.BUDGET, month, ORIGIN, goals)
    assert found.amount("expenses", "actual") == 70
    assert found.amount("expenses") == found.amount("expenses", "budget") - 70
    labels = [row.label for row in found.rows]
    (doubtful,) = [label for label in labels if label.startswith("off site storage (")]
    assert "no account fits; name one under accounts in Business_Goals.md" in doubtful
    (spent,) = [row for row in found.rows if row.label.endswith("(no budget)")]
    assert spent.amounts == {"actual": Decimal("70.00")}
    assert labels[-1] == "Revenue"
    with pytest.raises(GoalsError, match="the books are in USD, not in EUR"):
        report(books, ReportType.BUDGET, month, ORIGIN, Goals(currency="EUR"))


def test_a_measure_without_a_meaning_has_no_value() -> None:
    found = report(History((INVOICE,)).ledger(), ReportType.MEASURES, DateRange(START, START), ORIGIN)
    by_key = {row.key: row.amounts for row in found.rows}
    assert by_key["dso_days"] == {"value": Decimal("1.2")}  # 115.50 open of 100.00 sold in one day
    assert by_key["dpo_days"] == by_key["runway_months"] == {}
    assert "| **Runway in months** |  |" in report_markdown(found)


def test_a_forecast_begins_today_when_the_period_has_not_ended() -> None:
    books = History((INVOICE,)).ledger()
    found = report(books, ReportType.CASH_FORECAST, DateRange(START, dt.date(2026, 12, 31)), ORIGIN)
    assert (found.first, found.last) == (None, dt.date(2026, 11, 23))
    assert [row.day for row in found.rows][:2] == [dt.date(2026, 11, 23), dt.date(2026, 11, 30)]
    assert len(found.rows) == 14
