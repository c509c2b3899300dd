"""What a person who is asked sees of Odoo, and that the question does not depend on it."""

import pytest

from domain.planning.plan import Step
from tasks.actions.performers import preview_step
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import prepared, set_up_vault

BILL = b"Cloudberry Hosting Inc.\n\nInvoice No: CBH-9\nDate: 2026-11-19\n\nTotal: $2480.00\n"


@pytest.fixture(autouse=True)
def worked_vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


def step_of(document: bytes) -> Step:
    task = prepared(document)
    assert task.plan is not None, task.problems
    return task.plan.steps[0]


async def test_vendor_account_and_tax_are_told() -> None:
    seen = await preview_step(step_of(BILL))
    assert seen["vendor"].startswith("Cloudberry Hosting Inc. (id ")
    assert (seen["account"], seen["tax"]) == ("Software", "none")


async def test_an_odoo_that_cannot_tell_is_told_of_instead(sandbox: SandboxClient) -> None:
    step = step_of(BILL)
    sandbox.fault("refuse_before", service="odoo", times=100)
    seen = await preview_step(step)
    assert seen["outcome"].startswith("could not be looked up now: ")


async def test_only_bills_are_looked_up() -> None:
    assert (
        await preview_step(Step(id="a", action="vault.file_away", inputs={"reason": "an advertisement"}))
        == {}
    )
