"""What the tests ask of the books beside the tasks under test."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillFacts
from domain.accounting.invoice import InvoiceFacts, InvoiceInputs, InvoiceOrder, OrderedItem
from domain.accounting.payment import PaymentFacts
from tasks.accounting.bills import read_bill
from tasks.accounting.invoice_orders import complete_order
from tasks.accounting.invoices import read_invoice
from tasks.accounting.payments import read_payment
from tasks.accounting.records import external_id, find_record

Facts = TypeVar("Facts", bound=BaseModel)


async def found_bill(client: OdooClient, key: str) -> BillFacts | None:
    """The bill of this key, whatever its state; None: it is not in Odoo."""
    bill_id = await find_record(client, "account.move", external_id("bill", key))
    return None if bill_id is None else await read_bill(client, bill_id)


async def found_invoice(client: OdooClient, key: str) -> InvoiceFacts | None:
    """The invoice of this key."""
    invoice_id = await find_record(client, "account.move", external_id("invoice", key))
    return None if invoice_id is None else await read_invoice(client, invoice_id)


async def found_payment(client: OdooClient, key: str, invoice_id: int) -> PaymentFacts | None:
    """The payment of this key, with the document that it was for."""
    payment_id = await find_record(client, "account.payment", external_id("pay", key))
    return None if payment_id is None else await read_payment(client, payment_id, invoice_id)


def facts_of(receipt: Facts, model: type[Facts]) -> Facts:
    """What a receipt says of the books, without what we say about it."""
    return model(**receipt.model_dump(include=set(model.model_fields)))


async def invoice_inputs(
    client: OdooClient,
    customer: str,
    *,
    items: Sequence[OrderedItem],
    due_date: dt.date,
    issued_on: dt.date,
    **more: str | None,
) -> InvoiceInputs:
    """What is to be approved for one invoice, with what the books add."""
    said = {"customer": customer, "items": list(items), "due_date": due_date, "issued_on": issued_on}
    return await complete_order(client, InvoiceOrder.model_validate(said | more))
