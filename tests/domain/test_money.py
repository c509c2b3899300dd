from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting.tax import split_tax
from domain.money import rounded

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
AMOUNTS = st.decimals("-1000000", "1000000", places=4)


def d(amount: str) -> Decimal:
    return Decimal(amount)


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
