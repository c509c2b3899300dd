"""The record of a request: what is left to do about it, and the audit log misses nothing."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from blocks.database import transaction
from blocks.settings import settings
from domain.policy.handbook import Handbook
from tasks.approvals.decide import record_answer
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import ApprovalRow, attach_run, audit_unrecorded, find, finish, unfinished
from tests.approval_requests import NOW, answer, ask

HOUR = timedelta(hours=1)


def audited() -> list[str]:
    files = (settings().vault_path / "Logs").glob("audit_*.jsonl")
    return [json.loads(line)["action"] for file in sorted(files) for line in file.read_text().splitlines()]


def test_a_request_is_unfinished_until_its_decision_was_acted_on() -> None:
    request = ask()
    assert [item.id for item in unfinished()] == [request.id]
    record_answer(request.id, answer(), NOW, Handbook)
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
    record_answer(request.id, answer(approver=""), NOW, Handbook)
    record_answer(request.id, answer(), NOW, Handbook)
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
    record_answer(request.id, answer(), NOW, Handbook)
    lost: Any = update(ApprovalRow).values(audited="pending")
    with transaction() as session:
        session.execute(lost)
    assert audit_unrecorded(NOW + timedelta(seconds=30)) == 0
    assert audit_unrecorded(NOW + timedelta(seconds=61)) == 1
    assert audit_unrecorded(NOW + timedelta(seconds=99)) == 0
    assert audited().count("approval.approved") == 2
