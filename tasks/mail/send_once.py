"""One mail for one effect, whatever happens on the way: what may have been sent is looked for before it is repeated."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from pydantic import BaseModel
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.gmail.client import GmailClient
from blocks.gmail.units import UNITS
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.mail.outgoing import MailInputs
from tasks.clock import Clock, present
from tasks.mail.fetch_mail import ask
from tasks.mail.send_mail import Attached, OutgoingMail, find_sent, message_id_for, send_mail
from tasks.reliability.claims import refuse_lost
from tasks.reliability.serialised import delete_row, find_row, keep_row, serialised
from tasks.vault.vault import current_vault


class MailTry(Base):
    """A mail that was handed over: when last, and Gmail's id once that is known."""

    __tablename__ = "mail_tries"

    effect: Mapped[str] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gmail_id: Mapped[str | None]


class MailReceipt(BaseModel):
    """What was sent: its own Message-ID, and where the mailbox keeps it."""

    message_id: str
    gmail_id: str
    thread_id: str


async def send_once(
    client: GmailClient,
    mail: MailInputs,
    *,
    key: str,
    auto_submitted: str | None = None,
    now: Clock = present,
) -> MailReceipt:
    """Send the mail of this effect, unless it was sent before.

    Args:
        client: The mailbox.
        mail: What is sent.
        key: The effect's.
        auto_submitted: Says that no machine is to answer it (RFC 3834).
        now: The present.

    Raises:
        NotAsApprovedError: a file is not the approved one.
        NotSettledError: it may have been sent, and that cannot be told yet.
        UnknownOutcomeError: it may have been sent; the next call looks for it.
        TransientError, RejectedError: as Gmail says; this call sent nothing.
    """
    message_id = message_id_for(key, mail.sender)
    gmail_id = await _sent_before(client, key, message_id, now()) or await _sent_now(
        client, replace(_outgoing(mail, message_id), auto_submitted=auto_submitted), key, now
    )
    head = await ask(UNITS["messages.get"], partial(client.head, gmail_id))
    return MailReceipt(message_id=message_id, gmail_id=gmail_id, thread_id=head.thread_id)


async def _sent_before(client: GmailClient, key: str, message_id: str, now: datetime) -> str | None:
    row = find_row(MailTry, key)
    if row is None:
        return None
    if row.gmail_id:
        return row.gmail_id
    found = await find_sent(client, message_id, tried_at=row.tried_at, now=now)
    if found is None:
        return None
    _keep(key, now, found.gmail_id)
    return found.gmail_id


async def _sent_now(client: GmailClient, mail: OutgoingMail, key: str, now: Clock) -> str:
    is_first = find_row(MailTry, key) is None
    _begin(key, now())
    try:
        sent = await send_mail(client, mail, now=now())
    except UnknownOutcomeError:  # it may have arrived only now: it was long on the way, or the machine slept
        _keep(key, now(), None)
        raise
    except (TransientError, RejectedError):  # provably not sent, this time
        if is_first:
            delete_row(MailTry, key)
        raise
    _keep(key, now(), sent.gmail_id)
    return sent.gmail_id


def _outgoing(mail: MailInputs, message_id: str) -> OutgoingMail:
    content = current_vault().approved
    files = tuple(
        Attached(one.name, one.kind, content(one.document, one.sha256), one.content_id)
        for one in mail.attachments
    )
    return OutgoingMail(
        message_id=message_id,
        to=mail.to,
        cc=mail.cc,
        bcc=mail.bcc,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        attachments=files,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        thread_id=mail.thread_id,
    )


def _begin(key: str, now: datetime) -> None:
    """Keep that it is handed over from here on, which only the worker does that still has its task.

    Raises:
        ClaimLostError: another one has it.
    """

    def begin(session: Session) -> None:
        refuse_lost(session)
        session.merge(MailTry(effect=key, tried_at=now, gmail_id=None))

    serialised(begin)


def _keep(key: str, now: datetime, gmail_id: str | None) -> None:
    keep_row(MailTry(effect=key, tried_at=now, gmail_id=gmail_id))
