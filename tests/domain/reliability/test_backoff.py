from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TransientError
from domain.reliability.backoff import STANDARD, Backoff, named_delay, seconds_asked, spread


def test_delays_grow_to_the_longest() -> None:
    assert STANDARD.delays() == [1, 3, 9, 27]
    assert Backoff(retries=5, first_seconds=10, factor=2, longest_seconds=30).delays() == [10, 20, 30, 30, 30]


@given(st.floats(0, 100), st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_its_share(delay: float, jitter: float, chance: float) -> None:
    slack = 1e-9 * delay
    assert delay * (1 - jitter) - slack <= spread(delay, jitter, chance) <= delay * (1 + jitter) + slack


def test_a_wait_is_named_by_the_error_or_not_at_all() -> None:
    error = TransientError("429")
    assert named_delay(error) is None
    for named, seconds in ((12, 12.0), (0.5, 0.5), (None, None), (-1, None), ("soon", None)):
        error.retry_after = named
        assert named_delay(error) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("9" * 30, 86_400.0),
        ("Sun, 29 Nov 2026 10:02:00 GMT", 120.0),
        ("Sun, 29 Nov 2026 09:59:00 GMT", 0.0),
        ("Sun, 29 Nov 9999 10:00:00 GMT", 86_400.0),
        ("Sun, 29 Nov 2026 10:02:00 -0000", None),
        ("\u0663", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_service_asks_for_seconds_or_for_a_time(header: str, seconds: float | None) -> None:
    assert seconds_asked(header, datetime(2026, 11, 29, 10, tzinfo=UTC)) == seconds
