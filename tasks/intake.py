"""Storing events as task notes, each once, whatever crashes or repeats."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.audit.event import AuditEvent, AuditStatus
from domain.planning.event import Event
from domain.vault.note import Note
from tasks.audit.log import audit_log
from tasks.reliability.serialised import find_row, serialised, serialised_unsynced
from tasks.vault.vault import Folder, current_vault


class SeenEvent(Base):
    """An event that has its note; the row outlives the note's moves and deletion."""

    __tablename__ = "seen_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


def is_seen(event_id: str) -> bool:
    """Whether this event already has, or had, its note."""
    return seen_at(event_id) is not None


def seen_at(event_id: str) -> datetime | None:
    """When this event's note was stored; None where it never was."""
    row = find_row(SeenEvent, event_id)
    return row.stored_at if row else None


def store_event(event: Event, now: datetime) -> str | None:
    """Write the event's document and note, then its audit record, then remember it.

    The order makes a repeat harmless at every point: the document's name is its content, the note's name is
    the event's id, and a note that was stored without being remembered is found by that name. Its audit record
    is then written again: there is at least one before the event counts as seen, and more than one only after a
    crash in between or when two processes store one event at once.

    Returns:
        The new task's id; None for an event that was seen before.
    """
    if is_seen(event.id):
        return None
    where = current_vault()
    document = where.attach(event.document, event.document_name)
    stored = where.store(
        Folder.NEEDS_ACTION, event.id, Note.new(_front(event, document), _body(event, document))
    )
    _audit(event, document, now)
    mark_seen([event.id], now)
    return event.id if stored else None


def _audit(event: Event, document: str, now: datetime) -> None:
    record = AuditEvent(
        action=f"{event.source}.event_stored",
        status=AuditStatus.SUCCESS,
        actor=f"watch_{event.source}",
        resource=event.id,
        details={"document": document, "received": event.received_at.isoformat(timespec="seconds")},
        private={"sender": event.sender, "subject": event.subject},
    )
    audit_log().append(record, now)


def mark_seen(event_ids: Iterable[str], now: datetime) -> None:
    """Remember events; again changes nothing.

    What came of an event is on the disk before, and storing it once more harms nothing: it need not wait for the disk.
    """

    def remember(session: Session) -> None:
        for event_id in event_ids:
            if session.get(SeenEvent, event_id) is None:
                session.add(SeenEvent(id=event_id, stored_at=now))

    serialised_unsynced(remember)


def count_seen(prefix: str, since: datetime) -> int:
    """How many events with ids that begin so were remembered since then."""
    found = select(func.count()).where(
        SeenEvent.id.startswith(prefix, autoescape=True), SeenEvent.stored_at > since
    )
    return serialised(lambda session: session.scalar(found) or 0)


def _front(event: Event, document: str) -> Mapping[str, Any]:
    return {
        "id": event.id,
        "status": "new",
        "source": event.source,
        "received": event.received_at.isoformat(timespec="seconds"),
        "from": event.sender,
        "subject": event.subject,
        "document": document,
        **event.extra,
    }


def _body(event: Event, document: str) -> str:
    quoted = "\n".join(f"> {line}" for line in event.excerpt.splitlines())
    title = " ".join((event.subject or event.document_name).split()).lstrip("#")
    return f"\n# {title}\n\n[Document](<../{document}>)\n\n{quoted}\n"
