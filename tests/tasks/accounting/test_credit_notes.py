from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.bill import BillReceipt
from domain.accounting.credit_note import (
    CreditedBillWanted,
    CreditNoteFacts,
    CreditNoteInputs,
    NoSuchBillError,
    credit_note_problems,
)
from domain.accounting.duplicate import DuplicateBillError
from domain.accounting.move import MoveState
from tasks.accounting.bills import read_bill, record_bill
from tasks.accounting.credit_notes import (
    cancel_credit_note,
    check_credit_note,
    credited_bills,
    read_credit_note,
    record_credit_note,
)
from tests.books_asked import facts_of
from tests.odoo_world import OdooWorld

PDF = b"%PDF-1.4 a credit note"


def note(odoo: OdooWorld, **changed: Any) -> CreditNoteInputs:
    values = odoo.bill().model_dump() | {
        "number": f"CN-{odoo.token}",
        "issued_on": date(2026, 11, 12),
        "due_on": None,
        "net": Decimal("30.00"),
        "total": Decimal("30.00"),
        "document": "Attachments/note.pdf",
    }
    return CreditNoteInputs(**values | changed)


async def billed(client: OdooClient, odoo: OdooWorld) -> BillReceipt:
    return await record_bill(client, odoo.bill(), f"{odoo.token}-bill", PDF, "bill.pdf")


async def test_a_credit_note_is_a_refund_that_is_set_off_against_its_bill(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        bill = await billed(client, odoo)
        inputs = note(odoo, bill=bill.name)
        await check_credit_note(client, inputs, odoo.token)
        receipt = await record_credit_note(client, inputs, odoo.token, PDF, "note.pdf")
        assert await record_credit_note(client, inputs, odoo.token, PDF, "note.pdf") == receipt, "once"
        assert await read_credit_note(client, receipt.bill_id) == facts_of(receipt, CreditNoteFacts)
        left = await read_bill(client, bill.bill_id)
        found = await client.call("account.move", "search", domain=[["ref", "=", inputs.number]])
    assert found == [receipt.bill_id]
    assert credit_note_problems(inputs, receipt) == []
    assert (receipt.move_type, receipt.state, receipt.reverses) == ("in_refund", MoveState.POSTED, bill.name)
    assert (receipt.amount_total, receipt.residual) == (Decimal("30.00"), Decimal("0.00"))
    assert (left.residual, left.payment_state) == (Decimal("70.00"), "partial")


async def test_one_without_a_bill_stays_open(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await record_credit_note(client, note(odoo), odoo.token, PDF, "note.pdf")
    assert credit_note_problems(note(odoo), receipt) == []
    assert (receipt.residual, receipt.payment_state) == (Decimal("30.00"), "not_paid")


async def test_what_was_booked_as_something_else_is_no_evidence(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await record_credit_note(client, note(odoo), odoo.token, PDF, "note.pdf")
        other = receipt.model_copy(update={"move_type": "in_invoice"})
    assert "no vendor refund" in credit_note_problems(note(odoo), other)[0]
    assert "not BILL/1" in credit_note_problems(note(odoo, bill="BILL/1"), receipt)[0]


async def test_the_vendors_bills_are_there_to_choose_from_and_the_named_one_is_chosen(
    odoo: OdooWorld,
) -> None:
    wanted = CreditedBillWanted(vendor=odoo.bill().vendor, currency="USD", credited=f"cp-{odoo.token}")
    async with odoo.client() as client:
        assert (await credited_bills(client, wanted)).fits == []
        bill = await billed(client, odoo)
        found = await credited_bills(client, wanted)
        unnamed = await credited_bills(client, wanted.model_copy(update={"credited": "CP-0"}))
        in_euros = await credited_bills(client, wanted.model_copy(update={"currency": "EUR"}))
    assert found.fits == [f"{bill.name} · CP-{odoo.token} · 100.00 USD of 2026-11-10"]
    assert (found.bill, unnamed.bill, unnamed.fits) == (bill.name, None, found.fits)
    assert in_euros.fits == []


async def test_a_bill_of_nobody_and_the_same_note_under_another_key_are_refused(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        with pytest.raises(NoSuchBillError, match="has no posted bill BILL/1 in USD"):
            await record_credit_note(client, note(odoo, bill="BILL/1"), odoo.token, PDF, "note.pdf")
        await record_credit_note(client, note(odoo), odoo.token, PDF, "note.pdf")
        with pytest.raises(DuplicateBillError):
            await check_credit_note(client, note(odoo), f"{odoo.token}-again")


async def test_undone_it_is_cancelled_and_its_bill_is_open_again(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        bill = await billed(client, odoo)
        receipt = await record_credit_note(client, note(odoo, bill=bill.name), odoo.token, PDF, "note.pdf")
        await cancel_credit_note(client, odoo.token)
        assert (await read_credit_note(client, receipt.bill_id)).state is MoveState.CANCELLED
        assert (await read_bill(client, bill.bill_id)).residual == Decimal("100.00")


@pytest.mark.usefixtures("running_odoo")
@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("after", [True, False], ids=["done", "not-done"])
async def test_a_cut_line_leaves_a_credit_note_that_is_finished_once(
    odoo: OdooWorld, at: int, *, after: bool
) -> None:
    async with odoo.client() as client:
        bill = await billed(client, odoo)
    inputs = note(odoo, bill=bill.name)
    async with odoo.severed(at=at, after=after) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await record_credit_note(client, inputs, odoo.token, PDF, "note.pdf")
    async with odoo.client() as client:
        receipt = await record_credit_note(client, inputs, odoo.token, PDF, "note.pdf")
        found = await client.call("account.move", "search", domain=[["ref", "=", inputs.number]])
        left = await read_bill(client, bill.bill_id)
    assert found == [receipt.bill_id]
    assert (credit_note_problems(inputs, receipt), left.residual) == ([], Decimal("70.00"))
