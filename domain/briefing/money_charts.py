"""The charts of the books: months, cash past and expected, what is open by age, and the budget."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.accounting.ageing import Ageing, AgeingBucket
from domain.accounting.budget import BudgetReport
from domain.accounting.cash_forecast import CashForecast
from domain.accounting.ledger import ZERO, AccountType, Ledger
from domain.accounting.profit_and_loss import ProfitAndLoss, profit_and_loss
from domain.briefing.chart import Chart, ChartKind, Series, Value
from domain.briefing.comparison import summed
from domain.briefing.number import Unit, shown

MONTHS = 12
PAST_WEEKS = 13
WEEK = dt.timedelta(weeks=1)


def months_chart(ledger: Ledger, last: dt.date) -> Chart:
    """Revenue and expenses of the last 12 months, the running one until a day."""
    begun = min((line.day for line in ledger.lines), default=last)
    ends = [end for end in month_ends(last, MONTHS) if end >= begun]
    found = [profit_and_loss(ledger, end.replace(day=1), end) for end in ends]
    revenue, expenses = [earned(one) for one in found], [spent(one) for one in found]
    profit = [one.net_profit.amount for one in found]
    return Chart(
        key="money.months",
        kind=ChartKind.MONTHS,
        title=f"Revenue and expenses by month, until {last.day} {last:%B}",
        unit=ledger.currency,
        points=tuple(f"{end:%Y-%m}" for end in ends),
        series=(_series("revenue", revenue), _series("expenses", expenses), _series("profit", profit)),
        said=f"{len(ends)} months: revenue {_sum(ledger, revenue)}, expenses {_sum(ledger, expenses)}, "
        f"profit {_sum(ledger, profit)}.",
    )


def earned(of: ProfitAndLoss) -> Decimal:
    """All income."""
    return of.revenue.total.amount + of.other_income.total.amount


def spent(of: ProfitAndLoss) -> Decimal:
    """All costs."""
    return earned(of) - of.net_profit.amount


def month_ends(last: dt.date, months: int) -> list[dt.date]:
    """The last days of so many months, the oldest first; the running one ends on the day that is given."""
    ends = [last]
    while len(ends) < months:
        ends.append(ends[-1].replace(day=1) - dt.timedelta(days=1))
    return ends[::-1]


def cash_chart(ledger: Ledger, forecast: CashForecast) -> Chart:
    """Cash at the end of the last 13 weeks, and what is expected of the next."""
    begun = min((line.day for line in ledger.lines), default=forecast.as_of)
    past = [forecast.as_of - back * WEEK for back in range(PAST_WEEKS, -1, -1)]
    past = [day for day in past if day >= begun] or [forecast.as_of]
    changes = summed((line.day, line.balance) for line in ledger.of_types(AccountType.CASH))
    cash = [sum((amount for day, amount in changes.items() if day <= end), ZERO) for end in past]
    weeks = forecast.weeks
    gap: list[Value] = [None] * (len(past) - 1)
    now = forecast.cash.amount
    lowest = min(weeks, key=lambda week: week.balance)
    series = [
        _series("cash", [*cash, *(None for _ in weeks)]),
        _series("expected", [*gap, now, *(week.balance for week in weeks)]),
    ]
    if all(week.interval for week in weeks):
        series += [
            _series("low", [*gap, now, *(week.low for week in weeks)]),
            _series("high", [*gap, now, *(week.high for week in weeks)]),
        ]
    return Chart(
        key="money.cash_chart",
        kind=ChartKind.CASH,
        title="Cash and bank, and what is expected",
        unit=ledger.currency,
        points=tuple(f"{day}" for day in (*past, *(week.last for week in weeks))),
        series=tuple(series),
        said=f"Cash is {_money(ledger, now)} on {forecast.as_of}; the lowest expected is "
        f"{_money(ledger, lowest.balance)} on {lowest.last}; in {len(weeks)} weeks it is "
        f"{_money(ledger, weeks[-1].balance)}.",
    )


def ageing_chart(ledger: Ledger, receivable: Ageing, payable: Ageing) -> Chart:
    """What customers owe and what we owe, by days overdue."""
    return Chart(
        key="money.ageing",
        kind=ChartKind.AGEING,
        title="Open items by days overdue",
        unit=ledger.currency,
        points=tuple(
            "credits" if bucket is AgeingBucket.CREDITS else bucket.value for bucket in AgeingBucket
        ),
        series=tuple(
            _series(name, [found.buckets[bucket].amount for bucket in AgeingBucket])
            for name, found in (("customers owe", receivable), ("we owe", payable))
        ),
        said=" ".join(
            f"{name} {_owed(ledger, found)}; {_money(ledger, found.overdue.amount)} is late."
            for name, found in (("Customers owe", receivable), ("We owe", payable))
        ),
    )


def _owed(ledger: Ledger, found: Ageing) -> str:
    unused = found.credits.amount
    after = f" after credits of {_money(ledger, unused)}" if unused else ""
    return _money(ledger, found.total.amount) + after


def budget_charts(ledger: Ledger, report: BudgetReport | None) -> Iterator[Chart]:
    """Each budget beside what was spent; nothing where there is no budget."""
    if report is None or not report.rows:
        return
    over = [", ".join(row.categories) for row in report.rows if row.left < 0]
    yield Chart(
        key="money.budget",
        kind=ChartKind.BUDGET,
        title=f"Budget of {report.first:%B}, and what was spent until {report.last.day} {report.last:%B}",
        unit=ledger.currency,
        points=tuple(", ".join(row.categories) for row in report.rows),
        series=(
            _series("budget", [row.budget for row in report.rows]),
            _series("spent", [row.actual.amount for row in report.rows]),
        ),
        said=f"Over budget: {'; '.join(over)}." if over else "No budget is overspent.",
    )


def _series(name: str, values: Sequence[Value]) -> Series:
    return Series(name=name, values=tuple(values))


def _money(ledger: Ledger, amount: Decimal) -> str:
    return shown(amount, Unit.MONEY, ledger.currency)


def _sum(ledger: Ledger, amounts: Sequence[Decimal]) -> str:
    return _money(ledger, sum(amounts, Decimal(0)))
