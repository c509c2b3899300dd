import pytest

from domain.accounting.country_names import country_named, likely_country


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("USA", "US"),
        ("usa", "US"),
        ("UK", "GB"),
        ("DEU", "DE"),
        ("Germany", "DE"),
        ("Germny", "DE"),
        ("Deutschland", "DE"),
        ("Untied States", "US"),
        ("Allemagne", "DE"),
        ("España", "ES"),
        ("Paesi Bassi", "NL"),
        ("Oostenrijk", "AT"),
        ("NARNIA", None),
        ("X", None),
        ("", None),
    ],
)
def test_a_country_by_another_code_or_name_is_known(said: str, code: str | None) -> None:
    found = likely_country(said)
    assert (found[0] if found else None) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Österreich", "AT"),
        (" FRANCE.", "FR"),
        ("The Netherlands", "NL"),
        ("UK", "GB"),
        ("Georgia", None),
        ("CA", None),
        ("Germny", None),
        ("1010 Wien", None),
        ("", None),
    ],
)
def test_only_a_country_s_own_name_is_one(said: str, code: str | None) -> None:
    assert country_named(said) == code
