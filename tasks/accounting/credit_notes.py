"""Vendors' credit notes in Odoo: booked once as refunds, set off against the bill that a person chose, read back."""

from typing import Any

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillInputs
from domain.accounting.credit_note import (
    BEHIND_NUMBER,
    MOST_FITTING,
    CreditedBills,
    CreditedBillWanted,
    CreditNoteFacts,
    CreditNoteInputs,
    CreditNoteReceipt,
    NoSuchBillError,
)
from domain.accounting.duplicate import plain_number
from domain.accounting.move import UNPAID, MovePaidError, MoveState
from domain.accounting.partner import VENDOR, Identity
from tasks.accounting.bills import BILL_FIELDS, bill_facts, check_bill, fetch_taxes, record_bill
from tasks.accounting.moves import MODEL, read_move, withdraw
from tasks.accounting.partners import find_partner, find_vendor
from tasks.accounting.records import external_id, find_record

FIELDS = [*BILL_FIELDS, "move_type", "reversed_entry_id"]


async def credited_bills(client: OdooClient, wanted: CreditedBillWanted) -> CreditedBills:
    """The vendor's bills in that currency; raises as `find_partner` does."""
    identity = Identity(name=wanted.vendor, vat=wanted.vendor_vat, email=wanted.vendor_email)
    vendor = (await find_partner(client, VENDOR, identity)).partner
    if vendor is None:
        return CreditedBills(fits=[], bill=None)
    rows = await client.call(
        MODEL,
        "search_read",
        domain=_bills_of(vendor.partner_id, wanted.currency),
        fields=["name", "ref", "invoice_date", "amount_total"],
        order="invoice_date desc, id desc",
        limit=MOST_FITTING,
    )
    named = [row["name"] for row in rows if wanted.credited and _is_number(row["ref"], wanted.credited)]
    return CreditedBills(
        fits=[_said(row, wanted.currency) for row in rows], bill=named[0] if len(named) == 1 else None
    )


async def check_credit_note(client: OdooClient, inputs: CreditNoteInputs, key: str) -> None:
    """Refuse what `record_credit_note` would refuse; changes nothing.

    Raises:
        NoSuchBillError: the chosen bill is no posted one of that vendor.
        RejectedError: as `check_bill` does.
    """
    await check_bill(client, inputs, key)
    await _chosen(client, inputs)


async def record_credit_note(
    client: OdooClient, inputs: CreditNoteInputs, key: str, document: bytes | None, filename: str | None
) -> CreditNoteReceipt:
    """Book it as a vendor refund, which Odoo sets off against the chosen bill; safe to call again with the same key.

    Raises:
        NoSuchBillError: the chosen bill is no posted one of that vendor.
        RejectedError: as `record_bill` does.
    """
    bill_id = await _chosen(client, inputs)
    receipt = await record_bill(client, inputs, key, document, filename, reverses=bill_id)
    facts = await read_credit_note(client, receipt.bill_id, inputs)
    return CreditNoteReceipt(**receipt.model_dump() | facts.model_dump())


async def read_credit_note(
    client: OdooClient, move_id: int, inputs: CreditNoteInputs | None = None
) -> CreditNoteFacts:
    """What the books say about it now, with what these inputs say more of.

    Raises:
        MoveMissingError: it is not there.
    """
    row = await read_move(client, move_id, FIELDS, "credit note")
    reverses = row["reversed_entry_id"]
    name = None
    if reverses:
        name = (await client.call(MODEL, "read", [reverses[0]], fields=["name"]))[0]["name"]
    facts = CreditNoteFacts(**bill_facts(row).model_dump(), move_type=row["move_type"], reverses=name)
    if inputs is None:
        return facts
    return facts.model_copy(update=await fetch_taxes(client, move_id, inputs))


async def cancel_credit_note(client: OdooClient, key: str) -> None:
    """Undo `record_credit_note`: it stays in Odoo, cancelled, and what it was set off against is open again.

    Raises:
        MovePaidError: it is set off against something else than the chosen bill.
        OdooRefusedError: Odoo refuses, for instance in a locked period.
    """
    move_id = await find_record(client, MODEL, external_id("bill", key))
    if move_id is None:
        return
    facts = await read_credit_note(client, move_id)
    if facts.state is MoveState.POSTED and facts.payment_state != UNPAID and facts.reverses is None:
        raise MovePaidError(facts)
    await withdraw(client, [facts])


async def _chosen(client: OdooClient, inputs: CreditNoteInputs) -> int | None:
    if inputs.bill is None:
        return None
    vendor = (await find_vendor(client, inputs)).partner
    domain = [["name", "=", inputs.bill], *_bills_of(vendor.partner_id if vendor else 0, inputs.currency)]
    found = await client.call(MODEL, "search", domain=domain, limit=2)
    if len(found) != 1:
        raise NoSuchBillError(inputs)
    return int(found[0])


def _bills_of(vendor_id: int, currency: str) -> list[Any]:
    return [
        ["commercial_partner_id", "=", vendor_id],
        ["move_type", "=", BillInputs.move_type],
        ["state", "=", MoveState.POSTED.value],
        ["currency_id.name", "=", currency],
    ]


def _is_number(reference: str | None, number: str) -> bool:
    return bool(reference) and plain_number(reference or "") == plain_number(number)


def _said(row: dict[str, Any], currency: str) -> str:
    reference = [row["ref"]] if row["ref"] else []
    total = f"{row['amount_total']:.2f} {currency} of {row['invoice_date']}"
    return BEHIND_NUMBER.join((row["name"], *reference, total))
