"""What bills and invoices share in Odoo: each is read, posted over exactly its approved sum, and cancelled here.

Nothing here changes what a person has changed, and each step may be done again: it goes on at the part that is missing.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.move import (
    UNPAID,
    MoveCancelledError,
    MoveFacts,
    MoveMissingError,
    MovePaidError,
    MoveState,
)
from domain.errors import RejectedError
from domain.money import rounded

MODEL = "account.move"
MOVE_FIELDS = [
    "name",
    "state",
    "partner_id",
    "invoice_date",
    "date",
    "invoice_date_due",
    "currency_id",
    "amount_total",
    "amount_tax",
    "amount_residual",
    "payment_state",
]

Facts = TypeVar("Facts", bound=MoveFacts)


def shared_facts(row: dict[str, Any]) -> dict[str, Any]:
    """What a row of `MOVE_FIELDS` says of any of them."""
    currency = row["currency_id"][1]
    return {
        "name": row["name"] if row["name"] and row["name"] != "/" else None,
        "state": MoveState(row["state"]),
        "invoice_date": row["invoice_date"] or None,
        "date": row["date"],
        "due_on": row["invoice_date_due"] or None,
        "currency": currency,
        "amount_total": rounded(row["amount_total"], currency),
        "amount_tax": rounded(row["amount_tax"], currency),
        "residual": rounded(row["amount_residual"], currency),
        "payment_state": row["payment_state"],
    }


async def read_move(client: OdooClient, move_id: int, fields: list[str], word: str) -> dict[str, Any]:
    """One of them as Odoo has it now.

    Raises:
        MoveMissingError: it is not there.
    """
    found = await client.call(MODEL, "read", [move_id], fields=fields)
    if not found:
        raise MoveMissingError(word, move_id)
    row: dict[str, Any] = found[0]
    return row


def refuse_unlike(facts: MoveFacts, total: Decimal, currency: str, error: RejectedError) -> None:
    """Refuse to post what a person cancelled, or a draft that Odoo makes over another sum.

    Raises:
        MoveCancelledError: a person cancelled it.
        RejectedError: the given error; the draft is over another sum.
    """
    if facts.state is MoveState.CANCELLED:
        raise MoveCancelledError(facts)
    if facts.state is MoveState.DRAFT and not facts.is_over(total, currency):
        raise error


async def post_drafts(client: OdooClient, facts: Sequence[MoveFacts]) -> None:
    """Post those that are drafts, in one transaction.

    Raises:
        OdooRefusedError: Odoo refuses; not so if another process with the same key was faster.
    """
    drafts = [one.move_id for one in facts if one.state is MoveState.DRAFT]
    if not drafts:
        return
    try:
        await client.call(MODEL, "action_post", drafts)
    except OdooRefusedError:
        now = await client.call(MODEL, "read", drafts, fields=["state"])
        if any(row["state"] != MoveState.POSTED for row in now):
            raise


async def cancel_unpaid(client: OdooClient, facts: Sequence[MoveFacts]) -> None:
    """Cancel all; they stay in Odoo as cancelled records.

    Raises:
        MovePaidError: payments hang on one of them; then none is cancelled.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    for one in facts:
        if one.state is MoveState.POSTED and one.payment_state != UNPAID:
            raise MovePaidError(one)
    await withdraw(client, facts)


async def withdraw(client: OdooClient, facts: Sequence[MoveFacts]) -> None:
    """Cancel what was just booked."""
    posted = [one.move_id for one in facts if one.state is MoveState.POSTED]
    if posted:
        await client.call(MODEL, "button_draft", posted)
    left = [one.move_id for one in facts if one.state is not MoveState.CANCELLED]
    if left:
        await client.call(MODEL, "button_cancel", left)
