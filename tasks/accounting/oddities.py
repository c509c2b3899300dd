"""What a person has to see before a bill is booked, as far as the books tell; changes nothing."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillInputs
from domain.accounting.period import last_closed
from domain.accounting.plausible import odd_category, odd_dates, odd_period, odd_sum
from domain.money import rounded
from tasks.accounting.chart import fetch_locks, fetch_purchase_journal
from tasks.accounting.partners import find_vendor

MOST_BILLS = 20


async def bill_oddities(
    client: OdooClient, inputs: BillInputs, *, today: dt.date, categories: Collection[str]
) -> list[str]:
    """One sentence for each: its dates, a closed period, the vendor's usual sums, its category.

    Raises:
        AmbiguousVendorError: the vendor is not clear.
        BooksNotReadyError: there is no journal for it.
    """
    journal = await fetch_purchase_journal(client)
    locks = ["purchase_lock_date", *(["tax_lock_date"] if inputs.tax else [])]
    closed = last_closed(await fetch_locks(client, journal.company_id, locks))
    return [
        *odd_dates(inputs.issued_on, inputs.due_on, today),
        *odd_period(inputs.issued_on, closed),
        *odd_sum(inputs.total, await _usual_sums(client, inputs), inputs.vendor),
        *odd_category(inputs.category, categories),
    ]


async def _usual_sums(client: OdooClient, inputs: BillInputs) -> list[Decimal]:
    if inputs.is_sundry:
        return []  # many sellers, so no sum is usual
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
        fields=["amount_total"],
        order="invoice_date desc, id desc",
        limit=MOST_BILLS,
    )
    return [rounded(Decimal(str(row["amount_total"])), inputs.currency) for row in found]
