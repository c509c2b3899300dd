"""What a person reads under "What came of it", as the effect ledger has it."""

from datetime import UTC, datetime

import pytest

from domain.approvals.request import ApprovalRequest, ApprovalState
from tasks.approvals.requests import get, record_answer
from tasks.approvals.result import result_of
from tasks.reliability import ledger
from tests.approval_requests import answer, ask_now, begin_approved

SAID = "the task: Later, record_bill: Odoo is away"


@pytest.fixture
def approved() -> ApprovalRequest:
    request = ask_now()
    record_answer(request.id, answer(), datetime.now(UTC))
    return get(request.id)


def test_what_was_booked_is_named_with_its_link(approved: ApprovalRequest) -> None:
    receipt = {"name": "BILL/2026/12/0012", "url": "https://books.example.com/odoo/action-1/12"}
    ledger.finish_effect(begin_approved(approved), receipt, datetime.now(UTC))
    assert (
        result_of(approved, SAID) == "Done: [BILL/2026/12/0012](<https://books.example.com/odoo/action-1/12>)"
    )


def test_a_refusal_says_why(approved: ApprovalRequest) -> None:
    ledger.refuse_effect(begin_approved(approved), "the period is closed", datetime.now(UTC))
    assert result_of(approved, SAID) == "Refused, nothing was done: the period is closed"


def test_a_lost_answer_is_not_called_done(approved: ApprovalRequest) -> None:
    ledger.mark_unknown(begin_approved(approved), "the connection broke", datetime.now(UTC))
    assert result_of(approved, SAID).startswith("Not certain yet: the connection broke")


def test_what_was_undone_says_so(approved: ApprovalRequest) -> None:
    key = begin_approved(approved)
    ledger.finish_effect(key, {"name": "BILL/1"}, datetime.now(UTC))
    ledger.compensate_effect(key, {"name": "BILL/1"}, datetime.now(UTC))
    assert result_of(approved, SAID) == "Done, and undone afterwards: BILL/1"


def test_what_has_not_begun_says_what_it_waits_for(approved: ApprovalRequest) -> None:
    assert "Odoo is away" in result_of(approved, SAID)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ApprovalState.REJECTED, "Nothing was done."),
        (ApprovalState.EXPIRED, "Nobody decided in time; nothing was done."),
    ],
)
def test_without_an_approval_nothing_was_done(state: ApprovalState, said: str) -> None:
    assert result_of(ask_now().model_copy(update={"state": state}), SAID) == said
