"""What is to be expected of a task: whether it needs a person, and how long it takes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.learning.duration import Duration, duration
from domain.learning.outcome import Outcome, OutcomeEnd
from domain.learning.rate import ObservedRate, shrunk

SIMPLE, INVOLVED = 0.8, 0.4


@dataclass(frozen=True)
class Estimate:
    """Of one task, as it was before its work began; `lasts` is None where too little is known."""

    alone: ObservedRate
    lasts: Duration | None

    @property
    def complexity(self) -> str:
        """In a word: how likely a person is needed."""
        if self.alone.mean >= SIMPLE:
            return "simple"
        return "involved" if self.alone.mean < INVOLVED else "mixed"

    def lines(self) -> list[str]:
        """For a person."""
        lasts = str(self.lasts) if self.lasts else "not known yet"
        return [f"done without you in {self.alone}", f"from arrival to end: {lasts}"]

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


Past = tuple[OutcomeEnd, int | None]
"""A task like it: how it ended, and after how many milliseconds."""


def estimate(groups: Sequence[Sequence[Past]]) -> Estimate:
    """From the tasks of the closest group to those of the widest, e.g. of the playbook, of the kind, and all.

    What lies with a person has no length yet.
    """
    counts = [(sum(how is OutcomeEnd.ALONE for how, _ in group), len(group)) for group in groups]
    lengths = [
        [lasted / 1000 for how, lasted in group if lasted is not None and how is not OutcomeEnd.HANDED]
        for group in groups
    ]
    return Estimate(shrunk(counts), duration(lengths))


def read_estimate(plain: dict[str, Any]) -> Estimate:
    """What `plain` gave."""
    lasts = plain["lasts"]
    return Estimate(ObservedRate(**plain["alone"]), Duration(**lasts) if lasts else None)


@dataclass(frozen=True)
class Bin:
    """The tasks of which about as much was expected: how often it was said, and how often it came."""

    low: float
    high: float
    n: int
    said: float
    came: float


@dataclass(frozen=True)
class Calibration:
    """How what was expected of tasks agrees with what came.

    Attributes:
        bins: By how likely it was said to be that no person is needed.
        brier: The mean square of what was said less what came (0 is best, a quarter is a coin's); None: no task yet.
        inside: How many lengths lay in their 80 % interval.
        timed: Of how many.
    """

    bins: tuple[Bin, ...]
    brier: float | None
    inside: int
    timed: int


BINS = 5


def calibration(tasks: Sequence[tuple[Estimate, Outcome]]) -> Calibration:
    """Of tasks whose end is known."""
    place = Counter(_bin(said) for said, _ in tasks)
    bins = tuple(_of_bin(number, tasks) for number in range(BINS) if place[number])
    squares = [(said.alone.mean - (came.how is OutcomeEnd.ALONE)) ** 2 for said, came in tasks]
    timed = [
        said.lasts.holds(came.seconds)
        for said, came in tasks
        if said.lasts and came.seconds is not None and came.how is not OutcomeEnd.HANDED
    ]
    return Calibration(bins, sum(squares) / len(squares) if squares else None, sum(timed), len(timed))


def _bin(said: Estimate) -> int:
    return min(int(said.alone.mean * BINS), BINS - 1)


def _of_bin(number: int, tasks: Sequence[tuple[Estimate, Outcome]]) -> Bin:
    inside = [(said.alone.mean, came.how is OutcomeEnd.ALONE) for said, came in tasks if _bin(said) == number]
    n = len(inside)
    said, came = (sum(column) / n for column in zip(*inside, strict=True))
    return Bin(number / BINS, (number + 1) / BINS, n, said, came)
