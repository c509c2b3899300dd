"""What a plan may have written by a template; a letter that nobody has sent changes nothing."""

from collections.abc import Iterator
from contextlib import suppress

from domain.mail.answerable import MailWanted, OpenMail, mail_meant
from domain.mail.letter import (
    AwaitedDetails,
    AwaitedDocument,
    CameDetails,
    CameDocument,
    Letter,
    LetterInputs,
)
from domain.vault.broken import BrokenNoteError
from tasks.actions.performer import Reader, no_client, readers_by_name
from tasks.mail.awaited import find_details, find_document
from tasks.mail.templates import render_mail
from tasks.vault.vault import Folder, NoteMissingError, current_vault

MAIL_TASK = "gmail-"


async def _write(_: None, inputs: LetterInputs) -> Letter:
    words = render_mail(inputs.template, inputs.values)
    return Letter(
        to=(inputs.to,),
        subject=words["subject"],
        text=words["text"],
        html=words.get("html"),
        attachments=inputs.attachments,
    )


async def _find(_: None, inputs: AwaitedDocument) -> CameDocument:
    return find_document(inputs)


async def _details(_: None, inputs: AwaitedDetails) -> CameDetails:
    return find_details(inputs)


async def _find_mail(_: None, wanted: MailWanted) -> OpenMail:
    return mail_meant(wanted, list(_open_mails()))


def _open_mails() -> Iterator[OpenMail]:
    """Those whose notes can be read; one that cannot is set aside by whoever works it."""
    vault = current_vault()
    for task in sorted(vault.names(Folder.NEEDS_ACTION)):
        if not task.startswith(MAIL_TASK):
            continue
        with suppress(BrokenNoteError, NoteMissingError):
            front = vault.read(Folder.NEEDS_ACTION, task).front
            yield OpenMail(
                task=task,
                sender=str(front.get("from") or ""),
                subject=str(front.get("subject") or ""),
                received=str(front.get("received") or ""),
            )


READERS = readers_by_name(
    Reader[None, MailWanted](name="mail.find_mail", connect=no_client, read=_find_mail),
    Reader[None, LetterInputs](name="mail.write_letter", connect=no_client, read=_write),
    Reader[None, AwaitedDocument](name="mail.find_document", connect=no_client, read=_find),
    Reader[None, AwaitedDetails](name="mail.find_details", connect=no_client, read=_details),
)
