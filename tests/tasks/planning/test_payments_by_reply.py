"""A payment notice decided by telephone: the words of a reply choose document and sum, on both channels, once."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.policy.handbook import Handbook
from domain.policy.people import People
from tasks.approvals import by_reply
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.record import get, pending
from tasks.mail import owner_requests as asked_by_mail
from tasks.mail.owner_requests import mail_requests
from tasks.mail.take_mail import take_part
from tasks.whatsapp.owner_requests import answer_messages, send_requests
from tasks.whatsapp.take import take_messages
from tests.forged_replies import OWNER, replied
from tests.gmail_world import client_of
from tests.planned import Work
from tests.sandbox_fixture import sent
from tests.tasks.planning.test_allocated_payments import left, number, paid, told
from tests.tasks.planning.test_monthly_invoice import work, worked
from tests.tasks.planning.test_payment_reminders import late, only
from tests.whatsapp_world import ANN, connect, receiver, receiver_server, write, written

__all__ = ["receiver", "receiver_server", "work"]
RULES = Handbook(
    people=People.model_validate({"known": {f"+{ANN}": {"role": "owner"}, OWNER: {"role": "owner"}}})
)
BELOW = (
    "\n\nOn Fri, 20 Nov 2026, 09:00 Studio, <studio@northwindlane.example>\nwrote:\n\n"
    "> To decide, answer: yes 123456, no, or yes 123456 document: INV/1; amount: 1.00"
)
Said = Callable[..., Awaitable[None]]


def present() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """Ann's, who is enrolled; nobody goes on with a decision by itself."""

    async def go_on(_request: ApprovalRequest) -> None:
        pass

    monkeypatch.setattr(by_reply, "ensure_run", go_on)
    enrolment, first = begin_enrolment("Ann Lee"), present() - timedelta(hours=1)
    confirm_enrolment(enrolment, pyotp.TOTP(enrolment.secret).at(first), first)
    return enrolment.secret


@pytest.fixture
def by_mail(work: Work, monkeypatch: pytest.MonkeyPatch) -> Said:
    """The request goes out by mail, and the owner answers it from a telephone."""

    async def client() -> Any:
        return client_of(work.sandbox)

    async def said(request: ApprovalRequest, words: str, **facts: Any) -> None:
        await mail_requests(RULES, [request])
        raw = replied(sent(work.sandbox)[-1]["Message-ID"], words + BELOW, **facts)
        body = {"raw": base64.b64encode(raw).decode()}
        work.sandbox.http.post("/_sandbox/gmail/deliver", json=body).raise_for_status()
        async with client_of(work.sandbox) as mailbox:
            await take_part(mailbox, frozenset(), clock=present, read_handbook=lambda: RULES)

    monkeypatch.setattr(asked_by_mail, "mailbox_client", client)
    return said


@pytest.fixture
def by_whatsapp(work: Work, monkeypatch: pytest.MonkeyPatch, receiver: str) -> Said:  # noqa: ARG001 (its address is entered)
    """The request goes out on WhatsApp, and the owner replies to it."""
    connect(monkeypatch, work.sandbox)

    async def take() -> None:
        await take_messages(present, lambda: RULES)
        await answer_messages(lambda: RULES)

    async def said(request: ApprovalRequest, words: str) -> None:
        write(work.sandbox, "Good morning")
        await take()
        for _ in range(2):
            await send_requests(RULES, [request])
        write(work.sandbox, words, answers=written(work.sandbox)[-1]["id"])
        await take()

    return said


@pytest.fixture(params=["mail", "whatsapp"])
def said(request: pytest.FixtureRequest) -> Said:
    """Each channel in turn."""
    found: Said = request.getfixturevalue(f"by_{request.param}")
    return found


@pytest.mark.parametrize(
    "words",
    [
        "Yes {code} document: {number}; amount: 450.00",
        "ja {code} Document: {number} ; Amount: 450",
        "Oui, {code} document: {number}; amount: 450.0",
        "Bonjour,\n\nsí {code} amount: 450.00; document: {number}\n\nSent from my iPhone",
    ],
)
async def test_the_words_of_a_reply_choose_document_and_sum(
    work: Work, secret: str, said: Said, words: str
) -> None:
    only(work)
    late(work, "Ash", None, 5, 500.0)
    second = late(work, "Birch", None, 5, 500.0)
    task = await told(work, 500)
    [request] = pending()
    code = pyotp.TOTP(secret).now()
    await said(request, words.format(code=code, number=number(work, second)))
    decided = get(request.id)
    assert (decided.state, decided.approver) == (ApprovalState.APPROVED, "Ann Lee"), decided
    assert await worked(work, task) == "Completed", work.note(task).render()
    assert (left(work, second), len(paid(work))) == (50.0, 1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("yes {code}", "choose the bill or invoice"),
        ("oui {code} document: {number}, amount: 450.00", "put a semicolon between its changes"),
        ("sí {code}\ndocument: {number}\namount: 450.00", "more words follow its answer"),
        ("ja {code} document: {number}; amount: 450,00", "amount"),
        ("ja {code} document: {number}; amount: 500.01", "more than the 500.00 USD"),
        ("ja {code} document: {number}; iban: DE1", "cannot be changed here"),
        ("document: {number}; amount: 450.00", ""),
    ],
)
async def test_what_cannot_be_taken_is_answered_in_words_and_records_nothing(
    work: Work, secret: str, by_whatsapp: Said, words: str, why: str
) -> None:
    only(work)
    late(work, "Ash", None, 5, 500.0)
    second = late(work, "Birch", None, 5, 500.0)
    await told(work, 500)
    [request] = pending()
    await by_whatsapp(request, words.format(code=pyotp.TOTP(secret).now(), number=number(work, second)))
    assert get(request.id).is_open
    assert why in str(written(work.sandbox)[-1]["text"])
    assert paid(work) == []


@pytest.mark.parametrize("words", ["No", "nein", "Non {code}"])
async def test_a_no_records_nothing(work: Work, secret: str, said: Said, words: str) -> None:
    only(work)
    late(work, "Ash", None, 5, 500.0)
    task = await told(work, 500)
    [request] = pending()
    await said(request, words.format(code=pyotp.TOTP(secret).now()))
    assert get(request.id).state is ApprovalState.REJECTED
    assert await worked(work, task) == "Escalated"
    assert paid(work) == []


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"])
async def test_what_a_machine_answers_decides_nothing(
    work: Work, secret: str, by_mail: Said, header: str
) -> None:
    only(work)
    first = late(work, "Ash", None, 5, 500.0)
    await told(work, 500)
    [request] = pending()
    name, _, value = header.partition(": ")
    yes = f"yes {pyotp.TOTP(secret).now()} document: {number(work, first)}; amount: 500.00"
    await by_mail(request, yes, more={name: value})
    assert get(request.id).is_open
    assert paid(work) == []
