"""One-time codes: each counts once, guessing is stopped, and the secret stays where agents can't read it."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest

from blocks.database import transaction
from blocks.settings import settings
from domain.approvals.request import ApproverProof
from domain.policy.handbook import Handbook
from tasks.approvals.decide import Answered, AnswerResult, approval_for, record_answer
from tasks.approvals.one_time_codes import (
    WRONG_CODES,
    AlreadyEnrolledError,
    ApproverFileError,
    EnrolmentUnconfirmedError,
    NotEnrolledError,
    UsedCode,
    approver_key,
    begin_enrolment,
    confirm_enrolment,
    fitting_step,
    list_approvers,
    remove_approver,
)
from tests.approval_requests import ACTION, NOW, answer, ask, bill

STEP = timedelta(seconds=30)


@pytest.fixture
def secret() -> str:
    enrolment = begin_enrolment("Ann Lee")
    first = NOW - timedelta(days=1)
    confirm_enrolment(enrolment, code_at(enrolment.secret, first), first)
    return enrolment.secret


def code_at(secret: str, moment: datetime) -> str:
    return str(pyotp.TOTP(secret).at(moment))


def approve(request_id: str, code: str, now: datetime = NOW, **changes: Any) -> Answered:
    return record_answer(request_id, answer(code=code, **({"approver": "Ann Lee"} | changes)), now, Handbook)


def test_a_code_proves_who_decided(secret: str) -> None:
    request = ask(proof_required=True)
    assert approve(request.id, code_at(secret, NOW)).kind is AnswerResult.APPROVED
    approved = approval_for("file-1", "book", ACTION, bill(), NOW)
    assert approved is not None
    assert approved.proof is ApproverProof.CODE


def test_the_code_may_be_spaced_and_the_name_written_otherwise(secret: str) -> None:
    code = code_at(secret, NOW)
    outcome = approve(ask(proof_required=True).id, f" {code[:3]} {code[3:]} ", approver=" ann  LEE ")
    assert outcome.request.proof is ApproverProof.CODE


@pytest.mark.parametrize(("drift", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off(secret: str, drift: int, holds: bool) -> None:  # noqa: FBT001 (a case)
    outcome = approve(ask(proof_required=True).id, code_at(secret, NOW + drift * STEP))
    assert (outcome.kind is AnswerResult.APPROVED) is holds


def test_a_code_counts_once(secret: str) -> None:
    first, second = ask(), ask(task_id="file-2")
    code = code_at(secret, NOW)
    assert approve(first.id, code).kind is AnswerResult.APPROVED
    replayed = approve(second.id, code)
    assert replayed.kind is AnswerResult.ASK_AGAIN
    assert first.id in (replayed.reason or "")


def test_an_older_code_does_not_count_after_a_newer_one(secret: str) -> None:
    first, second = ask(), ask(task_id="file-2")
    approve(first.id, code_at(secret, NOW))
    assert approve(second.id, code_at(secret, NOW - STEP)).kind is AnswerResult.ASK_AGAIN
    later = NOW + STEP
    assert approve(second.id, code_at(secret, later), later).kind is AnswerResult.APPROVED


def test_a_code_that_came_with_an_unusable_answer_is_spent(secret: str) -> None:
    request, code = ask(), code_at(secret, NOW)
    refused = record_answer(request.id, answer("edit", approver="Ann Lee", code=code), NOW, Handbook)
    assert refused.kind is AnswerResult.ASK_AGAIN
    assert approve(request.id, code).kind is AnswerResult.ASK_AGAIN


def test_the_code_of_the_enrolment_is_spent() -> None:
    enrolment = begin_enrolment("Bo")
    code = code_at(enrolment.secret, NOW)
    confirm_enrolment(enrolment, code, NOW)
    assert approve(ask().id, code, approver="Bo").kind is AnswerResult.ASK_AGAIN


def test_another_persons_code_proves_nothing(secret: str) -> None:
    other = begin_enrolment("Bo")
    confirm_enrolment(other, code_at(other.secret, NOW - timedelta(days=1)), NOW - timedelta(days=1))
    assert approve(ask().id, code_at(secret, NOW), approver="Bo").kind is AnswerResult.ASK_AGAIN


def test_a_code_of_nobody_enrolled_is_not_ignored() -> None:
    outcome = approve(ask().id, "123456", approver="Somebody")
    assert outcome.kind is AnswerResult.ASK_AGAIN
    assert "not enrolled" in (outcome.reason or "")


def test_guessing_is_stopped_and_the_right_code_waits_with_it(secret: str) -> None:
    request = ask(proof_required=True)
    for _ in range(WRONG_CODES):
        assert "wrong" in (approve(request.id, wrong(secret)).reason or "")
    assert "too many" in (approve(request.id, code_at(secret, NOW)).reason or "")
    later = NOW + timedelta(minutes=15)
    assert approve(request.id, code_at(secret, later), later).kind is AnswerResult.APPROVED


def test_one_persons_wrong_codes_do_not_stop_another(secret: str) -> None:
    request = ask()
    for _ in range(WRONG_CODES):
        approve(request.id, "000000", approver="Somebody")
    assert approve(request.id, code_at(secret, NOW)).kind is AnswerResult.APPROVED


def test_one_code_at_two_doors_at_once_counts_once(secret: str) -> None:
    requests = [ask(task_id=f"file-{number}") for number in range(4)]
    code, barrier, outcomes = code_at(secret, NOW), threading.Barrier(4), []

    def decide(request_id: str) -> None:
        barrier.wait()
        outcomes.append(approve(request_id, code).kind)

    threads = [threading.Thread(target=decide, args=(request.id,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == sorted([AnswerResult.APPROVED] + [AnswerResult.ASK_AGAIN] * 3)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11" * 6, "\ud800", "-00001", "\u0660" * 6]
)
def test_what_is_no_code_fits_nothing(secret: str, code: str) -> None:
    assert fitting_step(secret, code, NOW) is None


def test_the_secret_lies_in_a_private_file_outside_vault_and_ledger(secret: str) -> None:
    path = settings().keys / "approvers" / f"{approver_key('Ann Lee')}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["secret"] == secret
    ledger = settings().state / "ledger.sqlite"
    assert secret.encode() not in b"".join(part.read_bytes() for part in ledger.parent.glob("ledger.sqlite*"))
    assert not path.is_relative_to(settings().vault_path)


def test_an_enrolment_needs_its_first_code() -> None:
    enrolment = begin_enrolment("Bo")
    with pytest.raises(EnrolmentUnconfirmedError, match="was not enrolled"):
        confirm_enrolment(enrolment, wrong(enrolment.secret), NOW)
    assert list_approvers() == []


def test_a_name_is_enrolled_once_until_it_is_removed(secret: str) -> None:  # noqa: ARG001 (enrols Ann Lee)
    with pytest.raises(AlreadyEnrolledError, match="fte approvers remove"):
        begin_enrolment("ann lee")
    assert [person.name for person in list_approvers()] == ["Ann Lee"]
    remove_approver("Ann Lee", NOW)
    assert list_approvers() == []
    with pytest.raises(NotEnrolledError):
        remove_approver("Ann Lee", NOW)


def test_of_two_enrolments_of_one_name_the_first_holds() -> None:
    one, two = begin_enrolment("Bo"), begin_enrolment("Bo")
    confirm_enrolment(one, code_at(one.secret, NOW), NOW)
    with pytest.raises(AlreadyEnrolledError):
        confirm_enrolment(two, code_at(two.secret, NOW), NOW)


def test_a_damaged_file_is_named() -> None:
    folder = settings().keys / "approvers"
    folder.mkdir(parents=True)
    (folder / f"{approver_key('Bo')}.json").write_text("{")
    with pytest.raises(ApproverFileError, match="enrol that approver again"):
        list_approvers()


def test_the_address_of_the_qr_code_is_what_apps_read() -> None:
    enrolment = begin_enrolment("Ann Lee")
    assert pyotp.parse_uri(enrolment.uri).secret == enrolment.secret
    assert "Digital%20FTE" in enrolment.uri


def test_what_was_used_is_remembered_by_key_not_by_code(secret: str) -> None:
    request = ask()
    approve(request.id, code_at(secret, NOW))
    with transaction() as session:
        used = session.get(UsedCode, approver_key("Ann Lee"))
    assert used is not None
    assert (used.step, used.used_for) == (int(NOW.timestamp()) // 30, request.id)


def wrong(secret: str) -> str:
    right = {code_at(secret, NOW + drift * STEP) for drift in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)
