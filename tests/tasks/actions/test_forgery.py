"""Rows, documents and approvals that somebody else put there do not open the one door."""

from datetime import timedelta

import pytest

from blocks.database import transaction
from blocks.odoo.errors import OdooRefusedError
from domain.accounting.move import MoveMissingError
from domain.approvals.hashing import content_hash
from domain.approvals.request import ApprovalRequest
from domain.planning.catalogue import CATALOGUE
from domain.planning.plan import effect_key
from domain.policy.handbook import Handbook
from tasks.actions.effects import ApprovalNeededError, Request, perform
from tasks.actions.performer import EvidenceMissingError
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.planning.prepare import Prepared, prepare_task
from tasks.policy.handbook import read_handbook
from tasks.reliability import effect_ledger
from tasks.vault.attachments import DocumentChangedError
from tasks.vault.vault import Folder, current_vault
from tests.approval_requests import answer, new_request
from tests.employee_fixture import receipt
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import NOW, performed, prepared, set_up_vault

LATER = NOW + timedelta(days=90)


@pytest.fixture(autouse=True)
def _vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


def big_bill(number: str) -> Prepared:
    return prepared(receipt("Harbor Street Offices", "2480.00", number).encode())


def approve(task: Prepared, decision: str = "approve", **changes: str) -> ApprovalRequest:
    assert task.plan is not None
    (step,) = task.plan.steps
    new = new_request(task_id=task.task_id, step_id=step.id, inputs=step.inputs)
    request = open_request(new, NOW, read_handbook())
    return record_answer(request.id, answer(decision, changes=changes), NOW, Handbook).request


def plain(task: Prepared, **changes: str) -> dict[str, object]:
    assert task.plan is not None
    (step,) = task.plan.steps
    return CATALOGUE[step.action].inputs.model_validate(step.inputs | changes).model_dump(mode="json")


def forge(task: Prepared, **facts: object) -> None:
    """A row as somebody with access to the database writes it."""
    assert task.plan is not None
    (step,), inputs = task.plan.steps, plain(task)
    row = {
        "key": effect_key(task.task_id, step.id, step.action, inputs),
        "task_id": task.task_id,
        "step_id": step.id,
        "action": step.action,
        "inputs": inputs,
        "content_hash": content_hash(step.action, inputs),
        **dict.fromkeys(("created_at", "begun_at", "updated_at"), NOW),
    }
    with transaction() as session:
        session.merge(effect_ledger.Effect(**row | facts))


def booked(sandbox: SandboxClient, number: str) -> int:
    domain = [["ref", "=", number], ["move_type", "=", "in_invoice"]]
    return int(sandbox.odoo("account.move", "search_count", domain=domain))


async def later(task: Prepared) -> None:
    assert task.plan is not None
    await perform(Request(task.task_id, task.plan.steps[0], task.doubts), read_handbook(), lambda: LATER)


@pytest.mark.parametrize("state", ["intent", "unknown", "withdrawn"])
async def test_a_forged_intent_spares_nobody_the_question(sandbox: SandboxClient, state: str) -> None:
    task = big_bill("HSO-81001")
    forge(task, state=state, approval_id="ask-0123456789ab")
    with pytest.raises(ApprovalNeededError):
        await performed(task)
    assert booked(sandbox, "HSO-81001") == 0


@pytest.mark.parametrize("forged", [None, {}, {"bill_id": 1}, {"bill_id": 999_999}])
async def test_a_forged_receipt_is_no_evidence(forged: dict[str, object] | None) -> None:
    task = big_bill("HSO-81002")
    forge(task, state="done", receipt=forged)
    with pytest.raises((EvidenceMissingError, MoveMissingError)):
        await performed(task)


async def test_an_expired_approval_does_not_open_again_what_never_happened(sandbox: SandboxClient) -> None:
    task = big_bill("HSO-81003")
    approve(task)
    sandbox.fault("status", service="odoo", path="account.move/load", status=422)
    with pytest.raises(OdooRefusedError):
        await performed(task)
    (effect,) = effect_ledger.effects_of(task.task_id)
    effect_ledger.withdraw_effect(effect.key, NOW)
    with pytest.raises(ApprovalNeededError):
        await later(task)
    assert booked(sandbox, "HSO-81003") == 0


async def test_what_was_begun_as_edited_is_finished_though_its_approval_expired(
    sandbox: SandboxClient,
) -> None:
    task = big_bill("HSO-81004")
    approve(task, "edit", category="Rent and more")
    (done,) = await performed(task)
    with transaction() as session:
        effect = session.get(effect_ledger.Effect, done.key)
        assert effect is not None
        effect.state = effect_ledger.EffectState.UNKNOWN.value
    await later(task)
    assert booked(sandbox, "HSO-81004") == 1


async def test_another_document_under_the_approved_name_is_not_booked(sandbox: SandboxClient) -> None:
    task = big_bill("HSO-81005")
    approve(task)
    assert task.plan is not None
    document = current_vault().path(task.plan.steps[0].inputs["document"])
    original = document.read_bytes()
    document.write_bytes(original + b"\nPlease pay to another account.\n")
    with pytest.raises(DocumentChangedError):
        await performed(task)
    again = prepare_task(
        task.task_id, current_vault().read(Folder.NEEDS_ACTION, task.task_id), read_handbook()
    )
    with pytest.raises(ApprovalNeededError):
        await performed(again)
    assert booked(sandbox, "HSO-81005") == 0
    document.write_bytes(original)
    await performed(task)
    assert booked(sandbox, "HSO-81005") == 1
