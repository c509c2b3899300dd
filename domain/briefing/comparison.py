"""A week beside the weeks before it: what is usual, what is out of the ordinary, and who made the difference."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
FEWEST_WEEKS = 6
"""Fewer weeks than this have no usual: every one would be out of the ordinary."""
WIDTH = Decimal(3)
MAD_TO_SIGMA = Decimal("1.4826")
MOST_DRIVERS = 3
ZERO = Decimal(0)
FEWEST_NOW, FEWEST_BEFORE = 3, 10
MANY_WITH_CENTS = Decimal("0.5")
HUNDRED = Decimal(100)
HUNDREDFOLD = (HUNDRED / 2, HUNDRED * 2)


def usual(values: Sequence[Decimal]) -> Decimal | None:
    """The median; none of too few weeks."""
    return median(values) if len(values) >= FEWEST_WEEKS else None


def is_unusual(value: Decimal, values: Sequence[Decimal]) -> bool:
    """Whether it lies outside everything seen, and by more than three robust standard deviations from the median.

    Source: the median absolute deviation x 1.4826 estimates a normal distribution's standard deviation
    (Hampel 1974), and one outlier among the weeks does not move it.
    """
    if len(values) < FEWEST_WEEKS or min(values) <= value <= max(values):
        return False
    middle = median(values)
    deviation = median(abs(one - middle) for one in values)
    return abs(value - middle) > WIDTH * MAD_TO_SIGMA * deviation


def is_in_cents(amounts: Sequence[Decimal], before: Sequence[Decimal]) -> bool:
    """Whether amounts look like cents that were entered as whole units.

    None of them has cents, a hundredth of them would have, as half of those before, and the middle one is some hundred
    times as large. Large orders in round sums are not that, nor are few amounts, nor a currency without cents.
    """
    if len(amounts) < FEWEST_NOW or len(before) < FEWEST_BEFORE or _with_cents(amounts):
        return False
    hundredths = [amount / HUNDRED for amount in amounts]
    if not all(_with_cents(one) >= MANY_WITH_CENTS * len(one) for one in (before, hundredths)):
        return False
    least, most = (times * median(map(abs, before)) for times in HUNDREDFOLD)
    return least <= median(map(abs, amounts)) <= most


def _with_cents(amounts: Sequence[Decimal]) -> int:
    return sum(amount % 1 != 0 for amount in amounts)


@dataclass(frozen=True)
class Driver:
    """Who or what changed a sum, by how much against the mean of the weeks before."""

    name: str
    now: Decimal
    before: Decimal

    @property
    def difference(self) -> Decimal:
        """More is positive."""
        return self.now - self.before


def drivers(now: Mapping[str, Decimal], weeks: Sequence[Mapping[str, Decimal]]) -> list[Driver]:
    """Those who moved the sum the way it went, the strongest first, at most three."""
    before: dict[str, Decimal] = defaultdict(Decimal)
    for week in weeks:
        for name, amount in week.items():
            before[name] += amount / len(weeks)
    found = [Driver(name, now.get(name, ZERO), before.get(name, ZERO)) for name in {*now, *before}]
    whole = sum((one.difference for one in found), ZERO)
    same_way = [one for one in found if one.difference * whole > 0]
    return sorted(same_way, key=lambda one: (-abs(one.difference), one.name))[:MOST_DRIVERS]


def summed(pairs: Iterable[tuple[Key, Decimal]]) -> dict[Key, Decimal]:
    """Amounts by name, or by whatever stands beside them."""
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    for name, amount in pairs:
        sums[name] += amount
    return dict(sums)
