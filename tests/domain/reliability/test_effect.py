from hypothesis import given
from hypothesis import strategies as st

from domain.reliability.effect import FOLLOWERS, SPENDING, BeginStatus, EffectState, begin_result, is_allowed

states = st.sampled_from(EffectState)


@given(states)
def test_every_state_has_its_followers_and_only_known_ones(state: EffectState) -> None:
    assert FOLLOWERS[state] <= set(EffectState)


@given(st.lists(states, max_size=12))
def test_a_done_effect_is_never_begun_again_whatever_is_reported(reports: list[EffectState]) -> None:
    state = EffectState.DONE
    for wanted in reports:
        if is_allowed(state, wanted):
            state = wanted
    assert state in (EffectState.DONE, EffectState.COMPENSATED)


@given(states)
def test_only_money_that_provably_did_not_leave_is_not_spent(state: EffectState) -> None:
    stays = {EffectState.REFUSED, EffectState.WITHDRAWN, EffectState.COMPENSATED}
    assert (state in SPENDING) is (state not in stays)


@given(states)
def test_a_known_effect_is_never_new(state: EffectState) -> None:
    assert begin_result(state, None, None, 1).kind is not BeginStatus.NEW
