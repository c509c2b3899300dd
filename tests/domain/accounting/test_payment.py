from decimal import Decimal

import pytest

from domain.accounting.payment import NotPayableError, Payable


@pytest.mark.parametrize(
    ("move_type", "state", "said"),
    [
        ("out_invoice", "draft", "INV/2026/00007 of Lilac Cafe is a draft, so it cannot be paid"),
        ("in_invoice", "cancel", "INV/2026/00007 of Lilac Cafe is cancelled, so it cannot be paid"),
        ("entry", "posted", "INV/2026/00007 of Lilac Cafe is no invoice or bill, so it cannot be paid"),
    ],
)
def test_what_cannot_be_paid_is_said_in_words(move_type: str, state: str, said: str) -> None:
    payable = Payable(
        invoice_id=7,
        name="INV/2026/00007",
        move_type=move_type,
        state=state,
        partner_id=3,
        partner="Lilac Cafe",
        company_id=1,
        currency_id=1,
        currency="USD",
        total=Decimal("69.00"),
        residual=Decimal("69.00"),
        payment_state="not_paid",
    )
    assert said in str(NotPayableError(payable))
