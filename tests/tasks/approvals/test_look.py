"""Whether there is something to collect: without a run, and without doing it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.settings import settings
from domain.policy.handbook import Handbook
from domain.reliability.look import Found
from tasks.approvals import look, records
from tasks.approvals.look import RunsStuckError, look_for_moved_notes, look_for_requests
from tasks.approvals.notes import place_note
from tasks.approvals.progress import finish
from tasks.approvals.requests import ApprovalRequest, get, record_answer
from tasks.approvals.runs import RunStatus
from tests.approval_requests import NOW, answer, ask

ALWAYS = Handbook()


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, RunStatus]]:
    """How the run of each request is, in place of Prefect's server."""
    statuses: dict[str, RunStatus] = {}

    async def ensure_run(request: ApprovalRequest) -> RunStatus:
        return statuses.setdefault(request.id, RunStatus.WAITING)

    monkeypatch.setattr(look, "ensure_run", ensure_run)
    return statuses


def note(folder: str, request: ApprovalRequest) -> Path:
    return settings().vault_path / folder / f"{request.id}.md"


async def test_a_request_that_waits_is_kept_and_is_no_work(status: dict[str, RunStatus]) -> None:
    request = ask()
    assert await look_for_requests(ALWAYS, NOW) is Found.NOTHING
    assert list(status) == [request.id]
    assert note("Pending_Approval", request).exists()


async def test_an_expiry_and_each_reminder_is_work_once_it_is_due(status: dict[str, RunStatus]) -> None:
    request = ask()
    for due in (request.remind_at, request.escalate_at, request.expires_at):
        assert await look_for_requests(ALWAYS, due) is Found.WORK
    assert await look_for_requests(ALWAYS, request.remind_at - timedelta(seconds=1)) is Found.NOTHING
    assert get(request.id).is_open, "it was looked at, no more"
    assert status


async def test_a_run_that_cannot_be_woken_is_a_problem_and_the_others_are_kept(
    status: dict[str, RunStatus],
) -> None:
    first, second = ask(), ask(task_id="file-2")
    status[first.id] = RunStatus.AWAY
    with pytest.raises(RunsStuckError, match=f"{first.id}: the Prefect server is away"):
        await look_for_requests(ALWAYS, NOW)
    assert note("Pending_Approval", second).exists()


async def test_an_answer_that_the_audit_log_was_not_told_of_is_work(
    status: dict[str, RunStatus], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask()
    monkeypatch.setattr(records, "audit_state", lambda *_: None)
    record_answer(request.id, answer(), NOW)
    assert await look_for_requests(ALWAYS, NOW) is Found.NOTHING, "its own process is telling it"
    assert await look_for_requests(ALWAYS, NOW + timedelta(minutes=2)) is Found.WORK
    assert status


def test_a_moved_note_is_work_until_its_decision_is_taken() -> None:
    request = ask()
    place_note(request)
    assert look_for_moved_notes() is Found.NOTHING
    note("Approved", request).parent.mkdir(exist_ok=True)
    note("Pending_Approval", request).rename(note("Approved", request))
    assert look_for_moved_notes() is Found.WORK
    record_answer(request.id, answer(), datetime.now(UTC))
    assert look_for_moved_notes() is Found.NOTHING, "it lies there until it was acted on"
    finish(request.id, NOW)
    assert look_for_moved_notes() is Found.WORK, "it belongs into Done/"


def test_a_note_of_no_request_is_work() -> None:
    foreign = settings().vault_path / "Rejected" / "shopping.md"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("milk")
    assert look_for_moved_notes() is Found.WORK
