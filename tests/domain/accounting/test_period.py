import datetime as dt

import pytest

from domain.accounting.period import booked_on, refuse_implausible


def test_a_day_before_any_books_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="dated 1899-12-31, before 1970; correct the date"):
        refuse_implausible(dt.date(1899, 12, 31), "the document is dated")
    refuse_implausible(dt.date(1970, 1, 1), "the document is dated")
    with pytest.raises(ValueError, match="the document is dated 2100-01-01, after 2099; correct the date"):
        refuse_implausible(dt.date(2100, 1, 1), "the document is dated")


@pytest.mark.parametrize(
    ("closed_until", "booked"),
    [
        (dt.date(2026, 9, 30), dt.date(2026, 10, 31)),
        (dt.date(2026, 10, 15), dt.date(2026, 10, 31)),
        (dt.date(2024, 1, 31), dt.date(2024, 2, 29)),
        (dt.date(2025, 12, 31), dt.date(2026, 1, 31)),
        (dt.date(2026, 10, 31), dt.date(2026, 11, 30)),
        (dt.date(2026, 11, 20), dt.date(2026, 11, 30)),
        (dt.date(2026, 12, 10), dt.date(2026, 12, 11)),
    ],
)
def test_a_bill_of_a_closed_period_is_booked_when_a_real_odoo_booked_it(
    closed_until: dt.date, booked: dt.date
) -> None:
    assert booked_on(closed_until, dt.date(2026, 11, 30)) == booked
