"""Bills as pages: made ones of each language and layout, and single cases of their kinds."""

import pytest

from benchmarks.made_bills import LANGUAGES, LAYOUTS, make_bill
from blocks.pdf_worker import words_of
from domain.receipts.found import Line
from domain.receipts.page.name_text import same_key
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading

SURE = 0.8


def read(content: bytes) -> Reading:
    words = words_of(content, 10)["words"]
    return read_page([Line(text, x0, y0, x1, y1, page) for text, x0, y0, x1, y1, page in words])


def page(*pieces: tuple[float, float, str]) -> list[Line]:
    """Pieces of text at (across, down) as words of ten points, five points a letter."""
    words = []
    for across, down, text in pieces:
        x = across
        for word in text.split(" "):
            words.append(Line(word, x, down, x + 5 * len(word), down + 10))
            x += 5 * len(word) + 3
    return words


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 3), marks=pytest.mark.long)])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_bill_of_each_language_and_layout_is_read(language: str, layout: str, seeds: range) -> None:
    for seed in seeds:
        bill = make_bill(90_000 + seed, language, layout)
        reading = read(bill.content)
        for field in ("total", "net", "number", "issued_on", "due_on"):
            found = getattr(reading, field)
            if bill.truth[field] is not None:
                assert found is not None, field
                assert found.value == bill.truth[field], field
        vendor = reading.vendor
        wrong = vendor is None or same_key(vendor.value) != same_key(bill.truth["vendor"])
        assert not wrong or vendor is None or vendor.confidence < SURE


def test_a_bill_over_pages_counts_its_carried_sums_once() -> None:
    bill = next(
        one for one in map(make_bill, range(80_000, 80_200)) if words_of(one.content, 10)["pages"] > 1
    )
    reading = read(bill.content)
    assert reading.total is not None
    assert reading.total.value == bill.truth["total"]


def test_a_buyer_in_the_first_block_is_not_the_vendor() -> None:
    lines = page(
        (50, 50, "Rechnungsempfänger"), (310, 50, "Rechnungssteller"),
        (50, 65, "Groß AG"), (310, 65, "Klein & Söhne"),
        (50, 80, "Weg 1"), (310, 80, "Gasse 2"),
        (50, 130, "Rechnung Nr. 77-1 vom 03.04.2024"),
        (50, 200, "Rechnungsbetrag"), (400, 200, "119,00 EUR"),
    )  # fmt: skip
    reading = read_page(lines)
    assert reading.vendor is not None
    assert reading.vendor.value == "Klein & Söhne"
    assert reading.number is not None
    assert reading.number.value == "77-1"


@pytest.mark.parametrize(
    "clerk",
    [
        ["Sold by: QT2290", "Jolene Parker"],
        ["Sold by: Maria Keller"],
        ["Vendeur: Julie Roche"],
        ["CASHIER: JOLENE"],
    ],
)
def test_who_stood_at_the_till_is_not_the_bills_vendor(clerk: list[str]) -> None:
    rows = [
        "BRASS LANTERNS LTD",
        "12 Harbour Road",
        "Invoice 4711",
        *clerk,
        "Date: 2024-03-12",
        "Total 12.00",
    ]
    lines = page(*((60, 40 + 20 * number, row) for number, row in enumerate(rows)))
    vendor = read_page(lines).vendor
    assert vendor
    assert vendor.value == "BRASS LANTERNS LTD"
