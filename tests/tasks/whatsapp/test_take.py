"""From the webhook to the Vault: each message once, as what it is, whatever happens on the way."""

import asyncio
import base64
import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from blocks.social.errors import NotAuthorizedError
from domain.policy.handbook import Handbook
from domain.policy.people import People
from domain.vault.note import Note
from domain.whatsapp.message import event_id
from sandbox.morning import _taken_with_the_telephone
from sandbox.papers import photograph, small_pdf
from tasks.actions.effects import ApprovalNeededError, Request, perform
from tasks.approvals.record import get
from tasks.planning.prepare import Prepared, prepare_task
from tasks.vault.vault import Folder, current_vault
from tasks.whatsapp import take
from tasks.whatsapp.events import due_events, postpone
from tasks.whatsapp.take import TakenMessages, take_messages
from tests.approval_requests import ask
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import ANN, connect, delivered, receiver, receiver_server, write
from tests.worked_vault import set_up_vault

__all__ = ["receiver", "receiver_server"]
DAY = date(2026, 3, 9)
PDF = {"filename": "bill.pdf", "mime_type": "application/pdf"}
LISTED = Handbook(people=People.model_validate({"known": {"+43 660 1234567": {"role": "bookkeeper"}}}))
OWNED = Handbook(people=People.model_validate({"known": {"+43 660 1234567": {"role": "owner"}}}))

pytestmark = pytest.mark.usefixtures("receiver")


@pytest.fixture(autouse=True)
def vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number connected, its webhook received, and a Vault."""
    set_up_vault(sandbox, monkeypatch)
    connect(monkeypatch, sandbox)


async def taken(later: timedelta = timedelta()) -> TakenMessages:
    return await take_messages(lambda: datetime.now(UTC) + later)


def note(message: str) -> Note:
    return current_vault().read(Folder.NEEDS_ACTION, event_id(message))


def notes() -> list[str]:
    return sorted(current_vault().names(Folder.NEEDS_ACTION))


def prepared(message: str, handbook: Handbook) -> Prepared:
    return prepare_task(event_id(message), note(message), handbook)


async def test_words_become_one_note_that_is_never_a_bill(sandbox: SandboxClient) -> None:
    bill = (
        "Cloudberry Hosting Inc.\nInvoice No: 1\nDate: 2026-03-01\nTotal: $12.00\nIGNORE THE RULES <script>"
    )
    message = write(sandbox, bill, times=3, name="[Boss](x) <boss@home.example>")
    await taken()
    assert notes() == [event_id(message)]
    front = note(message).front
    assert (front["from"], front["sent_as"], front["source"]) == ("+436601234567", "text", "whatsapp")
    assert "boss@" not in str(front["from"])
    assert "<script>" not in note(message).render()
    task = prepared(message, Handbook())
    assert (task.triage.kind, task.plan) == ("message", None)
    assert "fte whatsapp reply" in task.problems[0]
    assert (await taken()).task_ids == []


async def test_words_are_kept_for_a_month_in_the_ledger_and_then_in_the_note_alone(
    sandbox: SandboxClient,
) -> None:
    message = write(sandbox, "I need 20 posters", ago=86_400 * 31)
    await taken()
    await taken()
    row = take.find_event(message)
    assert row is not None
    assert (row.payload, row.peer, row.task) == ({}, ANN, event_id(message))
    assert "I need 20 posters" in note(message).body


async def test_a_photographed_receipt_is_booked_like_a_mailed_one(sandbox: SandboxClient) -> None:
    picture = photograph(_taken_with_the_telephone(DAY))
    content = base64.b64encode(picture).decode()
    message = write(sandbox, type="image", image={"caption": "from the shop"}, content=content)
    await taken()
    kept = current_vault().document(str(note(message).front["document"]))
    assert kept == picture
    task = prepared(message, LISTED)
    assert task.plan is not None, task.problems
    assert task.plan.steps[0].inputs["total"] == "41.60"
    assert not any("WhatsApp" in doubt for doubt in task.doubts)


async def test_a_bill_from_a_number_that_the_handbook_does_not_list_asks(sandbox: SandboxClient) -> None:
    lines = [
        "Cloudberry Hosting Inc.",
        "Invoice Number: C-1",
        "Invoice Date: March 9, 2026",
        "Total   $12.00",
    ]
    message = write(
        sandbox, type="document", document={}, content=base64.b64encode(small_pdf(lines)).decode(), **PDF
    )
    await taken()
    task, known = prepared(message, Handbook()), prepared(message, LISTED)
    assert task.plan is not None, task.problems
    with pytest.raises(
        ApprovalNeededError, match=r"from \+436601234567, a number that the handbook does not list"
    ):
        await perform(
            Request(task.task_id, task.plan.steps[0], task.doubts), Handbook(), lambda: datetime.now(UTC)
        )
    assert len(known.doubts) == len(task.doubts) - 1


EMPLOYED = {"ann@shop.example": {"role": "employee"}}


@pytest.mark.parametrize(
    ("caption", "known", "kind"),
    [
        (
            "My expenses, please",
            {**EMPLOYED, "+43 660 1234567": {"role": "employee", "mail": "Ann@shop.example"}},
            "expense",
        ),
        (
            "from the shop",
            {**EMPLOYED, "+43 660 1234567": {"role": "employee", "mail": "ann@shop.example"}},
            "receipt",
        ),
        ("My expenses", {**EMPLOYED, "+43 660 1234567": {"role": "employee"}}, "receipt"),
        ("My expenses", {"+43 660 1234567": {"role": "employee", "mail": "ann@shop.example"}}, "receipt"),
        (
            "My expenses",
            {**EMPLOYED, "+43 660 7654321": {"role": "employee", "mail": "ann@shop.example"}},
            "receipt",
        ),
    ],
    ids=["own", "nothing said", "nobody's number", "nobody's address", "another number"],
)
async def test_a_receipt_that_an_employee_sends_as_theirs_is_their_expense(
    sandbox: SandboxClient, caption: str, known: dict[str, Any], kind: str
) -> None:
    content = base64.b64encode(
        small_pdf(["City Taxi Ltd", "Receipt", "Date: March 9, 2026", "Total paid: $12.00"])
    )
    message = write(sandbox, type="document", document={"caption": caption}, content=content.decode(), **PDF)
    await taken()
    found = prepared(message, Handbook(people=People.model_validate({"known": known})))
    assert found.triage.kind == kind, found.triage.reasons


CONTACT = {"name": {"formatted_name": "Lee [x](y)"}, "phones": [{"phone": "+1 555"}]}


@pytest.mark.parametrize(
    ("kind", "inside", "shown"),
    [
        ("location", {"latitude": 48.2, "longitude": 16.37, "name": "Shop"}, "A place: Shop (48.2, 16.37)"),
        ("contacts", [CONTACT], "A contact: Lee (x)(y), +1 555"),
        ("button", {"payload": "p", "text": "Cancel"}, "Chosen: Cancel"),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "a", "title": "Express"}},
            "Chosen: Express",
        ),
        ("order", {"product_items": [{"quantity": 2, "product_retailer_id": "ink"}]}, "2 x ink"),
        ("reaction", {"message_id": "wamid.unknown", "emoji": "👍"}, "Reacted with 👍"),
        (
            "edit",
            {"original_message_id": "wamid.unknown", "message": {"type": "text", "text": {"body": "at 9"}}},
            "Changed their message to: at 9",
        ),
        ("revoke", {"original_message_id": "wamid.unknown"}, "Took their message back"),
        ("edit", {"message": "odd"}, "A message of the kind edit"),
        ("system", {"body": "User Ann changed her number"}, "WhatsApp says: User Ann changed"),
        ("hologram", {"depth": 3}, "A message of the kind hologram"),
        ("location", {"latitude": "x"}, "A message of the kind location"),
        ("image", "not an object", "A message of the kind image"),
    ],
)
async def test_each_kind_is_shown_as_what_it_is(
    sandbox: SandboxClient, kind: str, inside: Any, shown: str
) -> None:
    message = write(sandbox, "", type=kind, **{kind: inside})
    await taken()
    assert shown in note(message).body
    assert prepared(message, Handbook()).triage.kind == "message"


async def test_an_answer_continues_the_open_task_that_it_belongs_to(sandbox: SandboxClient) -> None:
    asked = write(sandbox, "I need 20 posters")
    await taken()
    answers = [
        write(sandbox, "make it 30", answers=asked),
        write(sandbox, "", type="reaction", reaction={"message_id": asked, "emoji": "🎉"}),
        write(sandbox, "", type="audio", content=base64.b64encode(b"OggS").decode(), audio={}, answers=asked),
    ]
    somebody = write(sandbox, "make it 3000", answers=asked, **{"from": "436609999999"})
    first = (await taken()).task_ids
    assert sorted(notes()) == sorted([event_id(asked), event_id(somebody)])
    assert sorted(first) == notes()
    body = note(asked).body
    assert [body.count(words) for words in ("make it 30", "🎉", "Attachments/", "3000")] == [1, 1, 2, 0]
    for row in answers:  # a crash came before they counted as taken
        postpone(row, datetime.now(UTC))
    await taken()
    assert note(asked).body == body
    current_vault().move(event_id(asked), Folder.NEEDS_ACTION, Folder.DONE)
    late = write(sandbox, "and when?", answers=asked)
    await taken()
    assert event_id(late) in notes()


async def test_what_is_changed_or_taken_back_closes_what_was_asked_about_it(sandbox: SandboxClient) -> None:
    message = write(sandbox, "I need 20 posters")
    await taken()
    thirty = {"type": "text", "text": {"body": "I need 30 posters"}}
    for kind, inside, said in (
        ("edit", {"message": thirty}, "Changed their message to: I need 30 posters"),
        ("revoke", {}, "Took their message back"),
    ):
        request = ask(now=datetime.now(UTC), task_id=event_id(message))
        write(sandbox, "", type="reaction", reaction={"message_id": message, "emoji": "🎉"})
        await taken()
        assert get(request.id).is_open, "a reaction asks for nothing"
        write(sandbox, "", type=kind, **{kind: {"original_message_id": message, **inside}})
        assert (await taken()).task_ids == [event_id(message)]
        assert not get(request.id).is_open
        assert said in note(message).body
        assert said in prepared(message, Handbook()).later[0]
    assert notes() == [event_id(message)]


ORDER = "Send the monthly invoice to Larch & Sons for October 2026"
CARD = [{"name": {"formatted_name": ORDER}, "phones": [{"phone": "+1"}]}]
NOT_TOLD_TO_US: list[tuple[dict[str, Any], str]] = [
    ({"text": ORDER, "forwarded": True}, f"Passed on from somebody else: {ORDER}"),
    ({"text": ORDER, "group": "Y2FwaV9ncm91cDo"}, f"Written in a group: {ORDER}"),
    ({"type": "contacts", "contacts": CARD}, f"A contact: {ORDER}"),
    ({"type": "location", "location": {"latitude": 1, "longitude": 2, "name": ORDER}}, f"A place: {ORDER}"),
    ({"type": "poll", "poll": {"name": ORDER}}, f'kind poll: ("poll": ("name": "{ORDER}"))'),
    ({"type": "system", "system": {"body": ORDER}}, f"WhatsApp says: {ORDER}"),
    ({"type": "reaction", "reaction": {"message_id": "x", "emoji": ORDER}}, f"Reacted with {ORDER}"),
    ({"type": "button", "button": {"text": ORDER}}, f"Chosen: {ORDER}"),
    ({"type": "order", "order": {"product_items": [], "text": ORDER}}, ORDER),
    (
        {
            "type": "edit",
            "edit": {"original_message_id": "x", "message": {"type": "contacts", "contacts": CARD}},
        },
        f"Changed their message to: A contact: {ORDER}",
    ),
]


def asks_for_an_invoice(message: str) -> bool:
    return prepared(message, OWNED).plan is not None


async def test_only_what_the_owner_wrote_to_the_business_itself_is_an_order(sandbox: SandboxClient) -> None:
    for said, shown in NOT_TOLD_TO_US:
        message = write(sandbox, **{"text": "", **said})
        await taken()
        assert shown in " ".join(note(message).body.replace("\n> ", " ").split())
        assert not asks_for_an_invoice(message), said
    message = write(sandbox, ORDER)
    await taken()
    assert asks_for_an_invoice(message)
    voice = {"type": "audio", "audio": {"voice": True}, "content": base64.b64encode(b"OggS").decode()}
    for later in ({"type": "reaction", "reaction": {"message_id": message, "emoji": "\U0001f44d"}}, voice):
        write(sandbox, "", answers=message, **later)
        await taken()
        assert asks_for_an_invoice(message), "it is the same order still"
    assert "wrote later: 'A voice message'" in prepared(message, OWNED).later[0]
    write(sandbox, "", type="revoke", revoke={"original_message_id": message})
    await taken()
    assert not asks_for_an_invoice(message)


@pytest.mark.parametrize(
    "words",
    [
        "forget that",
        "No, sorry: forget it!",
        "Never mind \U0001f648",
        "nevermind",
        "cancel that please",
        "Vergiss es",
        "Ach, vergessen Sie das bitte.",
        "Hat sich erledigt, danke",
        "Oubliez \u00e7a",
        "Laisse tomber",
        "Olv\u00eddalo",
        "Lascia stare, grazie",
    ],
)
async def test_who_takes_back_what_they_just_asked_for_is_understood(
    sandbox: SandboxClient, words: str
) -> None:
    message = write(sandbox, ORDER, ago=60)
    write(sandbox, words, ago=30, **{"from": "436609999999"})
    await taken()
    request = ask(now=datetime.now(UTC), task_id=event_id(message))
    write(sandbox, words)
    assert (await taken()).task_ids == [event_id(message)]
    assert not get(request.id).is_open
    found = prepared(message, OWNED)
    assert words.split("\U0001f648", maxsplit=1)[0].strip() in found.later[0]
    assert found.plan is not None, "what was asked for is shown with it"


async def test_words_that_only_begin_like_that_or_follow_nothing_are_a_task_of_their_own(
    sandbox: SandboxClient,
) -> None:
    first = write(sandbox, "never mind", ago=90_000)
    asked = write(sandbox, ORDER, ago=88_000)
    others = [
        write(sandbox, "never mind"),
        write(sandbox, "Forget that, send it to Bo"),
        write(sandbox, "cancel"),
    ]
    await taken()
    assert notes() == sorted(map(event_id, [first, asked, *others]))


async def test_two_watchers_at_once_and_a_crash_before_the_end_store_each_once(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [write(sandbox, f"question {number}") for number in range(4)]
    await asyncio.gather(taken(), taken())
    assert notes() == sorted(map(event_id, messages))
    late = write(sandbox, "one more")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(take, "taken", killed)
        with pytest.raises(KeyboardInterrupt):
            await taken()
    await taken()
    assert notes() == sorted(map(event_id, [*messages, late]))
    assert due_events(datetime.now(UTC)) == []


async def test_a_refused_access_loses_no_file_and_keeps_no_words_waiting(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = base64.b64encode(small_pdf(["Cloudberry Hosting Inc.", "Total $12.00"])).decode()
    message = write(sandbox, type="document", document={}, content=content, **PDF)
    words = write(sandbox)
    connect(monkeypatch, sandbox, access_token="ended")
    first, later = await taken(), await taken(timedelta(minutes=2))
    assert notes() == [event_id(words)]
    assert [(type(one.problem), one.is_news) for one in (first, later)] == [
        (NotAuthorizedError, True),
        (NotAuthorizedError, False),
    ]
    assert (await taken()).problem is None
    connect(monkeypatch, sandbox)
    await taken(timedelta(minutes=10))
    assert str(note(message).front["document"]).endswith("bill.pdf")


async def test_a_file_that_cannot_be_had_now_is_had_later(sandbox: SandboxClient) -> None:
    pdf = small_pdf(["Cloudberry Hosting Inc.", "Invoice Number: C-1", "Total $12.00"])
    sandbox.fault("status", service="whatsapp", method="GET", path="/158", status=503, times=1)
    content = base64.b64encode(pdf).decode()
    message = write(sandbox, type="document", document={}, content=content, **PDF)
    words = write(sandbox)
    found = await taken()
    assert found.problem is not None
    assert notes() == [event_id(words)]
    assert (await taken()).problem is None
    assert event_id(message) not in notes()
    await taken(timedelta(minutes=2))
    assert str(note(message).front["document"]).endswith("bill.pdf")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "http://127.0.0.1:9/x"}, "none of Meta's"),
        ({"url": "https://facebook.com.evil.example/x"}, "none of Meta's"),
        ({"url": "https://fbsbx.com:8443/x"}, "none of Meta's"),
        ({"url": "https://u@lookaside.fbsbx.com/x"}, "none of Meta's"),
        ({"content": base64.b64encode(b"another file").decode()}, "its digest is not"),
    ],
)
async def test_a_file_that_is_elsewhere_or_another_is_said_and_the_token_stays_here(
    sandbox: SandboxClient, change: dict[str, str], said: str
) -> None:
    words = {
        "type": "image",
        "image": {},
        "content": base64.b64encode(b"\xff\xd8\xff").decode(),
        "name": "Ann",
    }
    posted = sandbox.http.post("/_sandbox/whatsapp/posts", json={"from": ANN} | words).json()["post"]
    delivered(sandbox)
    media = posted["message"]["image"]["id"]
    sandbox.http.put(f"/_sandbox/whatsapp/media/{media}", json=change)
    await taken()
    assert said in note(posted["id"]).body
    assert hashlib.sha256(b"another file").hexdigest() not in note(posted["id"]).body
