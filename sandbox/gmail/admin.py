"""The mail side of `/_sandbox`: deliver mail, revoke the grant, make cursors too old, see what is there."""

import json
from base64 import b64decode
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.admin import answer, refusal_of
from sandbox.gmail import rfc822
from sandbox.gmail.errors import GmailRefusal
from sandbox.gmail.mailbox import Mailbox, Stored, owner
from sandbox.gmail.oauth import GoogleTokens


class DeliveredFile(BaseModel, extra="forbid"):
    """A file of a mail to deliver."""

    name: str
    content: str = Field(description="base64")
    type: str = "application/octet-stream"


class Delivery(BaseModel, extra="forbid"):
    """A mail to deliver: its raw bytes, or fields to make one from."""

    raw: str | None = Field(default=None, description="a whole RFC 822 message, base64")
    sender: str = "Somebody <somebody@sender.example>"
    to: str = Field(default_factory=owner)
    subject: str = ""
    text: str = ""
    html: str | None = None
    message_id: str | None = None
    date: datetime | None = None
    headers: dict[str, str] = {}
    attachments: list[DeliveredFile] = []
    labels: list[str] = ["INBOX", "UNREAD"]
    authentic: bool = Field(default=True, description="whether SPF, DKIM and DMARC pass")
    received: datetime | None = None


class _MailSide:
    def __init__(self, mailbox: Mailbox, tokens: GoogleTokens) -> None:
        self._mailbox = mailbox
        self._tokens = tokens

    async def deliver(self, request: Request) -> JSONResponse:
        """The same Message-ID again is not delivered again."""
        try:
            delivery = Delivery.model_validate_json(await request.body())
        except ValidationError as error:
            return refusal_of(error)
        raw = b64decode(delivery.raw) if delivery.raw else compose(delivery, self._mailbox.now())
        message_id = rfc822.header(rfc822.parse(raw), "Message-ID").strip()
        before = self._mailbox.with_message_id(message_id) if message_id else None
        if before is not None:
            return answer(delivered=False, **_seen(before))
        stamped = _transport_headers(raw, delivery, self._mailbox.now()) + raw
        stored = self._mailbox.put(stamped, delivery.labels, received=delivery.received)
        return answer(status_code=201, delivered=True, **_seen(stored))

    async def messages(self, _: Request) -> JSONResponse:
        return answer(messages=[_seen(message) for message in self._mailbox.all()])

    async def raw(self, request: Request) -> JSONResponse:
        try:
            message = self._mailbox.get(request.path_params["key"])
        except GmailRefusal as refusal:
            return answer(status_code=refusal.code, problem=str(refusal))
        return answer(raw=message.raw.decode("latin-1"), **_seen(message))

    async def modify(self, request: Request) -> JSONResponse:
        body = json.loads(await request.body())
        changed = self._mailbox.modify(
            request.path_params["key"], body.get("add", []), body.get("remove", [])
        )
        return answer(**_seen(changed))

    async def delete(self, request: Request) -> JSONResponse:
        self._mailbox.delete(request.path_params["key"])
        return answer(status="deleted")

    async def expire_history(self, _: Request) -> JSONResponse:
        self._mailbox.expire_history()
        return answer(status="expired", history_id=str(self._mailbox.history_id))

    async def settings(self, request: Request) -> JSONResponse:
        for name, value in json.loads(await request.body()).items():
            self._mailbox.change_setting(name, value)
        return answer(status="changed")

    async def revoke(self, _: Request) -> JSONResponse:
        self._tokens.revoke()
        return answer(status="revoked")

    async def expire_tokens(self, _: Request) -> JSONResponse:
        self._tokens.expire()
        return answer(status="expired")

    async def grant(self, request: Request) -> JSONResponse:
        self._tokens.grant(list(json.loads(await request.body() or b"{}").get("scopes", [])))
        return answer(status="granted")

    async def fed(self, request: Request) -> JSONResponse:
        """What the feed has delivered; a POST adds an item."""
        done = list(self._mailbox.setting("fed") or [])
        if request.method == "POST":
            item = str(json.loads(await request.body())["item"])
            done = [*done, item] if item not in done else done
            self._mailbox.change_setting("fed", done)
        return answer(fed=done)


def routes(mailbox: Mailbox, tokens: GoogleTokens) -> list[Route]:
    """The admin's paths about mail."""
    side = _MailSide(mailbox, tokens)
    return [
        Route("/_sandbox/gmail/deliver", side.deliver, methods=["POST"]),
        Route("/_sandbox/gmail/messages", side.messages, methods=["GET"]),
        Route("/_sandbox/gmail/messages/{key}", side.raw, methods=["GET"]),
        Route("/_sandbox/gmail/messages/{key}", side.delete, methods=["DELETE"]),
        Route("/_sandbox/gmail/messages/{key}/labels", side.modify, methods=["POST"]),
        Route("/_sandbox/gmail/expire_history", side.expire_history, methods=["POST"]),
        Route("/_sandbox/gmail/settings", side.settings, methods=["POST"]),
        Route("/_sandbox/gmail/revoke", side.revoke, methods=["POST"]),
        Route("/_sandbox/gmail/expire_tokens", side.expire_tokens, methods=["POST"]),
        Route("/_sandbox/gmail/grant", side.grant, methods=["POST"]),
        Route("/_sandbox/feed", side.fed, methods=["GET", "POST"]),
    ]


def compose(delivery: Delivery, now: datetime) -> bytes:
    """The mail that the fields describe."""
    mail = EmailMessage()
    domain = parseaddr(delivery.sender)[1].rpartition("@")[2] or "sender.example"
    mail["From"] = delivery.sender
    mail["To"] = delivery.to
    mail["Subject"] = delivery.subject
    mail["Date"] = format_datetime(delivery.date or now)
    mail["Message-ID"] = delivery.message_id or make_msgid(domain=domain)
    for name, value in delivery.headers.items():
        mail[name] = value
    mail.set_content(delivery.text)
    if delivery.html is not None:
        mail.add_alternative(delivery.html, subtype="html")
    for attached in delivery.attachments:
        main, _, sub = attached.type.partition("/")
        mail.add_attachment(b64decode(attached.content), maintype=main, subtype=sub, filename=attached.name)
    return mail.as_bytes()


def _transport_headers(raw: bytes, delivery: Delivery, now: datetime) -> bytes:
    """What a receiving mail server puts on top."""
    sender = parseaddr(rfc822.header(rfc822.parse(raw), "From"))[1]
    domain = sender.rpartition("@")[2] or "unknown.invalid"
    verdict = "pass" if delivery.authentic else "fail"
    when = format_datetime(delivery.received or now)
    return (
        f"Delivered-To: {owner()}\r\n"
        f"Received: from mail.{domain} (mail.{domain}. [203.0.113.25]) by mx.google.com with ESMTPS; {when}\r\n"
        f"Authentication-Results: mx.google.com; dkim={verdict} header.i=@{domain};\r\n"
        f" spf={verdict} smtp.mailfrom={sender}; dmarc={verdict} header.from={domain}\r\n"
    ).encode("utf-8", "replace")


def _seen(message: Stored) -> dict[str, Any]:
    return {
        "id": message.id,
        "thread": message.thread,
        "labels": list(message.labels),
        "message_id": message.message_id,
        "subject": rfc822.header(message.parsed, "Subject"),
    }
