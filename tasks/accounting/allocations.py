"""What a payment may be for: the open invoices and bills in Odoo, and the one that a person named."""

from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.allocation import AllocationInputs, NoSuchDocumentError, OpenDocument
from domain.accounting.payment import DIRECTIONS, PaymentInputs
from domain.money import rounded
from tasks.accounting.moves import MODEL
from tasks.accounting.payables import read_payable

FIELDS = ["name", "ref", "move_type", "partner_id", "amount_residual", "currency_id"]
POSTED: list[list[Any]] = [["state", "=", "posted"], ["move_type", "in", sorted(DIRECTIONS)]]


async def open_documents(client: OdooClient, limit: int) -> list[OpenDocument]:
    """All of which something is left to pay, at most so many."""
    domain = [*POSTED, ["amount_residual", ">", 0], ["partner_id", "!=", False]]
    found = await client.call(
        MODEL, "search_read", domain=domain, fields=FIELDS, order="invoice_date desc, id desc", limit=limit
    )
    return [_document(row) for row in found]


async def allocated(client: OdooClient, inputs: AllocationInputs) -> PaymentInputs:
    """The payment of the document that a person named.

    Raises:
        NoSuchDocumentError: the number is no posted invoice's or bill's, or several have it.
        UnallocatedError: nobody named one.
    """
    number = inputs.document or ""
    found = await client.call(MODEL, "search", domain=[["name", "=", number], *POSTED], limit=2)
    if len(found) != 1:
        raise NoSuchDocumentError(number, len(found))
    payable = await read_payable(client, found[0])
    return inputs.payment(payable, DIRECTIONS[payable.move_type])


def _document(row: dict[str, Any]) -> OpenDocument:
    currency = row["currency_id"][1]
    is_bill = row["move_type"].startswith("in_")
    return OpenDocument(
        number=row["name"],
        partner=row["partner_id"][1],
        direction=DIRECTIONS[row["move_type"]],
        left=rounded(row["amount_residual"], currency),
        currency=currency,
        reference=(row["ref"] or "") if is_bill else "",
    )
