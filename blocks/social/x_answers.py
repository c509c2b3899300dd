"""What X's answers mean that are no success."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from blocks.social.calls import refuse_alike
from blocks.social.errors import (
    ContentRefusedError,
    CreditsUsedUpError,
    DuplicateRefusedError,
    MediaRefusedError,
    PermissionMissingError,
    ReadRefusedError,
    quoted,
)
from domain.errors import RejectedError
from domain.social.post import Platform

PERMISSION_WORDS = (
    "not permitted",
    "oauth1-permissions",
    "scope",
    "client-forbidden",
    "unsupported authentication",
)


class Asked(Enum):
    """What a call was about."""

    READ = auto()
    POST = auto()
    MEDIA = auto()


def refuse(asked: Asked, status: int, headers: Mapping[str, str], content: bytes) -> None:
    """Raise what an answer means; return where it says nothing certain (5xx and the like)."""
    said = problem_in(_json(content)) or f"HTTP {status}"
    whole = content.decode(errors="replace").casefold()
    refuse_alike(Platform.X, status, said, headers, _reset(headers))
    match status:
        case 402:
            raise CreditsUsedUpError(Platform.X, said)
        case 403 if "duplicate" in whole:
            raise DuplicateRefusedError(Platform.X, said)
        case 403 if any(word in whole for word in PERMISSION_WORDS):
            raise PermissionMissingError(Platform.X, said)
        case 400 | 403 | 413 | 415 | 422:
            raise _refused(asked, said)


def _reset(headers: Mapping[str, str]) -> datetime | None:
    """When the rate limit's window ends; None: the answer does not say, or nothing that can be a time."""
    try:
        return datetime.fromtimestamp(int(headers.get("x-rate-limit-reset", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _refused(asked: Asked, said: str) -> RejectedError:
    if asked is Asked.READ:
        return ReadRefusedError(Platform.X, said)
    is_media = asked is Asked.MEDIA or "media" in said.casefold()
    return (MediaRefusedError if is_media else ContentRefusedError)(Platform.X, said)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def problem_in(body: Any) -> str:
    """The platform's own sentence, in whichever of its shapes."""
    if not isinstance(body, dict):
        return ""
    first: dict[str, Any] = next(iter(body.get("errors") or []), {})
    for part in (
        first.get(
            "message"
        ),  # says which parameter, where the answer's `detail` says only that one is invalid
        first.get("detail"),
        body.get("detail"),
        body.get("message"),
        body.get("title"),
    ):
        if part:
            return quoted(part)
    return ""
