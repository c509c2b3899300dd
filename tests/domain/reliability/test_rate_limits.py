from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reliability.rate_limits import (
    LIMITS,
    Limit,
    TurnTooLargeError,
    UnlistedServiceError,
    limits_of,
    reserve,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SMALL = Limit("small", 100, 60, 30, date(2026, 11, 1), "a test")

asks = st.lists(st.tuples(st.floats(0, 40), st.integers(1, 30)), min_size=1, max_size=60)


@given(asks)
def test_no_window_of_the_limit_s_length_holds_more_than_its_units(asked: list[tuple[float, int]]) -> None:
    now, full_at = NOW, None
    turns: list[tuple[datetime, int]] = []
    for pause, units in asked:
        now += timedelta(seconds=pause)
        turn, full_at = reserve(SMALL, full_at, units, now)
        assert turn >= now
        turns.append((turn, units))
    for begin, _ in turns:
        end = begin + timedelta(seconds=SMALL.per_seconds)
        # a microsecond's rounding of a turn may let a last unit slip into the window
        assert sum(units for turn, units in turns if begin <= turn < end) <= SMALL.units + 1


@given(asks)
def test_turns_come_in_the_order_they_were_asked_for(asked: list[tuple[float, int]]) -> None:
    now, full_at, last = NOW, None, NOW
    for pause, units in asked:
        now += timedelta(seconds=pause)
        turn, full_at = reserve(SMALL, full_at, units, now)
        assert turn >= last or turn == now
        last = turn


def test_a_rested_bucket_gives_its_burst_at_once_and_no_more() -> None:
    turn, full_at = reserve(SMALL, None, SMALL.burst, NOW)
    assert turn == NOW
    turn, _ = reserve(SMALL, full_at, 7, NOW)
    assert turn == NOW + timedelta(seconds=6)


def test_a_turn_larger_than_the_burst_is_refused() -> None:
    with pytest.raises(TurnTooLargeError, match="ask in parts"):
        reserve(SMALL, None, 31, NOW)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: f"{limit.service}-{limit.per_seconds}")
def test_every_row_can_be_kept_and_says_where_it_is_from(limit: Limit) -> None:
    assert 0 < limit.burst < limit.units
    assert limit.source


def test_a_service_without_a_row_is_an_error() -> None:
    assert [limit.per_seconds for limit in limits_of("x")] == [900, 86_400]
    with pytest.raises(UnlistedServiceError):
        limits_of("fax")
