"""From Google's refusals to our errors: the status, the reason in the body, the reset it names."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from blocks.gmail.errors import (
    GmailBusyError,
    GmailGrantRevokedError,
    GmailMissingError,
    GmailOutcomeUnknownError,
    GmailRefusedError,
    GmailScopeError,
    GmailUnavailableError,
    seconds_until,
)
from domain.errors import DigitalFteError
from domain.reliability.backoff import seconds_asked

BUSY_REASONS = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "concurrentLimitExceeded",
    }
)
"""Gmail answers some of its limits with 403 (Gmail API: Resolve errors)."""

SCOPE_REASONS = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
FORBIDDEN, NOT_FOUND, TOO_MANY = 403, 404, 429
NO_ID = "Invalid id value"
"""What no message was ever called."""
_RESET = re.compile(r"Retry after (\d{4}-\d\d-\d\dT[\d:.]+Z)")
_LONGEST_SAID = 300


class RefusedReply(Protocol):
    """The part of an HTTP answer that refusals are read from."""

    status: int

    def get(self, name: str, default: str = "") -> str:
        """A header, by its name in lower case."""


def refusal(  # noqa: PLR0913 (an answer, and whose)
    call: str, url: str, reply: RefusedReply, content: bytes, *, repeatable: bool, service: str = "Gmail"
) -> DigitalFteError:
    """The error that says what an answer other than 2xx means."""
    error = _error(content)
    said = str(error.get("message") or f"HTTP {reply.status}")[:_LONGEST_SAID]
    reasons = _reasons(error)
    if reply.status == TOO_MANY or (reply.status == FORBIDDEN and reasons & BUSY_REASONS):
        return GmailBusyError(call, said, _retry_after(reply, said), service)
    match NOT_FOUND if said == NO_ID else reply.status:
        case 403 if reasons & SCOPE_REASONS:
            return GmailScopeError(call, said)
        case 401:
            return GmailGrantRevokedError("HTTP 401 to a fresh access token")
        case 404:
            return GmailMissingError(call)
        case 408 | 500 | 501 | 502 | 503 | 504:
            return lost(call, url, f"HTTP {reply.status}", repeatable=repeatable, service=service)
    return GmailRefusedError(call, reply.status, said, service)


def lost(call: str, url: str, problem: str, *, repeatable: bool, service: str = "Gmail") -> DigitalFteError:
    """The error for an answer that is missing: harmless for what may be repeated, unknown for what may not."""
    return (
        GmailUnavailableError(url, problem, service)
        if repeatable
        else GmailOutcomeUnknownError(call, problem)
    )


def _error(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _reasons(error: dict[str, Any]) -> set[str]:
    rows = [*_rows(error.get("errors")), *_rows(error.get("details"))]
    return {str(row["reason"]) for row in rows if "reason" in row}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _retry_after(reply: RefusedReply, said: str) -> float | None:
    """Seconds to wait: the header's, or the reset in the sentence, seen from the answer's own clock."""
    asked = seconds_asked(reply.get("retry-after", ""), _answered_at(reply))
    named = _RESET.search(said)
    if asked is not None or named is None:
        return asked
    return seconds_until(datetime.fromisoformat(named[1]), _answered_at(reply))


def _answered_at(reply: RefusedReply) -> datetime:
    try:
        return parsedate_to_datetime(reply.get("date", ""))
    except ValueError:
        return datetime.now(UTC)
