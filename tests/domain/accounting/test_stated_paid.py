import datetime as dt
from decimal import Decimal

import pytest

from domain.accounting.excerpt import OpenItem
from domain.accounting.ledger import JournalLine
from domain.accounting.stated_paid import stated_note, stated_part, still_due

BILL = 7


def item(
    residual: str, residual_currency: str = "", *, move_id: int = BILL, currency: str = "USD"
) -> OpenItem:
    amount, foreign = Decimal(residual), Decimal(residual_currency or residual)
    line = JournalLine(
        line_id=70 + move_id,
        move_id=move_id,
        move=f"BILL/{move_id}",
        day=dt.date(2026, 11, 10),
        account_id=1,
        balance=amount,
        amount_currency=foreign,
        currency=currency,
        partner="Rowan",
    )
    return OpenItem(line, amount, foreign)


@pytest.mark.parametrize(
    ("opened", "left", "stated", "due"),
    [
        (item("-120.00"), "0", "120.00", "0.00"),
        (item("-1500.00"), "1000.00", "500.00", "-1000.00"),
        (item("-1000.00"), "1000.00", "0", "-1000.00"),
        (item("-400.00"), "1000.00", "0", "-400.00"),
        (item("-110.00", "-100.00", currency="EUR"), "40.00", "60.00", "-44.00"),
        (item("120.00"), "0", "0", "120.00"),
        (item("-120.00", move_id=8), "0", "0", "-120.00"),
    ],
    ids=["whole", "deposit", "deposit booked", "more booked", "foreign", "a credit", "another bill"],
)
def test_what_a_document_says_was_paid_is_not_due(opened: OpenItem, left: str, stated: str, due: str) -> None:
    said = {BILL: Decimal(left)}
    assert stated_part(opened, said) == Decimal(stated)
    assert still_due(opened, said, "USD") == Decimal(due)


def test_the_note_names_each_bill_with_its_sum() -> None:
    opened = [item("-110.00", "-100.00", currency="EUR"), item("-5.00", move_id=8)]
    assert stated_note(opened, {BILL: Decimal(0)}) == (
        "Paid already by the word of their documents, with no payment in the books: BILL/7 of Rowan (100.00 EUR). "
        "Do not pay them again: record their payments."
    )
    assert stated_note(opened, {}) == ""


def test_of_very_many_the_first_are_named() -> None:
    opened = [item("-1.00", move_id=number) for number in range(1, 9)]
    note = stated_note(opened, dict.fromkeys(range(1, 9), Decimal(0)))
    assert "BILL/5 of Rowan (1.00 USD) and 3 more." in note
    assert "BILL/6" not in note
