"""Bills of several rates of tax: a line for each, as the document has it."""

from decimal import Decimal
from typing import Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting.bill import BillFacts, BillInputs, bill_problems
from domain.accounting.taxed_sum import TaxedSum
from tasks.accounting.bills import preview_bill, read_booked, record_bill
from tasks.actions.performers import performer_of
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient

OUTLAY = ("0", "5.00", "0.00")
RATES = (("19", "100.00", "19.00"), ("7", "50.00", "3.50"))


@pytest.fixture
def books(sandbox: SandboxClient) -> OdooWorld:
    """The stand-in, which has purchase taxes of 7 and of 19 %."""
    return sandbox_world(sandbox.url)


def several(books: OdooWorld, *rates: tuple[str, str, str], **changed: Any) -> BillInputs:
    rows = tuple(TaxedSum(rate=Decimal(rate), net=Decimal(net), tax=Decimal(tax)) for rate, net, tax in rates)
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    return books.bill(net=net, tax=tax, total=net + tax, tax_breakdown=rows, **changed)


async def lines_of(client: OdooClient, bill_id: int) -> list[tuple[float, list[str]]]:
    found = await client.call(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", bill_id], ["display_type", "=", "product"]],
        fields=["price_subtotal", "tax_ids"],
        order="id",
    )
    names = {
        row["id"]: row["name"]
        for row in await client.call("account.tax", "search_read", domain=[], fields=["name"])
    }
    return [(row["price_subtotal"], [names[tax] for tax in row["tax_ids"]]) for row in found]


async def test_each_rate_is_a_line_with_its_own_tax(books: OdooWorld) -> None:
    inputs = several(books, *RATES, OUTLAY)
    async with books.client() as client:
        told = await preview_bill(client, inputs)
        receipt = await record_bill(client, inputs, books.token)
        assert await record_bill(client, inputs, books.token) == receipt
        lines = await lines_of(client, receipt.bill_id)
    assert told["tax"] == "19%, 19.00 USD on 100.00; 7%, 3.50 USD on 50.00; no tax on 5.00 USD"
    assert lines == [(100.0, ["19%"]), (50.0, ["7%"]), (5.0, [])]
    assert (receipt.amount_total, receipt.amount_tax) == (Decimal("177.50"), Decimal("22.50"))
    assert receipt.notes == []
    assert receipt.tax_breakdown == inputs.tax_breakdown
    assert bill_problems(inputs, receipt) == []


async def test_a_cent_that_odoo_makes_otherwise_is_booked_gross_and_said(books: OdooWorld) -> None:
    inputs = several(books, RATES[0], ("7", "50.00", "3.51"))
    async with books.client() as client:
        told = await preview_bill(client, inputs)
        receipt = await record_bill(client, inputs, books.token)
    assert told["tax"] == (
        "none of the books' taxes makes 22.51 USD of the net amounts at 19 % and 7 %: booked gross"
    )
    assert (receipt.amount_total, receipt.amount_tax) == (inputs.total, Decimal(0))
    assert "booked gross" in receipt.notes[0]
    assert bill_problems(inputs, receipt) == []


async def test_other_sums_at_the_rates_are_no_evidence(books: OdooWorld) -> None:
    asked = several(books, *RATES)
    other = several(books, ("19", "50.00", "9.50"), ("7", "100.00", "7.00"), ("0", "6.00", "0.00"))
    async with books.client() as client:
        receipt = await record_bill(client, other, books.token)
        facts = await read_booked(client, receipt.bill_id, asked)
        read = performer_of("odoo.record_bill").read
        shown: BillFacts = await read(client, {"bill_id": receipt.bill_id}, asked)
    assert shown == facts
    assert facts.amount_total == asked.total
    assert bill_problems(asked, facts) == [
        (
            f"bill {receipt.bill_id} has 19 %: net 50.00, tax 9.50; 7 %: net 100.00, tax 7.00; 0 %: net 6.00, tax 0, "
            "asked was 19 %: net 100.00, tax 19.00; 7 %: net 50.00, tax 3.50"
        )
    ]


async def test_a_refund_of_several_rates_is_read_back_as_printed(books: OdooWorld) -> None:
    from domain.accounting.credit_note import CreditNoteInputs, credit_note_problems
    from tasks.accounting.credit_notes import record_credit_note

    inputs = CreditNoteInputs(**several(books, *RATES).model_dump())
    async with books.client() as client:
        receipt = await record_credit_note(client, inputs, books.token, None, None)
    assert receipt.tax_breakdown == inputs.tax_breakdown
    assert credit_note_problems(inputs, receipt) == []
