"""Budget, measures and cash forecast as rows of a report."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from domain.accounting.budget import BudgetReport, BudgetRow
from domain.accounting.cash_forecast import CashForecast, ForecastWeek
from domain.accounting.figure import Figure
from domain.accounting.measures import Measures, Ratio
from domain.accounting.report import ReportRow, RowKind, Rows

BUDGET_COLUMNS = ("budget", "actual", "left")
FORECAST_COLUMNS = ("receipts", "payments", "other", "balance", "low", "high")
VALUE = "value"


def budget_rows(found: BudgetReport) -> Iterator[ReportRow]:
    """Each budget with what was spent, then what has no budget, then the targets."""
    rows = Rows(found.currency)
    yield rows.heading("Expenses")
    for row in found.rows:
        yield rows.detail(_categories(row), _budget(row.budget, row.actual))
    for spent in found.unbudgeted:
        label = f"{spent.account.code} {spent.account.name} (no budget)".strip()
        yield rows.detail(label, {"actual": spent.figure})
    yield rows.total("expenses", "Total expenses", _budget(found.budget, found.actual))
    if found.targets:
        yield rows.heading("Targets")
    for target in found.targets:
        amounts = {"budget": target.target, "actual": target.actual}
        yield _plain(target.name.replace("_", " ").capitalize(), amounts)


def measure_rows(currency: str, found: Measures) -> Iterator[ReportRow]:
    """One measure a row; one without a meaning in this period has no value."""
    yield _measure("dso_days", "Days sales outstanding", found.dso_days)
    yield _measure("dpo_days", "Days payable outstanding", found.dpo_days)
    cash = found.runway_months.numerator
    rows = Rows(currency)
    yield rows.total("burn", "Burn in a month", {VALUE: found.burn})
    yield rows.total("cash", "Cash", {VALUE: cash})
    yield _measure("runway_months", "Runway in months", found.runway_months)


def forecast_rows(found: CashForecast) -> Iterator[ReportRow]:
    """Today's cash and each week's end."""
    rows = Rows(found.currency)
    yield rows.detail("Cash now", {"balance": found.cash}, found.as_of)
    for number, week in enumerate(found.weeks, start=1):
        yield rows.detail(f"Week {number}", _week(week), week.last)


def _week(week: ForecastWeek) -> dict[str, Figure]:
    figures = {
        "receipts": week.receipts,
        "payments": week.payments,
        "other": Figure(week.other),
        "balance": Figure(week.balance),
    }
    if week.low is not None and week.high is not None:
        figures |= {"low": Figure(week.low), "high": Figure(week.high)}
    return figures


def _budget(budget: Decimal, actual: Figure) -> dict[str, Figure]:
    return {"budget": Figure(budget), "actual": actual, "left": Figure(budget - actual.amount)}


def _categories(row: BudgetRow) -> str:
    label = ", ".join(row.categories)
    return f"{label} ({row.doubt})" if row.doubt else label


def _measure(key: str, label: str, measure: Ratio) -> ReportRow:
    ids = tuple(sorted({*measure.numerator.line_ids, *measure.denominator.line_ids}))
    row = _plain(label, {VALUE: measure.value}, RowKind.TOTAL)
    return replace(row, key=key, line_count=len(ids), line_ids=ids)


def _plain(label: str, amounts: Mapping[str, Decimal | None], kind: RowKind = RowKind.DETAIL) -> ReportRow:
    """Numbers that are no money, as they are."""
    known = {column: amount for column, amount in amounts.items() if amount is not None}
    return ReportRow(kind=kind, label=label, amounts=known)
