"""The line fails on the wire; what the stand-in was asked proves that nothing was done twice."""

import pytest

from domain.accounting.bill import bill_problems
from domain.errors import TransientError, UnknownOutcomeError
from tasks.accounting.bills import record_bill
from tests.books_asked import found_bill
from tests.odoo_world import OdooWorld, sandbox_world
from tests.sandbox_fixture import SandboxClient

CHANGES = ["res.partner/load", "account.move/load", "ir.attachment/load", "account.move/action_post"]
AFTER = ["drop_after_effect", "truncate", "wrong_json"]


@pytest.fixture
def odoo_here(sandbox: SandboxClient) -> OdooWorld:
    return sandbox_world(sandbox.url)


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("kind", [*AFTER, "refuse_before"])
async def test_a_change_whose_answer_is_lost_is_done_once(
    sandbox: SandboxClient, odoo_here: OdooWorld, path: str, kind: str
) -> None:
    inputs = odoo_here.bill(document="Attachments/receipt.pdf")
    sandbox.fault(kind, path=path, times=1)
    async with odoo_here.client() as client:
        with pytest.raises(UnknownOutcomeError):
            await record_bill(client, inputs, key="k", document=b"%PDF", filename="receipt.pdf")
        receipt = await record_bill(client, inputs, key="k", document=b"%PDF", filename="receipt.pdf")
    assert bill_problems(inputs, receipt) == []
    assert receipt.attachment_count == 1
    assert sandbox.odoo("account.move", "search", domain=[["ref", "=", inputs.number]]) == [receipt.bill_id]
    assert sandbox.odoo("res.partner", "search_count", domain=[["name", "=", inputs.vendor]]) == 1
    done = [entry for entry in sandbox.journal(path=path) if entry["effect"]]
    assert len(done) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_refused_read_has_no_effect_and_may_be_tried_again(
    sandbox: SandboxClient, odoo_here: OdooWorld, status: int
) -> None:
    sandbox.fault("status", path="check_object_reference", status=status, times=1)
    async with odoo_here.client() as client:
        with pytest.raises(TransientError):
            await found_bill(client, "k")
        assert await found_bill(client, "k") is None
