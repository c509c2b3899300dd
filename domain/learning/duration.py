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
        known = f"{self.n} like it so far" if self.n else "none like it yet"
        return f"{in_words(self.median)} ({known}; mostly {in_words(self.low)} to {in_words(self.high)})"


def duration(groups: Sequence[Sequence[float]]) -> Duration | None:
    """From the lengths (seconds) of the closest group to those of the widest; None: too few are known at all.

    Each quantile of a group with few lengths is drawn to that of the wider one, on the scale of its logarithm.
    """
    known: tuple[float, float, float] | None = None
    for lengths in reversed(groups):
        logs = sorted(math.log1p(one) for one in lengths)
        if logs and (known or len(logs) >= FEWEST):
            known = _drawn(logs, known)
    if known is None:
        return None
    low, middle, high = (max(math.expm1(one), 0.0) for one in known)
    return Duration(middle, low, high, len(groups[0]))


def _drawn(logs: Sequence[float], wider: tuple[float, float, float] | None) -> tuple[float, float, float]:
    """The quantiles of a group; where its lengths are too few to tell how far they spread, they do as the wider."""
    middle = _quantile(logs, 0.5)
    if wider is None:
        return _quantile(logs, LOW), middle, _quantile(logs, HIGH)
    if len(logs) < FEWEST:
        own = tuple(middle + one - wider[1] for one in wider)
    else:
        own = (_quantile(logs, LOW), middle, _quantile(logs, HIGH))
    weight = len(logs) / (len(logs) + STRENGTH)
    low, middle, high = (
        weight * mine + (1 - weight) * theirs for mine, theirs in zip(own, wider, strict=True)
    )
    return low, middle, high


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
