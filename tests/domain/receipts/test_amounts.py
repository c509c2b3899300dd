from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipts.amounts import amounts_in, uses_decimal_comma


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TOTAL RM 60.30", "60.30"),
        ("RM7,838.80", "7838.80"),
        ("$1,840.00", "1840.00"),
        ("CHF 1'247.20", "1247.20"),
        ("6O.3O", "60.30"),
        ("25. 00", "25.00"),
        ("RM9.7S", "9.75"),
        ("RM 4Z.9O", "42.90"),
        ("TOTAL RM 1 234.50", "1234.50"),
        ("1.234.50", "1234.50"),
        ("60 .30", "60.30"),
        ("-5.59", "-5.59"),
        ("(0.17)", "-0.17"),
        ("5.00-", "-5.00"),
        ("-RM5.00", "-5.00"),
        ("ROUNDING ADJ - 0.02", "0.02"),
        ("165 SR", "165"),
        ("17:23 9.50 S", "9.50"),
    ],
)
def test_an_amount_is_read_as_written_or_misread(text: str, value: str) -> None:
    assert amounts_in(text)[-1].value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56 €", "1234.56"),
        ("1 234,56", "1234.56"),
        ("42,00 €", "42.00"),
        ("1.220 €", "1220"),
        ("-3,50", "-3.50"),
    ],
)
def test_a_european_document_writes_decimal_commas(text: str, value: str) -> None:
    assert amounts_in(text, decimal_comma=True)[-1].value == Decimal(value)


def test_percentages_and_times_are_no_amounts() -> None:
    assert amounts_in("6.000%  12:45") == []


def test_a_quantity_beside_a_price_is_not_a_thousand() -> None:
    assert [amount.value for amount in amounts_in("2 134.50")] == [Decimal(2), Decimal("134.50")]


def test_the_document_itself_shows_its_decimal_mark() -> None:
    assert uses_decimal_comma(["Preis 4,20", "Betrag 1.451,80"])
    assert not uses_decimal_comma(["Price 4.20", "Total 1,451.80"])


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999.99"), places=2))
def test_every_amount_survives_both_ways_of_writing(amount: Decimal) -> None:
    us = f"{amount:,.2f}"
    european = us.translate(str.maketrans(",.", ".,"))
    assert [one.value for one in amounts_in(f"TOTAL $ {us}")] == [amount]
    assert [one.value for one in amounts_in(f"Summe {european} €", decimal_comma=True)] == [amount]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for amount in amounts_in(text):
        assert amount.value.is_finite()
