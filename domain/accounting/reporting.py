"""Which statement a report is, and over which days; pure, from a ledger."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from domain.accounting.ageing import payable_ageing, receivable_ageing
from domain.accounting.balance_sheet import balance_sheet
from domain.accounting.budget import budget_report
from domain.accounting.cash_flow import cash_flow
from domain.accounting.cash_forecast import cash_forecast
from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import Excerpt, SummedItems
from domain.accounting.goals import Goals
from domain.accounting.ledger import Ledger
from domain.accounting.measures import measures
from domain.accounting.outlook_rows import (
    BUDGET_COLUMNS,
    FORECAST_COLUMNS,
    VALUE,
    budget_rows,
    forecast_rows,
    measure_rows,
)
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.report import FiguresOrigin, FinancialReport, ReportRow, ReportType, RowKind
from domain.accounting.statement_rows import (
    AGEING_COLUMNS,
    AMOUNT,
    ENTRY_COLUMNS,
    TAX_COLUMNS,
    TRIAL_COLUMNS,
    ageing_rows,
    balance_sheet_rows,
    cash_flow_rows,
    general_ledger_rows,
    profit_and_loss_rows,
    tax_rows,
    trial_balance_rows,
)
from domain.accounting.tax_summary import tax_summary
from domain.accounting.trial_balance import general_ledger, trial_balance

RUNNING = "The period has not ended: it holds what was booked until then."


@dataclass(frozen=True, slots=True)
class AskedStatement:
    """What a statement is made from."""

    ledger: Ledger
    first: dt.date
    last: dt.date
    goals: Goals


class StatementKind(NamedTuple):
    """How one statement is made."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[[AskedStatement], Iterable[ReportRow]]
    note: str = ""


def report(
    ledger: Ledger, kind: ReportType, days: DateRange, origin: FiguresOrigin, goals: Goals | None = None
) -> FinancialReport:
    """The statement; balance sheet, ageing and forecast are as of the last day.

    Raises:
        GoalsError: the budget's goals do not fit the books.
    """
    today = origin.read_at.date()
    if kind is ReportType.CASH_FORECAST and days.last > today:
        days = DateRange(today, today)
    goals = goals or Goals(currency=ledger.currency)
    asked = AskedStatement(ledger, days.first, days.last, goals)
    statement = _STATEMENTS[kind]
    notes = [RUNNING if days.last > today else "", statement.note]
    return FinancialReport(
        report_type=kind,
        title=statement.title,
        first=None if kind in AS_OF else days.first,
        last=days.last,
        currency=ledger.currency,
        origin=origin,
        columns=statement.columns,
        rows=_with_items(ledger, statement.rows(asked)),
        notes=tuple(note for note in notes if note),
    )


def _with_items(ledger: Ledger, rows: Iterable[ReportRow]) -> tuple[ReportRow, ...]:
    """The same with what stands behind sums instead of the lines that hold them."""
    sums = ledger.sums if isinstance(ledger, Excerpt) else {}
    if not sums:
        return tuple(rows)
    return tuple(row if sums.keys().isdisjoint(row.line_ids) else _summed(row, sums) for row in rows)


def _summed(row: ReportRow, sums: Mapping[int, SummedItems]) -> ReportRow:
    summed = [sums[line_id] for line_id in row.line_ids if line_id in sums]
    single = [line_id for line_id in row.line_ids if line_id not in sums]
    is_account = row.kind is RowKind.DETAIL
    return replace(
        row,
        line_count=len(single) + sum(one.count for one in summed),
        line_ids=tuple(sorted({*single, *(line_id for one in summed for line_id in one.ids)})),
        found_by=tuple(one.search for one in summed) if is_account else (),
    )


AS_OF = frozenset(
    {
        ReportType.BALANCE_SHEET,
        ReportType.RECEIVABLE_AGEING,
        ReportType.PAYABLE_AGEING,
        ReportType.CASH_FORECAST,
    }
)
"""Reports of one day."""
_STATEMENTS = {
    ReportType.PROFIT_AND_LOSS: StatementKind(
        "Profit and loss",
        (AMOUNT,),
        lambda of: profit_and_loss_rows(profit_and_loss(of.ledger, of.first, of.last)),
    ),
    ReportType.BALANCE_SHEET: StatementKind(
        "Balance sheet", (AMOUNT,), lambda of: balance_sheet_rows(balance_sheet(of.ledger, of.last))
    ),
    ReportType.CASH_FLOW: StatementKind(
        "Cash flow", (AMOUNT,), lambda of: cash_flow_rows(cash_flow(of.ledger, of.first, of.last))
    ),
    ReportType.RECEIVABLE_AGEING: StatementKind(
        "Receivables by age", AGEING_COLUMNS, lambda of: ageing_rows(receivable_ageing(of.ledger, of.last))
    ),
    ReportType.PAYABLE_AGEING: StatementKind(
        "Payables by age", AGEING_COLUMNS, lambda of: ageing_rows(payable_ageing(of.ledger, of.last))
    ),
    ReportType.GENERAL_LEDGER: StatementKind(
        "General ledger",
        ENTRY_COLUMNS,
        lambda of: general_ledger_rows(of.ledger.currency, general_ledger(of.ledger, of.first, of.last)),
    ),
    ReportType.TRIAL_BALANCE: StatementKind(
        "Trial balance",
        TRIAL_COLUMNS,
        lambda of: trial_balance_rows(trial_balance(of.ledger, of.first, of.last)),
    ),
    ReportType.TAX_SUMMARY: StatementKind(
        "Tax summary", TAX_COLUMNS, lambda of: tax_rows(tax_summary(of.ledger, of.first, of.last))
    ),
    ReportType.BUDGET: StatementKind(
        "Budget and actual",
        BUDGET_COLUMNS,
        lambda of: budget_rows(budget_report(of.ledger, of.goals, of.first, of.last)),
        "The goals are a month's, in Business_Goals.md, scaled to the days of the period.",
    ),
    ReportType.MEASURES: StatementKind(
        "Measures",
        (VALUE,),
        lambda of: measure_rows(of.ledger.currency, measures(of.ledger, of.first, of.last)),
        "A measure without a denominator (no revenue, purchases or burn) has no value.",
    ),
    ReportType.CASH_FORECAST: StatementKind(
        "Cash of the next 13 weeks",
        FORECAST_COLUMNS,
        lambda of: forecast_rows(cash_forecast(of.ledger, of.last)),
        "Other is what weeks like these brought besides open invoices and bills. Low and high hold the middle 80 % of "
        "what earlier forecasts missed; without them the books are too young for it.",
    ),
}
