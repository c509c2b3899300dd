"""What a person has to see before a bill is booked, as far as the books tell; changes nothing."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillInputs
from domain.accounting.duplicate import BookedBill, odd_likeness
from domain.accounting.period import last_closed
from domain.accounting.plausible import odd_category, odd_dates, odd_period, odd_sum, odd_vendor
from domain.money import rounded
from tasks.accounting.chart import fetch_journal, fetch_locks
from tasks.accounting.fiscal_positions import untaxed_oddities
from tasks.accounting.partners import find_vendor

MOST_BILLS = 20


async def bill_oddities(
    client: OdooClient, inputs: BillInputs, *, today: dt.date, categories: Collection[str]
) -> list[str]:
    """One sentence for each: its vendor and dates, a closed period, the vendor's bills and usual sums, its category.

    Raises:
        AmbiguousVendorError: the vendor is not clear.
        BooksNotReadyError: there is no journal for it.
    """
    journal = await fetch_journal(client, "purchase")
    locks = ["purchase_lock_date", *(["tax_lock_date"] if inputs.tax else [])]
    closed = last_closed(await fetch_locks(client, journal.company_id, locks))
    latest = await _latest_bills(client, inputs)
    return [
        *odd_vendor(inputs.vendor, journal.company),
        *odd_dates(inputs.issued_on, inputs.due_on, today),
        *odd_period(inputs.issued_on, closed, today),
        *odd_sum(inputs.total, [bill.total for bill in latest], inputs.vendor),
        *odd_likeness(inputs, latest),
        *odd_category(inputs.category, categories),
        *await untaxed_oddities(client, inputs, journal.company_id),
    ]


async def _latest_bills(client: OdooClient, inputs: BillInputs) -> list[BookedBill]:
    if inputs.is_sundry:
        return []  # many sellers, so no sum is usual, and no bill another one's copy
    match = await find_vendor(client, inputs)
    if match.partner is None:
        return []
    found = await client.call(
        "account.move",
        "search_read",
        domain=[
            ["commercial_partner_id", "=", match.partner.partner_id],
            ["move_type", "in", ["in_invoice", "in_receipt"]],
            ["state", "=", "posted"],
            ["currency_id.name", "=", inputs.currency],
        ],
        fields=["name", "ref", "move_type", "invoice_date", "amount_total"],
        order="invoice_date desc, id desc",
        limit=MOST_BILLS,
    )
    return [
        BookedBill(
            name=row["name"],
            number=row["ref"] or None,
            is_receipt=row["move_type"] == "in_receipt",
            issued_on=dt.date.fromisoformat(row["invoice_date"]),
            total=rounded(Decimal(str(row["amount_total"])), inputs.currency),
        )
        for row in found
        if row["invoice_date"]
    ]
