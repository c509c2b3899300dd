"""Which bills of ours say of themselves that they were paid before: the effects remember what was read and approved."""

from decimal import Decimal

from sqlalchemy import select

from domain.accounting.stated_paid import LeftToPay
from domain.reliability.effect import EffectState
from tasks.reliability.serialised import find_rows
from tasks.reliability.table import Effect

RECORD_BILL = "odoo.record_bill"


def left_to_pay(url: str) -> LeftToPay:
    """Of the bills booked in the Odoo at this address.

    Raises:
        LedgerUnavailableError: the ledger cannot be read.
    """
    said = select(Effect).where(
        Effect.action == RECORD_BILL,
        Effect.state == EffectState.DONE,
        Effect.inputs["already_paid"].as_string().is_not(None),
    )
    booked = [(row.inputs, row.receipt or {}) for row in find_rows(said)]
    return {
        int(receipt["bill_id"]): max(Decimal(0), Decimal(inputs["total"]) - Decimal(inputs["already_paid"]))
        for inputs, receipt in booked
        if str(receipt.get("url", "")).startswith(f"{url.rstrip('/')}/")
    }
