"""Customer invoices in Odoo: posted once over exactly the approved total, read back, found again, cancelled.

`create_invoice` goes on at the part that is missing: call it again after a crash, a time-out or an unknown
outcome. It never changes an invoice that a person has changed, and leaves no draft behind that it refuses.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.bill import external_id
from domain.accounting.invoice import (
    InvoiceFacts,
    InvoiceInputs,
    InvoiceItem,
    InvoiceOrder,
    InvoiceReceipt,
    InvoiceState,
    OrderedItem,
    SalesTaxMissingError,
    total_by_document,
    total_by_line,
    whole_item,
)
from domain.accounting.product import ListPriceCurrencyError
from domain.accounting.vendor import Partner, Vendor
from domain.errors import RejectedError
from domain.money import rounded
from tasks.accounting.chart import Journal, check_open_period, check_rate, fetch_currency, fetch_journal
from tasks.accounting.customers import known_customer
from tasks.accounting.payables import InvoiceMissingError
from tasks.accounting.products import fetch_sold_products, known_products
from tasks.accounting.records import find_record, load_once

INVOICE_FIELDS = [
    "name",
    "state",
    "partner_id",
    "invoice_date",
    "date",
    "invoice_date_due",
    "currency_id",
    "amount_total",
    "amount_tax",
    "amount_residual",
    "payment_state",
]
UNPAID = "not_paid"


class InvoiceTotalError(RejectedError):
    """Odoo makes another total of the items."""

    def __init__(self, inputs: InvoiceInputs, facts: InvoiceFacts) -> None:
        super().__init__(
            f"Odoo makes {facts.amount_total} {facts.currency} of the invoice to {inputs.customer}, approved is "
            f"{inputs.total} {inputs.currency}; it is not posted: correct prices and taxes, and ask again"
        )


class InvoiceCancelledError(RejectedError):
    """A person cancelled the invoice in Odoo."""

    def __init__(self, facts: InvoiceFacts) -> None:
        super().__init__(
            f"invoice {facts.invoice_id} to {facts.customer} was cancelled in Odoo; it is not made again"
        )


class InvoicePaidError(RejectedError):
    """Payments hang on the invoice."""

    def __init__(self, facts: InvoiceFacts) -> None:
        super().__init__(
            f"invoice {facts.name} is {facts.payment_state.replace('_', ' ')}, so it is not cancelled; "
            "undo its payment in Odoo, or make a credit note"
        )


class SalesTerms(BaseModel):
    """What the company's invoices have in common."""

    model_config = ConfigDict(frozen=True)

    currency: str
    usual_tax: Decimal
    rounds_by_line: bool


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
    )


async def invoice_inputs(
    client: OdooClient,
    customer: str,
    *,
    items: Sequence[OrderedItem],
    due_date: dt.date,
    issued_on: dt.date,
    **more: str | None,
) -> InvoiceInputs:
    """What is to be approved for `create_invoice(customer, items, due_date)`; `more` are the other words of an order.

    Raises:
        ValidationError: the due date is before the invoice's, or an amount is not possible.
        RejectedError: as `complete_order` does.
    """
    said = {"customer": customer, "items": list(items), "due_date": due_date, "issued_on": issued_on}
    return await complete_order(client, InvoiceOrder.model_validate(said | more))


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
        due_date=order.due_date,
        currency=currency,
        total=total_of(items, currency),
    )


async def _whole_items(client: OdooClient, items: Sequence[OrderedItem]) -> list[InvoiceItem]:
    left_out = [item.product for item in items if item.product and None in (item.price, item.description)]
    sold = await fetch_sold_products(client, left_out)
    return [whole_item(item, sold.get(item.product or "")) for item in items]


async def create_invoice(client: OdooClient, inputs: InvoiceInputs, key: str) -> InvoiceReceipt:
    """Make the invoice and post it; safe to call again with the same key.

    Raises:
        UnknownCustomerError: the books have no such customer.
        AmbiguousCustomerError: several customers fit.
        UnknownProductError: the books have no such product.
        CurrencyNotUsableError: the currency is unknown or not active.
        SalesTaxMissingError: the books have no tax of that rate.
        ClosedPeriodError: the day is in a closed period.
        InvoiceTotalError: Odoo computes another total.
        InvoiceCancelledError: the invoice was made and then cancelled by a person.
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    invoice_id = await find_record(client, "account.move", external_id("invoice", key))
    is_new = invoice_id is None
    if invoice_id is None:
        invoice_id = await _load_invoice(client, inputs, key)
    try:
        await _post(client, invoice_id, inputs)
    except (InvoiceTotalError, OdooRefusedError):
        if is_new:
            await _delete_draft(client, invoice_id)
        raise
    return _receipt(client, await read_invoice(client, invoice_id), key)


async def find_invoice(client: OdooClient, key: str) -> InvoiceReceipt | None:
    """The invoice of this key, whatever its state, or None if it provably is not in Odoo."""
    invoice_id = await find_record(client, "account.move", external_id("invoice", key))
    return None if invoice_id is None else _receipt(client, await read_invoice(client, invoice_id), key)


async def check_invoice(client: OdooClient, inputs: InvoiceInputs, key: str) -> None:
    """Refuse what `create_invoice` would refuse, before a person is asked; changes nothing.

    Raises:
        RejectedError: as `create_invoice` does.
    """
    if await find_record(client, "account.move", external_id("invoice", key)) is None:
        await _rows(client, inputs, key)


async def read_invoice(client: OdooClient, invoice_id: int) -> InvoiceFacts:
    """What the books say about the invoice now.

    Raises:
        InvoiceMissingError: it is not there.
    """
    found = await client.call("account.move", "read", [invoice_id], fields=INVOICE_FIELDS)
    if not found:
        raise InvoiceMissingError(invoice_id)
    return invoice_facts(found[0])


async def cancel_invoice(client: OdooClient, key: str) -> InvoiceFacts | None:
    """Undo `create_invoice`: the invoice stays in Odoo, cancelled; None if there never was one.

    Raises:
        InvoicePaidError: payments hang on it.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    invoice_id = await find_record(client, "account.move", external_id("invoice", key))
    if invoice_id is None:
        return None
    facts = await read_invoice(client, invoice_id)
    if facts.state is InvoiceState.POSTED:
        if facts.payment_state != UNPAID:
            raise InvoicePaidError(facts)
        await client.call("account.move", "button_draft", [invoice_id])
    if facts.state is not InvoiceState.CANCELLED:
        await client.call("account.move", "button_cancel", [invoice_id])
    return await read_invoice(client, invoice_id)


async def _load_invoice(client: OdooClient, inputs: InvoiceInputs, key: str) -> int:
    fields, rows = await _rows(client, inputs, key)
    return await load_once(client, "account.move", fields, rows)


async def _rows(client: OdooClient, inputs: InvoiceInputs, key: str) -> tuple[list[str], list[list[str]]]:
    currency_id = await fetch_currency(client, inputs.currency)
    journal = await fetch_journal(client, "sale")
    customer = await known_customer(client, customer_of(inputs))
    return await invoice_rows(client, inputs, key, (currency_id, journal, customer))


def customer_of(inputs: InvoiceInputs) -> Vendor:
    """The customer as the invoice names them."""
    return Vendor(name=inputs.customer, vat=inputs.customer_vat, email=inputs.customer_email)


async def invoice_rows(
    client: OdooClient, inputs: InvoiceInputs, key: str, known: tuple[int, Journal, Partner]
) -> tuple[list[str], list[list[str]]]:
    """The invoice as `load` takes it: one row a line, the head in the first.

    Args:
        client: Asked for taxes, closed periods and products.
        inputs: The invoice.
        key: Names its record and, with a number, its lines.
        known: The currency's id, the journal and the customer.

    Raises:
        RejectedError: as `create_invoice` does.
    """
    currency_id, journal, customer = known
    taxes = await _fetch_taxes(client, journal, inputs.items)
    locks = ["sale_lock_date", *(["tax_lock_date"] if taxes else [])]
    await check_open_period(client, journal.company_id, inputs.issued_on, locks=locks)
    products = await known_products(client, [item.product for item in inputs.items if item.product])
    head = {
        "id": external_id("invoice", key),
        "move_type": "out_invoice",
        "journal_id/.id": str(journal.journal_id),
        "partner_id/.id": str(customer.partner_id),
        "currency_id/.id": str(currency_id),
        "ref": inputs.reference or "",
        "invoice_date": inputs.issued_on.isoformat(),
        "invoice_payment_term_id/.id": "",
        "invoice_date_due": inputs.due_date.isoformat(),
    }
    lines = [
        {
            "invoice_line_ids/id": external_id("item", f"{key}_{number}"),
            "invoice_line_ids/name": item.description,
            "invoice_line_ids/product_id/.id": str(products[item.product]) if item.product else "",
            "invoice_line_ids/quantity": str(item.quantity),
            "invoice_line_ids/price_unit": str(item.price),
            "invoice_line_ids/tax_ids/.id": str(taxes.get(item.tax_percent or Decimal(0), "")),
        }
        for number, item in enumerate(inputs.items, start=1)
    ]
    heads = [list(head.values()), *([""] * len(head) for _ in lines[1:])]
    return [*head, *lines[0]], [[*first, *line.values()] for first, line in zip(heads, lines, strict=True)]


async def _fetch_taxes(
    client: OdooClient, journal: Journal, items: Sequence[InvoiceItem]
) -> dict[Decimal, int]:
    """The id of the sales tax of each rate that the items name; none when they name none."""
    wanted = {item.tax_percent for item in items if item.tax_percent}
    if not wanted:
        return {}
    found = await client.call(
        "account.tax",
        "search_read",
        domain=[
            ["type_tax_use", "=", "sale"],
            ["amount_type", "=", "percent"],
            ["company_id", "=", journal.company_id],
        ],
        fields=["amount", "price_include"],
        order="sequence, id",
    )
    added = [(Decimal(str(row["amount"])), int(row["id"])) for row in found if not row["price_include"]]
    taxes = {rate: tax_id for rate, tax_id in reversed(added) if rate in wanted}
    missing = wanted - taxes.keys()
    if missing:
        raise SalesTaxMissingError(min(missing), [rate for rate, _ in added])
    return taxes


async def _fetch_usual_tax(client: OdooClient, tax: Any) -> Decimal:
    """The rate that the company's sales are taxed with if nothing else is said."""
    if not tax:
        return Decimal(0)
    found = await client.call("account.tax", "read", [tax[0]], fields=["amount"])
    return Decimal(str(found[0]["amount"]))


async def _post(client: OdooClient, invoice_id: int, inputs: InvoiceInputs) -> None:
    facts = await read_invoice(client, invoice_id)
    if facts.state is InvoiceState.CANCELLED:
        raise InvoiceCancelledError(facts)
    if facts.state is InvoiceState.POSTED:
        return
    if (facts.amount_total, facts.currency) != (inputs.total, inputs.currency):
        raise InvoiceTotalError(inputs, facts)
    try:
        await client.call("account.move", "action_post", [invoice_id])
    except OdooRefusedError:
        if (await read_invoice(client, invoice_id)).state is not InvoiceState.POSTED:
            raise


async def _delete_draft(client: OdooClient, invoice_id: int) -> None:
    if (await read_invoice(client, invoice_id)).state is InvoiceState.DRAFT:
        await client.call("account.move", "unlink", [invoice_id])


def invoice_facts(row: dict[str, Any]) -> InvoiceFacts:
    """An invoice as Odoo's row of `INVOICE_FIELDS` tells it."""
    currency = row["currency_id"][1]
    return InvoiceFacts(
        invoice_id=row["id"],
        name=row["name"] if row["name"] and row["name"] != "/" else None,
        state=InvoiceState(row["state"]),
        customer_id=row["partner_id"][0],
        customer=row["partner_id"][1],
        invoice_date=row["invoice_date"] or None,
        date=row["date"],
        due_on=row["invoice_date_due"] or None,
        currency=currency,
        amount_total=rounded(row["amount_total"], currency),
        amount_tax=rounded(row["amount_tax"], currency),
        residual=rounded(row["amount_residual"], currency),
        payment_state=row["payment_state"],
    )


def _receipt(client: OdooClient, facts: InvoiceFacts, key: str) -> InvoiceReceipt:
    url = client.page("account.action_move_out_invoice_type", facts.invoice_id)
    return InvoiceReceipt(**facts.model_dump(), key=key, url=url)
