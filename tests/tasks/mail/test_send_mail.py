"""A mail is sent once, and whether it was sent can be found out."""

import base64
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from blocks.gmail.errors import GmailOutcomeUnknownError, GmailUnavailableError
from tasks.mail.send_mail import (
    SETTLING,
    Attached,
    BadHeaderError,
    NotSettledError,
    OutgoingMail,
    find_sent,
    message_id_for,
    send_mail,
    write_mail,
)
from tests.gmail_world import client_of, deliver, tell
from tests.sandbox_fixture import SandboxClient

SEND = "/messages/send$"
MESSAGE_ID = "<fte.key-1@northwindlane.example>"


def outgoing(**changes: Any) -> OutgoingMail:
    facts: dict[str, Any] = {
        "message_id": MESSAGE_ID,
        "to": ("Ann Lee <ann@sender.example>",),
        "subject": "Your question",
        "text": "Grüße\n",
    }
    return OutgoingMail(**facts | changes)


def sent_count(sandbox: SandboxClient) -> int:
    return len(sandbox.journal(path=SEND, effect=True))


async def test_a_sent_mail_is_found_by_its_own_message_id(sandbox: SandboxClient) -> None:
    now = datetime.now(UTC)
    async with client_of(sandbox) as client:
        sent = await send_mail(client, outgoing(), now=now)
        assert await find_sent(client, MESSAGE_ID, tried_at=now, now=now) == sent
    assert sent_count(sandbox) == 1


@pytest.mark.parametrize("kind", ["drop_after_effect", "truncate", "wrong_json", "status_after_effect"])
@pytest.mark.parametrize("rewritten", [False, True])
async def test_an_unknown_outcome_is_settled_by_looking(
    sandbox: SandboxClient, kind: str, *, rewritten: bool
) -> None:
    tell(sandbox, "settings", rewrites_message_ids=rewritten)
    sandbox.fault(kind, path=SEND)
    now = datetime.now(UTC)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailOutcomeUnknownError):
            await send_mail(client, outgoing(), now=now)
        assert await find_sent(client, MESSAGE_ID, tried_at=now, now=now)
    assert sent_count(sandbox) == 1


async def test_a_mail_that_was_not_sent_is_none_only_when_that_is_sure(sandbox: SandboxClient) -> None:
    sandbox.fault("refuse_before", path=SEND)
    now = datetime.now(UTC)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailOutcomeUnknownError):
            await send_mail(client, outgoing(), now=now)
        with pytest.raises(NotSettledError):
            await find_sent(client, MESSAGE_ID, tried_at=now, now=now + timedelta(seconds=5))
        assert await find_sent(client, MESSAGE_ID, tried_at=now, now=now + SETTLING) is None
        sandbox.fault("truncate", path="/messages$")
        with pytest.raises(GmailUnavailableError):
            await find_sent(client, MESSAGE_ID, tried_at=now, now=now + SETTLING)


async def test_an_answer_joins_the_thread(sandbox: SandboxClient) -> None:
    asked = deliver(sandbox, message_id="<q@sender.example>")
    mail = outgoing(in_reply_to="<q@sender.example>", thread_id=asked)
    async with client_of(sandbox) as client:
        sent = await send_mail(client, mail, now=datetime.now(UTC))
        head = await client.head(sent.gmail_id)
        headers = await client.headers(sent.gmail_id, ["In-Reply-To", "References"])
    assert head.thread_id == asked
    assert headers == {"in-reply-to": "<q@sender.example>", "references": "<q@sender.example>"}


def test_a_mail_is_written_as_it_was_shown() -> None:
    mail = outgoing(
        to=("Ann Lee <ann@sender.example>", "bo@sender.example"),
        cc=("cy@sender.example",),
        html="<p>Grüße</p>",
        attachments=(Attached("Übersicht.pdf", "application/pdf", b"%PDF-"),),
    )
    raw = write_mail(mail, datetime(2026, 11, 22, tzinfo=UTC))
    assert raw.count(b"\r\n") == raw.count(b"\n")
    written = message_from_bytes(raw, policy=default)
    assert [str(address) for address in written["To"].addresses] == list(mail.to)
    assert (written["Subject"], written["Message-ID"]) == (mail.subject, MESSAGE_ID)
    (attached,) = written.iter_attachments()  # type: ignore[attr-defined]
    assert (attached.get_filename(), attached.get_content()) == ("Übersicht.pdf", b"%PDF-")
    body = written.get_body(("plain",))  # type: ignore[attr-defined]
    assert body.get_content().splitlines() == ["Grüße"]
    assert base64.b64encode(b"%PDF-") in raw


@pytest.mark.parametrize(
    "changes", [{"subject": "Hello\nBcc: evil@sender.example"}, {"to": ()}, {"subject": " "}]
)
def test_a_value_that_would_break_the_header_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadHeaderError):
        write_mail(outgoing(**changes), datetime.now(UTC))


def test_a_message_id_comes_from_the_effects_key_alone() -> None:
    one = message_id_for("task:step/1", "studio@northwindlane.example")
    assert one == message_id_for("task:step/1", "studio@northwindlane.example")
    assert one == "<fte.task-step-1@northwindlane.example>"
