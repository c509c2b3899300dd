"""The one door asks the service no more than it has to know, and never less."""

from decimal import Decimal

import pytest

from blocks.database import transaction
from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooRefusedError
from domain.errors import TransientError
from domain.planning.program import Program
from domain.policy.handbook import Handbook, ProofRules
from domain.reliability.breaker import THRESHOLD, BreakerState
from tasks.actions.compensate import compensate_plan
from tasks.actions.effects import ApprovalNeededError, EffectRefusedError, Request, perform
from tasks.approvals.decide import AnswerResult, record_answer
from tasks.planning.prepare import Prepared
from tasks.reliability import effect_ledger
from tasks.reliability.breakers import ServiceUnavailableError, breaker_state
from tasks.reliability.kept_plans import WHOLE, PlanStoppedError, begin_plan, stop_plan
from tests.approval_requests import answer, ask
from tests.employee_fixture import receipt
from tests.odoo_world import overtake
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import NOW, performed, prepared, set_up_vault


@pytest.fixture(autouse=True)
def _vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


def bill(total: str = "8.40") -> Prepared:
    return prepared(receipt("Cloudberry Hosting Inc.", total, "CBH-60001").encode())


def asked(sandbox: SandboxClient) -> list[str]:
    """What Odoo was asked since the journal was cleared."""
    entries = sandbox.journal(service="odoo")
    sandbox.clear_journal()
    return [entry["path"].removeprefix("/json/2/") for entry in entries]


async def test_a_done_effect_is_only_read_back(sandbox: SandboxClient) -> None:
    task = bill()
    (first,) = await performed(task)
    asked(sandbox)
    (again,) = await performed(task)
    assert again == first
    assert asked(sandbox) == ["account.move/read"]


async def test_a_name_does_not_count_where_the_handbook_wants_a_code_by_now(sandbox: SandboxClient) -> None:
    task = bill("940.00")
    assert task.plan is not None
    (step,) = task.plan.steps
    request = ask(task_id=task.task_id, step_id=step.id, action=step.action, inputs=step.inputs)
    assert record_answer(request.id, answer(), NOW, Handbook).kind is AnswerResult.APPROVED
    stricter = Handbook(proof=ProofRules(amount_above=Decimal(900)))
    with pytest.raises(ApprovalNeededError) as caught:
        await perform(Request(task.task_id, step, task.doubts), stricter, lambda: NOW)
    assert caught.value.verdict.proof_required
    assert "account.move/action_post" not in asked(sandbox)
    assert await performed(task)


async def test_one_effect_opens_one_connection(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    opens = OdooClient.__aenter__

    async def counted(client: OdooClient) -> OdooClient:
        opened.append(client)
        return await opens(client)

    task = bill()
    monkeypatch.setattr(OdooClient, "__aenter__", counted)
    done = await performed(task)
    assert len(done) == len(opened) == 1
    assert len(asked(sandbox)) > 1


async def test_a_refused_or_undone_effect_asks_nothing(sandbox: SandboxClient) -> None:
    task = bill()
    await performed(task)
    assert task.plan is not None
    await compensate_plan(task.plan, [step.id for step in task.plan.steps], NOW)
    asked(sandbox)
    with pytest.raises(EffectRefusedError):
        await performed(task)
    other = bill("9.10")
    sandbox.fault("status", service="odoo", path="account.move/load", status=422)
    with pytest.raises(OdooRefusedError):
        await performed(other)
    asked(sandbox)
    with pytest.raises(EffectRefusedError):
        await performed(other)
    assert asked(sandbox) == []


async def test_an_effect_that_may_have_happened_is_looked_at_again(sandbox: SandboxClient) -> None:
    task = bill()
    (done,) = await performed(task)
    doubt(done.key)
    asked(sandbox)
    await performed(task)
    assert asked(sandbox)[0] == "ir.model.data/check_object_reference"


async def test_a_refused_effect_that_was_opened_again_is_looked_at_again(sandbox: SandboxClient) -> None:
    task = bill()
    sandbox.fault("status", service="odoo", path="account.move/load", status=422)
    with pytest.raises(OdooRefusedError):
        await performed(task)
    (effect,) = effect_ledger.effects_of(task.task_id)
    effect_ledger.withdraw_effect(effect.key, NOW)
    asked(sandbox)
    await performed(task)
    assert asked(sandbox)[0] == "ir.model.data/check_object_reference"


async def test_reads_that_fail_open_the_circuit(sandbox: SandboxClient) -> None:
    task = bill()
    sandbox.fault("refuse_before", service="odoo", times=100)
    for _ in range(THRESHOLD):
        with pytest.raises(TransientError):
            await performed(task)
    assert breaker_state("odoo").state is BreakerState.OPEN
    asked(sandbox)
    with pytest.raises(ServiceUnavailableError):
        await performed(task)
    assert asked(sandbox) == []


def doubt(key: str) -> None:
    """As a cut line would have left it."""
    with transaction() as session:
        effect = session.get(effect_ledger.Effect, key)
        assert effect is not None
        effect.state = effect_ledger.EffectState.UNKNOWN.value


async def test_the_bill_that_another_worker_booked_meanwhile_is_no_duplicate(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = bill()
    overtake(monkeypatch, "account.move.search_read", lambda: performed(task))
    (done,) = await performed(task)
    assert done.read_back["number"] == "CBH-60001"
    assert asked(sandbox).count("account.move/load") == 1


async def test_nothing_of_a_stopped_plan_is_begun(sandbox: SandboxClient) -> None:
    task = bill()
    assert task.plan is not None
    (step,) = task.plan.steps
    begin_plan(task.task_id, Program(playbook="one", books={"one": {"steps": []}}, context={}), NOW)
    stop_plan(task.task_id, "other.", "another record failed")
    stop_plan(task.task_id, WHOLE, "the customer is archived")
    with pytest.raises(PlanStoppedError, match="the customer is archived"):
        await perform(Request(task.task_id, step, task.doubts), Handbook(), lambda: NOW)
    assert "account.move/load" not in asked(sandbox)
    assert effect_ledger.effects_of(task.task_id) == []
