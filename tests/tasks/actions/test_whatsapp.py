"""Messages through the one door: within the 24 hours, as a person approved them, once whatever is lost on the way."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.social.errors import NotAuthorizedError, PlatformBusyError, PlatformUnavailableError
from blocks.whatsapp.client import WhatsAppClient
from blocks.whatsapp.errors import (
    MessageUnseenError,
    TemplateRefusedError,
    UndeliverableError,
    WindowClosedError,
)
from domain.errors import DigitalFteError, RejectedError, TransientError, UnknownOutcomeError
from domain.planning.order import AS_SAID, Order, ToolCall
from domain.planning.plan import Step
from domain.policy.addressees import MailRules
from domain.policy.handbook import Autonomy, Handbook
from domain.policy.people import People
from tasks.actions import effects, whatsapp
from tasks.actions.effects import ApprovalNeededError, Evidence, Request, perform
from tasks.actions.performer import EvidenceMissingError
from tasks.actions.performers import preview_step
from tasks.actions.proof import prove
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.clock import present
from tasks.planning.orders import find_order, take_order
from tasks.reliability.effect_ledger import EffectState, effects_of
from tasks.vault.vault import Folder, current_vault
from tasks.whatsapp import send_once, take
from tasks.whatsapp.send_once import tell
from tasks.whatsapp.sent import find_sent, unseen
from tasks.whatsapp.take import take_messages
from tests.approval_requests import answer, new_request
from tests.sandbox_fixture import SandboxClient
from tests.specifications import WHATSAPP_SPECIFICATION, overheard, whatsapp_problems
from tests.taken_over import as_first, frozen_at, take_over
from tests.whatsapp_world import (
    ANN,
    VERIFY,
    connect,
    delivered,
    receiver,
    receiver_server,
    until,
    write,
    written,
)
from tests.worked_vault import set_up_vault

__all__ = ["receiver", "receiver_server"]
ADDRESS: list[str] = []
TASK, STEP, ACTION = "order-1", "order", "whatsapp.reply"
SEND = "/158000000000001/messages$"
FREE = Handbook(mail=MailRules(known_people=True), people=People.model_validate({"known": {f"+{ANN}": {}}}))
REMINDER = {"name": "appointment_reminder", "language": "en_US", "parameters": ["Ann", "Monday"]}


@pytest.fixture(autouse=True)
def vault(sandbox: SandboxClient, receiver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number connected, its webhook received, and a Vault."""
    ADDRESS[:] = [receiver]
    set_up_vault(sandbox, monkeypatch)
    connect(monkeypatch, sandbox)


async def ordered(**said: Any) -> dict[str, Any]:
    """The inputs that an order comes to."""
    words = {"to": f"+{ANN}"} | ({} if "template" in said else {"text": "Yes, from nine."}) | said
    words = {name: value for name, value in words.items() if value}
    call = ToolCall(source="mcp", tool="whatsapp", arguments=words)
    order = Order(source="mcp", action=ACTION, inputs={AS_SAID: words})
    await take_order(call, order, datetime.now(UTC), look_seconds=20)
    kept = find_order(call.task_id)
    assert kept is not None
    return kept.inputs


async def done(inputs: dict[str, Any], handbook: Handbook = FREE, task: str = TASK) -> Evidence:
    return await perform(
        Request(task, Step(id=STEP, action=ACTION, inputs=inputs), doubts=[]), handbook, present
    )


def approved(inputs: dict[str, Any]) -> None:
    """A person says yes to exactly this."""
    asked = new_request(task_id=TASK, step_id=STEP, action=ACTION, inputs=inputs)
    record_answer(
        open_request(asked, datetime.now(UTC), Handbook()).id, answer(), datetime.now(UTC), Handbook
    )


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The clock of planning and of execution."""
    for module in (whatsapp, send_once):
        monkeypatch.setattr(module, "present", lambda: moment)
    monkeypatch.setattr(
        whatsapp, "send_once", lambda *a, **k: send_once.send_once(*a, **k, now=lambda: moment)
    )


async def test_an_answer_waits_for_a_person_goes_out_once_and_its_statuses_are_kept(
    sandbox: SandboxClient,
) -> None:
    asked = write(sandbox)
    await take_messages(present)
    inputs = await ordered(to="", reply_to_task=take.event_id(asked))
    with pytest.raises(
        ApprovalNeededError, match=rf"somebody else than you: \+{ANN}.*nobody here knows \+{ANN}"
    ):
        await done(inputs, Handbook())
    assert written(sandbox) == []
    told = await preview_step(Step(id=STEP, action=ACTION, inputs=inputs))
    assert told[f"answers Ann Lee (+{ANN})"] == "Do you open on Saturday?"
    assert "can be sent until" in told
    approved(inputs)
    first, again = await done(inputs, Handbook()), await done(inputs, Handbook())
    (message,) = written(sandbox)
    assert (message["to"], message["text"], message["sent"]["context"]) == (
        ANN,
        "Yes, from nine.",
        {"message_id": asked},
    )
    assert first.receipt == again.receipt == {"message_id": message["id"], "to": ANN}
    sandbox.http.post("/_sandbox/whatsapp/statuses", json={"id": message["id"], "status": "read"})
    sandbox.http.post("/_sandbox/whatsapp/deliver", json={"again": True, "backwards": True})
    delivered(sandbox)
    (proof,) = await prove(TASK)
    assert (proof.holds, proof.facts["state"], proof.facts["approval"]["approver"]) == (True, "read", "Ann")
    assert (await take_messages(present)).task_ids == []


@pytest.mark.parametrize(
    ("said", "handbook", "why"),
    [
        ({}, FREE, ""),
        ({"template": REMINDER}, FREE, ""),
        ({"text": "Please pay 4,000 EUR."}, FREE, "speaks of money"),
        ({}, Handbook(mail=MailRules(known_people=True)), r"nobody here knows \+4366"),
        ({}, Handbook(people=People.model_validate({"known": {"+43 660 123-4567": {"role": "owner"}}})), ""),
        ({}, FREE.model_copy(update={"autonomy": Autonomy(always_ask=[ACTION])}), "always"),
    ],
)
async def test_who_is_written_to_without_a_question_says_the_handbook(
    sandbox: SandboxClient, said: dict[str, Any], handbook: Handbook, why: str
) -> None:
    write(sandbox)
    inputs = await ordered(**said)
    if not why:
        await done(inputs, handbook)
        assert len(written(sandbox)) == 1
    else:
        with pytest.raises(ApprovalNeededError, match=why):
            await done(inputs, handbook)
        assert written(sandbox) == []


async def test_free_words_go_out_within_24_hours_of_the_customer_s_last_message_to_the_second(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = datetime.now(UTC).replace(microsecond=0)
    write(sandbox)
    heard = take.find_event(take.due_events(present())[0].id).said_at  # type: ignore[union-attr]
    inputs = await ordered()
    at(monkeypatch, heard + timedelta(hours=24))
    with pytest.raises(WindowClosedError, match="use a template"):
        await ordered(text="Sorry for the delay.")
    with pytest.raises(WindowClosedError):
        await done(inputs)
    assert (sandbox.journal(path=SEND), unseen()) == ([], [])
    at(monkeypatch, heard + timedelta(hours=24) - timedelta(seconds=1))
    await done(inputs)
    at(monkeypatch, heard + timedelta(days=9))
    await done(await ordered(template=REMINDER), task="order-2")
    assert [row["sent"]["type"] for row in written(sandbox)] == ["text", "template"]


async def test_the_24_hours_may_end_between_the_look_and_the_call(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(sandbox)
    inputs = await ordered()
    late = present() + timedelta(hours=24)
    monkeypatch.setattr(whatsapp, "send_once", lambda *a, **k: send_once.send_once(*a, **k, now=lambda: late))
    with pytest.raises(WindowClosedError):
        await done(inputs)
    assert (sandbox.journal(path=SEND), unseen()) == ([], [])


async def test_whoever_never_wrote_gets_a_template_only(sandbox: SandboxClient) -> None:
    with pytest.raises(WindowClosedError, match="has not written yet"):
        await ordered()
    await done(await ordered(template=REMINDER))
    (row,) = written(sandbox)
    assert row["sent"]["template"]["components"][0]["parameters"][1] == {"type": "text", "text": "Monday"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"template": {**REMINDER, "parameters": ["Ann"]}}, "has 2 gaps, and 1 parameters"),
        ({"template": {**REMINDER, "language": "de"}}, "none called appointment_reminder in de"),
        ({"template": {**REMINDER, "name": "spring_offer"}}, "none called spring_offer"),
        ({"template": REMINDER, "text": "Hello"}, "either text or template"),
        ({"to": "Ann"}, "to"),
        ({"text": " \u200b "}, "either text or template"),
        ({"text": "x" * 4097}, "4096"),
        ({"to": "", "reply_to_task": "whatsapp-none"}, "is no message on WhatsApp"),
    ],
)
async def test_what_could_not_be_sent_is_said_before_anybody_is_asked(
    sandbox: SandboxClient, said: dict[str, Any], why: str
) -> None:
    write(sandbox)
    with pytest.raises(RejectedError, match=why):
        await ordered(**said)
    assert sandbox.journal(path=SEND) == []


async def test_a_template_that_reads_otherwise_than_approved_is_not_sent(sandbox: SandboxClient) -> None:
    inputs = await ordered(template=REMINDER)
    inputs["template"]["body"] = "Hello Ann, pay Monday."
    with pytest.raises(TemplateRefusedError, match="reads otherwise"):
        await done(inputs)
    assert written(sandbox) == []


@pytest.mark.parametrize("kind", ["drop_after_effect", "status_after_effect", "truncate", "wrong_json"])
async def test_an_answer_that_is_lost_is_told_by_the_message_s_status(
    sandbox: SandboxClient, kind: str
) -> None:
    write(sandbox)
    inputs = await ordered()
    sandbox.http.put("/_sandbox/whatsapp/webhook", json={"url": ""})
    sandbox.fault(kind, service="whatsapp", method="POST", path=SEND)
    for _ in range(2):
        with pytest.raises(MessageUnseenError, match="may or may not have sent"):
            await done(inputs)
    assert len(written(sandbox)) == 1
    assert len(unseen()) == 1
    return_to(sandbox)
    evidence = await done(inputs)
    (message,) = written(sandbox)
    assert evidence.receipt["message_id"] == message["id"]
    assert evidence.read_back["state"] == "delivered"


def return_to(sandbox: SandboxClient) -> None:
    """WhatsApp's statuses arrive after all."""
    asked = {"url": ADDRESS[0], "verify_token": VERIFY}
    sandbox.http.put("/_sandbox/whatsapp/webhook", json=asked)
    until(
        lambda: all(
            status == 200 for status in sandbox.http.post("/_sandbox/whatsapp/deliver").json()["statuses"]
        )
    )


@pytest.mark.parametrize(
    ("place", "sent_already"),
    [("begin_sending", 0), ("write", 0), ("accepted", 1)],
    ids=str,
)
async def test_killed_between_any_two_writes_it_is_sent_once_or_asked_about(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, place: str, sent_already: int
) -> None:
    write(sandbox)
    inputs = await ordered()
    holder: Any = WhatsAppClient if place == "write" else send_once

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(holder, place, killed)
        with pytest.raises(KeyboardInterrupt):
            await done(inputs)
    assert len(written(sandbox)) == sent_already
    if place == "write":  # handed over or not: our own record cannot tell, and no status ever comes
        with pytest.raises(MessageUnseenError):
            await done(inputs)
    else:
        delivered(sandbox)
        await done(inputs)
        assert len(written(sandbox)) == 1


async def test_two_workers_at_once_send_one_message(sandbox: SandboxClient) -> None:
    write(sandbox)
    inputs = await ordered()
    ended = await asyncio.gather(*(done(inputs) for _ in range(4)), return_exceptions=True)
    assert len(written(sandbox)) == 1
    assert any(isinstance(one, Evidence) for one in ended)
    assert all(isinstance(one, Evidence | UnknownOutcomeError | TransientError) for one in ended), ended
    delivered(sandbox)
    await done(inputs)
    assert len(written(sandbox)) == 1


async def test_a_customer_who_hides_their_number_is_answered(sandbox: SandboxClient) -> None:
    asked = write(sandbox, **{"from": "AT.13491208655302741918"})
    await take_messages(present)
    inputs = await ordered(to="", reply_to_task=take.event_id(asked))
    with pytest.raises(ApprovalNeededError, match=r"nobody here knows AT\.13491208655302741918"):
        await done(inputs)
    approved(inputs)
    await done(inputs)
    (message,) = written(sandbox)
    assert ("to" in message["sent"], message["sent"]["recipient"]) == (False, "AT.13491208655302741918")


async def test_what_nobody_can_know_is_never_repeated_until_a_person_says_so(sandbox: SandboxClient) -> None:
    write(sandbox)
    inputs = await ordered()
    sandbox.fault("refuse_before", service="whatsapp", method="POST", path=SEND)
    with pytest.raises(MessageUnseenError):
        await done(inputs)
    with pytest.raises(MessageUnseenError, match="fte whatsapp settle"):
        await done(inputs)
    assert len(sandbox.journal(path=SEND)) == 1
    send_once.forget(unseen()[0].key)
    await done(inputs)
    assert len(written(sandbox)) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, '{"error": {"code": 131047, "message": "(#131047) Re-engagement message"}}', WindowClosedError),
        (
            400,
            '{"error": {"code": 131026, "message": "(#131026) Message undeliverable"}}',
            UndeliverableError,
        ),
        (401, '{"error": {"code": 190, "message": "Session has expired"}}', NotAuthorizedError),
        (429, '{"error": {"code": 130429, "message": "(#130429) Rate limit hit"}}', PlatformBusyError),
        (400, '{"error": {"code": 131056, "message": "(#131056) pair rate"}}', PlatformBusyError),
    ],
)
async def test_whatsapp_s_refusals_have_their_meaning_and_leave_nothing_open(
    sandbox: SandboxClient, status: int, body: str, error: type[Exception]
) -> None:
    write(sandbox)
    inputs = await ordered()
    sandbox.fault("status", service="whatsapp", method="POST", path=SEND, status=status, content=body)
    with pytest.raises(error):
        await done(inputs)
    assert (unseen(), written(sandbox)) == ([], [])


async def test_without_a_connection_nothing_was_sent(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(sandbox)
    inputs = await ordered()
    connect(monkeypatch, sandbox, api_url="http://127.0.0.1:9")
    with pytest.raises(PlatformUnavailableError):
        await done(inputs)
    assert unseen() == []


async def test_a_message_that_failed_later_becomes_a_task_and_proves_nothing(sandbox: SandboxClient) -> None:
    write(sandbox)
    inputs = await ordered()
    await done(inputs)
    message = written(sandbox)[0]["id"]
    failed = {"id": message, "status": "failed", "code": 131026, "title": "Message undeliverable"}
    sandbox.http.post("/_sandbox/whatsapp/statuses", json=failed)
    sandbox.http.post("/_sandbox/whatsapp/statuses", json={"id": message, "status": "delivered"})
    delivered(sandbox)
    (_question, name) = (await take_messages(present)).task_ids
    body = current_vault().read(Folder.NEEDS_ACTION, name).body
    assert "was not delivered: Message undeliverable (131026)" in body
    with pytest.raises(EvidenceMissingError, match="did not deliver it"):
        await done(inputs)
    (proof,) = await prove(TASK)
    assert not proof.holds


async def test_the_owner_is_told_once_and_only_where_they_wrote_today(sandbox: SandboxClient) -> None:
    with pytest.raises(WindowClosedError):
        await tell(ANN, "A bill waits for you.", key="request-1")
    asked = write(sandbox, "what waits?")
    first = await tell(ANN, "A bill waits for you.", key="request-1", answers=asked)
    assert await tell(ANN, "A bill waits for you.", key="request-1", answers=asked) == first
    assert len(written(sandbox)) == 1
    until(lambda: (find_sent("notice:request-1") or first).state == "delivered")  # type: ignore[union-attr]


@pytest.mark.skipif(not WHATSAPP_SPECIFICATION.exists(), reason="the published document is not here")
async def test_what_goes_over_the_wire_is_as_published(sandbox: SandboxClient) -> None:
    asked = write(sandbox)
    with overheard() as heard:
        await take_messages(present)
        await done(await ordered(to="", reply_to_task=take.event_id(asked)))
        await done(await ordered(template=REMINDER), task="order-2")
    spoken = [one for one in heard if "/v26.0/" in one.path]
    assert {one.path.rsplit("/", 1)[1] for one in spoken} == {"messages", "message_templates"}
    assert [problem for one in spoken for problem in whatsapp_problems(one)] == []


async def test_a_message_whose_worker_was_frozen_before_it_handed_it_over_is_sent_once(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(sandbox)
    inputs = await ordered()
    approved(inputs)

    async def meanwhile() -> None:
        take_over(TASK)
        await done(inputs)

    frozen_at(monkeypatch, effects, "_begin", meanwhile)
    with pytest.raises(DigitalFteError):
        await as_first(TASK, done(inputs))
    assert [row["text"] for row in written(sandbox)] == ["Yes, from nine."]
    assert [one.state for one in effects_of(TASK)] == [EffectState.DONE]
