"""Statistics of what outcomes have in common: an action, a playbook, a counterparty, a kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.learning.duration import Duration, duration
from domain.learning.outcome import Dimension, Outcome, OutcomeEnd, Sort
from domain.learning.rate import ObservedRate, rate

WINDOW = 500
"""How many of the newest outcomes of each sort count: what was long ago says little of tomorrow."""


@dataclass(frozen=True)
class Statistics:
    """Of one subject; `effects`, `decisions` and `tasks` are None where it has none of the sort.

    Attributes:
        success: Effects that were done and stayed done.
        refused: Questions that a person rejected.
        edited: Questions that a person changed while approving.
        alone: Tasks that needed no person.
        lasts: Of its effects.
        retries: Of an effect, on average.
    """

    dimension: Dimension
    subject: str
    success: ObservedRate | None
    refused: ObservedRate | None
    edited: ObservedRate | None
    alone: ObservedRate | None
    lasts: Duration | None
    retries: float


def statistics(outcomes: Iterable[Outcome]) -> list[Statistics]:
    """Of every subject; from its newest outcomes, whatever order they come in."""
    groups: dict[tuple[Dimension, str], list[Outcome]] = defaultdict(list)
    for one in sorted(outcomes, key=lambda one: (one.at, one.id), reverse=True):
        for dimension in Dimension:
            subject = str(getattr(one, dimension.value))
            if subject:
                groups[dimension, subject].append(one)
    return [_of(dimension, subject, group) for (dimension, subject), group in sorted(groups.items())]


def _of(dimension: Dimension, subject: str, newest_first: Sequence[Outcome]) -> Statistics:
    effects, decisions, tasks = (
        [one for one in newest_first if one.sort is sort][:WINDOW]
        for sort in (Sort.EFFECT, Sort.DECISION, Sort.TASK)
    )
    lengths = [one.seconds for one in effects if one.seconds is not None]
    return Statistics(
        dimension,
        subject,
        success=_share(effects, OutcomeEnd.DONE),
        refused=_share(decisions, OutcomeEnd.REJECTED),
        edited=_share(decisions, OutcomeEnd.EDITED),
        alone=_share(tasks, OutcomeEnd.ALONE),
        lasts=duration([lengths]),
        retries=sum(one.retries for one in effects) / len(effects) if effects else 0.0,
    )


def _share(outcomes: Sequence[Outcome], how: OutcomeEnd) -> ObservedRate | None:
    return rate(sum(one.how is how for one in outcomes), len(outcomes)) if outcomes else None
