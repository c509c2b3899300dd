"""One decision per content; nothing but our own record of a person's answer is an approval."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from blocks.database import transaction
from blocks.settings import settings
from domain.approvals.request import (
    ApprovalExpiredError,
    ApprovalRejectedError,
    ApprovalRequest,
    ApprovalState,
    ApprovalVoidError,
    ApproverProof,
    VoidReason,
)
from domain.policy.handbook import Handbook, ProofRules
from tasks.approvals.decide import AnswerResult, approval_for, record_answer, refuse_form
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import ApprovalRow, NoSuchRequestError, find
from tests.approval_requests import ACTION, NOW, answer, ask, bill

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=73)


def approval(inputs: dict[str, Any] | None = None, now: Any = SOON) -> Any:
    return approval_for("file-1", "book", ACTION, inputs or bill(), now)


def change_row(**values: Any) -> None:
    with transaction() as session:
        session.execute(update(ApprovalRow).values(**values))


def test_nobody_has_decided_what_was_only_asked() -> None:
    assert approval() is None
    ask()
    assert approval() is None


def test_an_approval_holds_for_exactly_what_was_shown() -> None:
    request = ask()
    outcome = record_answer(request.id, answer(comment="rent"), SOON, Handbook)
    assert outcome.kind is AnswerResult.APPROVED
    approved = approval()
    assert approved.inputs == bill()
    assert (approved.approver, approved.channel, approved.proof) == (
        "Ann",
        "cli",
        ApproverProof.SELF_DECLARED,
    )
    with pytest.raises(ApprovalVoidError) as caught:
        approval(bill(total="1500.01"))
    assert caught.value.reason is VoidReason.CHANGED


def test_an_approval_is_of_one_step_of_one_task() -> None:
    record_answer(ask().id, answer(), SOON, Handbook)
    assert approval_for("file-2", "book", ACTION, bill(), SOON) is None
    assert approval_for("file-1", "pay", ACTION, bill(), SOON) is None


def test_a_no_is_final_and_not_asked_again() -> None:
    request = ask()
    assert (
        record_answer(request.id, answer("reject", comment="not ours"), SOON, Handbook).kind
        is AnswerResult.REJECTED
    )
    with pytest.raises(ApprovalRejectedError, match=r"Ann rejected it .*not ours"):
        approval()
    assert ask(now=SOON).state is ApprovalState.REJECTED
    assert record_answer(request.id, answer(), SOON, Handbook).kind is AnswerResult.ALREADY


def test_silence_expires_the_request_and_is_no_rejection() -> None:
    request = ask()
    assert expire_due(NOW + timedelta(hours=71)) == []
    assert [expired.id for expired in expire_due(LATER)] == [request.id]
    with pytest.raises(ApprovalExpiredError, match="fte approvals again"):
        approval(now=LATER)
    assert ask(now=LATER).id == request.id


def test_an_answer_after_the_time_does_not_count_even_before_the_sweep() -> None:
    request = ask()
    outcome = record_answer(request.id, answer(), LATER, Handbook)
    assert outcome.kind is AnswerResult.ALREADY
    assert outcome.request.state is ApprovalState.EXPIRED


def test_an_approval_expires_too() -> None:
    record_answer(ask().id, answer(), SOON, Handbook)
    with pytest.raises(ApprovalVoidError) as caught:
        approval(now=SOON + timedelta(hours=72))
    assert caught.value.reason is VoidReason.EXPIRED
    assert caught.value.approved is not None
    assert ask(now=SOON + timedelta(hours=72)).version == 2


def test_an_edit_is_approved_as_edited_by_the_same_person() -> None:
    request = ask()
    edited = answer("edit", changes={"total": "900.00"})
    outcome = record_answer(request.id, edited, SOON, Handbook)
    assert outcome.kind is AnswerResult.APPROVED
    assert outcome.request.version == 2
    approved = approval()
    assert approved.is_edited
    assert approved.inputs["total"] == "900.00"
    assert approved.content_hash != request.content_hash
    assert approval(approved.inputs) == approved


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer(approver="  "), "approver"),
        (answer(approver="x" * 100), "at most 80"),
        (answer(approver="Ann\x00"), "ordinary"),
        (answer("edit"), "needs at least one line"),
        (answer("approve", changes={"total": "1"}), "choose 'edit'"),
        (answer("edit", changes={"totl": "1"}), "'totl' cannot be changed here"),
        (answer("edit", changes={"document": "Attachments/other.pdf"}), "'document' cannot be changed here"),
        (answer("edit", changes={"total": "lots"}), "total: "),
        (answer("edit", changes={"total": "1500.00"}), "change nothing"),
        (answer(problem="changes: unreadable"), "unreadable"),
        (answer(comment="x" * 3000), "at most 2000"),
    ],
)
def test_an_answer_that_does_not_hold_asks_again_and_says_why(given: Any, said: str) -> None:
    request = ask()
    outcome = record_answer(request.id, given, SOON, Handbook)
    assert outcome.kind is AnswerResult.ASK_AGAIN
    assert said in (outcome.reason or "")
    assert outcome.request.problem == outcome.reason
    assert approval() is None
    assert record_answer(request.id, answer(), SOON, Handbook).kind is AnswerResult.APPROVED


def test_only_the_form_counts_rounds() -> None:
    request = ask()
    assert record_answer(request.id, answer(approver=""), SOON, Handbook).request.round == 0
    assert record_answer(request.id, answer(approver="", channel="ui"), SOON, Handbook).request.round == 1
    refuse_form(request.id, "no form", SOON)
    assert found(request.id).round == 2


@pytest.mark.parametrize("changes", [{"vendor": "Somebody Else"}, {"vendor_iban": "DE02120300000000202051"}])
def test_an_edit_to_a_new_payee_or_account_needs_the_code_that_the_handbook_asks_for(
    changes: dict[str, str],
) -> None:
    handbook = Handbook(proof=ProofRules(new_payees=True))
    request = ask()
    edited = answer("edit", changes=changes)
    outcome = record_answer(request.id, edited, SOON, lambda: handbook)
    assert outcome.kind is AnswerResult.ASK_AGAIN
    assert "one-time code" in (outcome.reason or "")


def test_an_edit_to_a_larger_sum_needs_the_code_that_the_handbook_asks_for() -> None:
    handbook = Handbook(proof=ProofRules(amount_above="2000"))
    request = ask()
    small = record_answer(request.id, answer("edit", changes={"total": "2000.01"}), SOON, lambda: handbook)
    assert small.kind is AnswerResult.ASK_AGAIN
    enough = record_answer(request.id, answer("edit", changes={"total": "1999"}), SOON, lambda: handbook)
    assert enough.kind is AnswerResult.APPROVED


def test_an_edit_never_takes_the_code_away() -> None:
    request = ask(proof_required=True)
    outcome = record_answer(request.id, answer("edit", changes={"total": "1"}), SOON, Handbook)
    assert outcome.kind is AnswerResult.ASK_AGAIN


def test_a_name_is_not_enough_where_a_code_is_asked_for() -> None:
    request = ask(proof_required=True)
    outcome = record_answer(request.id, answer(), SOON, Handbook)
    assert outcome.kind is AnswerResult.ASK_AGAIN
    assert "fte approvers enrol" in (outcome.reason or "")
    assert record_answer(request.id, answer("reject"), SOON, Handbook).kind is AnswerResult.REJECTED


def test_an_approval_without_the_code_that_is_asked_for_now_is_asked_anew() -> None:
    record_answer(ask().id, answer(), SOON, Handbook)
    assert approval().proof is not ApproverProof.CODE
    assert ask(proof_required=True).version == 2


FORGERIES = {
    "the state": {
        "state": "approved",
        "approver": "Ann",
        "channel": "ui",
        "proof": "one-time code",
        "decided_at": SOON,
    },
    "the inputs": {"inputs": bill(total="9999.00")},
    "inputs and hash": {"asked": bill(total="9.00")},
    "the proof": {"proof": "one-time code"},
    "the approver": {"approver": "Boss"},
    "the task": {"task_id": "file-2"},
    "the time": {"expires_at": LATER + timedelta(days=365)},
    "whether a code is needed": {"proof_required": True},
    "what was shown": {"shown": "Pay nothing"},
    "the seal": {"seal": ""},
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=list(FORGERIES))
def test_a_row_that_was_changed_by_hand_is_no_approval(forged: dict[str, Any]) -> None:
    request = ask()
    if forged.get("state") != "approved":
        record_answer(request.id, answer(), SOON, Handbook)
    change_row(**forged)
    task = forged.get("task_id", "file-1")
    inputs = forged.get("asked", bill())
    with pytest.raises(ApprovalVoidError) as caught:
        approval_for(task, "book", ACTION, inputs, SOON)
    assert caught.value.reason in {VoidReason.TAMPERED, VoidReason.CHANGED}


def test_a_row_written_by_hand_is_no_approval() -> None:
    record_answer(ask().id, answer(), SOON, Handbook)
    with transaction() as session:
        row = session.scalars(select(ApprovalRow)).one()
        columns = {name: getattr(row, name) for name in ApprovalRow.__table__.columns.keys()}  # noqa: SIM118 (no mapping)
        session.add(ApprovalRow(**(columns | {"id": "ask-forged", "task_id": "file-9"})))
    with pytest.raises(ApprovalVoidError) as caught:
        approval_for("file-9", "book", ACTION, bill(), SOON)
    assert caught.value.reason is VoidReason.TAMPERED


def test_a_rejection_that_was_turned_into_an_approval_is_none() -> None:
    request = ask()
    record_answer(request.id, answer("reject"), SOON, Handbook)
    change_row(state="approved")
    with pytest.raises(ApprovalVoidError):
        approval()


def test_a_question_that_was_loosened_by_hand_cannot_be_answered() -> None:
    request = ask(proof_required=True)
    change_row(proof_required=False)
    outcome = record_answer(request.id, answer(), SOON, Handbook)
    assert outcome.kind is AnswerResult.ALREADY
    assert approval() is None
    assert ask(proof_required=True).id != request.id


def test_another_installations_key_makes_no_approvals_here() -> None:
    record_answer(ask().id, answer(), SOON, Handbook)
    (settings().keys / "approvals.key").write_text("00" * 32)
    with pytest.raises(ApprovalVoidError):
        approval()


def test_the_key_is_for_this_user_only() -> None:
    ask()
    key = settings().keys / "approvals.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert settings().keys.stat().st_mode & 0o777 == 0o700
    assert len(bytes.fromhex(key.read_text())) == 32
    assert [path.name for path in settings().keys.glob("*approvals*")] == ["approvals.key"]


def test_two_doors_at_the_same_moment_make_one_decision() -> None:
    request = ask()
    barrier = threading.Barrier(6)
    outcomes = []

    def decide(number: int) -> None:
        barrier.wait()
        said = answer("approve" if number % 2 else "reject", approver=f"Person {number}")
        outcomes.append(record_answer(request.id, said, SOON, Handbook))

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    decided = [outcome for outcome in outcomes if outcome.kind is not AnswerResult.ALREADY]
    assert len(decided) == 1
    final = found(request.id)
    assert final.approver == decided[0].request.approver
    assert {outcome.request.approver for outcome in outcomes} == {final.approver}


def test_nobody_was_asked_under_another_id() -> None:
    with pytest.raises(NoSuchRequestError, match="fte approvals list"):
        record_answer("ask-none", answer(), SOON, Handbook)


def test_the_codes_are_nowhere_in_the_ledger() -> None:
    request = ask()
    record_answer(request.id, answer(code="135791"), SOON, Handbook)
    with transaction() as session:
        dump = str(session.execute(text("select * from approval_requests")).all())
    assert "135791" not in dump


def found(request_id: str) -> ApprovalRequest:
    request = find(request_id)
    assert request is not None
    return request
