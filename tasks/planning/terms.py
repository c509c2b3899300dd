"""What the books add to an order: an agent names a customer and items, and the books say currency, taxes and total."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from domain.accounting.invoice import InvoiceOrder
from domain.accounting.invoice_batch import InvoiceBatchOrder
from domain.accounting.payment import PaymentOrder
from domain.planning.catalogue import CATALOGUE
from domain.planning.order import Order
from tasks.actions import connected

if TYPE_CHECKING:
    from blocks.odoo.client import OdooClient


@dataclass(frozen=True)
class Terms:
    """The model of what an agent says, and how the books make the action's inputs of it."""

    said: type[BaseModel]
    fill: Callable[["OdooClient", Any], Awaitable[BaseModel]]


async def _invoice(client: "OdooClient", said: InvoiceOrder) -> BaseModel:
    from tasks.accounting.invoices import complete_order

    return await complete_order(client, said)


async def _payment(client: "OdooClient", said: PaymentOrder) -> BaseModel:
    from tasks.accounting.payments import payment_inputs

    return await payment_inputs(
        client, said.invoice_id, amount=said.amount, method=said.method, paid_on=said.paid_on
    )


async def _batch(client: "OdooClient", said: InvoiceBatchOrder) -> BaseModel:
    from tasks.accounting.invoice_batches import batch_inputs

    return await batch_inputs(client, said)


TERMS = {
    "odoo.create_invoice": Terms(InvoiceOrder, _invoice),
    "odoo.create_invoices": Terms(InvoiceBatchOrder, _batch),
    "odoo.record_payment": Terms(PaymentOrder, _payment),
}
"""The actions whose inputs the books complete; those of the others are complete as they are said."""


def check_said(order: Order) -> None:
    """Refuse what cannot be meant, whatever the books say.

    Raises:
        ValidationError: it is not possible.
    """
    if order.said is None:
        CATALOGUE[order.action].inputs.model_validate(order.inputs)
    else:
        TERMS[order.action].said.model_validate(order.said)


async def complete(order: Order) -> Order:
    """The order with inputs that satisfy its action's model.

    Raises:
        ValidationError: what the agent said is not possible.
        TransientError: the books cannot be asked now.
        RejectedError: the books have no such customer, product or document.
    """
    if order.said is None:
        return order
    terms = TERMS[order.action]
    async with await connected.odoo_client() as client:
        inputs = await terms.fill(client, terms.said.model_validate(order.said))
    return order.model_copy(update={"inputs": inputs.model_dump(mode="json")})
