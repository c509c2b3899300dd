"""A bill with another account than the books have waits for a person."""

from decimal import Decimal
from typing import Any

import pytest

from domain.accounting.bill import BillInputs
from domain.accounting.party import party_key
from domain.approvals.hashing import content_hash
from domain.policy.handbook import parse_handbook
from tasks.actions.effects import ApprovalNeededError
from tasks.reliability import effect_ledger
from tasks.vault.vault import current_vault
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import NOW, performed, prepared, set_up_vault

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


def take_off_record(sandbox: SandboxClient) -> None:
    """The account turns out to be somebody else's."""
    found = sandbox.odoo(
        "res.partner.bank", "search", domain=[["partner_id.name", "=", "Cloudberry Hosting Inc."]]
    )
    (other,) = sandbox.odoo("res.partner", "create", vals_list=[{"name": "Somebody Else"}])
    sandbox.odoo("res.partner.bank", "write", ids=found, vals={"partner_id": other})


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


async def test_a_first_account_asks_until_a_person_approved_a_bill_with_it(sandbox: SandboxClient) -> None:
    take_off_record(sandbox)
    first = prepared(bill(7004, ON_RECORD))
    with pytest.raises(ApprovalNeededError) as caught:
        await performed(first)
    assert caught.value.verdict.reasons == [
        "the bank details of Cloudberry Hosting Inc. are new: neither Odoo nor a bill approved before has that account"
    ]
    assert first.plan is not None
    book_as_approved(first.task_id, first.plan.steps[0].inputs)
    assert (await performed(prepared(bill(7005, ON_RECORD))))[0].read_back["state"] == "posted"
    with pytest.raises(ApprovalNeededError):
        await performed(prepared(bill(7006, OTHER)))


def book_as_approved(task_id: str, inputs: dict[str, Any]) -> None:
    """What the ledger holds of a bill that a person approved."""
    plain = BillInputs.model_validate(inputs).model_dump(mode="json")
    effect = effect_ledger.NewEffect(
        key=task_id,
        task_id=task_id,
        step_id="book",
        action="odoo.record_bill",
        inputs=plain,
        content_hash=content_hash("odoo.record_bill", plain),
        amount=Decimal(plain["total"]),
        currency=plain["currency"],
        payee=party_key(plain["vendor"]),
        approval_id="ask-1",
    )
    effect_ledger.begin_effect(effect, now=NOW)
    effect_ledger.finish_effect(task_id, {}, NOW)


async def test_a_name_as_the_books_have_it_is_not_doubted(sandbox: SandboxClient) -> None:
    """`Northgate` alone may be anything on a paper; not where bills of Northgate are in the books."""
    (vendor,) = sandbox.odoo("res.partner", "search", domain=[["name", "=", "Cloudberry Hosting Inc."]])
    sandbox.odoo("res.partner", "write", ids=[vendor], vals={"name": "Northgate"})
    task = prepared(bill(7008, ON_RECORD).replace(b"Cloudberry Hosting Inc.", b"Northgate"))
    assert [doubt for doubt in task.doubts if doubt.startswith("vendor 'Northgate' is uncertain")]
    assert (await performed(task))[0].read_back["state"] == "posted"
