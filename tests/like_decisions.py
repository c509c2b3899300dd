"""Decisions about bills of the playbook `receipt`, one like the other: what suggestions are made of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.approvals.answer import Answer
from domain.approvals.request import ApprovalRequest
from domain.policy.handbook import Handbook
from tasks.approvals.decide import record_answer
from tasks.approvals.record import get
from tasks.learning.estimates import expected_of
from tests.approval_requests import ask, bill

NOW = datetime.now(UTC) - timedelta(days=2)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def decide(number: int, decision: str, *, hours: float | None = None, **inputs: Any) -> ApprovalRequest:
    """A bill of the playbook `receipt` that a person decided on."""
    task, when = f"file-{number}", at(number / 10 if hours is None else hours)
    expected_of(task, "receipt", "receipt", when)
    request = ask(now=when, task_id=task, inputs=bill(number=f"N{number}", category="office", **inputs))
    changes = {"category": "rent"} if decision == "edit" else {}
    said = Answer(decision=decision, approver="Ann", channel="cli", changes=changes)
    record_answer(request.id, said, when, Handbook)
    return get(request.id)
