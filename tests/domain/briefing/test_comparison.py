"""What is usual, what is not, and who made the difference."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.briefing.comparison import FEWEST_WEEKS, drivers, is_unusual, usual

AMOUNTS = st.decimals(-1_000_000, 1_000_000, places=2)


def money(*amounts: float) -> list[Decimal]:
    return [Decimal(str(amount)) for amount in amounts]


def test_too_few_weeks_have_no_usual_and_nothing_out_of_the_ordinary() -> None:
    assert usual(money(1, 2, 3)) is None
    assert not is_unusual(Decimal(10**6), money(1, 2, 3))


def test_the_usual_is_the_median() -> None:
    assert usual(money(0, 0, 10, 20, 900, 30)) == 15


def test_far_outside_is_unusual_and_a_little_outside_is_not() -> None:
    weeks = money(100, 110, 90, 105, 95, 100, 103, 98)
    assert is_unusual(Decimal(200), weeks)
    assert is_unusual(Decimal(0), weeks)
    assert not is_unusual(Decimal(112), weeks)


@given(st.lists(AMOUNTS, min_size=FEWEST_WEEKS, max_size=12))
def test_what_was_seen_before_is_never_unusual(weeks: list[Decimal]) -> None:
    assert not any(is_unusual(one, weeks) for one in weeks)


def test_the_drivers_moved_the_sum_the_way_it_went() -> None:
    before = [{"Acme": Decimal(100), "Birch": Decimal(50)}, {"Acme": Decimal(100)}]
    now = {"Acme": Decimal(900), "Cedar": Decimal(40)}
    assert [(one.name, one.difference) for one in drivers(now, before)] == [("Acme", 800), ("Cedar", 40)]


def test_a_customer_who_bought_nothing_drives_a_fall() -> None:
    (only,) = drivers({}, [{"Acme": Decimal(100)}])
    assert (only.name, only.now, only.before) == ("Acme", 0, 100)
