"""What the cash forecast knows of the books, and when what is open is expected to be paid.

Many cut-off days are gone through in one sweep: what was open and how late everybody had paid is carried on from one
to the next, so the cost grows with the items and not with the items times the days.
"""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from domain.accounting.figure import Figure
from domain.accounting.ledger import ZERO, AccountType, Ledger, sign_of

WEEKS, MOST_CUT_OFFS = 13, 52
WEEK = dt.timedelta(days=7)
FEWEST_PAYMENTS = 3
KINDS = (AccountType.RECEIVABLE, AccountType.PAYABLE)


class OwedItem(NamedTuple):
    """A receivable or payable journal item."""

    line_id: int
    partner_id: int | None
    day: dt.date
    due: dt.date
    balance: Decimal


class SettledMatch(NamedTuple):
    """A partial reconciliation; whether the entries of its two lines are payments, by the rule of `settlement`."""

    day: dt.date
    debit_id: int
    credit_id: int
    amount: Decimal
    debit_pays: bool
    credit_pays: bool


@dataclass(frozen=True)
class Outlook:
    """The cash of each day, every item on receivable and payable accounts, and what was matched."""

    first_day: dt.date | None
    cash: Mapping[dt.date, Decimal]
    owed: Mapping[AccountType, Sequence[OwedItem]]
    matches: Sequence[SettledMatch]
    learned: Mapping[AccountType, Sequence[tuple[int | None, int, int]]] = field(default_factory=dict)
    """Of items that were settled before the first cut-off day, and so are not among the others: partner, days late,
    how often."""


def outlook_of(ledger: Ledger) -> Outlook:
    """The same from all journal items."""
    cash: dict[dt.date, Decimal] = defaultdict(Decimal)
    for line in ledger.of_types(AccountType.CASH):
        cash[line.day] += line.balance
    moved_cash = {line.move_id for line in ledger.of_types(AccountType.CASH)}
    earning = {line.move_id for line in ledger.lines if ledger.type_of(line).is_result}

    def pays(line_id: int) -> bool:
        move = ledger.by_id[line_id].move_id
        return move in moved_cash or move not in earning

    return Outlook(
        first_day=min((line.day for line in ledger.lines), default=None),
        cash=cash,
        owed={
            kind: [
                OwedItem(line.line_id, line.partner_id, line.day, line.due, line.balance)
                for line in ledger.of_types(kind)
            ]
            for kind in KINDS
        },
        matches=[
            SettledMatch(
                one.max_date,
                one.debit_line_id,
                one.credit_line_id,
                one.amount,
                debit_pays=pays(one.debit_line_id),
                credit_pays=pays(one.credit_line_id),
            )
            for one in ledger.partials
        ],
    )


def expected_cash(outlook: Outlook, kind: AccountType, cut_offs: Sequence[dt.date]) -> list[list[Figure]]:
    """For each day, in rising order, the cash by week from what was open then; beyond the last week nothing."""
    sweep = _Sweep(outlook, kind)
    return [sweep.expected(cut_off) for cut_off in cut_offs]


def week_of(day: dt.date, after: dt.date) -> int | None:
    """Which of the 13 weeks after a day another day lies in."""
    week = ((day - after).days - 1) // WEEK.days
    return week if 0 <= week < WEEKS else None


class Habits:
    """How late each partner has paid, or been paid, so far."""

    def __init__(self) -> None:
        self._all: list[int] = []
        self._by_partner: dict[int | None, list[int]] = defaultdict(list)

    def learn(self, partner_id: int | None, delay_days: int, times: int = 1) -> None:
        """Payments more; `settle` comes before the next question."""
        self._all.extend([delay_days] * times)
        self._by_partner[partner_id].extend([delay_days] * times)

    def settle(self) -> None:
        """Bring the delays into order; what is in order already costs little."""
        self._all.sort()
        for delays in self._by_partner.values():
            delays.sort()

    def expected_on(self, item: OwedItem, as_of: dt.date) -> dt.date:
        """The day after `as_of` on which an open item is expected to be paid."""
        own = self._by_partner.get(item.partner_id, [])
        delays = own if len(own) >= FEWEST_PAYMENTS else self._all
        usual = item.due + dt.timedelta(days=_median_low(delays, 0)) if delays else item.due
        if usual > as_of:
            return usual
        longer = bisect_right(delays, (as_of - item.due).days)
        if longer < len(delays):
            return item.due + dt.timedelta(days=_median_low(delays, longer))
        return as_of + WEEK


def _median_low(ordered: Sequence[int], begin: int) -> int:
    return ordered[begin + (len(ordered) - begin - 1) // 2]


class _Sweep:
    """Items and reconciliations of one kind of account, gone through day by day."""

    def __init__(self, outlook: Outlook, kind: AccountType) -> None:
        ordered = sorted(outlook.owed[kind], key=attrgetter("due", "line_id"))
        self._sign = sign_of(kind)
        self._items = {item.line_id: item for item in ordered}
        self._rank = {item.line_id: rank for rank, item in enumerate(ordered)}
        self._open: dict[int, Decimal] = {}
        self._habits = Habits()
        for partner_id, delay_days, times in outlook.learned.get(kind, ()):
            self._habits.learn(partner_id, delay_days, times)
        self._new = sorted(ordered, key=attrgetter("day"), reverse=True)
        """What is yet to come, the next one last."""
        of_kind = self._items.keys()
        self._matches = sorted(
            (one for one in outlook.matches if one.debit_id in of_kind or one.credit_id in of_kind),
            key=attrgetter("day"),
            reverse=True,
        )

    def expected(self, as_of: dt.date) -> list[Figure]:
        """Cash by week from what is open on a day, after each partner's credits were set against the oldest debts."""
        self._go_on_to(as_of)
        by_week: list[list[tuple[Decimal, int]]] = [[] for _ in range(WEEKS)]
        unused: dict[int | None, Decimal] = defaultdict(Decimal)
        items = [
            (self._items[line_id], self._open[line_id])
            for line_id in sorted(self._open, key=self._rank.__getitem__)
        ]
        for item, residual in items:
            unused[item.partner_id] += max(-residual * self._sign, ZERO)
        for item, residual in items:
            debt = max(residual * self._sign, ZERO)
            used = min(debt, unused[item.partner_id])
            unused[item.partner_id] -= used
            week = week_of(self._habits.expected_on(item, as_of), as_of) if debt > used else None
            if week is not None:
                by_week[week].append(((debt - used) * self._sign, item.line_id))
        return [
            Figure(sum((amount for amount, _ in found), ZERO), tuple(line_id for _, line_id in found))
            for found in by_week
        ]

    def _go_on_to(self, as_of: dt.date) -> None:
        while self._new and self._new[-1].day <= as_of:
            item = self._new.pop()
            self._add(item.line_id, item.balance)
        while self._matches and self._matches[-1].day <= as_of:
            self._take(self._matches.pop())
        self._habits.settle()

    def _take(self, match: SettledMatch) -> None:
        self._add(match.debit_id, -match.amount)
        self._add(match.credit_id, match.amount)
        is_debit = self._sign > 0
        owed = self._items.get(match.debit_id if is_debit else match.credit_id)
        if owed and (match.credit_pays if is_debit else match.debit_pays):
            self._habits.learn(owed.partner_id, (match.day - owed.due).days)

    def _add(self, line_id: int, amount: Decimal) -> None:
        if line_id not in self._items:
            return
        left = self._open.get(line_id, ZERO) + amount
        if left:
            self._open[line_id] = left
        else:
            self._open.pop(line_id, None)
