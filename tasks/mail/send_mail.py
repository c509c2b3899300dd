"""Sending a mail under a Message-ID of our own, and finding out afterwards whether it was sent.

`send_mail` never repeats anything. After an unknown outcome the caller asks `find_sent`, and sends again only
when that says None.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Any

from blocks.gmail.client import GmailClient
from blocks.gmail.units import UNITS
from domain.errors import ContractError
from domain.mail.reply import OUR_HEADER
from domain.reliability.rate_limits import DueLaterError
from tasks.mail.fetch_mail import ask

SETTLING = timedelta(seconds=60)
"""A mail can be sent a moment before Gmail's search knows it; until then "not found" proves nothing."""

LOOKED_BACK = timedelta(days=1)
"""A machine may have slept for hours since it began to send, and its clock be wrong by as much."""
MOST_LOOKED_AT = 50


class BadHeaderError(ContractError):
    """A value would break the mail's header."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the mail's {name} holds a line break or is empty; nothing was sent")


class NotSettledError(DueLaterError):
    """It is too early to say that a mail was not sent."""

    def __init__(self, message_id: str, until: datetime) -> None:
        super().__init__(
            f"whether {message_id} was sent cannot be said before {until.isoformat(timespec='seconds')}",
            until,
        )


@dataclass(frozen=True)
class Attached:
    """A file of a mail."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    content_id: str | None = None
    """Of a picture inside the page."""


@dataclass(frozen=True)
class OutgoingMail:
    """Everything that is shown before it is approved, and sent as it was shown."""

    message_id: str
    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    html: str | None = None
    attachments: tuple[Attached, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    thread_id: str | None = None
    auto_submitted: str | None = None
    """Of what nobody is to answer by a machine (RFC 3834): auto-generated, auto-replied."""


@dataclass(frozen=True)
class SentMailPlace:
    """Where a sent mail is."""

    gmail_id: str
    message_id: str


def message_id_for(key: str, address: str) -> str:
    """The Message-ID of an effect: the same key and mailbox give the same one.

    Args:
        key: The effect's key.
        address: The mailbox it is sent from.
    """
    safe = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in key)
    return f"<fte.{safe}@{address.rpartition('@')[2] or 'localhost'}>"


def write_mail(mail: OutgoingMail, now: datetime) -> bytes:
    """The RFC 822 bytes.

    Raises:
        BadHeaderError: a value would break the header.
    """
    message = EmailMessage(policy=SMTP)
    for name, value in _headers(mail, now).items():
        if not value.strip() or "\n" in value or "\r" in value:
            raise BadHeaderError(name)
        message[name] = value
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    for attached in mail.attachments:
        _attach(message, attached)
    return message.as_bytes()


def _attach(message: EmailMessage, attached: Attached) -> None:
    """A file beside the text, or a picture inside the page that names it."""
    main, _, sub = attached.kind.partition("/")
    facts: dict[str, Any] = {"maintype": main, "subtype": sub or "octet-stream", "filename": attached.name}
    page = message.get_body(("html",)) if attached.content_id else None
    if page is None:
        message.add_attachment(attached.content, **facts)
    else:
        page.add_related(attached.content, cid=f"<{attached.content_id}>", disposition="inline", **facts)


async def send_mail(client: GmailClient, mail: OutgoingMail, *, now: datetime) -> SentMailPlace:
    """Send a mail once.

    Raises:
        TransientError, RejectedError, ContractError: it was provably not sent.
        UnknownOutcomeError: it may have been sent; ask `find_sent`.
    """
    raw = write_mail(mail, now)
    sent = await ask(UNITS["messages.send"], partial(client.send, raw, thread_id=mail.thread_id))
    return SentMailPlace(sent, mail.message_id)


async def find_sent(
    client: GmailClient, message_id: str, *, tried_at: datetime, now: datetime
) -> SentMailPlace | None:
    """The mail, if it was sent; None only when that is sure.

    Args:
        client: The mailbox it would have been sent from.
        message_id: Its own Message-ID.
        tried_at: When sending it was last tried.
        now: The present.

    Raises:
        NotSettledError: it is not found, and the try is too recent for that to mean anything.
        TransientError: Gmail is away.
    """
    query = f"rfc822msgid:{message_id.strip('<>')} in:anywhere"
    found = (await ask(UNITS["messages.list"], partial(client.search, query))).message_ids
    gmail_id = found[0] if found else await _look_through(client, message_id, tried_at)
    if gmail_id is not None:
        return SentMailPlace(gmail_id, message_id)
    if now < tried_at + SETTLING:
        raise NotSettledError(message_id, tried_at + SETTLING)
    return None


async def _look_through(client: GmailClient, message_id: str, tried_at: datetime) -> str | None:
    """Search the newest sent mails by our own header, in case Gmail gave this one another Message-ID."""
    query = f"in:sent after:{int((tried_at - LOOKED_BACK).timestamp())}"
    page = await ask(UNITS["messages.list"], partial(client.search, query))
    for gmail_id in page.message_ids[:MOST_LOOKED_AT]:
        names = ["Message-ID", OUR_HEADER]
        headers = await ask(UNITS["messages.get"], partial(client.headers, gmail_id, names))
        if message_id.strip("<>") in {value.strip("<> ") for value in headers.values()}:
            return gmail_id
    return None


def _headers(mail: OutgoingMail, now: datetime) -> dict[str, str]:
    optional = {
        "Cc": ", ".join(mail.cc),
        "Bcc": ", ".join(mail.bcc),
        "In-Reply-To": mail.in_reply_to or "",
        "Auto-Submitted": mail.auto_submitted or "",
        "References": " ".join(mail.references or filter(None, [mail.in_reply_to])),
    }
    return {
        "To": ", ".join(mail.to),
        "Subject": mail.subject,
        "Date": format_datetime(now),
        "Message-ID": mail.message_id,
        OUR_HEADER: mail.message_id.strip("<>"),
        **{name: value for name, value in optional.items() if value},
    }
