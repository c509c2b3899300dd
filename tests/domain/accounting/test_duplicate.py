import datetime as dt
from decimal import Decimal

import pytest

from domain.accounting.bill import BillFacts, BillInputs
from domain.accounting.duplicate import DuplicateBillError, duplicates_of
from domain.accounting.move import MoveState

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        ("AW-2", "aw-2", "Maple has number AW-2 in the books already"),
        (
            "AW-2",
            None,
            r"the same day over the same sum \(that one has no number\).*that one its number in Odoo",
        ),
        (
            None,
            "AW-2",
            r"the same day over the same sum \(this one has no number\).*give this one its number",
        ),
    ],
)
def test_a_duplicate_is_called_what_it_is(mine: str | None, theirs: str | None, said: str) -> None:
    inputs = BillInputs(
        vendor="Maple", total=Decimal(3), currency="USD", issued_on=DAY, category="office", number=mine
    )
    booked = BillFacts(
        bill_id=7,
        name="BILL/2026/11/0007",
        state=MoveState.POSTED,
        vendor_id=3,
        vendor="Maple",
        number=theirs,
        invoice_date=DAY,
        date=DAY,
        due_on=DAY,
        currency="USD",
        amount_total=Decimal(3),
        amount_tax=Decimal(0),
        residual=Decimal(3),
        payment_state="not_paid",
        attachment_count=0,
    )
    assert duplicates_of(inputs, [booked]) == [booked]
    with pytest.raises(DuplicateBillError, match=said):
        raise DuplicateBillError(inputs, booked)
