"""Mail through the one door: to whom the handbook allows, as a person approved it, once."""

import base64
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from blocks.gmail import credentials
from blocks.gmail.credentials import GmailCredentials, SavedMailbox
from blocks.gmail.messages import IdPage
from domain.errors import DigitalFteError, RejectedError, TransientError, UnknownOutcomeError
from domain.mail.outgoing import MailInputs
from domain.planning.order import AS_SAID, Order, ToolCall
from domain.planning.plan import Step
from domain.policy.addressees import MailRules
from domain.policy.handbook import Handbook
from domain.policy.people import People
from tasks.actions.effects import ApprovalNeededError, Evidence, Request, perform
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.clock import present
from tasks.mail import fetch_mail, send_mail
from tasks.mail.send_mail import NotSettledError
from tasks.mail.send_once import send_once
from tasks.mail.take_mail import task_id_of
from tasks.planning.orders import find_order, take_order
from tasks.reliability.breakers import is_up
from tasks.vault.vault import current_vault
from tests.approval_requests import answer, new_request
from tests.gmail_world import account, client_of, deliver, tell
from tests.sandbox_fixture import SandboxClient, sent
from tests.worked_vault import set_up_vault

NOW = datetime.now(UTC)
TASK, STEP, ACTION = "order-1", "order", "mail.send_email"
OWN = "studio@northwindlane.example"
SEND = "/messages/send$"
FREE = Handbook(mail=MailRules(known_people=True))


@pytest.fixture(autouse=True)
def mailbox(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mailbox connected, without a Prefect server's block behind it."""
    set_up_vault(sandbox, monkeypatch)
    saved_access = GmailCredentials(**account(sandbox.url).model_dump())

    async def saved(_name: str) -> SavedMailbox:
        return SavedMailbox(saved_access, NOW)

    monkeypatch.setattr(credentials, "saved_mailbox", saved)


async def ordered(**said: Any) -> dict[str, Any]:
    """The inputs that an agent's order comes to."""
    words = {"to": "ann@sender.example", "subject": "Your visit", "text": "See you on Monday."} | said
    call = ToolCall(source="mcp", tool="send_email", arguments=words)
    await take_order(
        call, Order(source="mcp", action=ACTION, inputs={AS_SAID: words}), datetime.now(UTC), look_seconds=20
    )
    kept = find_order(call.task_id)
    assert kept is not None
    return kept.inputs


async def done(inputs: dict[str, Any], handbook: Handbook | None = None, task: str = TASK) -> Evidence:
    request = Request(task, Step(id=STEP, action=ACTION, inputs=inputs), doubts=[])
    return await perform(request, handbook or Handbook(), present)


def approved(inputs: dict[str, Any]) -> None:
    """A person says yes to exactly this."""
    asked = new_request(task_id=TASK, step_id=STEP, action=ACTION, inputs=inputs)
    record_answer(open_request(asked, NOW, Handbook()).id, answer(), NOW, Handbook)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()).strip() if body else ""


async def test_a_mail_waits_for_a_person_and_is_read_back_from_the_sent_ones(sandbox: SandboxClient) -> None:
    document = current_vault().attach(b"%PDF-1.7 plan", "Plan.pdf")
    inputs = await ordered(cc=["Bo <bo@sender.example>"], bcc=["cy@sender.example"], attachments=[document])
    with pytest.raises(ApprovalNeededError, match=r"somebody else than you: ann@sender\.example"):
        await done(inputs)
    assert sent(sandbox) == []
    approved(inputs)
    evidence, again = await done(inputs), await done(inputs)
    (mail,) = sent(sandbox)
    assert (mail["To"], mail["Cc"], mail["Bcc"]) == (
        "ann@sender.example",
        "bo@sender.example",
        "cy@sender.example",
    )
    assert (mail["Subject"], text_of(mail)) == ("Your visit", "See you on Monday.")
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Plan.pdf", b"%PDF-1.7 plan")
    assert evidence.read_back["message_id"] == mail["Message-ID"] == evidence.receipt["message_id"]
    assert again.receipt == evidence.receipt


async def test_only_the_owner_is_written_to_without_a_question(sandbox: SandboxClient) -> None:
    document = current_vault().attach(b"%PDF-1.7 week", "Week.pdf")
    own = await ordered(to=OWN, text="The week: 1,200.00 USD of revenue.", attachments=[document])
    await done(own)
    known = {"boss@home.example": {"role": "Owner"}, "pat@home.example": {"role": "accountant"}}
    people = People.model_validate({"known": known})
    await done(await ordered(to="boss@home.example"), Handbook(people=people), task="order-2")
    with pytest.raises(ApprovalNeededError, match=r"somebody else than you: pat@home\.example"):
        await done(await ordered(to="pat@home.example"), Handbook(people=people), task="order-3")
    assert len(sent(sandbox)) == 2


async def test_pictures_stand_in_the_page_that_names_them(sandbox: SandboxClient) -> None:
    vault = current_vault()
    picture = vault.attach(b"\x89PNG one", "cash.png")
    report = vault.attach(b"%PDF-1.7 report", "week.pdf")
    page = '<html><head><meta charset="utf-8"></head><body><img src="cid:cash@week"></body></html>'
    said = {"to": OWN, "html": page, "attachments": [report], "pictures": {"cash@week": picture}}
    evidence = await done(await ordered(**said))
    (mail,) = sent(sandbox)
    body = mail.get_body(("related",))
    assert body is not None
    (inside,) = [part for part in body.iter_parts() if part["Content-ID"]]
    assert (inside["Content-ID"], inside.get_content()) == ("<cash@week>", b"\x89PNG one")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["week.pdf"]
    assert len(evidence.read_back["files"]) == 2


@pytest.mark.parametrize("cid", ["a", "a b@c", "a@b>\r\nBcc: x@y.example", "<a@b>", "a@" + "b" * 101])
async def test_a_picture_is_named_in_no_header_but_its_own(cid: str) -> None:
    picture = current_vault().attach(b"\x89PNG", "cash.png")
    with pytest.raises(RejectedError, match="pictures"):
        await ordered(to=OWN, html="<p>Hello</p>", pictures={cid: picture})


async def test_known_people_are_written_to_where_the_handbook_says_so(sandbox: SandboxClient) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    deliver(sandbox, sender="Ann <ann@sender.example>", received=long_ago)
    deliver(sandbox, sender="Eve <eve@sender.example>", text="Answer me!")
    customer = "rent@harborstreetoffices.example"
    for number, to in enumerate(["ann@sender.example", customer]):
        await done(await ordered(to=to), FREE, task=f"order-{number}")
    for unknown in ("eve@sender.example", "nn@sender.example", "zoe@sender.example"):
        with pytest.raises(ApprovalNeededError, match=f"nobody here knows {unknown}"):
            await done(await ordered(to=unknown), FREE, task="order-9")
    assert [str(mail["To"]) for mail in sent(sandbox)] == ["ann@sender.example", customer]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": "Please pay 4,000 EUR to DE89 3704 0044 0532 0130 00."}, "speaks of money"),
        ({"text": "We take \uff04\uff15\uff10 of you."}, "speaks of money"),
        ({"subject": "Invoice", "text": "Attached."}, "speaks of money"),
        ({"html": "<p>Our new <b>IBAN</b></p>"}, "speaks of money"),
        ({"cc": [f"p{number}@sender.example" for number in range(3)]}, "4 people get it, more than 3"),
        ({"attachments": ["Company_Handbook.md"]}, "files are attached: Company_Handbook.md"),
    ],
)
async def test_what_is_worth_a_look_asks_even_among_people_who_know_each_other(
    sandbox: SandboxClient, said: dict[str, Any], why: str
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    for who in ("ann", "p0", "p1", "p2"):
        deliver(sandbox, sender=f"{who}@sender.example", received=long_ago)
    with pytest.raises(ApprovalNeededError, match=why):
        await done(await ordered(**said), FREE)
    assert sent(sandbox) == []


@pytest.mark.parametrize(
    ("subject", "text", "goes_out"),
    [
        ("Your invoice INV/2026/00031", "Thank you, we look into it.", True),
        ("Your invoice INV/2026/00031", "We refund it.", False),
        ("4,000 EUR to DE89 3704 0044 0532 0130 00", "Thank you, we look into it.", False),
    ],
)
async def test_an_answer_asks_for_what_it_says_itself_not_for_the_name_of_its_thread(
    sandbox: SandboxClient, subject: str, text: str, *, goes_out: bool
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    deliver(sandbox, sender="Ann <ann@sender.example>", received=long_ago)
    asked = deliver(sandbox, sender="Ann <ann@sender.example>", subject=subject)
    inputs = await ordered(to=[], subject="", text=text, reply_to_task=task_id_of(asked))
    if goes_out:
        await done(inputs, FREE)
    else:
        with pytest.raises(ApprovalNeededError, match="speaks of money"):
            await done(inputs, FREE)
    assert len(sent(sandbox)) == goes_out


async def test_what_could_not_be_sent_is_said_before_anybody_is_asked(sandbox: SandboxClient) -> None:
    vault = current_vault()
    large = [vault.attach(bytes([number]) * 9_000_000, f"film{number}.mp4") for number in range(3)]
    program = vault.attach(b"MZ", "setup.exe")
    for said, why in [
        ({"to": "ann@sender.example\nBcc: eve@sender.example"}, "is no address"),
        ({"to": "ann@sender.example, eve@sender.example"}, "is no address"),
        ({"to": "ann"}, "is no address"),
        ({"to": []}, "to is missing"),
        ({"subject": "Hello\r\nBcc: eve@sender.example"}, "must be one line of text"),
        ({"subject": ""}, "subject is missing"),
        ({"text": " "}, "text"),
        ({"cc": [f"p{number}@sender.example" for number in range(100)]}, "at most 100 get one mail"),
        ({"attachments": large}, r"27\.0 MB; Gmail takes 25"),
        ({"attachments": [program]}, "Gmail takes from nobody"),
        ({"attachments": ["../secret.txt"]}, "leads out of the Vault"),
        ({"attachments": ["Reports/none.pdf"]}, "there is no such file"),
        ({"html": "<img src=x onerror=alert(1)>"}, "no reader should run"),
        ({"reply_to_task": "gmail-18c2f"}, "is no mail of this mailbox"),
        ({"reply_to_task": "gmail-nope"}, "is no mail of this mailbox"),
    ]:
        with pytest.raises(RejectedError, match=why):
            await ordered(**said)
    assert sandbox.journal(path=SEND) == []


async def test_an_answer_stays_in_its_thread(sandbox: SandboxClient) -> None:
    asked = deliver(
        sandbox,
        sender="Ann <ann@sender.example>",
        subject="Opening hours",
        message_id="<q2@sender.example>",
        headers={"References": "<q1@sender.example>"},
    )
    inputs = await ordered(to=[], subject="", text="From nine.", reply_to_task=task_id_of(asked))
    assert (inputs["to"], inputs["subject"]) == (["ann@sender.example"], "Re: Opening hours")
    with pytest.raises(RejectedError, match="its thread is called 'Re: Opening hours'"):
        await ordered(subject="Something else", reply_to_task=task_id_of(asked))
    approved(inputs)
    evidence = await done(inputs)
    (mail,) = sent(sandbox)
    assert mail["In-Reply-To"] == "<q2@sender.example>"
    assert str(mail["References"]).split() == ["<q1@sender.example>", "<q2@sender.example>"]
    thread = next(
        row["thread"]
        for row in sandbox.http.get("/_sandbox/gmail/messages").json()["messages"]
        if row["id"] == asked
    )
    assert evidence.read_back["thread_id"] == thread


def changed(inputs: dict[str, Any], number: int) -> dict[str, Any]:
    """What somebody would rather send: one of many ways to differ from what was approved."""
    other = current_vault().attach(b"another file", "Plan.pdf")
    file = inputs["attachments"][0]
    ways: list[dict[str, Any]] = [
        {"to": [f"eve{number}@sender.example"]},
        {"bcc": [f"eve{number}@sender.example"]},
        {"cc": [*inputs["cc"], f"eve{number}@sender.example"]},
        {"subject": f"Your visit {number}"},
        {"text": f"See you on Monday, at door {number}."},
        {"html": f"<p>See you on Tuesday {number}</p>"},
        {"attachments": []},
        {"attachments": [{**file, "document": other}]},
        {"attachments": [{**file, "sha256": f"{number:064x}"}]},
        {"attachments": [{**file, "name": f"Plan{number}.pdf"}]},
        {"sender": f"studio{number}@northwindlane.example"},
        {"in_reply_to": f"<q{number}@sender.example>"},
        {"thread_id": f"{number}"},
    ]
    return {**inputs, **ways[number % len(ways)]}


async def test_of_a_hundred_mails_that_nobody_approved_none_is_sent(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(_service: str, _units: int) -> None:
        """The pace of a minute's allowance is not what is tested here."""

    monkeypatch.setattr(fetch_mail, "wait_turn", at_once)
    document = current_vault().attach(b"%PDF-1.7 plan", "Plan.pdf")
    inputs = await ordered(attachments=[document])
    approved(inputs)
    for number in range(104):
        with pytest.raises(DigitalFteError):
            await done(changed(inputs, number), FREE)
    assert sandbox.journal(path=SEND) == []
    await done(inputs)
    assert len(sent(sandbox)) == 1


async def test_a_file_that_was_changed_after_the_approval_is_not_sent(sandbox: SandboxClient) -> None:
    plan = current_vault().root / "Reports" / "Plan.txt"
    plan.write_text("as approved")
    inputs = await ordered(attachments=["Reports/Plan.txt"])
    approved(inputs)
    kept = current_vault().root / inputs["attachments"][0]["document"]
    kept.write_text("something else")
    with pytest.raises(RejectedError, match="is not as it was when it was approved"):
        await done(inputs)
    assert sandbox.journal(path=SEND) == []
    kept.write_text("as approved")
    plan.write_text("the original may change")
    await done(inputs)
    (mail,) = sent(sandbox)
    (file,) = mail.iter_attachments()
    assert file.get_content().strip() == "as approved"


async def until_sent(inputs: dict[str, Any]) -> Evidence:
    """As the outbox does: again after each failure that may pass."""
    for _again in range(5):
        try:
            return await done(inputs)
        except (TransientError, UnknownOutcomeError) as error:
            last = error
    raise last


@pytest.mark.parametrize("rewritten", [False, True])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after_effect"},
        {"kind": "truncate"},
        {"kind": "wrong_json"},
        {"kind": "status_after_effect"},
        {"kind": "refuse_before"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429, "retry_after": 1},
        {"kind": "status", "status": 401},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_whatever_happens_to_the_answer_the_mail_is_sent_once(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], *, rewritten: bool
) -> None:
    monkeypatch.setattr(send_mail, "SETTLING", timedelta(0))
    tell(sandbox, "settings", rewrites_message_ids=rewritten)
    inputs = await ordered()
    approved(inputs)
    sandbox.fault(path=SEND, **fault)
    evidence = await until_sent(inputs)
    assert len(sandbox.journal(path=SEND, effect=True)) == len(sent(sandbox)) == 1
    assert evidence.read_back["subject"] == "Your visit"


async def test_an_access_token_that_has_ended_is_renewed_on_the_way(sandbox: SandboxClient) -> None:
    inputs = await ordered()
    approved(inputs)
    tell(sandbox, "expire_tokens")
    await done(inputs)
    assert len(sent(sandbox)) == 1


async def test_a_consent_that_was_withdrawn_sends_nothing_until_it_is_given_again(
    sandbox: SandboxClient,
) -> None:
    inputs = await ordered()
    approved(inputs)
    tell(sandbox, "revoke")
    with pytest.raises(RejectedError, match="fte connect gmail"):
        await done(inputs)
    assert sent(sandbox) == []
    tell(sandbox, "grant")
    await done(inputs)
    assert len(sent(sandbox)) == 1


async def test_a_mail_is_only_sent_from_the_mailbox_that_it_was_made_for(sandbox: SandboxClient) -> None:
    inputs = await ordered() | {"sender": "other@northwindlane.example"}
    approved(inputs)
    with pytest.raises(
        RejectedError, match=f"was made for other@northwindlane.example, and {OWN} is connected"
    ):
        await done(inputs)
    assert sandbox.journal(path=SEND) == []


async def test_an_approver_corrects_a_mail_but_no_header_with_it(sandbox: SandboxClient) -> None:
    inputs = await ordered()
    asked = new_request(task_id=TASK, step_id=STEP, action=ACTION, inputs=inputs)
    request = open_request(asked, NOW, Handbook())
    for changes, why in [
        ({"subject": "Hi\nBcc: eve@sender.example"}, "one line"),
        ({"to": "eve@sender.example"}, "'to' cannot be changed here"),
        ({"sender": "eve@sender.example"}, "cannot be changed here"),
        ({"text": " "}, "text"),
    ]:
        outcome = record_answer(request.id, answer("edit", changes=changes), NOW, Handbook)
        assert why in (outcome.reason or "")
        assert outcome.request.is_open
    corrected = answer("edit", changes={"subject": "Your visit on Monday", "text": "See you at nine."})
    record_answer(request.id, corrected, NOW, Handbook)
    await done(inputs)
    (mail,) = sent(sandbox)
    assert (mail["Subject"], text_of(mail)) == ("Your visit on Monday", "See you at nine.")


async def test_a_mail_that_is_not_found_yet_is_not_sent_again(sandbox: SandboxClient) -> None:
    inputs = await ordered()
    approved(inputs)
    sandbox.fault("refuse_before", path=SEND)
    with pytest.raises(UnknownOutcomeError):
        await done(inputs)
    for _again in range(6):
        with pytest.raises(NotSettledError):
            await done(inputs)
    assert is_up("gmail")
    assert sandbox.journal(path=SEND, effect=True) == []


async def test_a_machine_that_slept_while_the_mail_was_on_its_way_gives_the_search_its_time(
    sandbox: SandboxClient,
) -> None:
    tell(sandbox, "settings", rewrites_message_ids=True)
    sandbox.fault("drop_after_effect", path=SEND)
    inputs = MailInputs.model_validate(await ordered())
    asleep = [timedelta(0)]
    async with client_of(sandbox) as client:
        sends = client.send

        async def send_asleep(*said: Any, **more: Any) -> str:
            asleep.append(timedelta(hours=12))
            return await sends(*said, **more)

        client.send = send_asleep  # type: ignore[method-assign]
        with pytest.raises(UnknownOutcomeError):
            await send_once(client, inputs, key="e1", now=lambda: NOW + asleep[-1])
        looks = client.search

        async def none_yet(*_: Any, **__: Any) -> Any:
            return IdPage((), None)

        client.search = none_yet  # type: ignore[method-assign]
        with pytest.raises(NotSettledError):
            await send_once(client, inputs, key="e1", now=lambda: NOW + timedelta(hours=12, seconds=10))
        client.search = looks  # type: ignore[method-assign]
        await send_once(client, inputs, key="e1", now=lambda: NOW + timedelta(hours=12, minutes=2))
    assert len(sandbox.journal(path=SEND, effect=True)) == 1


async def test_a_large_answer_stays_in_its_thread(sandbox: SandboxClient) -> None:
    asked = deliver(sandbox, sender="Ann <ann@sender.example>", subject="The film")
    film = current_vault().attach(b"\0" * 6_000_000, "film.mp4")
    inputs = await ordered(to=[], subject="", attachments=[film], reply_to_task=task_id_of(asked))
    approved(inputs)
    evidence = await done(inputs)
    assert evidence.read_back["thread_id"] == inputs["thread_id"]
    (mail,) = sent(sandbox)
    (file,) = mail.iter_attachments()
    assert len(base64.b64decode(file.get_payload().encode())) == 6_000_000


def test_a_mail_shows_a_person_everything_that_is_bound() -> None:
    assert set(MailInputs.model_fields) == {
        "to",
        "cc",
        "bcc",
        "subject",
        "text",
        "html",
        "sender",
        "attachments",
        "in_reply_to",
        "references",
        "thread_id",
    }
