"""The mailbox's things as the JSON resources of the Gmail API."""

from collections.abc import Iterable
from typing import Any

from sandbox.gmail import rfc822
from sandbox.gmail.errors import invalid
from sandbox.gmail.mailbox import HistoryChange, HistoryRecord, Mailbox, Stored

_RECORD_FIELDS = {
    HistoryChange.MESSAGE_ADDED: "messagesAdded",
    HistoryChange.MESSAGE_DELETED: "messagesDeleted",
    HistoryChange.LABEL_ADDED: "labelsAdded",
    HistoryChange.LABEL_REMOVED: "labelsRemoved",
}


def reference(message: Stored) -> dict[str, str]:
    """What lists hold."""
    return {"id": message.id, "threadId": message.thread}


def short(message: Stored) -> dict[str, Any]:
    """What changes answer."""
    return {**reference(message), "labelIds": list(message.labels)}


def message_resource(message: Stored, shape: str, wanted: Iterable[str] = ()) -> dict[str, Any]:
    """A message in one of the four formats.

    Raises:
        GmailRefusal: there is no such format.
    """
    resource: dict[str, Any] = {
        **short(message),
        "snippet": rfc822.snippet(message.parsed),
        "sizeEstimate": len(message.raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.received_ms),
    }
    match shape.lower():
        case "full":
            resource["payload"] = rfc822.payload(message.parsed)
        case "metadata":
            resource["payload"] = {
                "mimeType": message.parsed.get_content_type(),
                "headers": rfc822.headers(message.parsed, list(wanted) or None),
            }
        case "raw":
            resource["raw"] = rfc822.base64url(message.raw)
        case "minimal":
            pass
        case _:
            raise invalid(f"Invalid value at 'format', \"{shape}\"")
    return resource


def history_resource(record: HistoryRecord) -> dict[str, Any]:
    """A history record."""
    about = {"id": record.message, "threadId": record.thread}
    change: dict[str, Any] = {"message": {**about, "labelIds": list(record.labels)}}
    if record.changed:
        change["labelIds"] = list(record.changed)
    return {"id": str(record.id), "messages": [about], _RECORD_FIELDS[record.change]: [change]}


def counted_label(mailbox: Mailbox, label: dict[str, Any]) -> dict[str, Any]:
    """A label with its counts."""
    holders = [message for message in mailbox.all() if label["id"] in message.labels]
    unread = [message for message in holders if "UNREAD" in message.labels]
    return {
        **label,
        "messagesTotal": len(holders),
        "messagesUnread": len(unread),
        "threadsTotal": len({message.thread for message in holders}),
        "threadsUnread": len({message.thread for message in unread}),
    }
