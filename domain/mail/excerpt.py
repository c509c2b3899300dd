"""A mail as a few lines of harmless text, for a note that a person opens in an editor that renders Markdown.

The mail itself stays as it is in its attachment. What is shown of it can neither link, embed, run, hide nor
pretend to be part of the note.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses

from domain.mail.html_text import read_page
from domain.mail.parse import refuse_many_boundaries

EXCERPT_LENGTH = 600
EXCERPT_LINES = 12
SUBJECT_LENGTH = 200
MAX_TEXT = 200_000
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ADDRESS = re.compile(r"[A-Za-z0-9.!$%&'*+/=?^_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PLAIN = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "`": "'", "[": "(", "]": ")", "{": "(", "}": ")", "|": "/"}
)
_SPACED = (
    (re.compile(r"://"), ": //"),
    (re.compile(r"\bwww\.", re.IGNORECASE), "www ."),
    (re.compile(r"%(?=%)|:(?=:)|~(?=~)|\$(?=\$)"), r"\g<0> "),
    (re.compile(r"([-_=*~.])\1{3,}"), "\u2026"),
    (re.compile(r"#(?=\d*[^\W\d]|\d*[-/])"), "\uff03"),
    (re.compile(r"^\s*#+", re.MULTILINE), "\uff03"),
    (re.compile(r"^[-*_=]{2,}\s*$", re.MULTILINE), "\u2014"),
    (re.compile(r"[ \t\xa0]+"), " "),
)
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class MailSummary:
    """What a note says of a mail; every value is the sender's claim, made harmless."""

    sender: str
    to: str
    subject: str
    message_id: str
    excerpt: str


def summary_of(raw: bytes) -> MailSummary:
    """Summarise RFC 822 bytes; never fails, however broken they are."""
    try:
        refuse_many_boundaries(raw)
        return _summary(BytesParser(policy=policy.compat32).parsebytes(raw))
    except RecursionError:  # parts nested too deep: the head alone is read
        return _summary(BytesHeaderParser(policy=policy.compat32).parsebytes(raw))


def _summary(message: Message) -> MailSummary:
    return MailSummary(
        sender=people(_decoded(message, "From")),
        to=people(_decoded(message, "To")),
        subject=_one_line(_decoded(message, "Subject"))[:SUBJECT_LENGTH],
        message_id=_one_line(_raw_header(message, "Message-ID")).replace("\u2039", "").replace("\u203a", ""),
        excerpt=excerpt_of(_text(message)),
    )


def sanitized(text: str) -> str:
    """The text without anything that an editor would act on, its words unchanged."""
    text = _LINE_ENDS.sub("\n", text[:MAX_TEXT])
    text = "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in _INVISIBLE
    )
    text = text.translate(_PLAIN)
    for pattern, replacement in _SPACED:
        text = pattern.sub(replacement, text)
    return "\n".join(line.strip() for line in text.split("\n"))


def excerpt_of(text: str) -> str:
    """The first lines, harmless; an ellipsis says that there is more."""
    lines = [line for line in sanitized(text).split("\n") if line]
    shown = "\n".join(lines[:EXCERPT_LINES])
    if len(shown) > EXCERPT_LENGTH:
        return shown[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " \u2026"
    return shown + (" \u2026" if len(lines) > EXCERPT_LINES else "")


def people(header: str) -> str:
    """`Name <address>` for each; names harmless, and only what is an address in angle brackets."""
    shown = []
    for name, address in getaddresses([header]):
        plain = _one_line(name)
        if _ADDRESS.fullmatch(address):
            shown.append(f"{plain} <{address}>" if plain else address)
        elif plain or address:
            shown.append(" ".join(filter(None, [plain, _one_line(address)])))
    return ", ".join(shown)[: 2 * SUBJECT_LENGTH]


def _one_line(text: str) -> str:
    return " ".join(sanitized(text).split())


def _raw_header(message: Message, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (MessageError, ValueError, LookupError):
        return ""


def _decoded(message: Message, name: str) -> str:
    value = _raw_header(message, name)
    try:
        parts = decode_header(value)
    except (MessageError, ValueError, LookupError):
        return value
    return "".join(_as_text(part, charset) if isinstance(part, bytes) else part for part, charset in parts)


def _text(message: Message) -> str:
    html = ""
    for part in _leaves(message):
        if part.get_content_type() == "text/plain":
            return _body(part)
        if part.get_content_type() == "text/html" and not html:
            html = _body(part)
    return read_page(html).text if html else ""


def _leaves(message: Message) -> Iterator[Message]:
    """The mail's own parts; a message attached to it is another message."""
    if message.get_content_disposition() == "attachment" or message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _body(part: Message) -> str:
    data = part.get_payload(decode=True)
    return _as_text(data if isinstance(data, bytes) else b"", part.get_content_charset())


def _as_text(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")
