"""Many customer invoices at once: created in one transaction, posted in another, each exactly once.

Either all of them exist or none, so after a crash the first one's external id tells which. `create_invoices` goes on at
the part that is missing, as `create_invoice` does.
"""

from collections.abc import Sequence

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from blocks.odoo.repeats import each_read_once
from domain.accounting.bill import external_id
from domain.accounting.invoice import InvoiceFacts, InvoiceState
from domain.accounting.invoice_batch import InvoiceBatchFacts, InvoiceBatchInputs, InvoiceBatchOrder
from domain.errors import RejectedError
from tasks.accounting.chart import fetch_currency, fetch_journal
from tasks.accounting.customers import known_customers
from tasks.accounting.invoices import (
    INVOICE_FIELDS,
    UNPAID,
    InvoiceCancelledError,
    InvoicePaidError,
    InvoiceTotalError,
    completed,
    customer_of,
    fetch_sales_terms,
    invoice_facts,
    invoice_rows,
)
from tasks.accounting.records import find_record, load_all


class InvoicesMissingError(RejectedError):
    """Some of the invoices were deleted."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(
            f"of the invoices that were made together, number {', '.join(map(str, numbers))} was deleted in Odoo; they "
            "are not made again: a person must look"
        )


async def batch_inputs(client: OdooClient, order: InvoiceBatchOrder) -> InvoiceBatchInputs:
    """What is to be approved, with what the books add to each invoice.

    Raises:
        BooksNotReadyError: there is no sales journal.
        RejectedError: as `completed` does.
        ValidationError: an amount is not possible, or the invoices are in several currencies.
    """
    with each_read_once():
        terms = await fetch_sales_terms(client)
        invoices = [await completed(client, one, terms) for one in order.invoices]
    return InvoiceBatchInputs(
        invoices=invoices, currency=invoices[0].currency, total=sum(one.total for one in invoices)
    )


async def check_batch(client: OdooClient, inputs: InvoiceBatchInputs, key: str) -> None:
    """Refuse what `create_invoices` would refuse, before a person is asked; changes nothing.

    Raises:
        RejectedError: as `create_invoice` does, for the first invoice that cannot be made.
    """
    if await find_record(client, "account.move", _names(inputs, key)[0]) is None:
        await _rows(client, inputs, key)


async def create_invoices(client: OdooClient, inputs: InvoiceBatchInputs, key: str) -> InvoiceBatchFacts:
    """Make all invoices and post them; safe to call again with the same key.

    Raises:
        InvoiceTotalError: Odoo computes another total for one of them; none is made.
        InvoiceCancelledError: a person cancelled one of them.
        InvoicesMissingError: a person deleted some of them.
        OdooRefusedError: Odoo refuses, with its own sentence; none is made.
        RejectedError: as `create_invoice` does.
    """
    ids = await find_batch(client, inputs, key=key)
    is_new = not ids
    if is_new:
        ids = await load_all(client, "account.move", *await _rows(client, inputs, key))
    try:
        await _post(client, inputs, await read_batch(client, ids))
    except (InvoiceTotalError, OdooRefusedError):
        if is_new:
            await _delete_drafts(client, ids)
        raise
    return InvoiceBatchFacts(invoices=await read_batch(client, ids))


async def find_batch(client: OdooClient, inputs: InvoiceBatchInputs, *, key: str) -> list[int]:
    """The ids of the invoices of this key, in their order; none if they provably are not in Odoo.

    Raises:
        InvoicesMissingError: some are there and some are not.
    """
    names = _names(inputs, key)
    if await find_record(client, "account.move", names[0]) is None:
        last = await find_record(client, "account.move", names[-1])
        if last is not None:
            raise InvoicesMissingError([1])
        return []
    found = [await find_record(client, "account.move", name) for name in names]
    missing = [number for number, record_id in enumerate(found, start=1) if record_id is None]
    if missing:
        raise InvoicesMissingError(missing)
    return [record_id for record_id in found if record_id is not None]


async def read_batch(client: OdooClient, ids: Sequence[int]) -> list[InvoiceFacts]:
    """What the books say about each invoice now, in this order.

    Raises:
        InvoicesMissingError: some are not there.
    """
    found = await client.call("account.move", "read", list(ids), fields=INVOICE_FIELDS)
    facts = {row["id"]: invoice_facts(row) for row in found}
    missing = [number for number, one in enumerate(ids, start=1) if one not in facts]
    if missing:
        raise InvoicesMissingError(missing)
    return [facts[one] for one in ids]


async def cancel_batch(client: OdooClient, ids: Sequence[int]) -> list[InvoiceFacts]:
    """Undo `create_invoices`: the invoices stay in Odoo, cancelled.

    Raises:
        InvoicePaidError: payments hang on one of them; then none is cancelled.
    """
    facts = await read_batch(client, ids)
    posted = [one for one in facts if one.state is InvoiceState.POSTED]
    for one in posted:
        if one.payment_state != UNPAID:
            raise InvoicePaidError(one)
    if posted:
        await client.call("account.move", "button_draft", [one.invoice_id for one in posted])
    left = [one.invoice_id for one in facts if one.state is not InvoiceState.CANCELLED]
    if left:
        await client.call("account.move", "button_cancel", left)
    return await read_batch(client, ids)


def _names(inputs: InvoiceBatchInputs, key: str) -> list[str]:
    return [external_id("invoice", f"{key}_{number}") for number, _ in enumerate(inputs.invoices, start=1)]


async def _rows(
    client: OdooClient, inputs: InvoiceBatchInputs, key: str
) -> tuple[list[str], list[list[str]]]:
    """All invoices as `load` takes them; what they have in common is asked for once."""
    with each_read_once():
        currency_id = await fetch_currency(client, inputs.currency)
        journal = await fetch_journal(client, "sale")
        customers = await known_customers(client, [customer_of(one) for one in inputs.invoices])
        made = [
            await invoice_rows(client, invoice, f"{key}_{number}", (currency_id, journal, customer))
            for number, (invoice, customer) in enumerate(
                zip(inputs.invoices, customers, strict=True), start=1
            )
        ]
    return made[0][0], [row for _, rows in made for row in rows]


async def _post(client: OdooClient, inputs: InvoiceBatchInputs, facts: Sequence[InvoiceFacts]) -> None:
    for asked, found in zip(inputs.invoices, facts, strict=True):
        if found.state is InvoiceState.CANCELLED:
            raise InvoiceCancelledError(found)
        if found.state is InvoiceState.DRAFT and (found.amount_total, found.currency) != (
            asked.total,
            asked.currency,
        ):
            raise InvoiceTotalError(asked, found)
    drafts = [one.invoice_id for one in facts if one.state is InvoiceState.DRAFT]
    if drafts:
        await client.call("account.move", "action_post", drafts)


async def _delete_drafts(client: OdooClient, ids: Sequence[int]) -> None:
    drafts = [one.invoice_id for one in await read_batch(client, ids) if one.state is InvoiceState.DRAFT]
    if drafts:
        await client.call("account.move", "unlink", drafts)
