"""The budget against the books: Odoo Community has no budgets, so the plan is the owner's note of goals."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.accounting.account import Account, Fit, fit
from domain.accounting.ageing import receivable_ageing
from domain.accounting.figure import NOTHING, Figure, FigureRow, chart_order, debit_of, total
from domain.accounting.goals import Goals, GoalsError
from domain.accounting.ledger import Ledger, LedgerAccount
from domain.accounting.measures import measures
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.settlement import days_until_paid
from domain.money import rounded

REST = "other"
"""The category of every expense account that no other category names."""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One budget and what was spent; categories that mean the same account share a row."""

    categories: tuple[str, ...]
    accounts: tuple[LedgerAccount, ...]
    """None: no account of the books is clearly meant."""
    budget: Decimal
    actual: Figure
    doubt: str = ""
    """Why none is, and what to do."""

    @property
    def left(self) -> Decimal:
        """Budget less actual; negative when it is overspent."""
        return self.budget - self.actual.amount


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target and what became of it; an actual of None has no meaning in this period."""

    name: str
    target: Decimal
    actual: Decimal | None


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """A period's budget against its books."""

    currency: str
    first: dt.date
    last: dt.date
    rows: tuple[BudgetRow, ...]
    unbudgeted: tuple[FigureRow, ...]
    """Expense accounts without a budget."""
    targets: tuple[TargetRow, ...]

    @property
    def budget(self) -> Decimal:
        """All budgets."""
        return sum((row.budget for row in self.rows), Decimal(0))

    @property
    def actual(self) -> Figure:
        """All expenses, budgeted or not: those of the profit and loss."""
        return total([*(row.actual for row in self.rows), *(row.figure for row in self.unbudgeted)])


def budget_report(
    ledger: Ledger, goals: Goals, first: dt.date, last: dt.date, *, budgeted_until: dt.date | None = None
) -> BudgetReport:
    """Budgets and targets, scaled to the days of the period, against the books.

    Args:
        ledger: The books.
        goals: What was planned for each month.
        first: The period's first day.
        last: Its last day.
        budgeted_until: The last day that the budgets are for, where that is another: a rent that is paid on the first
            of the month does not exceed the month's budget.

    Raises:
        GoalsError: the goals are in another currency than the books, or name an unknown account.
    """
    if goals.currency != ledger.currency:
        raise GoalsError("currency", f"the books are in {ledger.currency}, not in {goals.currency}")
    spent = _spent(ledger, first, last)
    months = months_between(first, budgeted_until or last)
    rows = tuple(
        BudgetRow(
            categories,
            tuple(ledger.accounts[account_id] for account_id in accounts),
            rounded(sum((goals.budgets[one] for one in categories), Decimal(0)) * months, ledger.currency),
            total(spent.pop(account_id, NOTHING) for account_id in accounts),
            doubt,
        )
        for accounts, categories, doubt in _grouped(ledger, goals)
    )
    left = sorted((ledger.accounts[account_id] for account_id in spent), key=chart_order)
    return BudgetReport(
        currency=ledger.currency,
        first=first,
        last=last,
        rows=rows,
        unbudgeted=tuple(FigureRow(account, spent[account.account_id]) for account in left),
        targets=tuple(_targets(ledger, goals, first, last)),
    )


def fitting_accounts(category: str, ledger: Ledger) -> Fit:
    """The expense accounts whose names say the category best."""
    accounts = [
        Account(account_id=one.account_id, name=one.name, account_type=one.account_type, code=one.code)
        for one in _expense_accounts(ledger)
    ]
    return fit(category, accounts)


def months_between(first: dt.date, last: dt.date) -> Decimal:
    """Calendar months of a period, both days included; a part of a month counts by its days."""
    months, day = Decimal(0), first
    while day <= last:
        length = calendar.monthrange(day.year, day.month)[1]
        end = min(day.replace(day=length), last)
        months += Decimal((end - day).days + 1) / length
        day = end + dt.timedelta(days=1)
    return months


def _spent(ledger: Ledger, first: dt.date, last: dt.date) -> dict[int, Figure]:
    by_account = defaultdict(list)
    for line in ledger.between(first, last):
        if ledger.type_of(line).startswith("expense"):
            by_account[line.account_id].append(line)
    return {account_id: debit_of(lines) for account_id, lines in by_account.items()}


def _grouped(ledger: Ledger, goals: Goals) -> list[tuple[tuple[int, ...], tuple[str, ...], str]]:
    """The accounts that the categories mean; doubtful categories stay apart, `other` takes the rest."""
    grouped: dict[tuple[int, ...], tuple[str, ...]] = defaultdict(tuple)
    doubtful = []
    listed = _listed(ledger, goals)
    for category in (one for one in goals.budgets if one.casefold() != REST):
        accounts, doubt = (listed[category], "") if category in listed else _meant(category, ledger, listed)
        if accounts:
            grouped[accounts] += (category,)
        else:
            doubtful.append(((), (category,), doubt))
    taken = {account_id for accounts in grouped for account_id in accounts}
    rest = tuple(one.account_id for one in _expense_accounts(ledger) if one.account_id not in taken)
    others = [(rest, (one,), "") for one in goals.budgets if one.casefold() == REST]
    return [*((accounts, names, "") for accounts, names in grouped.items()), *doubtful, *others]


def _listed(ledger: Ledger, goals: Goals) -> Mapping[str, tuple[int, ...]]:
    """The accounts whose codes the goals list; two categories list the same ones or none in common."""
    by_code = {account.code: account.account_id for account in _expense_accounts(ledger)}
    taken: dict[str, str] = {}
    listed = {category: codes for category, codes in goals.accounts.items() if codes}
    for category, codes in listed.items():
        for code in codes:
            if code not in by_code:
                raise GoalsError(f"accounts.{category}", f"the books have no expense account {code}")
            first = taken.setdefault(code, category)
            if set(listed[first]) != set(codes):
                raise GoalsError(f"accounts.{category}", f"account {code} belongs to {first} already")
    return {category: tuple(sorted(by_code[code] for code in codes)) for category, codes in listed.items()}


def _meant(
    category: str, ledger: Ledger, listed: Mapping[str, tuple[int, ...]]
) -> tuple[tuple[int, ...], str]:
    """The account that bills of this category are booked on, by its name, or why none is clearly meant."""
    taken = {account_id for accounts in listed.values() for account_id in accounts}
    found = fitting_accounts(category, ledger)
    if found.meant is None:
        return (), found.doubt or "no account fits"
    if found.meant.account_id in taken:
        return (), f"{found.meant} is listed for another category"
    return (found.meant.account_id,), ""


def _expense_accounts(ledger: Ledger) -> list[LedgerAccount]:
    found = [one for one in ledger.accounts.values() if one.account_type.startswith("expense")]
    return sorted(found, key=chart_order)


def _targets(ledger: Ledger, goals: Goals, first: dt.date, last: dt.date) -> Iterator[TargetRow]:
    months = months_between(first, last)
    actual: dict[str, Callable[[], Decimal | None]] = {
        "revenue": lambda: profit_and_loss(ledger, first, last).revenue.total.amount,
        "profit": lambda: profit_and_loss(ledger, first, last).net_profit.amount,
        "days_until_paid": lambda: days_until_paid(ledger, first, last),
        "overdue": lambda: receivable_ageing(ledger, last).overdue.amount,
        "runway_months": lambda: measures(ledger, first, last).runway_months.value,
    }
    for name, target in goals.targets:
        if target is not None:
            is_monthly = name in ("revenue", "profit")
            wanted = rounded(target * months, ledger.currency) if is_monthly else target
            yield TargetRow(name, wanted, actual[name]())
