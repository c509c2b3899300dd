"""The collector: moved notes, expiry, reminders, and runs that died or still sleep."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.states import Crashed, State
from sqlalchemy import delete

from blocks.database import transaction
from blocks.settings import settings
from domain.approvals.request import ApprovalState
from domain.policy.handbook import Handbook
from flows.collect_decisions import collect_decisions
from tasks.approvals.decide import record_answer
from tasks.approvals.record import get
from tasks.policy.confirmed import ConfirmedRules
from tests.approval_requests import answer, ask_now
from tests.flows.approval_runs import deploy, execute, run_id, show

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture(autouse=True)
def vault() -> Path:
    vault = settings().vault_path
    vault.mkdir(parents=True)
    shutil.copy("Vault/Company_Handbook.md", vault)
    return vault


async def collect() -> State:
    state: State = await collect_decisions(return_state=True)
    return state


async def test_a_moved_note_wakes_its_run(vault: Path) -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    (vault / "Approved").mkdir(exist_ok=True)
    (vault / "Pending_Approval" / f"{request.id}.md").rename(vault / "Approved" / f"{request.id}.md")
    assert (await collect()).name == "Completed"
    assert (await execute(run.id)).state_name == "Approved"
    assert get(request.id).approver == "Owner"
    assert (vault / "Done" / f"{request.id}.md").exists()


async def test_a_decision_whose_door_died_before_waking_the_run_is_carried_on() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    record_answer(request.id, answer(), datetime.now(UTC), Handbook)
    await collect()
    assert (await execute(run.id)).state_name == "Approved"


async def test_a_request_whose_run_was_never_started_gets_one() -> None:
    await deploy()
    request = ask_now()
    await collect()
    assert (await execute(run_id(request))).state_name == "Suspended"


async def test_a_request_whose_run_died_gets_another() -> None:
    await deploy()
    request = ask_now()
    first = await show(request)
    async with get_client() as client:
        await client.set_flow_run_state(first.id, Crashed(), force=True)
    await collect()
    assert run_id(request) != first.id
    assert (await execute(run_id(request))).state_name == "Suspended"


async def test_silence_expires_and_wakes_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    at(monkeypatch, datetime.now(UTC) + timedelta(hours=73))
    await collect()
    assert get(request.id).state is ApprovalState.EXPIRED
    assert (await execute(run.id)).state_name == "Expired"


async def test_the_owner_is_reminded_then_told_louder(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    async def listen(title: str, _body: str, *, urgency: str, key: str) -> None:
        told.append((urgency, "1500.00 USD, Harbor Street Offices" in title, key))

    monkeypatch.setattr(import_module("flows.collect_decisions"), "notify_owner", listen)
    await deploy()
    request, start = ask_now(), datetime.now(UTC)
    for hours in (25, 26, 49):
        at(monkeypatch, start + timedelta(hours=hours))
        open_for(start + timedelta(hours=hours))
        await collect()
    assert told == [
        ("info", True, f"{request.id} reminded"),
        ("warning", True, f"{request.id} escalated"),
    ]


async def test_a_prefect_server_that_is_away_leaves_the_decision_on_record() -> None:
    request = ask_now()
    record_answer(request.id, answer(), datetime.now(UTC), Handbook)
    async with get_client() as client:
        deployments = await client.read_deployments()
        for deployment in deployments:
            await client.delete_deployment(deployment.id)
    state = await collect()
    assert state.name == "Degraded"
    assert "Prefect server is away" in str(state.message)
    assert get(request.id).state is ApprovalState.APPROVED


async def test_a_reminder_waits_for_the_working_hours_and_an_escalation_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = []

    async def listen(_title: str, _body: str, *, urgency: str, key: str) -> None:
        if request.id in key:
            told.append((hours, urgency))

    monkeypatch.setattr(import_module("flows.collect_decisions"), "notify_owner", listen)
    await deploy()
    request, start = ask_now(), datetime.now(UTC)
    for hours, opens in ((25, 30), (30, 30), (49, 60)):
        at(monkeypatch, start + timedelta(hours=hours))
        open_for(start + timedelta(hours=opens))
        await collect()
    assert told == [(30, "info"), (49, "warning")]


def open_for(moment: datetime) -> None:
    """Let the handbook's hours begin at this moment, for three hours."""
    path = settings().vault_path / "Company_Handbook.md"
    end, day = moment + timedelta(hours=3), f"{moment:%a}".lower()
    hours = f'hours: {{from: "{moment:%H:%M}", to: "{end:%H:%M}", days: [{day}]}}\n'
    text = re.sub(r"(?m)^hours:(?: .*\n|\n(?:  .*\n)+)", hours, path.read_text())
    path.write_text(text)
    with transaction() as session:
        session.execute(delete(ConfirmedRules))  # as at the first start: nobody has to confirm it


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # noqa: ARG003 (the interface)
            return moment

    monkeypatch.setattr(import_module("flows.collect_decisions"), "datetime", Clock)
