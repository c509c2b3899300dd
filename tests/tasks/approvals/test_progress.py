"""Reminders come once, silence ends, and the audit log misses nothing."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from blocks.database import transaction
from blocks.settings import settings
from tasks.approvals.progress import Urgency, attach_run, due_reminders, expire_due, finish, unfinished
from tasks.approvals.records import audit_unrecorded
from tasks.approvals.requests import find, record_answer
from tasks.approvals.table import ApprovalRow
from tests.approval_requests import NOW, answer, ask

HOUR = timedelta(hours=1)


def reminded(hours: int) -> list[Urgency]:
    return [reminder.urgency for reminder in due_reminders(NOW + hours * HOUR)]


def audited() -> list[str]:
    files = (settings().vault_path / "Logs").glob("audit_*.jsonl")
    return [json.loads(line)["action"] for file in sorted(files) for line in file.read_text().splitlines()]


def test_the_owner_is_reminded_once_and_then_told_that_it_is_late() -> None:
    ask()
    assert reminded(23) == []
    assert reminded(24) == [Urgency.REMINDED]
    assert reminded(25) == []
    assert reminded(48) == [Urgency.ESCALATED]
    assert reminded(49) == []


def test_after_a_long_stop_only_the_louder_notice_comes() -> None:
    ask()
    assert reminded(50) == [Urgency.ESCALATED]
    assert reminded(51) == []


def test_what_is_decided_or_over_is_not_reminded_of() -> None:
    record_answer(ask().id, answer(), NOW)
    ask(task_id="file-2")
    assert reminded(73) == []


def test_a_request_is_unfinished_until_its_decision_was_acted_on() -> None:
    request = ask()
    assert [item.id for item in unfinished()] == [request.id]
    record_answer(request.id, answer(), NOW)
    assert [item.id for item in unfinished()] == [request.id]
    finish(request.id, NOW)
    assert unfinished() == []


def test_another_run_for_the_request_is_another_attempt() -> None:
    request = ask()
    for run in ("a", "a", "b"):
        attach_run(request.id, run)
    found = find(request.id)
    assert found is not None
    assert (found.flow_run_id, found.run_attempts) == ("b", 2)


def test_each_change_is_audited_once() -> None:
    request = ask()
    record_answer(request.id, answer(approver=""), NOW)
    record_answer(request.id, answer(), NOW)
    ask(task_id="file-2")
    expire_due(NOW + 80 * HOUR)
    assert audit_unrecorded(NOW + 90 * HOUR) == 0
    assert audited() == [
        "approval.requested",
        "approval.answer_refused",
        "approval.approved",
        "approval.requested",
        "approval.expired",
    ]


def test_a_decision_whose_process_died_before_the_audit_is_made_up_for() -> None:
    request = ask()
    record_answer(request.id, answer(), NOW)
    lost: Any = update(ApprovalRow).values(audited="pending")
    with transaction() as session:
        session.execute(lost)
    assert audit_unrecorded(NOW + timedelta(seconds=30)) == 0
    assert audit_unrecorded(NOW + timedelta(seconds=61)) == 1
    assert audit_unrecorded(NOW + timedelta(seconds=99)) == 0
    assert audited().count("approval.approved") == 2
