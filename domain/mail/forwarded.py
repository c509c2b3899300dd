"""Mails forwarded as attachments: each is taken out of the mail that brings it and read as a mail of its own.

What is inside is a copy that anybody can have written. So its own `Authentication-Results` count for nothing,
and who sent it is the sender of the outer mail. Mails inside a delivery report are our own that came back; those
inside a mailing list's digest, or inside a fraud, are not opened.
"""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO
from typing import cast

from domain.mail.classify import MailKind, MailVerdict, classify, gives_orders
from domain.mail.facts import MailFacts
from domain.mail.parse import (
    MAX_PARTS,
    BrokenMailError,
    ParsedMail,
    decoded,
    is_readable,
    is_wrapped,
    parse_mail,
    refuse_many_boundaries,
    safe_name,
)

MAX_DEPTH = 4
MAX_MAILS = 20
_COVER_HEADERS = re.compile(r"(?!content-|mime-version\b)", re.IGNORECASE)
_UNWRITABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError, MessageError)
"""What Python's mail package raises where it cannot write a message that it could read."""


@dataclass(frozen=True, slots=True)
class ForwardedMail:
    """One mail with one document, made from a mail that brought several.

    Attributes:
        content: To be read in place of the whole: the cover's headers and words, and one forwarded mail.
        forwarded: That mail alone; None for the cover with the files attached to it.
        file: The name of the file that is the document, where a mail brought several.
    """

    content: bytes
    forwarded: bytes | None
    file: str = ""


def is_opened(facts: MailFacts, verdict: MailVerdict) -> bool:
    """Whether what a mail forwards is looked at: not in a fraud, a list's digest, or beside orders to the assistant."""
    return verdict.kind is not MailKind.PHISHING and not facts.list_unsubscribe and not gives_orders(facts)


def forwarded_in(content: bytes) -> tuple[bytes, ...]:
    """The mails attached to a mail, each once; those inside them are theirs.

    Raises:
        BrokenMailError: nested too deep, or not to be taken apart.
    """
    try:
        return tuple(dict.fromkeys(_bytes(inner) for inner in _inner(_message(content))))
    except _UNWRITABLE as error:
        raise BrokenMailError("the mails forwarded in it cannot be taken out") from error


def brings_files(content: bytes) -> bool:
    """Whether a mail brings readable files of its own, beside the mails that it forwards."""
    return any(_is_document(part) for part in _own(_message(content)))


def as_forwarded(mail: ParsedMail, cover: MailFacts) -> ParsedMail:
    """A forwarded mail as a claim: without its proof of origin, and come to where the outer mail came to."""
    return ParsedMail(mail.facts.model_copy(update={"auth_results": "", "to": cover.to}), mail.attachments)


def split_mail(content: bytes) -> tuple[ForwardedMail, ...]:
    """A mail that brings several mails or files, as one mail for each; empty where there is nothing to split.

    The same mail gives the same parts. Empty, too, for more than `MAX_MAILS` and for what cannot be taken apart:
    then the whole waits for a person.
    """
    try:
        parsed = parse_mail(content)
        message = _message(content)
        if not any(True for _ in _inner(message)) or not is_opened(parsed.facts, classify(parsed.facts)):
            return ()
        return _parts(message)
    except (BrokenMailError, *_UNWRITABLE):
        return ()


def split_files(content: bytes, bills: Sequence[frozenset[bytes]]) -> tuple[ForwardedMail, ...]:
    """A mail to which several bills are attached, as one mail for each; empty where there is nothing to split.

    Args:
        content: The mail.
        bills: The files of each bill, by their content; all other files stay with the first.
    """
    if len(bills) < 2:  # noqa: PLR2004 - one bill is no reason to split
        return ()
    try:
        message = _message(content)
        own = [(part, decoded(part)) for part in _own(message)]
    except _UNWRITABLE:
        return ()
    elsewhere = [frozenset().union(*bills) - bill for bill in bills]
    found = []
    for place, bill in enumerate(bills):
        kept = [
            part
            for part, held in own
            if held in bill or _is_words(part) or (place == 0 and held not in elsewhere[0])
        ]
        name = next((part.get_filename() for part, held in own if held in bill), None)
        found.append(ForwardedMail(_bytes(_mail(message, kept)), None, safe_name(name or "attachment")))
    return tuple(found)


def _parts(message: Message) -> tuple[ForwardedMail, ...]:
    found = {_bytes(mail): mail for mail in _letters(message, 0)}
    if not 1 < len(found) <= MAX_MAILS:
        return ()
    words = [part for part in _own(message) if _is_words(part)]
    cover = _bytes(_without_forwarded(message))
    return tuple(
        ForwardedMail(content, None)
        if content == cover
        else ForwardedMail(_bytes(_mail(message, [*words, _attached(mail)])), content)
        for content, mail in found.items()
    )


def _letters(message: Message, depth: int) -> Iterator[Message]:
    """The mails with something to read in it: those inside, and each that brings files beside those."""
    inner = list(_inner(message)) if depth < MAX_DEPTH else []
    if not inner:
        yield message
        return
    if any(_is_document(part) for part in _own(message)):
        yield _without_forwarded(message)
    for mail in inner:
        yield from _letters(mail, depth + 1)


def _message(content: bytes) -> Message:
    """Parsed without a look at its headers, so that it is written again as it was.

    Raises:
        RecursionError: parts nested too deep.
    """
    refuse_many_boundaries(content)
    return message_from_bytes(content, policy=policy.compat32)


def _inner(message: Message) -> Iterator[Message]:
    """The mails attached to it, as `message/rfc822` or as an .eml file."""
    for part in _walk(message):
        if part.get_content_type() in {"message/rfc822", "message/global"}:
            mail = _enclosed(part)
        elif (part.get_filename() or "").lower().endswith(".eml"):
            mail = _message(decoded(part))
        else:
            continue
        if mail is not None and mail.keys():
            yield mail


def _own(message: Message) -> Iterator[Message]:
    """Its own words and files."""
    for part in _walk(message):
        named = part.get_filename() or ""
        if part.get_content_maintype() != "message" and not named.lower().endswith(".eml"):
            yield part


def _walk(message: Message) -> Iterator[Message]:
    """Its parts without what is inside attached mails; a delivery report brings back our own mail."""
    waiting = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_type() == "multipart/report":
            continue
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = cast("list[Message]", part.get_payload())
        else:
            yield part


def _enclosed(part: Message) -> Message | None:
    payload = part.get_payload()
    if not isinstance(payload, list) or not payload:
        return None
    mail = cast("Message", payload[0])
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        return mail
    try:  # against the standard, but some programs encode an attached mail
        return _message(b64decode(str(mail.get_payload())))
    except (binascii.Error, ValueError):
        return mail


def _is_document(part: Message) -> bool:
    named = part.get_filename() or ""
    in_text = part.get("Content-ID") is not None and part.get_content_maintype() == "image"
    return not in_text and (
        is_readable(named, part.get_content_type()) or is_wrapped(named, part.get_content_type())
    )


def _is_words(part: Message) -> bool:
    return part.get_content_maintype() == "text" and not part.get_filename()


def _without_forwarded(message: Message) -> Message:
    return _mail(message, list(_own(message)))


def _attached(mail: Message) -> Message:
    part = Message()
    part["Content-Type"] = "message/rfc822"
    part["Content-Disposition"] = "attachment"
    part.attach(mail)
    return part


def _mail(cover: Message, parts: Sequence[Message]) -> Message:
    """A mail with the cover's headers; its boundary is made of its content, so that it is always the same."""
    mail = Message()
    for name, value in cover.raw_items():
        if _COVER_HEADERS.match(name):
            mail.set_raw(name, value)
    digest = hashlib.sha256(b"\0".join(_bytes(part) for part in parts)).hexdigest()
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/mixed; boundary="={digest[:40]}="'
    for part in parts:
        mail.attach(part)
    return mail


def _bytes(message: Message) -> bytes:
    written = BytesIO()
    BytesGenerator(written, mangle_from_=False, maxheaderlen=0, policy=policy.compat32).flatten(message)
    return written.getvalue()
