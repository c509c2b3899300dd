"""Whether an invoice's rates are those that Odoo means for its customer."""

from decimal import Decimal

import pytest

from domain.accounting.fiscal_position import PositionTax, odd_taxes

EU = [PositionTax("0% EU D", Decimal(0), replaces=True)]
HOME = [PositionTax(f"{rate}%", Decimal(rate), replaces=False) for rate in (19, 7, 0)]


@pytest.mark.parametrize(
    ("taxes", "rates", "says"),
    [
        (EU, ["19.0"], "it has 19 % tax, and Odoo's fiscal position of Maple, EU, has 0% EU D"),
        (EU, ["20"], "it has 20 % tax, and Odoo's fiscal position of Maple, EU, has 0% EU D"),
        (EU, ["0", "10.5"], "it has 10.5 % tax, and Odoo's fiscal position of Maple, EU, has 0% EU D"),
        (
            EU,
            ["0"],
            "it has lines without any tax, and Odoo's fiscal position of Maple, EU, has 0% EU D for the tax return",
        ),
        (HOME, ["19", "7", "0"], None),
        (HOME, ["16"], "it has 16 % tax, and Odoo's fiscal position of Maple, EU, has 19%, 7%, 0%"),
        ([], ["19"], None),
    ],
)
def test_what_the_position_does_not_mean_is_said(
    taxes: list[PositionTax], rates: list[str], says: str | None
) -> None:
    known = [Decimal(rate) for rate in rates]
    assert odd_taxes("Maple", "EU", taxes, known, is_counted=True) == ([says] if says else [])


def test_untaxed_lines_are_asked_about_only_where_the_tax_return_counts_them() -> None:
    for is_counted, number in ((True, 1), (False, 0)):
        assert len(odd_taxes("Maple", "Export", EU, [Decimal(0)], is_counted=is_counted)) == number
        assert len(odd_taxes("Maple", "Export", EU, [Decimal(19)], is_counted=is_counted)) == 1
