"""Which chart of accounts is whose."""

import pytest

from domain.accounting.odoo_charts import is_of_another_country


@pytest.mark.parametrize(
    ("chart", "country", "is_foreign"),
    [
        ("us", "DE", True),
        ("de_skr03", "US", True),
        ("uk", "IE", True),
        ("us", "GB", True),
        ("us", "US", False),
        ("de_skr04", "DE", False),
        ("uk", "GB", False),
        ("xi", "GB", False),
        ("generic_coa", "DE", False),
        ("ch", "LI", False),
    ],
)
def test_a_chart_is_of_another_country_where_that_has_one_of_its_own(
    chart: str, country: str, *, is_foreign: bool
) -> None:
    assert is_of_another_country(chart, country) is is_foreign
