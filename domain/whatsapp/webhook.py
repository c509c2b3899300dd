"""What WhatsApp's webhook brings: the messages and statuses of one delivery, each with the id that makes it one.

Source: developers.facebook.com, WhatsApp Cloud API: webhooks, messages and status objects; 2026-11. A delivery comes at
least once, in any order, and holds several entries and changes.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

SIGNED = "sha256="
RANKS = {"sent": 1, "delivered": 2, "read": 3, "played": 3, "failed": 4}
"""How far a message has come; a status that arrives late takes nothing back, and what has failed stays so."""
PLAIN = r"[!-~]{1,250}"
"""How ids and numbers look."""
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)


class WebhookEventKind(StrEnum):
    """What one event of a delivery is."""

    MESSAGE = "message"
    STATUS = "status"


@dataclass(frozen=True)
class WebhookEvent:
    """One message or status as it came.

    Attributes:
        id: The message's own id, for a status with what it says; the same event again has the same.
        peer: The customer's number.
        payload: The object as WhatsApp sent it; a message has its sender's own name beside it (`profile_name`).
    """

    id: str
    kind: WebhookEventKind
    peer: str
    said_at: datetime
    payload: dict[str, Any]


def is_signed(body: bytes, signature: str, app_secret: str) -> bool:
    """Whether the header `X-Hub-Signature-256` was made of exactly these bytes with the app's secret."""
    made = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    given = signature.removeprefix(SIGNED)
    return bool(app_secret) and hmac.compare_digest(made.encode(), given.strip().lower().encode())


def events_in(body: bytes, number_id: str, now: datetime) -> list[WebhookEvent]:
    """The messages and statuses for one of the business's numbers; those for another are left.

    What cannot be read is no error: WhatsApp would send it again for days.
    """
    try:
        delivery = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = [event for value in _values(delivery, number_id) for event in _events(value, now)]
    return list({event.id: event for event in reversed(found)}.values())[::-1]


def _values(delivery: Any, number_id: str) -> Iterator[Mapping[str, Any]]:
    for entry in _objects(delivery, "entry"):
        for change in _objects(entry, "changes"):
            value = change.get("value")
            if isinstance(value, dict) and _number_id(value) == number_id:
                yield value


def _number_id(value: Mapping[str, Any]) -> str:
    metadata = value.get("metadata")
    return str(metadata.get("phone_number_id", "")) if isinstance(metadata, dict) else ""


def _events(value: Mapping[str, Any], now: datetime) -> Iterator[WebhookEvent]:
    contacts = _objects(value, "contacts")
    names = {
        str(one.get(key)): _name(one) for key in ("user_id", "wa_id") for one in contacts if one.get(key)
    }
    for message in _objects(value, "messages"):
        peer = _plain(message.get("from") or message.get("from_user_id"))
        kept = {**message, "profile_name": names.get(peer, "")}
        yield WebhookEvent(_id(message), WebhookEventKind.MESSAGE, peer, _moment(message, now), kept)
    for status in _objects(value, "statuses"):
        peer = _plain(status.get("recipient_id") or status.get("recipient_user_id"))
        state = _plain(status.get("status"))
        yield WebhookEvent(
            f"{_id(status)} {state}", WebhookEventKind.STATUS, peer, _moment(status, now), status
        )


def _objects(holder: Any, name: str) -> list[dict[str, Any]]:
    rows = holder.get(name) if isinstance(holder, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(PLAIN, value) else ""


def _name(contact: Mapping[str, Any]) -> str:
    profile = contact.get("profile")
    return str(profile.get("name") or "") if isinstance(profile, dict) else ""


def _id(holder: Mapping[str, Any]) -> str:
    """The event's own id; one without is known by its content."""
    given = holder.get("id")
    if isinstance(given, str) and re.fullmatch(PLAIN, given):
        return given
    return f"unnamed-{hashlib.sha256(json.dumps(holder, sort_keys=True).encode()).hexdigest()}"


def _moment(holder: Mapping[str, Any], now: datetime) -> datetime:
    """When it was said, by WhatsApp's clock; never later than now."""
    try:
        return min(datetime.fromtimestamp(int(str(holder.get("timestamp"))), UTC), now)
    except UNREADABLE:
        return now


@dataclass(frozen=True)
class Status:
    """How far one of our messages has come.

    Attributes:
        key: What we gave WhatsApp along with the message (`biz_opaque_callback_data`); empty: nothing.
        error: Why it was not delivered, in WhatsApp's words; empty: nothing is wrong.
    """

    message_id: str
    state: str
    key: str
    error: str

    @property
    def rank(self) -> int:
        """Its place in a message's life; what is not known comes first."""
        return RANKS.get(self.state, 0)


def status_of(payload: Mapping[str, Any]) -> Status:
    """A status as we use it."""
    errors = _objects(payload, "errors")
    error = "; ".join(_error(one) for one in errors)
    return Status(
        message_id=str(payload.get("id") or ""),
        state=str(payload.get("status") or ""),
        key=str(payload.get("biz_opaque_callback_data") or ""),
        error=error,
    )


def _error(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return f"{details or error.get('message') or error.get('title')} ({error.get('code')})"
