"""What the books tell against booking a bill alone."""

from datetime import date
from typing import Any

import pytest

from domain.receipts.category import Category
from tasks.accounting.chart import fetch_journal
from tasks.accounting.oddities import bill_oddities
from tests.odoo_world import OdooWorld

TODAY = date(2026, 11, 27)


async def test_a_bill_of_a_closed_period_is_said_with_the_day(administered_odoo: OdooWorld) -> None:
    late = administered_odoo.bill(issued_on=date(2026, 9, 3), due_on=None)
    async with administered_odoo.locked_until(date(2026, 9, 30)), administered_odoo.client() as client:
        found = await bill_oddities(client, late, today=TODAY, categories=set(Category))
    assert found == [
        "it is dated 2026-09-03 and the books are closed up to 2026-09-30: Odoo books it on 2026-10-31"
    ]


async def test_an_ordinary_bill_has_nothing_odd(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        bill = odoo.bill(issued_on=TODAY, due_on=None)
        assert await bill_oddities(client, bill, today=TODAY, categories=set(Category)) == []


@pytest.mark.usefixtures("running_odoo")
@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (
            {"ref": False, "invoice_date": "2026-11-14"},
            "of 2026-11-14 is over the same sum and has no number",
        ),
        ({"ref": "{number}", "move_type": "in_receipt"}, "of 2026-11-10 is over the same sum: perhaps"),
        ({"ref": False, "move_type": "in_receipt"}, "of 2026-11-10 is over the same sum and has no number"),
        ({"ref": "another", "invoice_date": "2026-11-14"}, ""),
        ({"ref": False, "invoice_date": "2026-10-10"}, ""),
        ({"ref": False, "invoice_date": "2026-11-14", "price": 99.0}, ""),
    ],
)
async def test_what_a_person_entered_by_hand_of_the_same_document_is_said(
    odoo: OdooWorld, entered: dict[str, Any], said: str
) -> None:
    bill = odoo.bill()
    values = {"move_type": "in_invoice", "invoice_date": "2026-11-10"} | entered
    line = {"name": "Paper", "quantity": 1, "price_unit": values.pop("price", 100.0), "tax_ids": [[6, 0, []]]}
    values["ref"] = values["ref"] and values["ref"].format(number=bill.number)
    async with odoo.client() as client:
        [vendor] = await client.call("res.partner", "create", vals_list=[{"name": bill.vendor}])
        values |= {"partner_id": vendor, "invoice_line_ids": [[0, 0, line]]}
        ids = await client.call("account.move", "create", vals_list=[values])
        await client.call("account.move", "action_post", ids)
        found = await bill_oddities(client, bill, today=TODAY, categories={*Category, bill.category})
    assert [said in one for one in found] == ([True] if said else [])


async def test_an_invoice_of_the_business_itself_is_no_bill(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        own = (await fetch_journal(client, "purchase")).company
        bill = odoo.bill(vendor=own, issued_on=TODAY, due_on=None)
        found = await bill_oddities(client, bill, today=TODAY, categories={*Category, bill.category})
    assert found[0] == f"it is from {own}, which is your own business: an invoice of yours is no bill"
