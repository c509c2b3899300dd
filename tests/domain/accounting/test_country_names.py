import pytest

from domain.accounting.country_names import likely_country


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
