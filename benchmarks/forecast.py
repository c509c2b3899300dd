"""How far off the 13-week cash forecast is, beside "same as last year": `python -m benchmarks.forecast`.

No real ledger can be kept here, so the companies are generated (four years each, the same ones every time) and
the figures say how the method behaves on such companies, not on yours. Each company has customers with their own
habits of paying, a season, some growth, sales that come by chance, and rent, wages and quarterly taxes on their
days. The forecast is made every fourth week of the last two years from what was known on that day.
"""

import datetime as dt
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from domain.accounting.cash_forecast import (
    WEEK,
    WEEKS,
    PastForecast,
    cash_forecast,
    past_forecasts,
    weekly_cash,
)
from domain.accounting.ledger import AccountType, JournalLine, Ledger, LedgerAccount, PartialReconciliation

FIRST, LAST = dt.date(2021, 1, 4), dt.date(2024, 12, 29)
ACCOUNTS = {
    number: LedgerAccount(number, str(number), kind.value, kind)
    for number, kind in enumerate(AccountType, start=1)
}
NUMBER_OF = {account.account_type: number for number, account in ACCOUNTS.items()}
CASH, RESULT = AccountType.CASH, AccountType.EXPENSE
LAST_YEAR = dt.timedelta(weeks=52)


@dataclass(frozen=True)
class Habit:
    """How much a partner buys or sells, and how late they are."""

    number: int
    amount: float
    late_days: float
    spread_days: float
    share: float


class Company:
    """Four years of books, made by chance from one seed."""

    def __init__(self, seed: int, season: float, growth: float) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (a repeatable example, no secret)
        self.season, self.growth = season, growth
        self.lines: list[JournalLine] = []
        self.partials: list[PartialReconciliation] = []
        self.moves = 0

    def ledger(self) -> Ledger:
        """All of it."""
        self.entry(FIRST, CASH, AccountType.EQUITY, 60_000)
        customers = [self.habit(number, 1_800, 20) for number in range(1, 16)]
        vendors = [self.habit(number, 900, 5) for number in range(101, 109)]
        for day in days():
            self.trade(day, customers, AccountType.RECEIVABLE, 1)
            self.trade(day, vendors, AccountType.PAYABLE, -1)
            self.fixed_costs(day)
        return Ledger("USD", ACCOUNTS, tuple(self.lines), tuple(self.partials))

    def habit(self, number: int, amount: float, late: float) -> Habit:
        """One partner: some pay early, some a month late; a share of the payments is in two parts."""
        return Habit(
            number,
            amount * self.chance.lognormvariate(0, 0.6),
            self.chance.gauss(late * 0.5, late),
            self.chance.uniform(1, 12),
            self.chance.choice([0.05, 0.2]),
        )

    def level(self, day: dt.date) -> float:
        """Season and growth."""
        years = (day - FIRST).days / 365.25
        return (1 + self.season * math.sin(2 * math.pi * years)) * (1 + self.growth) ** years

    def trade(self, day: dt.date, partners: Sequence[Habit], kind: AccountType, sign: int) -> None:
        """The day's invoices or bills, each with its payments."""
        if day.weekday() > 4:
            return
        for one in partners:
            if self.chance.random() < 0.07:
                amount = one.amount * self.level(day) * self.chance.lognormvariate(-0.08, 0.4)
                self.invoice(day, one, kind, sign * amount)

    def invoice(self, day: dt.date, partner: Habit, kind: AccountType, amount: float) -> None:
        """An invoice due in 30 days and its payments, as far as they fall into the four years."""
        owed = self.entry(day, kind, AccountType.INCOME if amount > 0 else RESULT, amount, partner)
        in_parts = self.chance.random() < partner.share
        parts = (0.5, 0.5) if in_parts else (1.0,)
        left = owed.balance
        for place, part in enumerate(parts):
            late = max(-25, self.chance.gauss(partner.late_days, partner.spread_days)) + 20 * place
            when = max(day, owed.due + dt.timedelta(days=round(late)))
            paid = left if place == len(parts) - 1 else cents(float(owed.balance) * part)
            left -= paid
            if when <= LAST:
                self.settle(owed, self.entry(when, kind, CASH, -float(paid), partner), abs(paid))

    def fixed_costs(self, day: dt.date) -> None:
        """Rent on the 1st, wages on the 25th, taxes each quarter."""
        costs = {1: 2_400, 25: 9_500} | ({15: 4_000} if day.month in (1, 4, 7, 10) else {})
        if day.day in costs:
            self.entry(day, RESULT, CASH, costs[day.day] * (1 + self.growth) ** (day.year - FIRST.year))

    def entry(
        self,
        day: dt.date,
        debit: AccountType,
        credit: AccountType,
        amount: float,
        partner: Habit | None = None,
    ) -> JournalLine:
        """Two lines; the first one is returned."""
        self.moves += 1
        pair = [
            JournalLine(
                line_id=self.moves * 2 + place,
                move_id=self.moves,
                move=f"ENTRY/{self.moves}",
                day=day,
                account_id=NUMBER_OF[kind],
                balance=cents(amount) * sign,
                amount_currency=cents(amount) * sign,
                currency="USD",
                partner_id=partner.number if partner else None,
                due_on=day + dt.timedelta(days=30),
            )
            for place, (kind, sign) in enumerate(((debit, 1), (credit, -1)))
        ]
        self.lines += pair
        return pair[0]

    def settle(self, owed: JournalLine, paid: JournalLine, amount: Decimal) -> None:
        """Match a payment with what it pays."""
        debit, credit = (owed, paid) if owed.balance > 0 else (paid, owed)
        self.partials.append(
            PartialReconciliation(
                partial_id=len(self.partials) + 1,
                debit_line_id=debit.line_id,
                credit_line_id=credit.line_id,
                amount=amount,
                debit_amount_currency=amount,
                credit_amount_currency=amount,
                max_date=max(owed.day, paid.day),
            )
        )


@dataclass(frozen=True)
class Trial:
    """One forecast: its errors in dollars, the naive ones, and whether the truth lay in the interval."""

    ours: tuple[float, ...]
    naive: tuple[float, ...]
    weekly_ours: float
    weekly_naive: float
    inside: tuple[bool, ...]


def cents(amount: float) -> Decimal:
    """Whole cents."""
    return Decimal(str(round(amount, 2)))


def days() -> Iterator[dt.date]:
    """Every day of the four years."""
    return (FIRST + dt.timedelta(days=number) for number in range((LAST - FIRST).days + 1))


def trials(ledger: Ledger) -> Iterator[Trial]:
    """A forecast every fourth week of the last two years that has come true since."""
    last = LAST - WEEKS * WEEK
    past = past_forecasts(ledger, LAST, most=(LAST - FIRST) // WEEK)
    for back in range(0, 91, 4):
        yield trial(ledger, last - back * WEEK, past)


def trial(ledger: Ledger, as_of: dt.date, past: Sequence[PastForecast]) -> Trial:
    """Our forecast and last year's weeks beside what came."""
    forecast = cash_forecast(ledger, as_of, past)
    actual = [float(change) for change in weekly_cash(ledger, as_of)]
    naive = [float(change) for change in weekly_cash(ledger, as_of - LAST_YEAR)]
    ours = [float(week.net) for week in forecast.weeks]
    balances = [float(forecast.cash.amount) + sum(actual[: number + 1]) for number in range(WEEKS)]
    return Trial(
        ours=tuple(abs(float(w.balance) - b) for w, b in zip(forecast.weeks, balances, strict=True)),
        naive=tuple(abs(sum(naive[: n + 1]) - sum(actual[: n + 1])) for n in range(WEEKS)),
        weekly_ours=mean(abs(a - b) for a, b in zip(ours, actual, strict=True)),
        weekly_naive=mean(abs(a - b) for a, b in zip(naive, actual, strict=True)),
        inside=tuple(
            w.low is not None and w.high is not None and float(w.low) <= b <= float(w.high)
            for w, b in zip(forecast.weeks, balances, strict=True)
        ),
    )


def report(name: str, found: Sequence[Trial]) -> None:
    """Mean absolute errors and how often the interval held."""
    weekly = mean(one.weekly_ours for one in found), mean(one.weekly_naive for one in found)
    print(f"\n{name}: {len(found)} forecasts")
    print(f"  {'a single week':<22}{weekly[0]:>9,.0f}{weekly[1]:>12,.0f}{weekly[0] / weekly[1]:>8.2f}")
    for week in (4, 8, 13):
        ours = mean(one.ours[week - 1] for one in found)
        naive = mean(one.naive[week - 1] for one in found)
        held = mean(one.inside[week - 1] for one in found)
        print(f"  balance after week {week:<3}{ours:>9,.0f}{naive:>12,.0f}{ours / naive:>8.2f}{held:>12.0%}")


def main() -> None:
    """Back-test on every company and on all together."""
    print("mean absolute error in USD: ours, same as last year, ratio, truth inside the 80 % interval")
    print("data: generated companies (seeds 1 to 6), not real ones")
    everything = []
    for seed, (season, growth) in enumerate(
        [(0.0, 0.0), (0.0, 0.1), (0.25, 0.05), (0.25, 0.15), (0.5, 0.0), (0.5, -0.1)], start=1
    ):
        found = list(trials(Company(seed, season, growth).ledger()))
        report(f"company {seed}, season +-{season:.0%}, growth {growth:+.0%} a year", found)
        everything += found
    report("all", everything)


if __name__ == "__main__":
    main()
