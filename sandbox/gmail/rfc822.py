"""From RFC 822 bytes to the resources Gmail shows: payload tree, snippet, formats."""

import base64
import html
import re
from collections.abc import Iterable
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Any

SNIPPET_LENGTH = 200
_TAGS = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def parse(raw: bytes) -> Message:
    """The message; a malformed one too."""
    return BytesParser(policy=policy.compat32).parsebytes(raw)


def base64url(data: bytes) -> str:
    """As Gmail writes bytes in JSON."""
    return base64.urlsafe_b64encode(data).decode()


def from_base64url(text: str) -> bytes:
    """The bytes, whether padded or not.

    Raises:
        ValueError: it is not base64url.
    """
    flat = text.replace("+", "-").replace("/", "_").rstrip("=")
    return base64.b64decode(flat + "=" * (-len(flat) % 4), altchars=b"-_", validate=True)


def header(message: Message, name: str) -> str:
    """The first such header, unfolded as Gmail shows it; empty when absent."""
    return _unfolded(str(message.get(name, "")))


def addresses(message: Message, *names: str) -> set[str]:
    """Every address in those headers, in lower case."""
    found = getaddresses([str(value) for name in names for value in message.get_all(name, [])])
    return {address.lower() for _, address in found if address}


def snippet(message: Message) -> str:
    """The beginning of the text, HTML-escaped, as Gmail gives it."""
    for kind in ("text/plain", "text/html"):
        for part in message.walk():
            if part.get_content_type() == kind and not part.get_filename():
                text = _text(part)
                flat = " ".join((_TAGS.sub(" ", text) if kind == "text/html" else text).split())
                return html.escape(html.unescape(flat)[:SNIPPET_LENGTH])
    return ""


def payload(message: Message, part_id: str = "", *, wanted: Iterable[str] | None = None) -> dict[str, Any]:
    """The part tree of format `full`; bytes of attachments stay behind an id."""
    part: dict[str, Any] = {
        "partId": part_id,
        "mimeType": message.get_content_type(),
        "filename": message.get_filename() or "",
        "headers": headers(message, wanted),
    }
    children = message.get_payload() if message.is_multipart() else []
    if isinstance(children, list) and children:
        prefix = f"{part_id}." if part_id else ""
        part["body"] = {"size": 0}
        part["parts"] = [
            payload(child, f"{prefix}{number}")
            for number, child in enumerate(children)
            if isinstance(child, Message)
        ]
        return part
    data = content(message)
    if message.get_filename():
        part["body"] = {"attachmentId": f"ANGjdJ8{part_id or '0'}", "size": len(data)}
    else:
        part["body"] = {"size": len(data), **({"data": base64url(data)} if data else {})}
    return part


def attachment(message: Message, attachment_id: str) -> bytes | None:
    """The bytes behind an attachment id; None for an unknown one."""
    part: Message | None = message
    for number in attachment_id.removeprefix("ANGjdJ8").split("."):
        children = part.get_payload() if part is not None and part.is_multipart() else None
        if not isinstance(children, list):
            break
        chosen = children[int(number)] if number.isdigit() and int(number) < len(children) else None
        part = chosen if isinstance(chosen, Message) else None
    return content(part) if part is not None and part.get_filename() else None


def headers(message: Message, wanted: Iterable[str] | None = None) -> list[dict[str, str]]:
    """Headers in their order; only those named, where names are given."""
    names = None if wanted is None else {name.lower() for name in wanted}
    return [
        {"name": name, "value": _unfolded(str(value))}
        for name, value in message.items()
        if names is None or name.lower() in names
    ]


def content(part: Message) -> bytes:
    """The decoded bytes of a leaf."""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def searchable(message: Message) -> str:
    """Subject, people and text in lower case, for words without an operator."""
    people = " ".join(header(message, name) for name in ("From", "To", "Cc", "Subject"))
    texts = (_text(part) for part in message.walk() if part.get_content_maintype() == "text")
    return f"{people} {' '.join(texts)}".lower()


def has_attachment(message: Message) -> bool:
    """Whether any part has a file name."""
    return any(part.get_filename() for part in message.walk())


def _text(part: Message) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return content(part).decode(charset, "replace")
    except LookupError:
        return content(part).decode("utf-8", "replace")


def _unfolded(value: str) -> str:
    return re.sub(r"\r?\n[ \t]*", " ", value)
