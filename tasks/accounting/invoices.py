"""Customer invoices in Odoo: posted once over exactly the approved total, read back, cancelled; one, or many as one.

Many are created in one transaction and posted in another: either all of them exist or none, so after a crash the first
one's external id tells which. Both ways go on at the part that is missing: call them again after a crash, a time-out or
an unknown outcome. They never change an invoice that a person has changed, and leave no draft behind that they refuse.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from blocks.odoo.repeats import each_read_once
from domain.accounting.invoice import (
    InvoiceFacts,
    InvoiceInputs,
    InvoiceItem,
    InvoiceReceipt,
    SalesTaxMissingError,
)
from domain.accounting.invoice_batch import InvoiceBatchFacts, InvoiceBatchInputs
from domain.accounting.move import MoveMissingError, MoveState
from domain.accounting.partner import Identity, Partner
from domain.errors import RejectedError
from tasks.accounting.chart import Journal, check_open_period, fetch_currency, fetch_journal
from tasks.accounting.customers import known_customers
from tasks.accounting.line_accounts import fetch_line_accounts
from tasks.accounting.moves import (
    MODEL,
    MOVE_FIELDS,
    cancel_unpaid,
    post_drafts,
    refuse_unlike,
    shared_facts,
)
from tasks.accounting.products import known_products
from tasks.accounting.records import external_id, find_record, load_all
from tasks.accounting.taxes import fetch_percent_taxes


class InvoiceTotalError(RejectedError):
    """Odoo makes another total of the items."""

    def __init__(self, inputs: InvoiceInputs, facts: InvoiceFacts) -> None:
        super().__init__(
            f"Odoo makes {facts.amount_total} {facts.currency} of the invoice to {inputs.customer}, approved is "
            f"{inputs.total} {inputs.currency}; it is not posted: correct prices and taxes, and ask again"
        )


class InvoicesMissingError(RejectedError):
    """Some of the invoices were deleted."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(
            f"of the invoices that were made together, number {', '.join(map(str, numbers))} was deleted in Odoo; they "
            "are not made again: a person must look"
        )


async def create_invoice(client: OdooClient, inputs: InvoiceInputs, key: str) -> InvoiceReceipt:
    """Make the invoice and post it; safe to call again with the same key.

    Raises:
        UnknownCustomerError: the books have no such customer.
        AmbiguousPartnerError: several customers fit.
        UnknownProductError: the books have no such product.
        CurrencyNotUsableError: the currency is unknown or not active.
        SalesTaxMissingError: the books have no tax of that rate.
        ClosedPeriodError: the day is in a closed period.
        InvoiceTotalError: Odoo computes another total.
        MoveCancelledError: the invoice was made and then cancelled by a person.
        OdooRefusedError: Odoo refuses, with its own sentence.
    """
    (facts,) = await _create(client, {key: inputs})
    url = client.page("account.action_move_out_invoice_type", facts.invoice_id)
    return InvoiceReceipt(**facts.model_dump(), key=key, url=url)


async def create_invoices(client: OdooClient, inputs: InvoiceBatchInputs, key: str) -> InvoiceBatchFacts:
    """Make all invoices and post them; safe to call again with the same key.

    Raises:
        InvoicesMissingError: a person deleted some of them.
        RejectedError: as `create_invoice` does, for one of them; none is made.
    """
    return InvoiceBatchFacts(invoices=await _create(client, _keyed(inputs, key)))


async def check_invoice(client: OdooClient, inputs: InvoiceInputs, key: str) -> None:
    """Refuse what `create_invoice` would refuse, before a person is asked; changes nothing.

    Raises:
        RejectedError: as `create_invoice` does.
    """
    await _check(client, {key: inputs})


async def check_invoices(client: OdooClient, inputs: InvoiceBatchInputs, key: str) -> None:
    """The same of many.

    Raises:
        RejectedError: as `create_invoice` does, for the first invoice that cannot be made.
    """
    await _check(client, _keyed(inputs, key))


async def read_invoice(client: OdooClient, invoice_id: int) -> InvoiceFacts:
    """What the books say about the invoice now.

    Raises:
        MoveMissingError: it is not there.
    """
    return (await read_invoices(client, [invoice_id]))[0]


async def read_invoices(client: OdooClient, ids: Sequence[int]) -> list[InvoiceFacts]:
    """What the books say about each invoice now, in this order.

    Raises:
        MoveMissingError: the only one is not there.
        InvoicesMissingError: some are not there.
    """
    found = await client.call(MODEL, "read", list(ids), fields=MOVE_FIELDS)
    facts = {row["id"]: _facts(row) for row in found}
    missing = [number for number, one in enumerate(ids, start=1) if one not in facts]
    if missing:
        raise InvoicesMissingError(missing) if len(ids) > 1 else MoveMissingError("invoice", ids[0])
    return [facts[one] for one in ids]


async def cancel_invoice(client: OdooClient, key: str) -> InvoiceFacts | None:
    """Undo `create_invoice`: the invoice stays in Odoo, cancelled; None if there never was one.

    Raises:
        MovePaidError: payments hang on it.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    invoice_id = await find_record(client, MODEL, external_id("invoice", key))
    return None if invoice_id is None else (await cancel_invoices(client, [invoice_id]))[0]


async def cancel_invoices(client: OdooClient, ids: Sequence[int]) -> list[InvoiceFacts]:
    """Undo `create_invoices`.

    Raises:
        MovePaidError: payments hang on one of them; then none is cancelled.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    await cancel_unpaid(client, await read_invoices(client, ids))
    return await read_invoices(client, ids)


def _keyed(inputs: InvoiceBatchInputs, key: str) -> dict[str, InvoiceInputs]:
    return {f"{key}_{number}": one for number, one in enumerate(inputs.invoices, start=1)}


async def _check(client: OdooClient, asked: Mapping[str, InvoiceInputs]) -> None:
    if await find_record(client, MODEL, external_id("invoice", next(iter(asked)))) is None:
        await _rows(client, asked)


async def _create(client: OdooClient, asked: Mapping[str, InvoiceInputs]) -> list[InvoiceFacts]:
    ids = await _find(client, asked)
    is_new = not ids
    if is_new:
        ids = await _load(client, asked)
    facts = await read_invoices(client, ids)
    try:
        for one, found in zip(asked.values(), facts, strict=True):
            refuse_unlike(found, one.total, one.currency, InvoiceTotalError(one, found))
        await post_drafts(client, facts)
    except (InvoiceTotalError, OdooRefusedError):
        if is_new:
            await _delete_drafts(client, ids)
        raise
    return await read_invoices(client, ids)


async def _find(client: OdooClient, asked: Mapping[str, InvoiceInputs]) -> list[int]:
    """The ids of these invoices, in their order; none if they provably are not in Odoo.

    Raises:
        InvoicesMissingError: some are there and some are not.
    """
    first, *others = [external_id("invoice", key) for key in asked]
    found = [await find_record(client, MODEL, first)]
    if found == [None]:
        if others and await find_record(client, MODEL, others[-1]) is not None:
            raise InvoicesMissingError([1])
        return []
    found += [await find_record(client, MODEL, name) for name in others]
    missing = [number for number, record_id in enumerate(found, start=1) if record_id is None]
    if missing:
        raise InvoicesMissingError(missing)
    return [record_id for record_id in found if record_id is not None]


async def _load(client: OdooClient, asked: Mapping[str, InvoiceInputs]) -> list[int]:
    rows = await _rows(client, asked)
    try:
        return await load_all(client, MODEL, *rows)
    except OdooRefusedError:
        ids = await _find(client, asked)  # another process with this key may have been faster
        if not ids:
            raise
        return ids


async def _rows(client: OdooClient, asked: Mapping[str, InvoiceInputs]) -> tuple[list[str], list[list[str]]]:
    """All invoices as `load` takes them: one row a line, the head in each first; what they share is asked for once."""
    with each_read_once() if len(asked) > 1 else nullcontext():
        currency_id = await fetch_currency(client, next(iter(asked.values())).currency)
        journal = await fetch_journal(client, "sale")
        customers = await known_customers(client, [_customer_of(one) for one in asked.values()])
        made = [
            await _rows_of_one(client, invoice, key, (currency_id, journal, customer))
            for (key, invoice), customer in zip(asked.items(), customers, strict=True)
        ]
    return made[0][0], [row for _, rows in made for row in rows]


def _customer_of(inputs: InvoiceInputs) -> Identity:
    """The customer as the invoice names them."""
    return Identity(name=inputs.customer, vat=inputs.customer_vat, email=inputs.customer_email)


async def _rows_of_one(
    client: OdooClient, inputs: InvoiceInputs, key: str, known: tuple[int, Journal, Partner]
) -> tuple[list[str], list[list[str]]]:
    """The column names and rows of one; `known` are its currency's id, journal and customer."""
    currency_id, journal, customer = known
    taxes = await _fetch_taxes(client, journal, inputs.items)
    locks = ["sale_lock_date", *(["tax_lock_date"] if taxes else [])]
    await check_open_period(client, journal.company_id, inputs.issued_on, locks=locks)
    products = await known_products(client, [item.product for item in inputs.items if item.product])
    accounts = await fetch_line_accounts(
        client,
        journal,
        [
            (products.get(item.product or ""), taxes.get(item.tax_percent or Decimal(0)))
            for item in inputs.items
        ],
    )
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
            **{f"invoice_line_ids/{name}": value for name, value in item.columns().items()},
        }
        for number, item in enumerate(inputs.items, start=1)
    ]
    for line, account_id in zip(lines, accounts, strict=False):
        line["invoice_line_ids/account_id/.id"] = str(account_id)
    columns = list(dict.fromkeys(name for line in lines for name in line))
    heads = [list(head.values()), *([""] * len(head) for _ in lines[1:])]
    rows = [
        [*first, *(line.get(name, "") for name in columns)] for first, line in zip(heads, lines, strict=True)
    ]
    return [*head, *columns], rows


async def _fetch_taxes(
    client: OdooClient, journal: Journal, items: Sequence[InvoiceItem]
) -> dict[Decimal, int]:
    """The id of the sales tax of each rate that the items name; none when they name none."""
    wanted = {item.tax_percent for item in items if item.tax_percent}
    if not wanted:
        return {}
    found = await fetch_percent_taxes(client, journal)
    added = [(Decimal(str(row["amount"])), int(row["id"])) for row in found if not row["price_include"]]
    taxes = {rate: tax_id for rate, tax_id in reversed(added) if rate in wanted}
    missing = wanted - taxes.keys()
    if missing:
        raise SalesTaxMissingError(min(missing), [rate for rate, _ in added])
    return taxes


async def _delete_drafts(client: OdooClient, ids: Sequence[int]) -> None:
    drafts = [one.invoice_id for one in await read_invoices(client, ids) if one.state is MoveState.DRAFT]
    if drafts:
        await client.call(MODEL, "unlink", drafts)


def _facts(row: dict[str, Any]) -> InvoiceFacts:
    customer_id, customer = row["partner_id"]
    return InvoiceFacts(**shared_facts(row), invoice_id=row["id"], customer_id=customer_id, customer=customer)
