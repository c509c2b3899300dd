from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.receipts.reading import Found, Reading, ReadingSource
from domain.receipts.trust import combined, limited


def found(value: Any, confidence: float) -> Found[Any]:
    return Found(value=value, confidence=confidence, where="line 1")


def reading(
    total: str | None,
    *,
    sure: float = 0.95,
    source: ReadingSource = ReadingSource.TEXT,
    vendor: str | None = None,
) -> Reading:
    return Reading(
        total=Found(value=Decimal(total), confidence=sure, where="here") if total else None,
        vendor=Found(value=vendor, confidence=0.9, where="there") if vendor else None,
        source=source,
    )


def test_the_first_source_counts_and_its_gaps_are_filled() -> None:
    both = combined([reading("10.00", source=ReadingSource.EINVOICE), reading("10.00", vendor="Acme")])
    assert both
    assert both.source is ReadingSource.EINVOICE
    assert both.vendor
    assert both.vendor.value == "Acme"


def test_a_hidden_total_that_contradicts_the_page_is_doubted() -> None:
    both = combined([reading("10.00", sure=1.0, source=ReadingSource.EINVOICE), reading("9000.00")])
    assert both
    assert both.total
    assert both.total.confidence <= 0.5


def test_an_unsure_second_source_does_not_shake_the_first() -> None:
    both = combined([reading("10.00", sure=1.0), reading("9000.00", sure=0.6)])
    assert both
    assert both.total
    assert both.total.confidence == 1.0


def test_a_source_without_a_total_does_not_win() -> None:
    both = combined([reading(None), reading("10.00")])
    assert both
    assert both.total


def test_no_source_is_no_reading() -> None:
    assert combined([]) is None


def test_a_recognised_picture_is_never_quite_sure() -> None:
    capped = limited(reading("10.00"), 0.9, ReadingSource.OCR)
    assert capped.total
    assert (capped.total.confidence, capped.source) == (0.9, ReadingSource.OCR)


@pytest.mark.parametrize(
    ("field", "hidden", "seen"),
    [
        ("vendor", "Acme Ltd", "Zenith Ltd"),
        ("number", "47-1", "48-2"),
        ("issued_on", date(2024, 3, 1), date(2024, 4, 1)),
        ("currency", "EUR", "USD"),
    ],
)
def test_what_the_page_says_otherwise_is_a_doubt_in_words(field: str, hidden: object, seen: object) -> None:
    data = reading("10.00", sure=1.0, source=ReadingSource.EINVOICE).model_copy(
        update={field: found(hidden, 1.0)}
    )
    both = combined([data, reading("10.00").model_copy(update={field: found(seen, 0.95)})])
    assert both
    [doubt] = both.doubts
    assert str(hidden) in doubt
    assert str(seen) in doubt


def test_a_longer_name_of_the_same_vendor_is_no_doubt() -> None:
    data = reading("10.00", source=ReadingSource.EINVOICE, vendor="Acme")
    both = combined([data, reading("10.00", vendor="ACME GmbH")])
    assert both
    assert both.doubts == ()


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (ReadingSource.EINVOICE, "the e-invoice's data"),
        (ReadingSource.STRUCTURED, "the mail's data"),
        (ReadingSource.TEXT, "the text"),
    ],
)
def test_two_totals_of_one_document_are_a_doubt_in_words(source: ReadingSource, place: str) -> None:
    both = combined([reading("10.00", sure=0.97, source=source), reading("90.00", source=ReadingSource.OCR)])
    assert both
    assert both.total
    assert both.total.confidence <= 0.5
    assert both.doubts == (f"total is 10.00 in {place}, 90.00 in the picture (here)",)


def test_a_page_that_contradicts_itself_is_a_doubt_about_its_e_invoice() -> None:
    page = reading("10.00").model_copy(update={"doubts": ("two totals: 10.00 (line 5) and 12.00 (line 9)",)})
    both = combined([reading("10.00", sure=1.0, source=ReadingSource.EINVOICE), page])
    assert both
    assert both.doubts == page.doubts
