"""What the books add to an order of invoices: currency, list prices, usual taxes and total, before it is approved."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from blocks.odoo.client import OdooClient
from blocks.odoo.repeats import each_read_once
from domain.accounting.invoice import (
    InvoiceInputs,
    InvoiceItem,
    InvoiceOrder,
    OrderedItem,
    total_by_document,
    total_by_line,
    whole_item,
)
from domain.accounting.invoice_batch import InvoiceBatchInputs, InvoiceBatchOrder
from domain.accounting.product import ListPriceCurrencyError
from tasks.accounting.chart import check_rate, fetch_journal
from tasks.accounting.products import fetch_sold_products


class SalesTerms(BaseModel, frozen=True):
    """What the company's invoices have in common."""

    currency: str
    usual_tax: Decimal
    rounds_by_line: bool
    company_id: int


async def fetch_sales_terms(client: OdooClient) -> SalesTerms:
    """The company's currency, usual tax and way of rounding.

    Raises:
        BooksNotReadyError: there is no sales journal.
    """
    journal = await fetch_journal(client, "sale")
    fields = ["currency_id", "tax_calculation_rounding_method", "account_sale_tax_id"]
    company = (await client.call("res.company", "read", [journal.company_id], fields=fields))[0]
    return SalesTerms(
        currency=company["currency_id"][1],
        usual_tax=await _fetch_usual_tax(client, company["account_sale_tax_id"]),
        rounds_by_line=company["tax_calculation_rounding_method"] == "round_per_line",
        company_id=journal.company_id,
    )


async def complete_order(client: OdooClient, order: InvoiceOrder) -> InvoiceInputs:
    """What is to be approved for an order, with what the books add (see `completed`).

    Raises:
        BooksNotReadyError: there is no sales journal.
        RejectedError: as `completed` does.
        ValidationError: an amount is not possible.
    """
    return await completed(client, order, await fetch_sales_terms(client))


async def completed(client: OdooClient, order: InvoiceOrder, terms: SalesTerms) -> InvoiceInputs:
    """An order with what the books add.

    An item's missing price and description are its product's list price and name. Where none is named, the currency is
    the company's and an item's tax the company's usual one; the total is rounded as the company rounds taxes.

    Raises:
        UnknownProductError: the books have no such product.
        CurrencyNotUsableError: the currency is unknown or not active.
        CurrencyRateMissingError: Odoo has no rate of it.
        ListPriceCurrencyError: a price is left out that the books have in the company's currency only.
        ValidationError: an amount is not possible.
    """
    currency = order.currency or terms.currency
    if currency != terms.currency:
        await check_rate(client, currency)
        unpriced = [item.product for item in order.items if item.product and item.price is None]
        if unpriced:
            raise ListPriceCurrencyError(unpriced[0], terms.currency, currency)
    usual = {"tax_percent": terms.usual_tax}
    items = [
        item.model_copy(update=usual) if item.tax_percent is None else item
        for item in await _whole_items(client, order.items)
    ]
    total_of = total_by_line if terms.rounds_by_line else total_by_document
    return InvoiceInputs(
        customer=order.customer,
        customer_email=order.email,
        customer_vat=order.tax_number,
        items=items,
        issued_on=order.issued_on,
        due_date=order.due_on,
        currency=currency,
        total=total_of(items, currency),
    )


async def _whole_items(client: OdooClient, items: Sequence[OrderedItem]) -> list[InvoiceItem]:
    left_out = [item.product for item in items if item.product and None in (item.price, item.description)]
    sold = await fetch_sold_products(client, left_out)
    return [whole_item(item, sold.get(item.product or "")) for item in items]


async def complete_orders(client: OdooClient, order: InvoiceBatchOrder) -> InvoiceBatchInputs:
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


async def _fetch_usual_tax(client: OdooClient, tax: Any) -> Decimal:
    """The rate that the company's sales are taxed with if nothing else is said."""
    if not tax:
        return Decimal(0)
    found = await client.call("account.tax", "read", [tax[0]], fields=["amount"])
    return Decimal(str(found[0]["amount"]))
