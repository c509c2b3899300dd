"""What must never reach the log: secrets, by the name of their field and by their look."""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"

SECRET_NAMES = re.compile(
    r"(^|_)(token|secret|password|passwd|authorization|api_?key|private_?key|cookie|otp|code)($|_)",
    re.IGNORECASE,
)
SECRET_LOOKS = (
    re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?i)\b(api[_-]?key|password|token|secret)\s*[=:]\s*\S+"),
    re.compile(r"\b(1//0[\w-]{20,}|ya29\.[\w-]{20,}|sk-[\w-]{20,}|gh[pousr]_\w{20,}|EAA\w{30,})"),
)
CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
LUHN_BASE = 10


def redacted(value: Any) -> Any:
    """The same JSON value without secrets."""
    if isinstance(value, Mapping):
        return {
            str(key): REDACTED if _is_secret(str(key), item) else redacted(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return redacted_text(value) if isinstance(value, str) else value


def redacted_text(text: str) -> str:
    """The text without what looks like a secret or a card number."""
    for look in SECRET_LOOKS:
        text = look.sub(REDACTED, text)
    return CARD.sub(lambda match: REDACTED if _passes_luhn(match[0]) else match[0], text)


def _is_secret(name: str, value: Any) -> bool:
    return bool(value) and isinstance(value, str) and SECRET_NAMES.search(name) is not None


def _passes_luhn(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 if digit * 2 >= LUHN_BASE else digit * 2 for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % LUHN_BASE == 0
