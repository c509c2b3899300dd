"""A sent mail as the mailbox keeps it, and what differs from what was to be sent."""

import hashlib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from functools import partial
from typing import Any

from pydantic import BaseModel

from blocks.gmail.client import GmailClient
from blocks.gmail.units import UNITS
from domain.mail.outgoing import MailInputs
from tasks.mail.fetch_mail import ask

SENT = "SENT"


class SentFacts(BaseModel):
    """What stands in the mailbox.

    Attributes:
        files: SHA-256 of each attached file.
    """

    gmail_id: str
    thread_id: str
    message_id: str
    is_sent: bool
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    text: str
    html: str
    files: list[str]
    url: str

    def shown(self) -> dict[str, Any]:
        """As JSON values, without what the mail says."""
        return self.model_dump(mode="json", exclude={"text", "html", "is_sent"})


async def read_sent(client: GmailClient, gmail_id: str) -> SentFacts:
    """Read a sent mail back.

    Raises:
        GmailMissingError: it was deleted in the mailbox.
        TransientError: Gmail is away.
    """
    head = await ask(UNITS["messages.get"], partial(client.head, gmail_id))
    raw = await ask(UNITS["messages.get"], partial(client.raw, gmail_id))
    mail = message_from_bytes(raw, policy=default)
    return SentFacts(
        gmail_id=gmail_id,
        thread_id=head.thread_id,
        message_id=str(mail["Message-ID"] or ""),
        is_sent=SENT in head.labels,
        to=_addresses(mail, "To"),
        cc=_addresses(mail, "Cc"),
        bcc=_addresses(mail, "Bcc"),
        subject=str(mail["Subject"] or ""),
        text=_text(mail, "plain"),
        html=_text(mail, "html"),
        files=[hashlib.sha256(_bytes(part)).hexdigest() for part in mail.walk() if part.get_filename()],
        url=f"https://mail.google.com/mail/u/0/#all/{gmail_id}",
    )


def sent_problems(mail: MailInputs, facts: SentFacts) -> list[str]:
    """What keeps a mail of the mailbox from being the one that was to be sent."""
    wanted: dict[str, str | list[str]] = {
        "to": [*mail.to],
        "cc": [*mail.cc],
        "bcc": [*mail.bcc],
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html or "",
        "files": [file.sha256 for file in mail.attachments],
    }
    problems = [
        f"its {name} is not as it was to be sent"
        for name, value in wanted.items()
        if _bare(value) != _bare(getattr(facts, name))
    ]
    return problems if facts.is_sent else ["it is not among the sent mails", *problems]


def _bare(value: str | list[str]) -> list[str]:
    return value.split() if isinstance(value, str) else sorted(one.casefold() for one in value)


def _addresses(mail: EmailMessage, name: str) -> list[str]:
    return [address for _, address in getaddresses(map(str, mail.get_all(name, []))) if address]


def _text(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def _bytes(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
