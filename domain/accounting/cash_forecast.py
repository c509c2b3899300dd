"""The cash of the next weeks: what is open and when it will be paid, and what weeks like these brought besides.

1. Every open invoice and bill is expected on its due date plus its partner's usual delay: the median of that
   partner's own payments, or of everybody's where there are fewer than three. What is already later than that
   is expected after the median of the delays that were longer still, or a week from now if none was.
2. New sales, wages, rent and taxes are not open yet. What they add is measured: rule 1 is applied to earlier
   weeks, as they looked then, and compared with the cash that really came. The mean miss is added.
3. The interval holds the middle 80 % of those misses, and the forecast itself where a few large ones pull their mean
   out of it. Windows overlap, so it is a guide, not a guarantee.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from domain.accounting.excerpt import Excerpt
from domain.accounting.figure import Figure, debit_of
from domain.accounting.ledger import ZERO, AccountType, Ledger, until
from domain.accounting.outlook import (
    KINDS,
    MOST_CUT_OFFS,
    WEEK,
    WEEKS,
    Outlook,
    expected_cash,
    outlook_of,
    week_of,
)
from domain.money import rounded

FEWEST_CUT_OFFS = 8
"""Fewer misses than this say nothing about the next one: no interval is given."""
WARM_UP = dt.timedelta(days=91)
"""The first weeks of the books show no habits yet; they are not learned from."""
TAIL = 0.1
"""The share of misses left out on each side of the interval."""


@dataclass(frozen=True, slots=True)
class ForecastWeek:
    """One week; outflows negative. Without an interval the books are too young for one."""

    first: dt.date
    last: dt.date
    receipts: Figure
    """From invoices that are open now."""
    payments: Figure
    """For bills that are open now."""
    other: Decimal
    """What earlier weeks brought or cost besides."""
    before: Decimal
    """Cash at the beginning of the week."""
    interval: tuple[Decimal, Decimal] | None
    """How far below and above the balance may be."""

    @property
    def net(self) -> Decimal:
        """All cash of the week."""
        return self.receipts.amount + self.payments.amount + self.other

    @property
    def balance(self) -> Decimal:
        """Cash at the end of the week."""
        return self.before + self.net

    @property
    def low(self) -> Decimal | None:
        """The interval's lower end."""
        return self.balance + self.interval[0] if self.interval else None

    @property
    def high(self) -> Decimal | None:
        """The interval's upper end."""
        return self.balance + self.interval[1] if self.interval else None


@dataclass(frozen=True, slots=True)
class CashForecast:
    """The next weeks after a day."""

    currency: str
    as_of: dt.date
    cash: Figure
    weeks: tuple[ForecastWeek, ...]
    learned_from: int
    """How many earlier weeks the last week's interval was learned from."""


@dataclass(frozen=True, slots=True)
class PastForecast:
    """What rule 1 said on an earlier day, and the cash that really came, both summed week by week."""

    cut_off: dt.date
    misses: tuple[Decimal, ...]
    """Actual less expected cash until the end of each week."""


def cash_forecast(ledger: Ledger, as_of: dt.date, past: Sequence[PastForecast] | None = None) -> CashForecast:
    """The cash of the 13 weeks after a day, from what was known on that day.

    Args:
        ledger: The books; later entries may be there and are not used.
        as_of: The last day that is known.
        past: What `past_forecasts` gave for this day, or for one that is whole weeks later when it looked
            back as many weeks more; computed when absent.
    """
    outlook = _outlook(ledger)
    earlier = _cut_offs(outlook, as_of, MOST_CUT_OFFS + WEEKS) if past is None else []
    expected = [expected_cash(outlook, kind, [*earlier, as_of]) for kind in KINDS]
    receipts, payments = (weeks[-1] for weeks in expected)
    past = _past_forecasts(outlook, as_of, earlier, expected) if past is None else past
    misses = [_known(past, as_of, week) for week in range(1, WEEKS + 1)]
    cash = debit_of(until(ledger.of_types(AccountType.CASH), as_of))
    weeks, before, other = [], cash.amount, ZERO
    for number, known in enumerate(misses):
        mean = rounded(sum(known, ZERO) / len(known), ledger.currency) if known else other
        week = ForecastWeek(
            first=as_of + number * WEEK + dt.timedelta(days=1),
            last=as_of + (number + 1) * WEEK,
            receipts=receipts[number],
            payments=payments[number],
            other=mean - other,
            before=before,
            interval=_interval(known, mean),
        )
        weeks.append(week)
        before, other = week.balance, mean
    return CashForecast(ledger.currency, as_of, cash, tuple(weeks), len(misses[-1]))


def past_forecasts(
    ledger: Ledger, as_of: dt.date, most: int = MOST_CUT_OFFS + WEEKS
) -> tuple[PastForecast, ...]:
    """Rule 1 on the same weekday of earlier weeks, the latest first, with what came true until a day."""
    outlook = _outlook(ledger)
    cut_offs = _cut_offs(outlook, as_of, most)
    return _past_forecasts(
        outlook, as_of, cut_offs, [expected_cash(outlook, kind, cut_offs) for kind in KINDS]
    )


def weekly_cash(ledger: Ledger, after: dt.date) -> list[Decimal]:
    """The change of cash in each of the 13 weeks after a day."""
    return _weekly_cash(_outlook(ledger), after)


def _outlook(ledger: Ledger) -> Outlook:
    kept = ledger.outlook if isinstance(ledger, Excerpt) else None
    return kept or outlook_of(ledger)


def _cut_offs(outlook: Outlook, as_of: dt.date, most: int) -> list[dt.date]:
    """The same weekday of earlier weeks, in rising order."""
    begun = (outlook.first_day or as_of) + WARM_UP
    weeks_back = min((as_of - begun) // WEEK, most)
    return [as_of - number * WEEK for number in range(weeks_back, 0, -1)]


def _past_forecasts(
    outlook: Outlook,
    as_of: dt.date,
    cut_offs: Sequence[dt.date],
    expected: Sequence[Sequence[Sequence[Figure]]],
) -> tuple[PastForecast, ...]:
    found = [
        _past(outlook, cut_off, as_of, by_kind)
        for cut_off, *by_kind in zip(cut_offs, *(weeks[: len(cut_offs)] for weeks in expected), strict=True)
    ]
    return tuple(reversed(found))


def _past(
    outlook: Outlook, cut_off: dt.date, as_of: dt.date, expected: Sequence[Sequence[Figure]]
) -> PastForecast:
    over = min((as_of - cut_off) // WEEK, WEEKS)
    misses = [
        actual - sum((figures[week].amount for figures in expected), ZERO)
        for week, actual in enumerate(_weekly_cash(outlook, cut_off)[:over])
    ]
    return PastForecast(cut_off, tuple(accumulate(misses)))


def _weekly_cash(outlook: Outlook, after: dt.date) -> list[Decimal]:
    changes = [ZERO] * WEEKS
    for number in range(1, WEEKS * WEEK.days + 1):
        day = after + dt.timedelta(days=number)
        week = week_of(day, after)
        if week is not None and day in outlook.cash:
            changes[week] += outlook.cash[day]
    return changes


def _known(past: Sequence[PastForecast], as_of: dt.date, week: int) -> list[Decimal]:
    """The misses until the end of a week that had come to light, the latest ones."""
    known = [one.misses[week - 1] for one in past if one.cut_off + week * WEEK <= as_of]
    return known[:MOST_CUT_OFFS]


def _interval(misses: Sequence[Decimal], mean: Decimal) -> tuple[Decimal, Decimal] | None:
    if len(misses) < FEWEST_CUT_OFFS:
        return None
    ordered = sorted(misses)
    cut = max(int((len(ordered) + 1) * TAIL) - 1, 0)  # the next miss is one more than those that are known
    return min(ordered[cut] - mean, ZERO), max(ordered[-cut - 1] - mean, ZERO)
