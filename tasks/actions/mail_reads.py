"""What a plan may have written by a template; a letter that nobody has sent changes nothing."""

from contextlib import AbstractAsyncContextManager, nullcontext

from domain.mail.letter import Letter, LetterInputs
from tasks.actions.performer import Reader, readers_by_name
from tasks.mail.templates import render_mail


async def _vault() -> AbstractAsyncContextManager[None]:
    return nullcontext()


async def _write(_: None, inputs: LetterInputs) -> Letter:
    words = render_mail(inputs.template, inputs.values)
    return Letter(
        to=(inputs.to,),
        subject=words["subject"],
        text=words["text"],
        html=words.get("html"),
        attachments=inputs.attachments,
    )


READERS = readers_by_name(Reader[None, LetterInputs](name="mail.write_letter", connect=_vault, read=_write))
