"""What is usual, what is not, and who made the difference."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.briefing.comparison import FEWEST_WEEKS, drivers, is_in_cents, is_unusual, usual

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


USUAL = money(12.5, 19.99, 240, 31.45, 88.1, 64.27, 120, 45.6, 17.95, 52.4)


@given(st.lists(st.sampled_from([one for one in USUAL if one % 1]), min_size=3, max_size=12))
def test_cents_entered_as_units_are_seen_and_the_same_sums_in_units_are_not(week: list[Decimal]) -> None:
    near = [one for one in week if 30 < one < 90]
    assert is_in_cents([100 * one for one in near], USUAL) is (len(near) >= 3)
    assert not is_in_cents(week, USUAL)


def test_other_large_weeks_are_not_taken_for_cents() -> None:
    wrong = money(3145, 6427, 4560)
    assert is_in_cents(wrong, USUAL)
    assert not is_in_cents(money(3100, 6400, 4500), USUAL)  # orders in round sums
    assert not is_in_cents(money(3145, 6427.5, 4560), USUAL)
    assert not is_in_cents(money(314, 642, 456), USUAL)
    assert not is_in_cents(wrong[:2], USUAL)
    assert not is_in_cents(wrong, USUAL[:5])
    assert not is_in_cents(wrong, money(*range(30, 70)))  # a currency without cents
