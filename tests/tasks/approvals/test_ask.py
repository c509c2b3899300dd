"""A request is made once for one content, and anew for another."""

import threading
from datetime import timedelta
from typing import Any

from domain.approvals.request import (
    ApprovalRequest,
    ApprovalState,
)
from domain.policy.handbook import Handbook
from tasks.approvals.ask import open_again, open_request
from tasks.approvals.decide import AnswerResult, approval_for, record_answer
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import find, pending
from tests.approval_requests import ACTION, NOW, answer, ask, bill, new_request

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=73)


def approval(inputs: dict[str, Any] | None = None, now: Any = SOON) -> Any:
    return approval_for("file-1", "book", ACTION, inputs or bill(), now)


def found(request_id: str) -> ApprovalRequest:
    request = find(request_id)
    assert request is not None
    return request


def test_the_same_content_is_asked_once() -> None:
    first = ask()
    assert ask(now=SOON).id == first.id
    assert [request.id for request in pending()] == [first.id]


def test_an_expired_request_is_asked_again_when_somebody_says_so() -> None:
    request = ask()
    expire_due(LATER)
    renewed = open_again(request.id, LATER, Handbook())
    assert renewed.version == 2
    assert renewed.id != request.id
    assert renewed.shown.split("---")[0] == request.shown.split("---")[0]
    assert "2026-11-26" in renewed.shown
    record_answer(renewed.id, answer(), LATER, Handbook)
    assert approval(now=LATER).request_id == renewed.id


def test_other_content_replaces_the_question() -> None:
    first = ask()
    second = ask(inputs=bill(total="1600.00"))
    assert second.version == 2
    assert found(first.id).state is ApprovalState.SUPERSEDED
    assert record_answer(first.id, answer(), SOON, Handbook).kind is AnswerResult.ALREADY
    assert approval() is None
    assert record_answer(second.id, answer(), SOON, Handbook).kind is AnswerResult.APPROVED


def test_content_that_comes_back_after_a_change_is_asked_anew() -> None:
    first = ask()
    record_answer(first.id, answer(), SOON, Handbook)
    ask(inputs=bill(total="1600.00"))
    assert approval() is None
    assert ask().version == 3


def test_a_question_that_now_needs_a_code_is_asked_anew() -> None:
    first = ask()
    assert ask(proof_required=True).id != first.id
    assert found(first.id).state is ApprovalState.SUPERSEDED


def test_two_workers_that_ask_at_once_ask_once() -> None:
    barrier = threading.Barrier(4)
    ids = []

    def open_it() -> None:
        barrier.wait()
        ids.append(open_request(new_request(), NOW, Handbook()).id)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1
    assert len(pending()) == 1
