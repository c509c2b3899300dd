"""Opportunities in the CRM: noted on and moved once, and left out where there is no CRM."""

from pathlib import Path

import httpx
import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.opportunity import (
    OpportunityFacts,
    OpportunityInputs,
    OpportunityMissingError,
    UnknownStageError,
    opportunity_problems,
)
from tasks.accounting.opportunities import (
    check_opportunity,
    find_opportunity,
    move_back,
    note_opportunity,
    read_opportunity,
)
from tests.odoo_world import OdooWorld, Severed, plain_transport, sandbox_world
from tests.sandbox_fixture import SandboxClient


@pytest.fixture(autouse=True)
def ledger(home: Path) -> None:
    """Where who is at it is kept."""
    home.mkdir(parents=True, exist_ok=True)


async def lead(client: OdooClient, odoo: OdooWorld) -> tuple[int, int]:
    """A customer of this test's own, and their opportunity."""
    (partner,) = await client.call(
        "res.partner", "create", vals_list=[{"name": f"Elm {odoo.token}", "is_company": True}]
    )
    (stage,) = await client.call("crm.stage", "search", domain=[["name", "=", "Qualified"]])
    values = {"name": f"Fence {odoo.token}", "partner_id": partner, "type": "opportunity", "stage_id": stage}
    (opportunity,) = await client.call("crm.lead", "create", vals_list=[values])
    return partner, opportunity


async def test_an_opportunity_is_noted_on_and_moved_once_and_moved_back(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        partner, number = await lead(client, odoo)
        found = await find_opportunity(client, partner)
        assert (found.opportunity_id, found.stage) == (number, "Qualified")
        inputs = OpportunityInputs(opportunity_id=number, note='Invoice <b> & "x".', stage="proposition")
        await check_opportunity(client, inputs)
        receipt = await note_opportunity(client, inputs, odoo.token)
        assert await note_opportunity(client, inputs, odoo.token) == receipt
        facts = await read_opportunity(client, number, odoo.token)
        assert opportunity_problems(inputs, facts) == []
        assert (facts.stage, receipt.stage_before) == ("Proposition", "Qualified")
        assert await move_back(client, receipt.model_dump())
        assert (await find_opportunity(client, partner)).stage == "Qualified"
        with pytest.raises(UnknownStageError, match="it has New, Qualified, Proposition, Won"):
            await check_opportunity(client, inputs.model_copy(update={"stage": "Paid"}))


async def test_of_none_or_several_opportunities_none_is_taken(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        partner, number = await lead(client, odoo)
        (won,) = await client.call("crm.stage", "search", domain=[["is_won", "=", True]])
        await client.call("crm.lead", "write", [number], vals={"stage_id": won})
        assert (await find_opportunity(client, partner)).why == "there is no open opportunity"
        for name in ("One", "Two"):
            values = {"name": name, "partner_id": partner, "type": "opportunity"}
            await client.call("crm.lead", "create", vals_list=[values])
        found = await find_opportunity(client, partner)
        assert not found.found
        assert "several open opportunities" in found.why
        with pytest.raises(OpportunityMissingError):
            await check_opportunity(client, OpportunityInputs(opportunity_id=10**6, note="x"))


async def test_a_note_whose_answer_was_lost_is_not_posted_again(sandbox: SandboxClient) -> None:
    odoo = sandbox_world(sandbox.url)

    class Cut(Severed):
        """Cuts the line after the note was posted."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await self.inner.handle_async_request(request)
            if request.url.path.endswith("/message_post"):
                raise httpx.ReadError("the line was cut")
            return answer

    async with odoo.client() as client:
        _, number = await lead(client, odoo)
        inputs = OpportunityInputs(opportunity_id=number, note="Invoiced.", stage="Won")
        async with OdooClient(odoo.account, transport=Cut(plain_transport(), at=0, after=True)) as cut:
            with pytest.raises(OdooOutcomeUnknownError):
                await note_opportunity(cut, inputs, odoo.token)
        receipt = await note_opportunity(client, inputs, odoo.token)
    assert (receipt.notes, receipt.stage) == (1, "Won")


@pytest.mark.parametrize(
    ("status", "message", "why"),
    [
        (404, "the model 'crm.lead' does not exist", "Odoo has no CRM"),
        (403, "You are not allowed to access 'Lead' (crm.lead) records.", "may not see opportunities"),
    ],
)
async def test_books_without_a_crm_have_no_opportunity(
    sandbox: SandboxClient, status: int, message: str, why: str
) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"name": "x", "message": message})

    account = sandbox_world(sandbox.url).account
    async with OdooClient(account, transport=httpx.MockTransport(answer)) as client:
        found = await find_opportunity(client, 1)
    assert not found.found
    assert why in found.why


def test_a_second_note_is_no_evidence() -> None:
    facts = OpportunityFacts(opportunity_id=1, name="Fence", stage="Won", notes=2)
    assert opportunity_problems(OpportunityInputs(opportunity_id=1, note="x"), facts) == [
        "the note stands 2 times on Fence"
    ]
