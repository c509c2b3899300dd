from decimal import Decimal

from domain.receipts.reading import Found, Reading, Source
from domain.receipts.trust import combined, limited


def reading(
    total: str | None, *, sure: float = 0.95, source: Source = Source.TEXT, vendor: str | None = None
) -> Reading:
    return Reading(
        total=Found(value=Decimal(total), confidence=sure, where="here") if total else None,
        vendor=Found(value=vendor, confidence=0.9, where="there") if vendor else None,
        source=source,
    )


def test_the_first_source_counts_and_its_gaps_are_filled() -> None:
    both = combined([reading("10.00", source=Source.EINVOICE), reading("10.00", vendor="Acme")])
    assert both
    assert both.source is Source.EINVOICE
    assert both.vendor
    assert both.vendor.value == "Acme"


def test_a_hidden_total_that_contradicts_the_page_is_doubted() -> None:
    both = combined([reading("10.00", sure=1.0, source=Source.EINVOICE), reading("9000.00")])
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
    capped = limited(reading("10.00"), 0.9, Source.OCR)
    assert capped.total
    assert (capped.total.confidence, capped.source) == (0.9, Source.OCR)
