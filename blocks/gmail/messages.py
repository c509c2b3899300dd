"""The mailbox's things as the client gives them, parsed from Google's resources."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class MailboxProfile:
    """Whose mailbox it is and how far its history goes."""

    address: str
    history_id: str


@dataclass(frozen=True)
class Head:
    """What a message is without its content."""

    id: str
    thread_id: str
    labels: frozenset[str]
    size_bytes: int
    received_at: datetime


@dataclass(frozen=True)
class HistoryPage:
    """Messages that arrived or got a label, in order.

    `reached` is the cursor after this page; None when the page names none and others follow.
    """

    message_ids: tuple[str, ...]
    reached: str | None
    next_page: str | None


@dataclass(frozen=True)
class IdPage:
    """Ids of messages, newest first."""

    message_ids: tuple[str, ...]
    next_page: str | None


def profile_of(resource: Mapping[str, Any]) -> MailboxProfile:
    """From a Profile resource."""
    return MailboxProfile(str(resource["emailAddress"]).lower(), str(resource["historyId"]))


def head_of(resource: Mapping[str, Any]) -> Head:
    """From a Message resource of any format."""
    return Head(
        id=str(resource["id"]),
        thread_id=str(resource["threadId"]),
        labels=frozenset(resource.get("labelIds", [])),
        size_bytes=int(resource.get("sizeEstimate", 0)),
        received_at=datetime.fromtimestamp(int(resource["internalDate"]) / 1000, tz=UTC),
    )


def raw_of(resource: Mapping[str, Any]) -> bytes:
    """The RFC 822 bytes of a Message resource of the format `raw`."""
    text = str(resource["raw"]).rstrip("=")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def history_of(resource: Mapping[str, Any], label: str) -> HistoryPage:
    """From a ListHistoryResponse: messages added with the label, or given it later, each once."""
    records = resource.get("history", [])
    found: dict[str, None] = {}
    for record in records:
        for added in record.get("messagesAdded", []):
            if label in added["message"].get("labelIds", [label]):
                found[str(added["message"]["id"])] = None
        for labelled in record.get("labelsAdded", []):
            if label in labelled.get("labelIds", []):
                found[str(labelled["message"]["id"])] = None
    token = resource.get("nextPageToken")
    last = str(records[-1]["id"]) if records else None
    reached = last if token else str(resource["historyId"])
    return HistoryPage(tuple(found), reached, token)


def ids_of(resource: Mapping[str, Any]) -> IdPage:
    """From a ListMessagesResponse."""
    ids = tuple(str(message["id"]) for message in resource.get("messages", []))
    return IdPage(ids, resource.get("nextPageToken"))
