"""From what was said of a mail to exactly what is sent: files kept by their bytes, an answer in its thread."""

import hashlib
from dataclasses import dataclass
from functools import partial

from blocks.gmail.client import GmailClient
from blocks.gmail.errors import GmailMissingError
from blocks.gmail.units import UNITS
from domain.errors import RejectedError
from domain.mail.outgoing import (
    MailFile,
    MailInputs,
    MailOrder,
    answer_subject,
    is_same_subject,
    kind_of,
    message_ids,
    senders_address,
)
from tasks.mail.fetch_mail import SERVICE, ask, fetch_profile
from tasks.vault.vault import current_vault

ANSWERED = ("Message-ID", "References", "In-Reply-To", "Reply-To", "From", "Subject")
PART_DIGITS = 3
"""A mail that brought several tasks has them under its id with a number behind."""


class NoFileError(RejectedError):
    """What is named is no file of the Vault."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} cannot be attached: {problem}; name a file by its place in the Vault")


class NoSuchMailError(RejectedError):
    """The task is no mail of this mailbox."""

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"{task_id} is no mail of this mailbox, or it was deleted there; name the task of a mail, or leave "
            "reply_to_task out"
        )


class AnswerRefusedError(RejectedError):
    """The mail cannot be answered so."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"it cannot be answered so: {problem}")


@dataclass(frozen=True)
class _Answered:
    """The mail that is answered, as the mailbox has it."""

    thread_id: str
    headers: dict[str, str]


async def complete_mail(client: GmailClient, order: MailOrder) -> MailInputs:
    """The mail as it will be sent.

    Raises:
        NoFileError: an attachment is no file of the Vault.
        NoSuchMailError, AnswerRefusedError: the mail to answer is not there, or its thread has another subject.
    """
    sender = (await fetch_profile(client)).address
    words = order.model_dump(exclude={"attachments", "pictures", "reply_to_task"})
    inside = [kept_file(name).model_copy(update={"content_id": cid}) for cid, name in order.pictures.items()]
    files = (*map(kept_file, order.attachments), *inside)
    if order.reply_to_task:
        words |= _in_thread(order, await _answered(client, order.reply_to_task))
    return MailInputs(sender=sender, attachments=files, **words)


def kept_file(relative: str) -> MailFile:
    """A file of the Vault, kept as it is now: what becomes of the original later changes nothing.

    Raises:
        NoFileError: it is none.
        OutsideVaultError: it lies elsewhere.
    """
    vault = current_vault()
    path = vault.path(relative)
    if any(part.startswith(".") for part in relative.split("/")) or not path.is_file():
        raise NoFileError(relative, "there is no such file")
    content = path.read_bytes()
    if not content:
        raise NoFileError(relative, "it is empty")
    document = vault.keep_as_it_is(relative)
    return MailFile(
        document=document,
        name=_reader_name(document),
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind_of(document),
        size_bytes=len(content),
    )


def _reader_name(document: str) -> str:
    """Without the digest that it is kept under."""
    kept = document.rpartition("/")[2]
    return kept.split("-", 1)[1] if "-" in kept else kept


async def _answered(client: GmailClient, task_id: str) -> _Answered:
    """Asked of the mailbox, since anybody can write into a note."""
    for message_id in _message_ids(task_id):
        try:
            head = await ask(UNITS["messages.get"], partial(client.head, message_id))
            headers = await ask(UNITS["messages.get"], partial(client.headers, message_id, ANSWERED))
        except GmailMissingError:
            continue
        return _Answered(head.thread_id, headers)
    raise NoSuchMailError(task_id)


def _message_ids(task_id: str) -> list[str]:
    """The message of a task, or of the mail that brought the task among others."""
    message_id = task_id.removeprefix(f"{SERVICE}-")
    whole, _, part = message_id.rpartition("-")
    return [message_id, whole] if whole and part.isdigit() and len(part) < PART_DIGITS else [message_id]


def _in_thread(order: MailOrder, answered: _Answered) -> dict[str, object]:
    """What an answer takes over from the mail that it answers."""
    headers = answered.headers
    asked = headers.get("subject", "")
    if order.subject and not is_same_subject(order.subject, asked):
        raise AnswerRefusedError(
            f"its thread is called {answer_subject(asked)!r}; leave subject out, or leave reply_to_task out"
        )
    try:
        to = order.to or (senders_address(headers),)
    except ValueError as error:
        raise AnswerRefusedError(str(error)) from error
    (in_reply_to,) = message_ids(headers.get("message-id", ""))[-1:] or (None,)
    before = message_ids(headers.get("references") or headers.get("in-reply-to", ""))
    return {
        "to": to,
        "subject": answer_subject(asked)[:250],
        "thread_id": answered.thread_id,
        "in_reply_to": in_reply_to,
        "references": (*before, in_reply_to)[-20:] if in_reply_to else (),
    }
