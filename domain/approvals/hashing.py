"""One hash for one content: what was shown, what was approved and what is done must agree on it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any


def content_hash(action: str, inputs: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of an action with its inputs as canonical JSON; the order of keys does not matter."""
    return hashlib.sha256(canonical_json({"action": action, "inputs": inputs}).encode()).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 (hex) of a text as a person sees it: line ends, trailing blanks and outer blank lines do not count."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return hashlib.sha256("\n".join(lines).strip("\n").encode("utf-8", "surrogatepass")).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no blanks and ASCII only, the same for equal contents.

    Raises:
        TypeError: a value has no canonical form.
        ValueError: a number is not finite.
    """
    return json.dumps(
        _canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def _canonical(value: Any) -> Any:
    if isinstance(value, Enum):
        return _canonical(value.value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form; give JSON values, Decimals or dates")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} is no text and cannot be a key")
    return key
