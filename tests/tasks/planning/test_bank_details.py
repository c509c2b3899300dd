"""A bill with another account than the books have waits for a person."""

import pytest

from domain.policy.handbook import parse_handbook
from tasks.actions.effects import ApprovalNeededError
from tasks.vault.vault import current_vault
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import performed, prepared, set_up_vault

ON_RECORD, OTHER = "DE89 3704 0044 0532 0130 00", "DE02 1203 0000 0000 2020 51"
BILL = """Cloudberry Hosting Inc.
Invoice Number: CBH-{number}
Invoice Date: 2026-11-18
Total: $12.50 USD
IBAN: {iban}
"""


@pytest.fixture(autouse=True)
def _vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)
    (vendor,) = sandbox.odoo("res.partner", "search", domain=[["name", "=", "Cloudberry Hosting Inc."]])
    sandbox.odoo("res.partner.bank", "create", vals_list=[{"partner_id": vendor, "acc_number": ON_RECORD}])


def bill(number: int, iban: str) -> bytes:
    return BILL.format(number=number, iban=iban).encode()


async def test_a_known_account_is_booked_without_asking() -> None:
    assert (await performed(prepared(bill(7001, ON_RECORD))))[0].read_back["state"] == "posted"


async def test_another_account_waits_for_a_person_and_says_why(sandbox: SandboxClient) -> None:
    task = prepared(bill(7002, OTHER))
    assert task.plan is not None
    assert task.plan.steps[0].inputs["vendor_iban"] == OTHER.replace(" ", "")
    with pytest.raises(ApprovalNeededError) as caught:
        await performed(task)
    assert caught.value.verdict.reasons == ["the bank details of Cloudberry Hosting Inc. have changed"]
    assert not caught.value.verdict.proof_required
    assert sandbox.odoo("account.move", "search", domain=[["ref", "=", "CBH-7002"]]) == []


async def test_the_handbook_can_ask_for_proof_then(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = parse_handbook(
        {**current_vault().read_root("Company_Handbook.md").front, "proof": {"new_payees": True}}
    )
    monkeypatch.setattr("tests.worked_vault.read_handbook", lambda: strict)
    with pytest.raises(ApprovalNeededError) as caught:
        await performed(prepared(bill(7003, OTHER)))
    assert caught.value.verdict.proof_required
