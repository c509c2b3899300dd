"""How often something happens, as far as few cases can tell: the posterior of a Beta distribution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

COVERS = 0.8
"""The share of cases that an interval is to hold."""
LOW, HIGH = (1 - COVERS) / 2, (1 + COVERS) / 2
STRENGTH = 5.0
"""How many cases of its own weigh as much as what is known of the wider group."""
POINTS = 400


@dataclass(frozen=True)
class ObservedRate:
    """A share, 0 to 1.

    Attributes:
        mean: Of the posterior.
        low: Below it lies a tenth of the posterior.
        high: Above it lies a tenth.
        n: How many cases of its own it rests on.
        k: In how many of them it happened.
    """

    mean: float
    low: float
    high: float
    n: int
    k: int

    def __str__(self) -> str:
        if not self.n:
            return f"{self.mean:.0%}, as other tasks went (none like it yet)"
        return f"{self.mean:.0%} ({self.n} like it so far; probably {self.low:.0%} to {self.high:.0%})"


def rate(k: int, n: int, wider: float | None = None) -> ObservedRate:
    """From `k` of `n` cases; `wider` is the mean of the group that these belong to, and nothing is known without it."""
    before = (1.0, 1.0) if wider is None else (STRENGTH * wider, STRENGTH * (1 - wider))
    yes, no = before[0] + k, before[1] + n - k
    low, high = _quantiles(yes, no, (LOW, HIGH))
    return ObservedRate(yes / (yes + no), low, high, n, k)


def shrunk(groups: Sequence[tuple[int, int]]) -> ObservedRate:
    """From (k, n) of the closest group to the widest; each rests on the next as far as it has few cases itself."""
    found: ObservedRate | None = None
    for k, n in reversed(groups):
        found = rate(k, n, found.mean if found else None)
    return found or rate(0, 0)


def _quantiles(yes: float, no: float, shares: Sequence[float]) -> list[float]:
    """Of Beta(yes, no), summed up over a grid: within a percentage point, without a library of 0.3 s to import."""
    places = [(place + 0.5) / POINTS for place in range(POINTS)]
    logs = [(yes - 1) * math.log(x) + (no - 1) * math.log1p(-x) for x in places]
    highest = max(logs)
    sums = list(accumulate(math.exp(one - highest) for one in logs))
    return [
        next(x for x, total in zip(places, sums, strict=True) if total >= share * sums[-1])
        for share in shares
    ]
