"""The money of a week, from the books: earned, spent, owed, due, in the bank, and expected.

All of it as of the week's last day, rebuilt from what was booked until then: a past week's numbers stay what they were
as long as nobody books into it.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from heapq import nsmallest

from domain.accounting.ageing import PartnerAge
from domain.accounting.budget import BudgetReport, budget_report
from domain.accounting.cash_flow import cash_flow
from domain.accounting.cash_forecast import CashForecast, cash_forecast
from domain.accounting.excerpt import OpenItem, Paid
from domain.accounting.figure import Figure
from domain.accounting.goals import GoalsError, Targets
from domain.accounting.ledger import ZERO, AccountType, JournalLine, Ledger, between
from domain.accounting.measures import burn, days_sales_outstanding, runway
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.settlement import average_age, settlements
from domain.accounting.stated_paid import stated_note, still_due
from domain.briefing.chart import Chart
from domain.briefing.comparison import Driver, drivers, is_in_cents, is_unusual, summed, usual
from domain.briefing.keys import keys
from domain.briefing.money_charts import ageing_chart, budget_charts, cash_chart, months_chart
from domain.briefing.number import MOST_RECORDS, Number, Record, Unit, shown
from domain.briefing.part import Part, Standing, Table, TableRow
from domain.briefing.week_books import NOBODY, OPEN, WEEKLY, BriefedBooks, WeekBooks
from domain.week import Week

KEY, TITLE = "money", "Financial Performance"
COMPARED_WEEKS = 8
QUARTER = dt.timedelta(days=91)
MOST_ROWS = 5
GOALS = "Business_Goals.md"
INCOME = (AccountType.INCOME, AccountType.OTHER_INCOME)
COSTS = (
    AccountType.EXPENSE,
    AccountType.DIRECT_COST,
    AccountType.DEPRECIATION,
    AccountType.OTHER_EXPENSE,
)


def money(books: BriefedBooks, week: Week) -> Part:
    """The financial part of a week's briefing."""
    return _Maker(books, week).part()


@dataclass(frozen=True)
class _Maker:
    books: BriefedBooks
    week: Week

    @property
    def ledger(self) -> Ledger:
        return self.books.ledger

    @cached_property
    def weeks(self) -> list[WeekBooks]:
        """The week, and before it those in which the books were kept already, the oldest first."""
        begun = min((line.day for line in self.ledger.lines), default=self.week.monday)
        before = [week for week in self.week.earlier(COMPARED_WEEKS) if week.monday >= begun]
        return [WeekBooks(self.ledger, week) for week in (*before, self.week)]

    def part(self) -> Part:
        said = [f"The books are young: {len(self.weeks) - 1} whole weeks before this one."]
        report, problem = self.budget()
        tables = [self.cash_flow(), self.debtors(), self.due_bills()]
        tables += [self.budget_table(report)] if report else []
        tables += [self.goals_table()] if self.books.goals.currency == self.ledger.currency else []
        notes = [*(said if len(self.weeks) <= COMPARED_WEEKS else []), *([problem] if problem else [])]
        if self.books.origin.problem:
            notes.insert(0, f"Odoo was not read: {self.books.origin.problem}.")
        items = (item for one in self.weeks[-1].payable.partners for item in one.items)
        if said_paid := stated_note(items, self.books.left_to_pay):
            notes.append(f"{said_paid} Until then they are no bills due, and the forecast counts them.")
        return Part(
            key=KEY,
            title=TITLE,
            source=self.books.origin.source,
            standing=Standing.STALE if self.books.origin.problem else Standing.KNOWN,
            as_of=self.books.origin.read_at,
            said=tuple(notes),
            numbers=(*self.weekly(), *self.measures(), *self.outlook()),
            tables=tuple(table for table in tables if table.rows),
            charts=tuple(self.charts(report)),
            findings=tuple(self.findings()),
        )

    def weekly(self) -> Iterator[Number]:
        """Each beside the week before and the usual one."""
        for key, (label, see) in WEEKLY.items():
            values = [see(seen).amount for seen in self.weeks[:-1]]
            number = self.number(key, label, see(self.weeks[-1]), self.left if key in OPEN else None)
            yield number.compared(values[-1] if values else None, usual(values))

    def measures(self) -> Iterator[Number]:
        """The ratios of the last 13 weeks."""
        first, last = self.week.sunday - QUARTER + dt.timedelta(days=1), self.week.sunday
        dso = days_sales_outstanding(self.ledger, first, last)
        months = runway(self.weeks[-1].cash, burn(self.ledger, first, last))
        lines = (*dso.numerator.line_ids, *dso.denominator.line_ids)
        yield self.ratio(
            "dso",
            "Days until customers pay (DSO, 13 weeks)",
            Unit.DAYS,
            dso.value,
            lines,
            problem="no revenue",
            parts=self.left,
        )
        lines = (*months.numerator.line_ids, *months.denominator.line_ids)
        label = "Cash lasts (at the burn of 13 weeks)"
        yield self.ratio("runway", label, Unit.MONTHS, months.value, lines, problem="no cash was burned")

    @cached_property
    def left(self) -> dict[int, Decimal]:
        """What is open of each item at the week's end."""
        partners = (*self.weeks[-1].receivable.partners, *self.weeks[-1].payable.partners)
        return {item.line.line_id: item.residual for one in partners for item in one.items}

    @cached_property
    def forecast(self) -> CashForecast:
        return cash_forecast(self.ledger, self.week.sunday)

    def outlook(self) -> Iterator[Number]:
        """The lowest cash of the next 13 weeks, and the last."""
        lowest = min(self.forecast.weeks, key=lambda one: (one.balance, one.last))
        for key, label, week in (
            ("lowest_cash", f"Lowest cash expected, week until {lowest.last}", lowest),
            ("cash_in_13_weeks", "Cash expected in 13 weeks", self.forecast.weeks[-1]),
        ):
            lines = tuple(
                line_id
                for one in self.forecast.weeks
                if one.last <= week.last
                for line_id in (*one.receipts.line_ids, *one.payments.line_ids)
            )
            figure = Figure(week.balance, (*self.forecast.cash.line_ids, *lines))
            yield self.number(key, label, figure, self.left)

    def cash_flow(self) -> Table:
        """Where the week's cash came from and went to, by the indirect method."""
        flow = cash_flow(self.ledger, self.week.monday, self.week.sunday)
        rows = {
            "operations": ("From operations", flow.from_operations),
            "investing": ("From investing", flow.from_investing),
            "financing": ("From financing", flow.from_financing),
            "change": ("Change of cash", flow.change),
        }
        numbers = {label: self.number(f"flow.{key}", label, figure) for key, (label, figure) in rows.items()}
        return Table(
            title="Cash flow of the week",
            columns=("amount",),
            rows=tuple(TableRow(label=label, numbers=(one,)) for label, one in numbers.items()),
        )

    def debtors(self) -> Table:
        """Who is late with the most."""
        partners = self.weeks[-1].receivable.partners
        called = _called(partners)
        late = []
        for one in partners:
            items = [item for item in one.items if item.residual > 0 and item.line.due < self.week.sunday]
            if items:
                figure = Figure(_sum_of(items), tuple(item.line.line_id for item in items))
                oldest = Decimal((self.week.sunday - min(item.line.due for item in items)).days)
                late.append((one, figure, oldest))
        late.sort(key=lambda found: (-found[1].amount, found[0].partner))
        rows = []
        for one, figure, days in late[:MOST_ROWS]:
            name, key = one.partner or NOBODY, called[one.partner_id]
            owed = self.number(f"late.{key}", f"{name} is late with", figure, self.left)
            since = self.ratio(f"late_days.{key}", f"Oldest of {name}", Unit.DAYS, days, figure.line_ids)
            rows.append(TableRow(label=name, numbers=(owed, since)))
        return Table(title="Customers who are late", columns=("overdue", "oldest"), rows=tuple(rows))

    def due_bills(self) -> Table:
        """What vendors are to be paid until the end of the next week, overdue bills included.

        What a bill says was paid already is not among it.
        """
        until_day = self.week.previous(-1).sunday
        partners = self.weeks[-1].payable.partners
        called = _called(partners)
        rows = []
        for one in partners:
            due = {
                item.line.line_id: amount
                for item in one.items
                if item.line.due <= until_day and (amount := self._still_due(item)) < 0
            }
            if due:
                figure = Figure(-sum(due.values(), ZERO), tuple(due))
                name = one.partner or NOBODY
                owed = self.number(f"due.{called[one.partner_id]}", f"Due to {name}", figure, due)
                rows.append(TableRow(label=name, numbers=(owed,)))
        rows.sort(key=lambda row: (-(row.numbers[0].value or ZERO), row.label))
        return Table(title=f"Bills due until {until_day}", columns=("due",), rows=tuple(rows[:MOST_ROWS]))

    def _still_due(self, item: OpenItem) -> Decimal:
        return still_due(item, self.books.left_to_pay, self.ledger.currency)

    def charts(self, report: BudgetReport | None) -> Iterator[Chart]:
        """Months, cash, ageing and budget; none of books without entries."""
        if not self.ledger.lines:
            return
        now = self.weeks[-1]
        yield months_chart(self.ledger, self.week.sunday)
        yield cash_chart(self.ledger, self.forecast)
        yield ageing_chart(self.ledger, now.receivable, now.payable)
        yield from budget_charts(self.ledger, report)

    def budget(self) -> tuple[BudgetReport | None, str]:
        """The whole month's budget and what was spent of it until the week's end, or why there is none."""
        last = self.week.sunday
        ends = last.replace(day=monthrange(last.year, last.month)[1])
        try:
            first = last.replace(day=1)
            budgets = self.books.goals.model_copy(update={"targets": Targets()})  # of months, not of weeks
            return budget_report(self.ledger, budgets, first, last, budgeted_until=ends), ""
        except GoalsError as error:
            return None, str(error)

    def budget_table(self, report: BudgetReport) -> Table:
        """The same budget in numbers."""
        title = f"Budget of {report.first:%B %Y}, and what was spent until {report.last}"
        return Table(title=title, columns=("budget", "spent"), rows=tuple(self._budget_rows(report)))

    def _budget_rows(self, report: BudgetReport) -> Iterator[TableRow]:
        names = [", ".join(row.categories) for row in report.rows]
        called = keys(dict(enumerate(names)))
        for place, (name, row) in enumerate(zip(names, report.rows, strict=True)):
            planned = self.number(f"budget.{called[place]}", f"Budget for {name}", Figure(row.budget))
            record = Record(id=GOALS, said=f"budgets: {name}, {report.first:%B %Y}", value=row.budget)
            budget = planned.model_copy(update={"source": GOALS, "records": (record,), "record_count": 1})
            spent = self.number(f"spent.{called[place]}", f"Spent on {name}", row.actual)
            yield TableRow(label=name, numbers=(budget, spent))

    def goals_table(self) -> Table:
        """What the owner wants to reach, beside what was reached; a goal that is not stated is not compared."""
        last = self.week.sunday
        month = profit_and_loss(self.ledger, last.replace(day=1), last)
        seen, quarter = self.weeks[-1], last - QUARTER + dt.timedelta(days=1)
        paid = [
            one for one in settlements(self.ledger, last, AccountType.RECEIVABLE) if one.paid_on >= quarter
        ]
        cash, burned = seen.cash, burn(self.ledger, quarter, last)
        revenue, profit, late = month.revenue.total, month.net_profit, seen.receivable.overdue
        age = average_age(Paid(one.line.day, one.paid_on, one.amount) for one in paid)
        lasts, used = runway(cash, burned).value, (*cash.line_ids, *burned.line_ids)
        invoices = tuple(one.line.line_id for one in paid)
        reached: dict[str, tuple[str, Unit, Decimal | None, Sequence[int]]] = {
            "revenue": ("Revenue of the month", Unit.MONEY, revenue.amount, revenue.line_ids),
            "profit": ("Profit of the month", Unit.MONEY, profit.amount, profit.line_ids),
            "days_until_paid": ("Days until invoices are paid, at most (13 weeks)", Unit.DAYS, age, invoices),
            "overdue": ("Customers are late with, at most", Unit.MONEY, late.amount, late.line_ids),
            "runway_months": ("Cash lasts, at least (13 weeks)", Unit.MONTHS, lasts, used),
        }
        nothing = {"days_until_paid": "nothing was paid", "runway_months": "no cash was burned"}
        rows = []
        for name, target in self.books.goals.targets:
            if target is not None:
                label, unit, value, lines = reached[name]
                wanted = self.ratio(f"goal.{name}", f"{label}: goal", unit, target, ())
                record = Record(id=GOALS, said=f"targets: {name}", value=target)
                goal = wanted.model_copy(update={"source": GOALS, "records": (record,), "record_count": 1})
                problem = nothing.get(name, "")
                actual = self.ratio(
                    f"reached.{name}",
                    f"{label}: reached",
                    unit,
                    value,
                    lines,
                    problem=problem,
                    parts=self.left if name in OPEN else None,
                )
                rows.append(TableRow(label=label, numbers=(goal, actual)))
        title = f"Goals of {last:%B %Y}, and what was reached until {last}"
        return Table(title=title, columns=("goal", "reached"), rows=tuple(rows))

    def findings(self) -> Iterator[str]:
        """What of the week is out of the ordinary, and who made the difference."""
        for key, sign, types in (("revenue", -1, INCOME), ("expenses", 1, COSTS)):
            label, see = WEEKLY[key]
            yield from self._in_cents(label, types)
            values = [see(seen).amount for seen in self.weeks]
            if not is_unusual(values[-1], values[:-1]):
                continue
            now, *before = reversed([seen.by_partner(sign, *types) for seen in self.weeks])
            who = "; ".join(self._driver(one, types) for one in drivers(now, before))
            normal = usual(values[:-1]) or ZERO
            much = "more" if values[-1] > normal else "less"
            yield f"{label}: {self.text(values[-1])}, {much} than usual ({self.text(normal)}). Most of it: {who}."

    def _in_cents(self, label: str, types: Sequence[AccountType]) -> Iterator[str]:
        """Whether what was booked looks like cents that were entered as whole units; a person has to say."""
        lines = list(between(self.ledger.of_types(*types), self.weeks[0].week.monday, self.week.sunday))
        now = [line for line in lines if line.day >= self.week.monday]
        before = [line.balance for line in lines if line.day < self.week.monday]
        if is_in_cents([line.balance for line in now], before):
            largest = max(now, key=lambda line: (abs(line.balance), -line.line_id))
            yield (
                f"{label}: all {len(now)} amounts are without cents and about a hundred times the usual ones, such as "
                f"{self.text(abs(largest.balance))} of {largest.move}: they look like cents entered as whole "
                f"{self.ledger.currency}."
            )

    def _driver(self, one: Driver, types: Sequence[AccountType]) -> str:
        """Who made the difference, by which invoices or bills."""
        lines = between(self.ledger.of_types(*types), self.week.monday, self.week.sunday)
        moves = summed(
            (line.move, abs(line.balance)) for line in lines if (line.partner or NOBODY) == one.name
        )
        largest = sorted(moves, key=lambda move: (-moves[move], move))
        more = f" and {len(moves) - 1} more" if len(moves) > 1 else ""
        named = f"{largest[0]}{more}, " if largest else ""
        return f"{one.name} {self.text(one.now)} ({named}usually {self.text(one.before)})"

    def text(self, amount: Decimal) -> str:
        return shown(amount, Unit.MONEY, self.ledger.currency)

    def number(
        self, key: str, label: str, figure: Figure, parts: Mapping[int, Decimal] | None = None
    ) -> Number:
        """A sum of money with its journal items."""
        return self.ratio(key, label, Unit.MONEY, figure.amount, figure.line_ids, parts=parts)

    def ratio(  # noqa: PLR0913 (a number's own parts)
        self,
        key: str,
        label: str,
        unit: Unit,
        value: Decimal | None,
        line_ids: Sequence[int],
        *,
        problem: str = "",
        parts: Mapping[int, Decimal] | None = None,
    ) -> Number:
        """A number that journal items stand behind; `parts` of them alone are in it, of others their whole balance."""
        ids = list(dict.fromkeys(line_ids))
        lines = [(line := self.ledger.by_id[one], (parts or {}).get(one, line.balance)) for one in ids]
        largest = nsmallest(MOST_RECORDS, lines, key=lambda one: (-abs(one[1]), one[0].line_id))
        return Number(
            key=f"{KEY}.{key}",
            label=label,
            unit=unit,
            value=value,
            currency=self.ledger.currency if unit is Unit.MONEY else "",
            as_of=self.books.origin.read_at,
            source=self.books.origin.source,
            problem=problem if value is None else "",
            records=tuple(self._record(*one) for one in largest),
            record_count=len(ids),
        )

    def _record(self, line: JournalLine, part: Decimal) -> Record:
        whole = f"of {self.text(line.balance)}" if part != line.balance else ""
        words = " · ".join(filter(None, (line.move, line.partner, f"{line.day}", whole)))
        return Record(id=f"journal item {line.line_id}", said=words, value=part, url=self.books.link(line))


def _called(partners: Iterable[PartnerAge]) -> dict[int | None, str]:
    return keys({one.partner_id: one.partner or NOBODY for one in partners})


def _sum_of(items: Iterable[OpenItem]) -> Decimal:
    return sum((item.residual for item in items), ZERO)
