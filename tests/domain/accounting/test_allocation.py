"""Which bill or invoice a payment is for, by what was said of it."""

from decimal import Decimal

import pytest

from domain.accounting.allocation import OpenDocument, fitting
from domain.accounting.payment import Direction

SUM = Decimal("48.75")
BILL = OpenDocument(
    number="BILL/2026/7", partner="Paper Mill", direction=Direction.PAID_OUT, left=SUM, currency="USD"
)
INVOICE = OpenDocument(
    number="INV/2026/3", partner="Rosa Field", direction=Direction.RECEIVED, left=SUM, currency="USD"
)


@pytest.mark.parametrize(
    ("said", "document"),
    [
        ("A deposit of $48.75 was made", INVOICE),
        ("Zahlungseingang 48,75 USD", INVOICE),
        ("Your account was debited: $48.75", BILL),
        ("Lastschrift 48,75 USD", BILL),
    ],
)
def test_money_is_for_what_its_direction_can_pay(said: str, document: OpenDocument) -> None:
    found = fitting("Notice", said, [BILL, INVOICE], "USD")
    assert found.document == document.number
    assert found.fits == [document]


@pytest.mark.parametrize("said", ["$48.75 moved", "Incoming $48.75, outgoing nothing"])
def test_where_the_direction_is_not_said_a_person_chooses(said: str) -> None:
    found = fitting("Notice", said, [BILL, INVOICE], "USD")
    assert found.document is None
    assert found.fits == [BILL, INVOICE]


def test_a_document_that_is_named_is_shown_and_not_chosen_where_the_money_went_the_other_way() -> None:
    found = fitting("Notice", "A deposit of $48.75, returned for BILL/2026/7", [BILL, INVOICE], "USD")
    assert found.fits[0] == BILL
    assert found.document is None
