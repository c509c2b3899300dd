"""What must never reach the log: secrets, by the name of their field and by their look.

Whatever it is given, the answer is JSON that every reader can read: exact numbers become text, odd values become
their text, and what is too long or too deep is cut and says so.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from stdnum import luhn

from domain.audit.patterns import LOOKS, REDACTED, may_hold_a_secret, names_a_secret
from domain.iban import IBAN_START, iban_at

LONGEST_TEXT = 8_000
DEEPEST = 24
LARGEST_NUMBER = 2**63 - 1
SHORTEST_NUMBER = 12
"""Fewer digits are no card and no account."""


def redacted(value: Any, longest: int = LONGEST_TEXT, depth: int = 0) -> Any:
    """The same value as JSON, without secrets."""
    if isinstance(value, str):
        return redacted_text(value, longest)
    if depth > DEEPEST:
        return "[too deep]"
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, Mapping):
        return _redacted_members(value, longest, depth)
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        return _redacted_items(list(value), longest, depth)
    return _redacted_scalar(value.value if isinstance(value, Enum) else value, longest)


def redacted_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text without what looks like a secret, a card or an account number."""
    if len(text) > longest:
        text = f"{text[:longest]}[{len(text) - longest} more characters]"
    if may_hold_a_secret(text):
        for look, replacement in LOOKS:
            text = look.sub(replacement, text)
    if len(text) >= SHORTEST_NUMBER and not text.isalpha():
        text = without_account_numbers(text)
    return text.encode("utf-8", "backslashreplace").decode()


def _redacted_members(value: Mapping[Any, Any], longest: int, depth: int) -> dict[str, Any]:
    pair = str(value.get("name", value.get("key", "")))
    return {
        _redacted_name(str(name)): REDACTED
        if names_a_secret(str(name), item) or (name == "value" and names_a_secret(pair, item))
        else redacted(item, longest, depth + 1)
        for name, item in value.items()
    }


@lru_cache(1024)
def _redacted_name(name: str) -> str:
    """The same few names come in every record."""
    return redacted_text(name)


def _redacted_items(items: list[Any], longest: int, depth: int) -> list[Any]:
    """A pair such as a header's ("Authorization", "...") is a name and its value."""
    match items:
        case [str(name), str(text)] if names_a_secret(name, text):
            return [redacted_text(name), REDACTED]
        case _:
            return [redacted(item, longest, depth + 1) for item in items]


def _redacted_scalar(value: Any, longest: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, bytes | bytearray):
        return f"[{len(value)} bytes, sha256 {hashlib.sha256(value).hexdigest()}]"
    if isinstance(value, int) and abs(value) <= LARGEST_NUMBER:
        return value if redacted_text(str(value)) == str(value) else REDACTED
    if isinstance(value, float) and math.isfinite(value):
        return value
    return redacted_text(str(value), longest)


_CARD = re.compile(
    r"(?<![\w])(?=[3-6]|2[2-7])"
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|3(?:0[0-5]|[689]\d)\d|35\d{2}|6(?:011|22\d|4[4-9]\d|5\d{2}|2\d{2}))"
    r"(?:[ -]?\d){9,15}(?!\w)"
)
"""The issuers' ranges (ISO/IEC 7812: Visa, Mastercard, Amex, Diners, JCB, Discover, UnionPay); one in ten of all
long numbers passes the check digit alone, and the ids of posts are long numbers."""


def without_account_numbers(text: str) -> str:
    """The text with card numbers redacted and IBANs masked: `DE89 3704 0044 0532 0130 00` is `DE[redacted]3000`."""
    text = _CARD.sub(
        lambda match: REDACTED if luhn.is_valid(re.sub(r"[ -]", "", match[0])) else match[0], text
    )
    parts, done = [], 0
    for match in IBAN_START.finditer(text):
        found = iban_at(text, match.start()) if match.start() >= done else None
        if found is not None and not text[found[1] : found[1] + 1].isalnum():
            number, end = found
            parts += [text[done : match.start()], f"{number[:2]}{REDACTED}{number[-4:]}"]
            done = end
    return "".join([*parts, text[done:]])
