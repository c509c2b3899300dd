"""What is expected agrees with what comes, also where little is known."""

import random
from datetime import UTC, datetime

import pytest

from domain.learning.duration import duration
from domain.learning.estimate import calibration, estimate, read_estimate
from domain.learning.outcome import Outcome, OutcomeEnd, Sort
from domain.learning.rate import rate, shrunk

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_an_interval_is_that_of_the_posterior() -> None:
    found = rate(2, 5)  # Beta(3, 4), whose tenth and ninetieth percentiles are known
    assert found.mean == pytest.approx(3 / 7)
    assert (found.low, found.high) == (pytest.approx(0.2009, abs=0.003), pytest.approx(0.6668, abs=0.003))


def test_few_cases_are_drawn_to_the_wider_group() -> None:
    assert shrunk([(0, 0), (90, 100)]).mean == pytest.approx(91 / 102)
    assert 0.5 < shrunk([(0, 1), (90, 100)]).mean < 91 / 102
    assert shrunk([(0, 500), (90, 100)]).mean < 0.02
    assert shrunk([]).mean == 0.5


def test_of_too_few_lengths_nothing_is_said() -> None:
    assert duration([[1.0] * 8]) is None
    assert duration([[], [60.0] * 9]) is not None


@pytest.mark.parametrize("own", [0, 3, 30, 200])
def test_four_in_five_lie_in_their_interval(own: int) -> None:
    chance, inside = random.Random(own), 0  # noqa: S311 (made up)
    for _ in range(400):
        others = [chance.lognormvariate(4, 1) for _ in range(200)]
        found = duration([[chance.lognormvariate(4, 1) for _ in range(own)], others])
        assert found is not None
        inside += found.holds(chance.lognormvariate(4, 1))
    assert 0.74 < inside / 400 < 0.87


def test_what_is_said_comes_as_often() -> None:
    """Playbooks that need nobody in very different shares of their tasks, each learned from as it goes on."""
    chance = random.Random(3)  # noqa: S311 (made up)
    said_and_came = []
    for share in (0.05, 0.3, 0.6, 0.9, 0.98):
        past: list[tuple[OutcomeEnd, int | None]] = []
        for number in range(200):
            how = (
                OutcomeEnd.ALONE
                if chance.random() < share
                else chance.choice([OutcomeEnd.HELPED, OutcomeEnd.HANDED])
            )
            said = estimate([past, [(OutcomeEnd.ALONE, 1000)] * 30])
            assert read_estimate(said.plain()) == said
            said_and_came.append(
                (said, Outcome(f"task {share} {number}", Sort.TASK, how, NOW, lasted_ms=1000))
            )
            past.append((how, 1000))
    found = calibration(said_and_came)
    assert len(found.bins) == 5
    assert [one for one in found.bins if abs(one.said - one.came) > 0.1] == []
    assert found.brier is not None
    assert found.brier < 0.15
    assert found.inside == found.timed
