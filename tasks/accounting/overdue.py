"""What a customer is late with, as the books say it now."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.overdue import OverdueInvoice
from domain.accounting.partner import Identity
from domain.money import Money
from tasks.accounting.customers import known_customers
from tasks.accounting.moves import MODEL
from tasks.accounting.partners import partners_at

MOST_INVOICES = 50
OPEN_INVOICES = (
    ["move_type", "=", "out_invoice"],
    ["state", "=", "posted"],
    ["payment_state", "in", ["not_paid", "partial"]],
)


async def overdue_of(client: OdooClient, address: str, today: date) -> list[OverdueInvoice]:
    """The overdue invoices of the customer with this mail address, the oldest first; none for anybody else."""
    partners = {one.partner_id for one in await partners_at(client, address)}
    if not partners:
        return []
    found = await client.call(
        MODEL,
        "search_read",
        domain=[
            ["commercial_partner_id", "in", sorted(partners)],
            *OPEN_INVOICES,
            ["invoice_date_due", "<", today.isoformat()],
        ],
        fields=["name", "commercial_partner_id", "currency_id", "amount_residual", "invoice_date_due"],
        order="invoice_date_due, id",
        limit=MOST_INVOICES,
    )
    return [
        OverdueInvoice(
            number=row["name"],
            customer=row["commercial_partner_id"][1],
            left=Money(amount=Decimal(str(row["amount_residual"])), currency=row["currency_id"][1]),
            due_on=date.fromisoformat(row["invoice_date_due"]),
        )
        for row in found
    ]


async def overdue_invoices(
    client: OdooClient, today: date, *, days: int, customer: str | None, limit: int
) -> list[dict[str, Any]]:
    """Every customer's overdue invoices, or one's by name, the oldest first, each with the customer's mail address.

    Args:
        client: The books.
        today: The day on which they are overdue.
        days: For at least so many days.
        customer: A name of theirs; None: everybody's.
        limit: How many are read at most.

    Raises:
        UnknownCustomerError: the books have no such customer.
        ArchivedPartnerError: they have, but archived.
        AmbiguousPartnerError: several fit.
    """
    meant = await known_customers(client, [Identity(name=customer)]) if customer else []
    named = [["commercial_partner_id", "=", one.partner_id] for one in meant]
    latest = today - timedelta(days=days)
    found = await client.call(
        MODEL,
        "search_read",
        domain=[*OPEN_INVOICES, ["invoice_date_due", "<=", latest.isoformat()], *named],
        fields=["name", "commercial_partner_id", "currency_id", "amount_residual", "invoice_date_due"],
        order="invoice_date_due, id",
        limit=limit,
    )
    ids = sorted({row["commercial_partner_id"][0] for row in found})
    partners = await client.call("res.partner", "read", ids, fields=["email"]) if ids else []
    addresses = {row["id"]: row["email"] or None for row in partners}
    return [
        {
            "invoice_id": row["id"],
            "number": row["name"],
            "customer": row["commercial_partner_id"][1],
            "customer_id": row["commercial_partner_id"][0],
            "email": addresses.get(row["commercial_partner_id"][0]),
            "left": Decimal(str(row["amount_residual"])),
            "currency": row["currency_id"][1],
            "due_on": row["invoice_date_due"],
            "days": (today - date.fromisoformat(row["invoice_date_due"])).days,
        }
        for row in found
    ]
