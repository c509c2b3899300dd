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
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from statistics import median_low

from domain.accounting.ageing import sign_of
from domain.accounting.figure import Figure, debit_of, total
from domain.accounting.ledger import ZERO, AccountType, JournalLine, Ledger, until
from domain.accounting.residual import OpenItem, open_items
from domain.accounting.settlement import Settlement, settlements
from domain.money import rounded

WEEKS = 13
WEEK = dt.timedelta(days=7)
MOST_CUT_OFFS = 52
FEWEST_CUT_OFFS = 8
"""Fewer misses than this say nothing about the next one: no interval is given."""
FEWEST_PAYMENTS = 3
KINDS = (AccountType.RECEIVABLE, AccountType.PAYABLE)
WARM_UP = dt.timedelta(days=91)
"""The first weeks of the books show no habits yet; they are not learned from."""
TAIL = 0.1
"""The share of misses left out on each side of the interval."""
Paid = Sequence[Settlement]


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


class Habits:
    """How late each partner has paid, or been paid, until a day."""

    def __init__(self, paid: Sequence[Settlement]) -> None:
        self._all = sorted(one.delay_days for one in paid)
        self._by_partner: dict[int | None, list[int]] = {}
        for one in paid:
            self._by_partner.setdefault(one.line.partner_id, []).append(one.delay_days)

    def expected_on(self, line: JournalLine, as_of: dt.date) -> dt.date:
        """The day after `as_of` on which an open line is expected to be paid."""
        own = self._by_partner.get(line.partner_id, [])
        delays = own if len(own) >= FEWEST_PAYMENTS else self._all
        usual = line.due + dt.timedelta(days=median_low(delays)) if delays else line.due
        if usual > as_of:
            return usual
        late = (as_of - line.due).days
        longer = [delay for delay in delays if delay > late]
        return line.due + dt.timedelta(days=median_low(longer)) if longer else as_of + WEEK


def cash_forecast(ledger: Ledger, as_of: dt.date, past: Sequence[PastForecast] | None = None) -> CashForecast:
    """The cash of the 13 weeks after a day, from what was known on that day.

    Args:
        ledger: The books; later entries may be there and are not used.
        as_of: The last day that is known.
        past: What `past_forecasts` gave for this day, or for one that is whole weeks later when it looked
            back as many weeks more; computed when absent.
    """
    past = past_forecasts(ledger, as_of) if past is None else past
    misses = [_known(past, as_of, week) for week in range(1, WEEKS + 1)]
    cash = debit_of(until(ledger.of_types(AccountType.CASH), as_of))
    receipts, payments = (_expected(ledger, as_of, kind, settlements(ledger, as_of, kind)) for kind in KINDS)
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
    begun = min((line.day for line in ledger.lines), default=as_of) + WARM_UP
    weeks_back = range(1, min((as_of - begun) // WEEK, most) + 1)
    paid = {kind: settlements(ledger, as_of, kind) for kind in KINDS}
    return tuple(_past(ledger, as_of - number * WEEK, as_of, paid) for number in weeks_back)


def weekly_cash(ledger: Ledger, after: dt.date) -> list[Decimal]:
    """The change of cash in each of the 13 weeks after a day."""
    changes = [ZERO] * WEEKS
    for line in ledger.of_types(AccountType.CASH):
        week = _week_of(line.day, after)
        if week is not None:
            changes[week] += line.balance
    return changes


def _past(ledger: Ledger, cut_off: dt.date, as_of: dt.date, paid: Mapping[AccountType, Paid]) -> PastForecast:
    expected = [_expected(ledger, cut_off, kind, paid[kind]) for kind in KINDS]
    over = min((as_of - cut_off) // WEEK, WEEKS)
    misses = [
        actual - sum((figures[week].amount for figures in expected), ZERO)
        for week, actual in enumerate(weekly_cash(ledger, cut_off)[:over])
    ]
    return PastForecast(cut_off, tuple(accumulate(misses)))


def _expected(ledger: Ledger, as_of: dt.date, kind: AccountType, paid: Paid) -> list[Figure]:
    """Cash by week from what is open; beyond the last week nothing."""
    habits = Habits([one for one in paid if one.paid_on <= as_of])
    by_week: dict[int | None, list[Figure]] = defaultdict(list)
    for line, amount in _owed(open_items(ledger, as_of, kind), sign_of(kind)):
        by_week[_week_of(habits.expected_on(line, as_of), as_of)].append(Figure(amount, (line.line_id,)))
    return [total(by_week[week]) for week in range(WEEKS)]


def _owed(items: Sequence[OpenItem], sign: int) -> Iterator[tuple[JournalLine, Decimal]]:
    """What is still to be paid, after each partner's credits have been set against the oldest debts."""
    unused: dict[int | None, Decimal] = defaultdict(Decimal)
    for item in items:
        unused[item.line.partner_id] += max(-item.residual * sign, ZERO)
    for item in items:
        debt, partner = max(item.residual * sign, ZERO), item.line.partner_id
        used = min(debt, unused[partner])
        unused[partner] -= used
        if debt > used:
            yield item.line, (debt - used) * sign


def _week_of(day: dt.date, after: dt.date) -> int | None:
    week = ((day - after).days - 1) // WEEK.days
    return week if 0 <= week < WEEKS else None


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
