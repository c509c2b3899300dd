"""From a dropped bill to its lines in the books: several rates of tax, and tax that the buyer owes."""

import pytest

from domain.approvals.render import render_request
from domain.planning.catalogue import CATALOGUE
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import performed, prepared, set_up_vault

HEAD = """Cloudberry Hosting Inc.
Invoice Number: CBH-{number}
Invoice Date: 2026-11-18
"""
RATES = """Net 19 % VAT 100.00 19.00
Net 7 % VAT 10.00 0.70
Total: $129.70 USD
"""
OWED = """Total: $12.50 USD
Reverse charge: the recipient of the service owes the tax
"""


@pytest.fixture(autouse=True)
def _vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


async def test_each_printed_rate_is_approved_and_booked(sandbox: SandboxClient) -> None:
    task = prepared((HEAD.format(number=7101) + RATES).encode())
    assert task.plan is not None
    (step,) = task.plan.steps
    action = CATALOGUE[step.action]
    shown = render_request(
        action.title, action.shown(action.inputs.model_validate(step.inputs)), reasons=[], sandbox=True
    )
    assert "| At 19 % | net 100.00, tax 19.00 |" in shown
    assert "| At 7 % | net 10.00, tax 0.70 |" in shown
    (done,) = await performed(task)
    (bill,) = sandbox.odoo("account.move", "search", domain=[["ref", "=", "CBH-7101"]])
    found = sandbox.odoo(
        "account.move.line",
        "search_read",
        domain=[["move_id", "=", bill], ["display_type", "=", "product"]],
        fields=["price_subtotal", "price_total"],
        order="id",
    )
    assert [(row["price_subtotal"], row["price_total"]) for row in found] == [(100.0, 119.0), (10.0, 10.7)]
    assert [(row["net"], row["tax"]) for row in done.read_back["tax_breakdown"]] == [
        ("100.00", "19.00"),
        ("10.00", "0.70"),
    ]


async def test_a_bill_whose_tax_the_buyer_owes_says_so(sandbox: SandboxClient) -> None:
    task = prepared((HEAD.format(number=7102) + OWED).encode())
    assert task.plan is not None
    assert task.plan.steps[0].inputs["reverse_charge"] is True
    assert [doubt.partition(" (line")[0] for doubt in task.doubts] == [
        "the buyer owes its tax (reverse charge)"
    ]
    assert sandbox.odoo("account.move", "search", domain=[["ref", "=", "CBH-7102"]]) == []
