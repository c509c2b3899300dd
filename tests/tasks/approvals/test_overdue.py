"""Reminders come once, silence ends, the audit log misses nothing, and what waits is kept shown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.settings import settings
from domain.approvals.request import ApprovalRequest
from domain.policy.handbook import Handbook
from domain.reliability.look import LookResult
from tasks.approvals import overdue, record
from tasks.approvals.decide import record_answer
from tasks.approvals.notes import look_for_moved_notes, place_note
from tasks.approvals.overdue import ReminderKind, RunsStuckError, due_reminders, look_for_requests
from tasks.approvals.record import finish, get
from tasks.approvals.runs import RunStatus
from tests.approval_requests import NOW, answer, ask

HOUR = timedelta(hours=1)


def reminded(hours: int) -> list[ReminderKind]:
    return [reminder.kind for reminder in due_reminders(ALWAYS, NOW + hours * HOUR)]


def test_the_owner_is_reminded_once_and_then_told_that_it_is_late() -> None:
    ask()
    assert reminded(23) == []
    assert reminded(24) == [ReminderKind.REMINDED]
    assert reminded(25) == []
    assert reminded(48) == [ReminderKind.ESCALATED]
    assert reminded(49) == []


def test_after_a_long_stop_only_the_louder_notice_comes() -> None:
    ask()
    assert reminded(50) == [ReminderKind.ESCALATED]
    assert reminded(51) == []


def test_what_is_decided_or_over_is_not_reminded_of() -> None:
    record_answer(ask().id, answer(), NOW, Handbook)
    ask(task_id="file-2")
    assert reminded(73) == []


ALWAYS = Handbook()


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, RunStatus]]:
    """How the run of each request is, in place of Prefect's server."""
    statuses: dict[str, RunStatus] = {}

    async def ensure_run(request: ApprovalRequest) -> RunStatus:
        return statuses.setdefault(request.id, RunStatus.WAITING)

    monkeypatch.setattr(overdue, "ensure_run", ensure_run)
    return statuses


def note(folder: str, request: ApprovalRequest) -> Path:
    return settings().vault_path / folder / f"{request.id}.md"


async def test_a_request_that_waits_is_kept_and_is_no_work(status: dict[str, RunStatus]) -> None:
    request = ask()
    assert await look_for_requests(ALWAYS, NOW) is LookResult.NOTHING
    assert list(status) == [request.id]
    assert note("Pending_Approval", request).exists()


async def test_an_expiry_and_each_reminder_is_work_once_it_is_due(status: dict[str, RunStatus]) -> None:
    request = ask()
    for due in (request.remind_at, request.escalate_at, request.expires_at):
        assert await look_for_requests(ALWAYS, due) is LookResult.WORK
    assert await look_for_requests(ALWAYS, request.remind_at - timedelta(seconds=1)) is LookResult.NOTHING
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
    monkeypatch.setattr(record, "audit_state", lambda *_: None)
    record_answer(request.id, answer(), NOW, Handbook)
    assert await look_for_requests(ALWAYS, NOW) is LookResult.NOTHING, "its own process is telling it"
    assert await look_for_requests(ALWAYS, NOW + timedelta(minutes=2)) is LookResult.WORK
    assert status


def test_a_moved_note_is_work_until_its_decision_is_taken() -> None:
    request = ask()
    place_note(request)
    assert look_for_moved_notes() is LookResult.NOTHING
    note("Approved", request).parent.mkdir(exist_ok=True)
    note("Pending_Approval", request).rename(note("Approved", request))
    assert look_for_moved_notes() is LookResult.WORK
    record_answer(request.id, answer(), datetime.now(UTC), Handbook)
    assert look_for_moved_notes() is LookResult.NOTHING, "it lies there until it was acted on"
    finish(request.id, NOW)
    assert look_for_moved_notes() is LookResult.WORK, "it belongs into Done/"


def test_a_note_of_no_request_is_work() -> None:
    foreign = settings().vault_path / "Rejected" / "shopping.md"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("milk")
    assert look_for_moved_notes() is LookResult.WORK
