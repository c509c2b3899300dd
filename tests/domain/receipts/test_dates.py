from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipts.dates import EARLIEST, LATEST, DateOrder, dates_in, proven_order


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19/10/2018 20:49:59 #01", date(2018, 10, 19)),
        ("29-12-17", date(2017, 12, 29)),
        ("11.02.18 14:08", date(2018, 2, 11)),
        ("2018-03-23", date(2018, 3, 23)),
        ("10 MAR 2018 18:24", date(2018, 3, 10)),
        ("02/JAN/2017", date(2017, 1, 2)),
        ("12-Mar-18", date(2018, 3, 12)),
        ("March 12, 2018", date(2018, 3, 12)),
        ("December 1, 2026", date(2026, 12, 1)),
        ("12th of March 2018", date(2018, 3, 12)),
        ("20180312", date(2018, 3, 12)),
        ("1O/O3/2018", date(2018, 3, 10)),
        ("O5/I2/2017", date(2017, 12, 5)),
        ("12. März 2026", date(2026, 3, 12)),
        ("le 3 mars 2026", date(2026, 3, 3)),
        ("8 de marzo de 2026", date(2026, 3, 8)),
        ("2026年3月12日", date(2026, 3, 12)),
        ("12/03/201811:20", date(2018, 3, 12)),
        ("12-03-1814:37", date(2018, 3, 12)),
        ("12,03,2018", date(2018, 3, 12)),
        ("10/1D/2017 4:22:12 PM", date(2017, 10, 10)),
        ("1G/05/2018", date(2018, 5, 16)),
        ("Z2 MAR 2O18", date(2018, 3, 22)),
        ("14-M4R-2018", date(2018, 3, 14)),
        ("14/0CT/2018", date(2018, 10, 14)),
        ("14/03/1018", date(2018, 3, 14)),
        ("10/ 03/2018", date(2018, 3, 10)),
        ("3/25/2026", date(2026, 3, 25)),
    ],
)
def test_a_date_is_read_in_every_form(text: str, value: date) -> None:
    assert [seen.value for seen in dates_in(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "14-MAX-2018",
        "12 BAR 2018",
        "1,234,567.00",
        "12,03,18",
        "012-3456789",
        "31/02/2018",
        "10:25:40",
        "1.2.3",
        "45/45/2018",
        "TOTAL 12.50",
        "v2.10.18.4",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert dates_in(text) == []


def test_the_order_decides_what_both_orders_allow() -> None:
    assert dates_in("03/04/2026", order=DateOrder.DAY_FIRST)[0].value == date(2026, 4, 3)
    assert dates_in("03/04/2026", order=DateOrder.MONTH_FIRST)[0].value == date(2026, 3, 4)


def test_an_ambiguous_date_is_less_certain_than_a_clear_one() -> None:
    assert dates_in("03/04/2026")[0].certainty < dates_in("23/04/2026")[0].certainty == 1


def test_a_date_that_was_put_right_is_less_certain() -> None:
    clear, usual, guessed = (dates_in(text)[0] for text in ("14/03/2018", "14/O3/2018", "14/03/1018"))
    assert clear.certainty == 1 > usual.certainty >= 0.8 > guessed.certainty
    assert dates_in("14-M4R-2018")[0].certainty < 0.8


def test_the_documents_own_dates_prove_its_order() -> None:
    assert proven_order(["03/04/2026", "03/25/2026"]) is DateOrder.MONTH_FIRST
    assert proven_order(["03/04/2026", "25/03/2026"]) is DateOrder.DAY_FIRST
    assert proven_order(["03/25/2026", "25/03/2026"]) is None


@given(st.dates(min_value=EARLIEST, max_value=LATEST), st.sampled_from(["%Y-%m-%d", "%d %b %Y", "%B %d, %Y"]))
def test_every_unambiguous_form_reads_back(day: date, form: str) -> None:
    assert [seen.value for seen in dates_in(day.strftime(form))] == [day]


@given(st.dates(min_value=EARLIEST, max_value=LATEST), st.sampled_from("/-."))
def test_every_day_first_date_reads_back(day: date, mark: str) -> None:
    assert next(seen.value for seen in dates_in(day.strftime(f"%d{mark}%m{mark}%Y"))) == day


@given(st.text(max_size=200))
def test_no_text_breaks_the_dates(text: str) -> None:
    for seen in dates_in(text):
        assert EARLIEST <= seen.value <= LATEST
