import pytest

from domain.accounting.tax_number import country_of_number, is_of_the_eu


@pytest.mark.parametrize(
    ("number", "country", "is_european"),
    [
        ("DE 136 695 976", "DE", True),
        ("EL094259216", "GR", True),
        ("GB980780684", "GB", False),
        ("CHE-107.787.577 IVA", "CH", False),
        ("DE136695977", None, False),
        ("US123456789", None, False),
        ("136695976", None, False),
        (None, None, False),
    ],
)
def test_a_number_whose_check_digits_hold_says_its_country(
    number: str | None, country: str | None, *, is_european: bool
) -> None:
    assert country_of_number(number) == country
    assert is_of_the_eu(number) == is_european
