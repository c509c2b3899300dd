from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TransientError
from domain.reliability.backoff import STANDARD, Backoff, named_delay, spread


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
