from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.reliability.breaker import (
    LONGEST_OPEN_SECONDS,
    THRESHOLD,
    Breaker,
    BreakerState,
    abandoned,
    admit,
    failed,
    succeeded,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_five_failures_in_a_row_open_it() -> None:
    breaker = Breaker()
    for _ in range(THRESHOLD):
        assert breaker.state is BreakerState.CLOSED
        breaker = failed(breaker, "a", NOW, "down")
    assert breaker.state is BreakerState.OPEN


def test_rare_failures_among_successes_never_open_it() -> None:
    breaker = Breaker()
    for place in range(1000):
        breaker = failed(breaker, "a", NOW, "down") if place % 3 == 0 else succeeded(breaker, "a")
    assert breaker.state is BreakerState.CLOSED


def test_a_lasting_majority_of_failures_opens_it() -> None:
    breaker = Breaker()
    for place in range(30):
        breaker = succeeded(breaker, "a") if place % 3 == 0 else failed(breaker, "a", NOW, "down")
    assert breaker.state is BreakerState.OPEN


class BreakerMachine(RuleBasedStateMachine):
    """Callers come, succeed, fail, give up and vanish, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = NOW
        self.inside: set[str] = set()
        self.admitted = 0

    @rule(seconds=st.floats(0, 700))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def somebody_calls(self) -> None:
        caller = f"caller-{self.admitted}"
        before = self.breaker
        after = admit(before, caller, self.now)
        if after is None:
            assert before.state is not BreakerState.CLOSED
            assert before.until is not None
            assert self.now < before.until
            return
        self.admitted += 1
        self.inside.add(caller)
        if before.state is not BreakerState.CLOSED:
            assert after.state is BreakerState.HALF_OPEN
            assert after.prober == caller
        self.breaker = after

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def a_call_succeeds(self, data: st.DataObject) -> None:
        caller = self._leave(data)
        before, self.breaker = self.breaker, succeeded(self.breaker, caller)
        if before.state is not BreakerState.CLOSED and self.breaker.state is BreakerState.CLOSED:
            assert before.prober == caller  # nobody but the probe closes a circuit

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def a_call_fails(self, data: st.DataObject) -> None:
        caller = self._leave(data)
        self.breaker = failed(self.breaker, caller, self.now, "down")
        assert self.breaker.prober != caller

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def a_call_is_given_up(self, data: st.DataObject) -> None:
        caller = self._leave(data)
        self.breaker = abandoned(self.breaker, caller, self.now)
        assert self.breaker.prober != caller

    @invariant()
    def it_never_stays_shut(self) -> None:
        """Whatever happened, a caller is admitted after the longest opening."""
        later = self.now + timedelta(seconds=LONGEST_OPEN_SECONDS)
        assert admit(self.breaker, "the patient one", later) is not None

    @invariant()
    def its_facts_agree(self) -> None:
        assert (self.breaker.prober is not None) is (self.breaker.state is BreakerState.HALF_OPEN)
        assert (self.breaker.until is None) is (self.breaker.state is BreakerState.CLOSED)
        assert 0 <= self.breaker.score <= THRESHOLD
        assert self.breaker.open_seconds <= LONGEST_OPEN_SECONDS

    def _leave(self, data: st.DataObject) -> str:
        caller = data.draw(st.sampled_from(sorted(self.inside)))
        self.inside.remove(caller)
        return caller


TestBreaker = BreakerMachine.TestCase
