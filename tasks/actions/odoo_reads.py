"""What a plan may look up in the books."""

from typing import Any

from blocks.odoo.client import OdooClient
from domain.errors import RejectedError
from domain.money import rounded
from domain.planning.reads import (
    MOST_RECORDS,
    InvoiceStand,
    InvoiceStandInputs,
    OverdueInputs,
    OverdueInvoices,
    OverdueRecord,
    overdue_in_words,
)
from tasks.accounting.overdue import overdue_invoices
from tasks.accounting.payables import read_payable
from tasks.actions import connected
from tasks.actions.allocation_reads import ALLOCATING
from tasks.actions.invoicing_reads import INVOICING
from tasks.actions.performer import Reader, readers_by_name
from tasks.actions.spending_reads import SPENDING
from tasks.clock import present


class TooManyRecordsError(RejectedError):
    """A list that nobody should work in one go."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there are more than {MOST_RECORDS} {what}; ask for fewer, such as one customer's")


async def _list_overdue(client: OdooClient, inputs: OverdueInputs) -> OverdueInvoices:
    today = present().date()
    rows = await overdue_invoices(
        client, today, days=inputs.days, customer=inputs.customer, limit=MOST_RECORDS + 1
    )
    if len(rows) > MOST_RECORDS:
        raise TooManyRecordsError("overdue invoices")
    found = [OverdueRecord.model_validate(row) for row in rows]
    return OverdueInvoices(invoices=found, count=len(found), text=overdue_in_words(found))


async def _read_invoice(client: OdooClient, inputs: InvoiceStandInputs) -> InvoiceStand:
    found = await read_payable(client, inputs.invoice_id)
    values: dict[str, Any] = {
        "invoice_id": found.invoice_id,
        "number": found.name,
        "partner": found.partner,
        "currency": found.currency,
        "total": rounded(found.total, found.currency),
        "left": rounded(found.residual, found.currency),
        "is_paid": found.state == "posted" and not found.residual,
    }
    return InvoiceStand(**values)


READERS = readers_by_name(
    Reader[OdooClient, OverdueInputs](name="odoo.list_overdue", connect=connected.books, read=_list_overdue),
    Reader[OdooClient, InvoiceStandInputs](
        name="odoo.read_invoice", connect=connected.books, read=_read_invoice
    ),
    *INVOICING,
    *ALLOCATING,
    *SPENDING,
)
