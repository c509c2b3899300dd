"""When the owner is away, and the first working day after it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.absences import Absence, day_back
from domain.policy.handbook import HandbookError, parse_handbook
from domain.policy.hours import DAYS, Hours
from domain.policy.rules import compare_rules, flat_handbook, handbook_of

FRIDAY = date(2026, 12, 4)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
absences = st.builds(
    lambda first, length: Absence(**{"from": first, "until": first + timedelta(days=length)}),
    days,
    st.integers(0, 60),
)
hours = st.none() | st.builds(lambda names: Hours(days=sorted(names)), st.sets(st.sampled_from(DAYS)))


def away(first: date, last: date) -> Absence:
    return Absence(**{"from": first, "until": last, "why": "trade fair"})


@given(days, st.lists(absences, max_size=4), hours)
def test_the_day_back_is_the_day_itself_or_a_later_working_day_on_which_somebody_is_there(
    day: date, away: list[Absence], open_on: Hours | None
) -> None:
    back = day_back(day, away, open_on)
    assert back >= day
    assert not any(one.covers(back) for one in away)
    if not any(one.covers(day) for one in away):
        assert back == day
    elif open_on and open_on.days:
        assert DAYS[back.weekday()] in open_on.days


def test_after_an_absence_that_ends_on_a_friday_comes_monday() -> None:
    assert day_back(FRIDAY, [away(date(2026, 12, 1), FRIDAY)], Hours()) == date(2026, 12, 7)
    assert day_back(FRIDAY, [away(date(2026, 12, 1), FRIDAY)], None) == date(2026, 12, 5)


def test_an_absence_right_after_another_moves_on() -> None:
    both = [away(date(2026, 12, 7), date(2026, 12, 8)), away(date(2026, 12, 1), FRIDAY)]
    assert day_back(FRIDAY, both, Hours()) == date(2026, 12, 9)


def test_the_handbook_lists_absences_and_a_change_of_them_holds_at_once() -> None:
    written = parse_handbook({"absences": [{"from": "2026-12-01", "until": FRIDAY, "why": "trade fair"}]})
    assert [str(one) for one in written.absences] == ["2026-12-01 to 2026-12-04 (trade fair)"]
    found = compare_rules(flat_handbook(parse_handbook({})), flat_handbook(written))
    assert not found.widening
    assert handbook_of(found.effective).absences == written.absences


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"from": "2026-12-05", "until": "2026-12-01"}, "until must not be before from"),
        ({"from": "2026-12-05"}, "until"),
        ({"from": "5 December", "until": "2026-12-01"}, "from"),
        ({"from": "2026-12-05", "until": "9999-12-31"}, "until"),
        ({"from": "2026-12-05", "until": "2026-12-09", "wy": "x"}, "wy: is not a key of this group"),
    ],
)
def test_an_absence_that_cannot_be_meant_is_refused(written: dict[str, str], said: str) -> None:
    with pytest.raises(HandbookError, match=said):
        parse_handbook({"absences": [written]})
