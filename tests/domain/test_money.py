from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting.tax import split_tax
from domain.money import UnshareableError, allocated, rounded

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
AMOUNTS = st.decimals("-1000000", "1000000", places=4)
WEIGHTS = st.lists(st.decimals("0", "1000", places=2), min_size=1, max_size=12).filter(any)


def d(amount: str) -> Decimal:
    return Decimal(amount)


@given(AMOUNTS, WEIGHTS, CURRENCIES)
def test_shares_are_whole_minor_units_and_come_to_the_amount(
    amount: Decimal, weights: list[Decimal], currency: str
) -> None:
    shares = allocated(amount, weights, currency)
    assert sum(shares) == rounded(amount, currency)
    assert all(share == rounded(share, currency) for share in shares)
    assert all(share * amount >= 0 for share in shares)
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)


@given(AMOUNTS, WEIGHTS, CURRENCIES)
def test_no_share_is_a_whole_unit_off(amount: Decimal, weights: list[Decimal], currency: str) -> None:
    unit = {"USD": d("0.01"), "JPY": d("1"), "KWD": d("0.001")}[currency]
    whole = rounded(amount, currency)
    for share, weight in zip(allocated(amount, weights, currency), weights, strict=True):
        assert abs(share - whole * weight / sum(weights)) < unit


def test_a_hundred_in_three_and_a_refund_of_it() -> None:
    assert allocated(d("100"), [d("1")] * 3, "USD") == [d("33.34"), d("33.33"), d("33.33")]
    assert allocated(d("-100"), [d("1")] * 3, "USD") == [d("-33.34"), d("-33.33"), d("-33.33")]
    assert allocated(d("100"), [d("1"), d("1"), d("1")], "JPY") == [d("34"), d("33"), d("33")]


@pytest.mark.parametrize("weights", [[], ["0", "0"], ["2", "-1"]])
def test_nothing_to_weigh_by_is_refused(weights: list[str]) -> None:
    with pytest.raises(UnshareableError, match="weights"):
        allocated(d("1"), [d(weight) for weight in weights], "USD")


@pytest.mark.parametrize(
    ("price", "rate", "currency", "is_included", "split"),
    [
        ("100", "15", "USD", False, ("100.00", "15.00", "115.00")),
        ("115", "15", "USD", True, ("100.00", "15.00", "115.00")),
        ("9.99", "19", "EUR", True, ("8.39", "1.60", "9.99")),
        ("0.10", "5", "USD", False, ("0.10", "0.01", "0.11")),
        ("1000", "10", "JPY", True, ("909", "91", "1000")),
        ("-115", "15", "USD", True, ("-100.00", "-15.00", "-115.00")),
        ("10.005", "0", "KWD", False, ("10.005", "0.000", "10.005")),
    ],
)
def test_a_price_is_split_into_net_and_tax(
    price: str, rate: str, currency: str, *, is_included: bool, split: tuple[str, str, str]
) -> None:
    found = split_tax(d(price), d(rate), currency, is_included=is_included)
    assert (str(found.net), str(found.tax), str(found.gross)) == split


@given(price=AMOUNTS, rate=st.decimals("0", "60", places=3), currency=CURRENCIES, is_included=st.booleans())
def test_net_and_tax_are_the_gross_amount(
    price: Decimal, rate: Decimal, currency: str, *, is_included: bool
) -> None:
    found = split_tax(price, rate, currency, is_included=is_included)
    assert found.net + found.tax == found.gross
    assert rounded(price, currency) == (found.gross if is_included else found.net)
