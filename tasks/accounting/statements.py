"""A customer's question about their invoices, answered from the books: what is open, and those that are named."""

import datetime as dt
import re
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.partner import plain_email
from domain.accounting.statement import (
    CustomerStatement,
    NobodyKnownError,
    StatedInvoice,
    StatementWanted,
    open_total,
)
from domain.money import Money, rounded
from tasks.accounting.invoice_documents import keep_invoice_pdf
from tasks.accounting.moves import MODEL
from tasks.accounting.partners import partners_at

MOST_INVOICES, MOST_NAMED = 200, 5
FIELDS = [
    "name",
    "move_type",
    "invoice_date",
    "invoice_date_due",
    "currency_id",
    "amount_total",
    "amount_residual",
]


async def customer_statement(
    client: OdooClient, wanted: StatementWanted, today: dt.date, *, is_sandbox: bool
) -> CustomerStatement:
    """What may be told to whoever asks from an address that is one customer's in the books.

    Raises:
        NobodyKnownError: it is nobody's, or several customers'.
    """
    address = plain_email(wanted.sender)
    partners = {one.partner_id: one.name for one in await partners_at(client, address)} if address else {}
    if len(partners) != 1:
        raise NobodyKnownError(address or wanted.sender, sorted(partners.values()))
    ((customer_id, customer),) = partners.items()
    invoices = await _invoices(client, customer_id)
    named = [one for one in invoices if re.search(rf"(?<!\w){re.escape(one.number)}(?!\w)", wanted.subject)]
    told = [one for one in invoices if one.left.amount or one in named]
    kept = [
        await keep_invoice_pdf(client, one.invoice_id, is_sandbox=is_sandbox)
        for one in named[:MOST_NAMED]
        if not one.is_credit
    ]
    return CustomerStatement(
        customer_id=customer_id,
        customer=customer,
        email=address,
        text="\n".join(f"- {one.line(today)}" for one in told) or "- nothing is open",
        total=open_total(told) or "nothing",
        documents=[one.document for one in kept],
        business=await business_name(client),
    )


async def _invoices(client: OdooClient, customer_id: int) -> list[StatedInvoice]:
    """The posted ones, the oldest due first."""
    found = await client.call(
        MODEL,
        "search_read",
        domain=[
            ["commercial_partner_id", "=", customer_id],
            ["move_type", "in", ["out_invoice", "out_refund"]],
            ["state", "=", "posted"],
        ],
        fields=FIELDS,
        order="invoice_date_due desc, id desc",
        limit=MOST_INVOICES,
    )
    return [_stated(row) for row in reversed(found)]


def _stated(row: dict[str, Any]) -> StatedInvoice:
    currency = row["currency_id"][1]
    return StatedInvoice(
        invoice_id=row["id"],
        number=row["name"],
        issued_on=dt.date.fromisoformat(row["invoice_date"]),
        due_on=dt.date.fromisoformat(row["invoice_date_due"] or row["invoice_date"]),
        total=Money(amount=rounded(row["amount_total"], currency), currency=currency),
        left=Money(amount=rounded(row["amount_residual"], currency), currency=currency),
        is_credit=row["move_type"] == "out_refund",
    )


async def business_name(client: OdooClient) -> str:
    """Our own name in the books."""
    uid = (await client.call("res.users", "context_get"))["uid"]
    (user,) = await client.call("res.users", "read", [uid], fields=["company_id"])
    return str(user["company_id"][1])
