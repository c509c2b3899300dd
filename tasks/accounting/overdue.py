"""What a customer is late with, as the books say it now."""

from datetime import date
from decimal import Decimal

from blocks.odoo.client import OdooClient
from domain.accounting.overdue import OverdueInvoice
from domain.money import Money
from tasks.accounting.moves import MODEL
from tasks.accounting.partners import partners_at

MOST_INVOICES = 50


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
            ["move_type", "=", "out_invoice"],
            ["state", "=", "posted"],
            ["payment_state", "in", ["not_paid", "partial"]],
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
