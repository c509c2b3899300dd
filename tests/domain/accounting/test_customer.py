import pytest

from domain.accounting.customer import Address, CustomerInputs


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ring 1\n1010 Wien\nÖsterreich", Address(street="Ring 1", street2="1010 Wien", country="AT")),
        ("Ring 1, 1010 Wien, Austria", Address(street="Ring 1, 1010 Wien", country="AT")),
        ("12 Elm St\nAtlanta, Georgia", Address(street="12 Elm St", street2="Atlanta, Georgia")),
        ("12 Elm St\nAustin, TX 73301", Address(street="12 Elm St", street2="Austin, TX 73301")),
        ("12 Elm St", Address(street="12 Elm St")),
        ("", Address()),
    ],
)
def test_a_country_at_the_end_of_an_address_is_its_country(text: str, address: Address) -> None:
    assert CustomerInputs.model_validate({"name": "Birch LLC", "address": text}).address == address
