"""How long something takes: quantiles of what it took before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.learning.rate import HIGH, LOW

FEWEST = 9
"""The fewest lengths of which a tenth can lie below the shortest and a tenth above the longest."""
EXACT = 0.01
STRENGTH = 10.0
"""How many lengths of its own weigh as much as those of the wider group."""


@dataclass(frozen=True)
class Duration:
    """Seconds: the median, and between what four of five cases lie; `n` lengths of its own."""

    median: float
    low: float
    high: float
    n: int

    def holds(self, seconds: float) -> bool:
        """Whether a length lies in the interval, to one part in a hundred: it is shown no more exactly."""
        return self.low * (1 - EXACT) <= seconds <= self.high * (1 + EXACT)

    def __str__(self) -> str:
        return f"{in_words(self.median)} (n={self.n}, 80% interval {in_words(self.low)} to {in_words(self.high)})"


def duration(groups: Sequence[Sequence[float]]) -> Duration | None:
    """From the lengths (seconds) of the closest group to those of the widest; None: too few are known at all.

    Each quantile of a group with few lengths is drawn to that of the wider one, on the scale of its logarithm.
    """
    known: tuple[float, float, float] | None = None
    for lengths in reversed(groups):
        if known is None and len(lengths) < FEWEST:
            continue
        if not lengths:
            continue
        logs = sorted(math.log1p(one) for one in lengths)
        own = (_quantile(logs, LOW), _quantile(logs, 0.5), _quantile(logs, HIGH))
        weight = 1.0 if known is None else len(logs) / (len(logs) + STRENGTH)
        wider = known or own
        low, middle, high = (
            weight * mine + (1 - weight) * theirs for mine, theirs in zip(own, wider, strict=True)
        )
        known = (low, middle, high)
    if known is None:
        return None
    low, middle, high = map(math.expm1, known)
    return Duration(middle, low, high, len(groups[0]))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """At the place (n + 1) * share, the one that leaves as much outside among cases that are still to come."""
    place = min(max((len(ordered) + 1) * share, 1.0), float(len(ordered)))
    below = min(int(place), len(ordered) - 1)
    if below < 1:
        return ordered[0]
    return ordered[below - 1] + (place - below) * (ordered[below] - ordered[below - 1])


def in_words(seconds: float) -> str:
    """Such as "12 s", "3.5 min", "2.0 h", "4.1 days"."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else f"{seconds:.1f} s"
