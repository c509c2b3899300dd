"""A value is sure where independent evidence agrees; recognised text needs more of it than typed text."""

import re

import pytest

from domain.receipts.found import Line
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading, read_receipt

SURE = 0.8


def scanned(*rows: str, **sure: float) -> Reading:
    """Rows as a scan has them, with boxes; `row3=0.7` makes the third one badly read."""
    return read_receipt(
        [
            Line(text, 0, 20.0 * i, 9.0 * len(text), 20.0 * i + 15, 0, sure.get(f"row{i}", 0.99))
            for i, text in enumerate(rows, start=1)
        ]
    )


def typed(*rows: str) -> Reading:
    return read_receipt([Line(row) for row in rows])


def test_a_scanned_total_that_stands_in_one_place_alone_is_not_sure() -> None:
    for rows in (
        ("ACME LTD", "TOTAL 45.08"),
        ("ACME LTD", "PAPER", "INK", "TOTAL INCL. VAT 45.08", "THANK YOU"),
    ):
        total = scanned(*rows).total
        assert total
        assert total.confidence < SURE


def test_a_typed_total_is_sure_where_it_stands_once() -> None:
    total = typed("ACME LTD", "Total due: 45.08").total
    assert total
    assert total.confidence >= SURE


@pytest.mark.parametrize(
    "rows",
    [
        ("PAPER 45.08", "TOTAL 45.08"),
        ("TOTAL 45.08", "VISA 45.08"),
        ("TOTAL 45.08", "CASH 50.00", "CHANGE 4.92"),
        ("SUBTOTAL 42.53", "VAT 6% 2.55", "TOTAL 45.08"),
        ("Zwischensumme 37,88", "MwSt. 19% 7,20", "Gesamt 45,08"),
        ("Sous-total 37,57", "TVA 20% 7,51", "Total TTC 45,08"),
    ],
)
def test_a_scanned_total_that_something_else_confirms_is_sure(rows: tuple[str, ...]) -> None:
    total = scanned("ACME LTD", *rows).total
    assert total
    assert (str(total.value), total.confidence >= SURE) == ("45.08", True)


def test_one_wrong_digit_in_the_total_is_noticed() -> None:
    right = ("ACME LTD", "SUBTOTAL 42.53", "VAT 6% 2.55", "TOTAL 45.08", "CASH 50.00", "CHANGE 4.92")
    assert (found := scanned(*right).total)
    assert found.confidence >= SURE
    for wrong in ("46.08", "15.08", "45.88", "95.08", "45.03"):
        total = scanned(*(row.replace("45.08", wrong) for row in right)).total
        assert total
        assert str(total.value) == "45.08" or total.confidence < SURE


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        (("TOTAL 120.00", "GRAND TOTAL 95.00"), "two totals: 95.00"),
        (("Summe 120,00", "Gesamtbetrag 95,00"), "two totals: 95.00"),
        (
            ("SUBTOTAL 100.00", "VAT 20.00", "TOTAL 125.00"),
            "net 100.00 and tax 20.00 do not add up to the total 125.00",
        ),
        (
            ("Sous-total 100,00", "TVA 20,00", "Total 125,00"),
            "net 100.00 and tax 20.00 do not add up to the total 125.00",
        ),
    ],
)
@pytest.mark.parametrize("read", [scanned, typed])
def test_sums_that_disagree_are_a_doubt_in_words(rows: tuple[str, ...], doubt: str, read: object) -> None:
    reading = scanned("ACME LTD", *rows) if read is scanned else typed("ACME LTD", *rows)
    assert reading.total
    assert reading.total.confidence <= 0.5
    assert [one for one in reading.doubts if one.startswith(doubt)]


@pytest.mark.parametrize(
    "rows",
    [
        ("TOTAL 45.08", "ROUNDING 0.02", "TOTAL ROUNDED 45.10", "CASH 50.10", "CHANGE 5.00"),
        ("TOTAL 100.00", "SERVICE CHARGE 10.00", "VAT 6.60", "GRAND TOTAL 116.60"),
        ("SUBTOTAL 100.00", "DISCOUNT 10.00", "VAT 18.00", "TOTAL 108.00"),
        ("TOTAL EXCL. VAT 100.00", "VAT 20.00", "TOTAL INCL. VAT 120.00"),
        ("SUBTOTAL 120.00", "TOTAL 120.00", "INCLUDES VAT 20.00"),
        ("TOTAL QTY 3", "TOTAL 12.00", "CASH 20.00", "CHANGE 8.00"),
        ("TOTAL 1,500.00", "DEPOSIT PAID 500.00", "BALANCE DUE 1,000.00"),
    ],
)
def test_sums_that_belong_together_are_no_doubt(rows: tuple[str, ...]) -> None:
    assert scanned("ACME LTD", *rows).doubts == ()


def test_a_date_in_a_badly_read_line_is_not_sure_unless_it_is_seen_again() -> None:
    rows = ("ACME LTD", "DATE: 25/03/2024", "TOTAL 12.00", "PAID 25/03/2024 17:02")
    once, twice = scanned(*rows[:3], row2=0.9), scanned(*rows, row2=0.9)
    assert once.issued_on
    assert twice.issued_on
    assert once.issued_on.confidence < SURE <= twice.issued_on.confidence


def test_nothing_on_a_page_that_contradicts_itself_is_sure() -> None:
    rows = [
        "ACME LTD",
        "Invoice number: 4711",
        "Invoice date: 25/03/2024",
        "Subtotal 100.00",
        "VAT 20.00",
        "Total 125.00",
    ]
    reading = read_page(
        [Line(text, 40, 30.0 * i, 40 + 6.0 * len(text), 30.0 * i + 10) for i, text in enumerate(rows)]
    )
    assert reading.doubts
    found = [reading.vendor, reading.number, reading.issued_on, reading.total]
    assert all(one is not None and one.confidence < SURE for one in found)


def test_a_number_in_a_badly_read_line_is_not_sure() -> None:
    clear, poor = (
        scanned("ACME LTD", "INVOICE NO: 47-11", "TOTAL 12.00", row2=sure).number for sure in (0.99, 0.8)
    )
    assert clear
    assert poor
    assert clear.confidence > poor.confidence < SURE


def test_a_date_on_a_page_whose_words_nobody_knows_is_not_sure() -> None:
    def issued(label: str) -> float:
        words = ["ACME LTD", "Invoice 4711", f"{label} 25/03/2024", "Total 12.00"]
        read = read_page(
            [Line(text, 40, 30.0 * i, 40 + 6.0 * len(text), 30.0 * i + 10) for i, text in enumerate(words)]
        )
        return read.issued_on.confidence if read.issued_on else 0.0

    assert issued("Invoice date:") >= SURE > issued("Zorgblat:")


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (("Golden Léaf Restäurants Sdn Bhd", "12 JALAN SATU"), "Golden Leaf Restaurants Sdn Bhd"),
        (("Bäckerei Müller GmbH", "12345 Altstadt, Deutschland"), "Bäckerei Müller GmbH"),
    ],
)
def test_a_speck_over_a_letter_is_an_accent_only_where_such_are_written(
    rows: tuple[str, ...], name: str
) -> None:
    vendor = scanned(*rows, "TOTAL 12.00").vendor
    assert vendor
    assert vendor.value == name


@pytest.mark.parametrize("name", ["RESTAURANT SDN BHD", "TRADING", "BISTRO & CAFE"])
def test_a_kind_of_business_without_its_own_words_is_a_piece_of_a_name(name: str) -> None:
    paper = f"{name}\n12 Jalan Besar\nInvoice No: 55\nDate: 04/03/2018\nTotal: RM 40.00\n"
    found = read_receipt([Line(line) for line in paper.splitlines()]).vendor
    assert found is not None
    assert found.confidence < 0.8


@pytest.mark.parametrize(
    "name", ["HAZEL*S CONFECTIONERY SDN BHD", "HAZEL|NUT TRADING SDN BHD", "HA~EL BAKERY LTD"]
)
def test_a_name_with_a_mark_in_a_word_was_not_recognised_whole(name: str) -> None:
    for said, is_sure in ((name, False), (re.sub(r"[*|~]", "", name), True)):
        vendor = scanned(said, "12 LIME STREET", "DATE 12/03/2025", "TOTAL 45.08").vendor
        assert vendor
        assert vendor.value == said
        assert (vendor.confidence >= SURE) is is_sure
