"""A message's bytes as facts and attachments (RFC 5322, MIME); nothing in it is trusted or executed."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.message import EmailMessage, Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice
from typing import cast

from domain.errors import RejectedError
from domain.mail.facts import MailFacts
from domain.mail.html_text import read_page

MAX_PARTS, MAX_BOUNDARIES, MAX_ATTACHMENTS, MAX_TEXT = 200, 100, 30, 500_000
MAX_LOOKS = 5_000_000
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_INLINE_SAFE = frozenset({"application/pdf", "application/xml", "text/xml"})
_READABLE = re.compile(r"\.(?:pdf|xml|png|jpe?g|heic|heif|tiff?|webp|gif|bmp)$", re.IGNORECASE)
_WRAPPED = re.compile(
    r"(?:^|[\\/])winmail\.dat$|\.(?:zip|7z|rar|gz|tar|tgz|msg|docx?|xlsx?|odt|ods)$", re.IGNORECASE
)
_WRAPPED_TYPES = frozenset(
    {
        "application/ms-tnef",
        "application/vnd.ms-tnef",
        "application/vnd.ms-outlook",
        "application/zip",
        "application/x-zip-compressed",
    }
)
_MAIL_START = re.compile(
    rb"\A(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?(?:Received|MIME-Version|Message-ID):", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file: a name that is only a name, its stated type, its bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A message's facts and its files."""

    facts: MailFacts
    attachments: tuple[Attachment, ...]


class BrokenMailError(RejectedError):
    """A message the mail parser gives up on."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"needs a person: this mail is broken ({problem}); open it in a mail program")


def is_mail(name: str, content: bytes) -> bool:
    """Whether a file is a mail, by its name or by how it begins."""
    return name.lower().endswith(".eml") or bool(_MAIL_START.match(content[:4096]))


def is_readable(name: str, content_type: str) -> bool:
    """Whether an attached file is of a kind that is read: a PDF, a picture, an XML."""
    return content_type in _INLINE_SAFE or bool(_READABLE.search(name))


def is_wrapped(name: str, content_type: str) -> bool:
    """Whether an attached file may hold a bill that is not looked for: an archive, Outlook's or an Office file."""
    return content_type in _WRAPPED_TYPES or bool(_WRAPPED.search(name))


def parse_mail(content: bytes) -> ParsedMail:
    """Read one message; broken headers and parts are read as far as they go.

    Raises:
        BrokenMailError: not even that far.
    """
    try:
        refuse_many_boundaries(content)
        return _parsed(content)
    except RecursionError as error:
        raise BrokenMailError("its parts are nested too deep") from error
    except (ValueError, LookupError, AttributeError, TypeError, HeaderParseError) as error:
        # Python's header parser answers some malformed headers with errors of its own making.
        raise BrokenMailError(f"{type(error).__name__}: {error}"[:160]) from error


def refuse_many_boundaries(content: bytes) -> None:
    """Python's parser compares each line with every open boundary: 25 million looks took 10 seconds.

    Raises:
        RecursionError: as the parser itself does where parts are nested too deep.
    """
    boundaries = sum(1 for _ in islice(_BOUNDARY.finditer(content), MAX_BOUNDARIES + 1))
    if boundaries > MAX_BOUNDARIES or boundaries * content.count(b"\n") > MAX_LOOKS:
        raise RecursionError


def _parsed(content: bytes) -> ParsedMail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    texts, pages, attachments = _parts(message)
    html = "\n".join(pages)[:MAX_TEXT]
    name, address = _sender(message)
    facts = MailFacts(
        sender_name=name,
        sender_address=address,
        reply_to=parseaddr(_header(message, "Reply-To"))[1],
        to=parseaddr(_header(message, "Delivered-To") or _header(message, "To"))[1],
        subject=_header(message, "Subject"),
        date=_date(_header(message, "Date")),
        message_id=_header(message, "Message-ID"),
        text="\n".join(texts)[:MAX_TEXT] or read_page(html).text,
        html=html,
        auth_results=" ".join(
            _raw(message, "Authentication-Results").split()
        ),  # encoded words are the sender's
        list_unsubscribe=_header(message, "List-Unsubscribe"),
        list_id=_header(message, "List-Id").rpartition("<")[2].strip("> ").casefold(),
        attachments=tuple(attachment.name for attachment in attachments),
    )
    return ParsedMail(facts, tuple(attachments))


def _parts(message: EmailMessage) -> tuple[list[str], list[str], list[Attachment]]:
    texts: list[str] = []
    pages: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        named = part.get_filename() or ""
        if part.is_attachment() or named or kind in _INLINE_SAFE:
            if len(attachments) < MAX_ATTACHMENTS:
                attachments.append(
                    Attachment(safe_name(named or kind.replace("/", ".")), kind, decoded(part))
                )
        elif kind == "text/plain":
            texts.append(_text(part))
        elif kind == "text/html":
            pages.append(_text(part))
    return texts, pages, attachments


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold content; messages attached to the message are not opened."""
    waiting = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = cast("list[EmailMessage]", part.get_payload())
        elif part.get_content_maintype() != "message":
            yield part


def safe_name(name: str) -> str:
    """The last component of a file name, without what a file system or a terminal could trip over."""
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[^\w.() -]", "_", last).strip(". ")[-120:] or "attachment"


def decoded(part: Message) -> bytes:
    """What a part holds; nothing where it holds parts itself."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: EmailMessage) -> str:
    """The part's text in its stated character set, or as near as it comes."""
    content = decoded(part)
    for charset in (part.get_content_charset(), "utf-8", "cp1252"):
        try:
            return content.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", errors="replace")


def _header(message: EmailMessage, name: str) -> str:
    """The first header of that name: the receiving server writes its findings above what the sender brought."""
    return _decoded(message, name, _raw(message, name))


def _raw(message: EmailMessage, name: str) -> str:
    return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _decoded(message: EmailMessage, name: str, raw: str) -> str:
    try:
        return " ".join(str(message.policy.header_fetch_parse(name, raw)).split())
    except (LookupError, AttributeError, TypeError, HeaderParseError):  # Python's parser trips over `From: <`
        return " ".join(raw.split())


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Shown name and address; where both are addresses, the one in angle brackets is the real one."""
    shown, bracket, address = _raw(message, "From").rpartition("<")
    if bracket and ">" in address:
        return _decoded(message, "Subject", shown).strip(" \"'"), address.partition(">")[0].strip()
    return parseaddr(_header(message, "From"))


def _date(header: str) -> str:
    """ISO 8601; empty where the header has no date."""
    try:
        return parsedate_to_datetime(header).isoformat()
    except ValueError:
        return ""
