"""What WhatsApp brought, in the ledger's database before it is acknowledged, and how far each has been taken up.

The receiver (`deployments/webhooks.py`) writes here without Prefect; `watch_whatsapp` reads.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, cast, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.mail.excerpt import excerpt_of
from domain.whatsapp.channel import SOURCE
from domain.whatsapp.message import Message, event_id, message_of
from domain.whatsapp.webhook import Status, WebhookEvent, WebhookEventKind, status_of
from tasks.reliability.serialised import change_row, find_row, find_rows, finds_any, serialised
from tasks.whatsapp.sent import settle_in

FAILED = "failed"
AT_ONCE = 50


LONGEST_LATER = 200
LATELY = timedelta(days=1)
MOST_LOOKED_AT = 100


class WhatsAppEventRow(Base):
    """One message or status.

    Attributes:
        due_at: When it is to be taken up; None: there is nothing (more) to do.
        task: The task that a message makes or belongs to.
    """

    __tablename__ = "whatsapp_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    peer: Mapped[str] = mapped_column(index=True)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    task: Mapped[str | None]


def store_events(events: Sequence[WebhookEvent], now: datetime) -> int:
    """Keep what is new, all or nothing, on the disk when this returns; how many were new.

    A status settles at once what was sent; only a failed one is something to take up.

    Raises:
        LedgerUnavailableError: nothing was kept.
    """

    def keep(session: Session) -> int:
        new = [event for event in events if session.get(WhatsAppEventRow, event.id) is None]
        for event in new:
            status = status_of(event.payload) if event.kind is WebhookEventKind.STATUS else None
            ours = settle_in(session, status, event.said_at) if status else True
            session.add(
                WhatsAppEventRow(
                    id=event.id,
                    kind=event.kind.value,
                    peer=event.peer,
                    said_at=event.said_at,
                    payload=event.payload,
                    stored_at=now,
                    due_at=now if ours and _is_work(status) else None,
                    task=None if status else event_id(event.id),
                )
            )
        return len(new)

    return serialised(keep)


def _is_work(status: Status | None) -> bool:
    return status is None or status.state == FAILED


def due_events(now: datetime) -> list[WhatsAppEventRow]:
    """What is to be taken up now, oldest first."""
    asked = (
        select(WhatsAppEventRow)
        .where(WhatsAppEventRow.due_at <= now)
        .order_by(WhatsAppEventRow.said_at, WhatsAppEventRow.stored_at)
    )
    return find_rows(asked.limit(AT_ONCE))


def is_any_due(now: datetime) -> bool:
    """Whether there is something to take up."""
    return finds_any(select(WhatsAppEventRow.id).where(WhatsAppEventRow.due_at <= now))


def taken(event_id: str, task: str | None) -> None:
    """It was taken up, by this task; None: by none."""
    change_row(WhatsAppEventRow, event_id, due_at=None, task=task)


def postpone(event_id: str, until: datetime) -> None:
    """It could not be taken up now."""

    def keep(session: Session) -> None:
        row = session.get(WhatsAppEventRow, event_id)
        if row is not None and row.due_at is not None:
            row.due_at, row.tries = until, row.tries + 1

    serialised(keep)


def find_event(event_id: str) -> WhatsAppEventRow | None:
    """A stored event."""
    return find_row(WhatsAppEventRow, event_id)


def message_of_task(task: str) -> WhatsAppEventRow | None:
    """The newest message of a task that a message made; of those of one second the one that came last.

    Who wrote it is WhatsApp's word, not the note's.
    """
    return next(iter(_newest_first(WhatsAppEventRow.task == task)), None)


def order_of_task(task: str) -> Message | None:
    """The message that made a task, as it reads now: it may have been changed, or taken back."""
    messages = (_message_in(row) for row in _newest_first(WhatsAppEventRow.task == task, most=MOST_LOOKED_AT))
    return next((one for one in messages if task in (event_id(one.id), one.changes)), None)


def message_before(message: Message) -> WhatsAppEventRow | None:
    """What the same number wrote last before a message, not more than a day earlier."""
    rows = _newest_first(
        WhatsAppEventRow.peer == message.number,
        WhatsAppEventRow.id != message.id,
        WhatsAppEventRow.said_at.between(message.said_at - LATELY, message.said_at),
    )
    return next(iter(rows), None)


def _newest_first(*which: ColumnElement[bool], most: int = 1) -> list[WhatsAppEventRow]:
    asked = select(WhatsAppEventRow).where(WhatsAppEventRow.kind == WebhookEventKind.MESSAGE.value, *which)
    newest = (WhatsAppEventRow.said_at.desc(), WhatsAppEventRow.stored_at.desc(), WhatsAppEventRow.id)
    return find_rows(asked.order_by(*newest).limit(most))


def _message_in(row: WhatsAppEventRow) -> Message:
    return message_of(row.id, row.peer, row.said_at, row.payload)


def later_message(task: str) -> list[str]:
    """The newest message of a task in one sentence, if it is not the one that made it."""
    row = message_of_task(task) if task.startswith(f"{SOURCE}-") else None
    if row is None or event_id(row.id) == task:
        return []
    message = _message_in(row)
    return [f"{message.who} wrote later: '{excerpt_of(message.shown)[:LONGEST_LATER]}'"]


def last_heard(number: str, before: datetime | None = None) -> datetime | None:
    """When this customer wrote last (before a moment)."""
    asked = select(func.max(WhatsAppEventRow.said_at)).where(
        WhatsAppEventRow.peer == number, WhatsAppEventRow.kind == WebhookEventKind.MESSAGE.value
    )
    if before is not None:
        asked = asked.where(WhatsAppEventRow.said_at < before)
    return serialised(lambda session: session.scalar(asked))


def last_stored() -> datetime | None:
    """When WhatsApp brought something last."""
    return serialised(lambda session: session.scalar(select(func.max(WhatsAppEventRow.stored_at))))


def forget_words(before: datetime) -> None:
    """What was taken up and said before then keeps who and when alone; its words stand in its task's note."""
    is_kept = cast(WhatsAppEventRow.payload, String) != "{}"
    old = update(WhatsAppEventRow).where(
        WhatsAppEventRow.due_at.is_(None), WhatsAppEventRow.said_at < before, is_kept
    )
    serialised(lambda session: session.execute(old.values(payload={})))
