"""The mailbox: messages, threads, labels and the history of what changed, kept in the sandbox's store."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import StrEnum
from typing import Any

from sandbox.company import MAILBOX
from sandbox.gmail import rfc822
from sandbox.gmail.errors import conflict, invalid, not_found
from sandbox.gmail.search import SearchedMessage, matches
from sandbox.store import Row, Store

FIRST_HISTORY_ID = 2**63 + 1_000
"""Real history ids may exceed a signed 64-bit integer; whoever keeps them as a number finds out here."""

SYSTEM_LABELS = (
    "INBOX",
    "SENT",
    "DRAFT",
    "SPAM",
    "TRASH",
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    "CHAT",
    "CATEGORY_PERSONAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_UPDATES",
    "CATEGORY_SOCIAL",
    "CATEGORY_FORUMS",
)
_HIDDEN = {"SPAM", "TRASH"}
_OWN_NUMBER = "Label_"


class HistoryChange(StrEnum):
    """The kinds of history records, as `historyTypes` names them."""

    MESSAGE_ADDED = "messageAdded"
    MESSAGE_DELETED = "messageDeleted"
    LABEL_ADDED = "labelAdded"
    LABEL_REMOVED = "labelRemoved"


@dataclass(frozen=True)
class Stored:
    """One message."""

    id: str
    thread: str
    labels: tuple[str, ...]
    received_ms: int
    history_id: int
    message_id: str
    raw: bytes

    @property
    def parsed(self) -> Message:
        """The MIME message."""
        return rfc822.parse(self.raw)


@dataclass(frozen=True)
class HistoryRecord:
    """One history record."""

    id: int
    change: HistoryChange
    message: str
    thread: str
    labels: tuple[str, ...]
    changed: tuple[str, ...]


class Mailbox:
    """All access to the mailbox's tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._messages = store.table("gmail_messages")
        self._history = store.table("gmail_history")
        self._labels = store.table("gmail_labels")
        self._account = store.table("gmail_account")

    @property
    def history_id(self) -> int:
        """The id of the newest history record."""
        return FIRST_HISTORY_ID + max((int(key) for key in self._history.peek()), default=0)

    def now(self) -> datetime:
        """The sandbox's clock."""
        return self._store.now()

    def setting(self, name: str) -> Any:
        """A switch of the admin side; None when never set."""
        return (self._account.get("settings") or {}).get(name)

    def change_setting(self, name: str, value: Any) -> None:
        """Set a switch."""
        self._account.put("settings", {**(self._account.get("settings") or {}), name: value})

    def put(
        self,
        raw: bytes,
        labels: Sequence[str],
        *,
        thread: str | None = None,
        received: datetime | None = None,
    ) -> Stored:
        """Add a message; it joins the thread that it answers."""
        parsed = rfc822.parse(raw)
        received_ms = int((received or self.now()).timestamp() * 1000)
        with self._store.transaction():
            number = self._store.next_number("gmail_messages")
            key = f"{(received_ms << 20) | (number & 0xFFFFF):016x}"
            thread = thread or self._thread_of(parsed) or key
            self._messages.put(
                key,
                {
                    "thread": thread,
                    "labels": list(labels),
                    "received_ms": received_ms,
                    "message_id": rfc822.header(parsed, "Message-ID").strip(),
                    "raw": base64.b64encode(raw).decode(),
                    "history_id": 0,
                },
            )
            self._record(HistoryChange.MESSAGE_ADDED, key, ())
            return self.get(key)

    def get(self, key: str) -> Stored:
        """One message.

        Raises:
            GmailRefusal: there is none, or the id is no id.
        """
        if not key or any(letter not in "0123456789abcdef" for letter in key):
            raise invalid("Invalid id value")
        row = self._messages.get(key)
        if row is None:
            raise not_found()
        return _stored(key, row)

    def all(self) -> list[Stored]:
        """Every message, newest first."""
        found = [_stored(str(key), row) for key, row in self._messages.peek().items()]
        return sorted(found, key=lambda message: (message.received_ms, message.id), reverse=True)

    def with_message_id(self, message_id: str) -> Stored | None:
        """The message with that Message-ID header."""
        return next((message for message in self.all() if message.message_id == message_id), None)

    def search(self, query: str, labels: Iterable[str], *, hidden_too: bool) -> list[Stored]:
        """Messages that match, newest first; spam and trash only when asked for."""
        wanted = set(labels)
        shown = hidden_too or bool(wanted & _HIDDEN) or "in:" in query
        return [
            message
            for message in self.all()
            if wanted <= set(message.labels)
            and (shown or not _HIDDEN & set(message.labels))
            and matches(query, self._candidate(message))
        ]

    def modify(self, key: str, add: Sequence[str], remove: Sequence[str]) -> Stored:
        """Add and remove labels.

        Raises:
            GmailRefusal: an unknown label or message.
        """
        for label in (*add, *remove):
            if label not in self._labels:
                raise invalid(f"Invalid label: {label}")
        with self._store.transaction():
            before = self.get(key)
            added = tuple(label for label in add if label not in before.labels)
            removed = tuple(label for label in remove if label in before.labels)
            kept = [label for label in before.labels if label not in removed]
            self._messages.update(key, labels=[*kept, *added])
            for change, labels in (
                (HistoryChange.LABEL_ADDED, added),
                (HistoryChange.LABEL_REMOVED, removed),
            ):
                if labels:
                    self._record(change, key, labels)
            return self.get(key)

    def delete(self, key: str) -> None:
        """Delete a message for good."""
        with self._store.transaction():
            self.get(key)
            self._record(HistoryChange.MESSAGE_DELETED, key, ())
            self._messages.remove(key)

    def records(self, after: int) -> list[HistoryRecord]:
        """What changed after a history id, oldest first.

        Raises:
            GmailRefusal: the id is too old, or from another mailbox.
        """
        if not self._oldest() <= after <= self.history_id:
            raise not_found()
        rows = ((FIRST_HISTORY_ID + int(key), row) for key, row in self._history.peek().items())
        return sorted((_record(key, row) for key, row in rows if key > after), key=lambda record: record.id)

    def expire_history(self) -> None:
        """Make every history id given out so far too old."""
        number = self._history.add(
            {"change": HistoryChange.LABEL_REMOVED, "message": "", "thread": "", "labels": [], "changed": []}
        )
        self.change_setting("oldest_history", number)

    def labels(self) -> list[Row]:
        """Every label."""
        return [{"id": key, **row} for key, row in self._labels.rows().items()]

    def label(self, key: str) -> Row:
        """One label.

        Raises:
            GmailRefusal: there is none.
        """
        row = self._labels.get(key)
        if row is None:
            raise not_found()
        return {"id": key, **row}

    def make_label(self, name: str, visibility: Row) -> Row:
        """Create a label of the user's own.

        Raises:
            GmailRefusal: no name, or one in use.
        """
        if not name:
            raise invalid("Invalid label name")
        if any(row["name"].lower() == name.lower() for row in self._labels.peek().values()):
            raise conflict("Label name exists or conflicts")
        key = f"{_OWN_NUMBER}{self._store.next_number('gmail_labels')}"
        self._labels.put(key, {"name": name, "type": "user", **visibility})
        return self.label(key)

    def make_system_labels(self) -> None:
        """What every mailbox has."""
        for name in SYSTEM_LABELS:
            self._labels.put(name, {"name": name, "type": "system"})

    def _oldest(self) -> int:
        return FIRST_HISTORY_ID + int(self.setting("oldest_history") or 0)

    def _record(self, change: HistoryChange, key: str, changed: Sequence[str]) -> None:
        row = self._messages[key]
        number = self._history.add(
            {
                "change": change,
                "message": key,
                "thread": row["thread"],
                "labels": row["labels"],
                "changed": list(changed),
            }
        )
        self._messages.update(key, history_id=number)

    def _thread_of(self, parsed: Message) -> str | None:
        named = f"{rfc822.header(parsed, 'In-Reply-To')} {rfc822.header(parsed, 'References')}".split()
        rows = self._messages.peek().values()
        return next((row["thread"] for row in rows if row["message_id"] and row["message_id"] in named), None)

    def _candidate(self, message: Stored) -> SearchedMessage:
        names = self._labels.peek()
        return SearchedMessage(
            raw=message.raw,
            labels=frozenset(message.labels),
            label_names=frozenset(names[label]["name"] for label in message.labels if label in names),
            received_ms=message.received_ms,
            now=self.now(),
        )


def owner() -> str:
    """The mailbox's address."""
    return MAILBOX


def _stored(key: str, row: Row) -> Stored:
    return Stored(
        id=key,
        thread=row["thread"],
        labels=tuple(row["labels"]),
        received_ms=row["received_ms"],
        history_id=FIRST_HISTORY_ID + row["history_id"],
        message_id=row["message_id"],
        raw=base64.b64decode(row["raw"]),
    )


def _record(key: int, row: Row) -> HistoryRecord:
    return HistoryRecord(
        id=key,
        change=HistoryChange(row["change"]),
        message=row["message"],
        thread=row["thread"],
        labels=tuple(row["labels"]),
        changed=tuple(row["changed"]),
    )
