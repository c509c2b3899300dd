"""What a plan may have written by a template; a letter that nobody has sent changes nothing."""

from domain.mail.letter import (
    AwaitedDetails,
    AwaitedDocument,
    CameDetails,
    CameDocument,
    Letter,
    LetterInputs,
)
from tasks.actions.performer import Reader, no_client, readers_by_name
from tasks.mail.awaited import find_details, find_document
from tasks.mail.templates import render_mail


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


READERS = readers_by_name(
    Reader[None, LetterInputs](name="mail.write_letter", connect=no_client, read=_write),
    Reader[None, AwaitedDocument](name="mail.find_document", connect=no_client, read=_find),
    Reader[None, AwaitedDetails](name="mail.find_details", connect=no_client, read=_details),
)
