"""Requests for tests: a bill above the limit, with whatever a test wants different."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from domain.approvals.answer import Answer
from domain.approvals.render import render_request
from domain.approvals.request import ApprovalRequest
from domain.policy.handbook import Handbook
from domain.reliability.effect import NewEffect
from tasks.approvals.ask import NewRequest, open_request
from tasks.reliability import effect_ledger

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACTION = "odoo.record_bill"


def bill(**changes: Any) -> dict[str, Any]:
    return {
        "vendor": "Harbor Street Offices",
        "number": "HSO-1",
        "issued_on": "2026-11-19",
        "currency": "USD",
        "total": "1500.00",
        "category": "rent",
        **changes,
    }


def new_request(**changes: Any) -> NewRequest:
    inputs = changes.pop("inputs", bill())
    facts: dict[str, Any] = {
        "task_id": "file-1",
        "step_id": "book",
        "action": ACTION,
        "inputs": inputs,
        "shown_markdown": render_request("Book a vendor bill", inputs, reasons=["it is big"], sandbox=True),
        "reasons": ["it is big"],
        "proof_required": False,
    }
    return NewRequest(**(facts | changes))


def ask(now: datetime = NOW, handbook: Handbook | None = None, **changes: Any) -> ApprovalRequest:
    return open_request(new_request(**changes), now, handbook or Handbook())


def ask_now(**changes: Any) -> ApprovalRequest:
    """A request of its own, asked at this moment: the tests of flows share one Prefect server."""
    return ask(now=datetime.now(UTC), task_id=f"file-{uuid4().hex[:16]}", **changes)


def answer(decision: str = "approve", **changes: Any) -> Answer:
    return Answer.model_validate({"decision": decision, "approver": "Ann", "channel": "cli"} | changes)


def begin_approved(request: ApprovalRequest) -> str:
    """Write the intent of what was approved; the effect's key."""
    effect = NewEffect(
        key=f"key-{request.id}",
        task_id=request.task_id,
        step_id=request.step_id,
        action=request.action,
        inputs=request.inputs,
        content_hash=request.content_hash,
        amount=None,
        currency=None,
        payee=None,
        approval_id=request.id,
    )
    effect_ledger.begin_effect(effect, now=datetime.now(UTC))
    return effect.key
