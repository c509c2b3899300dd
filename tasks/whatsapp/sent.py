"""What was written on WhatsApp: what was handed over under which key, its id there, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.whatsapp.webhook import RANKS, Status
from tasks.reliability.claims import refuse_lost
from tasks.reliability.serialised import finds_any, serialised

ACCEPTED = "accepted"


class SentRow(Base):
    """One message that was handed over; without an id nobody knows yet whether WhatsApp took it.

    Attributes:
        state: accepted, then what its statuses say: sent, delivered, read, failed.
        task: Of the message that it answers; what answers it belongs there.
    """

    __tablename__ = "whatsapp_sent"

    key: Mapped[str] = mapped_column(primary_key=True)
    peer: Mapped[str] = mapped_column(index=True)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str]
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str]
    task: Mapped[str | None]


@dataclass(frozen=True)
class Sent:
    """The same, to read."""

    key: str
    peer: str
    tried_at: datetime
    message_id: str | None
    state: str
    state_at: datetime
    error: str
    task: str | None


def begin_sending(key: str, peer: str, now: datetime, task: str | None = None) -> Sent | None:
    """Keep that it is about to be handed over; what an earlier try under this key left, None: there was none."""

    def begin(session: Session) -> Sent | None:
        refuse_lost(session)
        row = session.get(SentRow, key)
        if row is not None:
            return _sent(row)
        facts = {"state": "", "state_at": now, "error": "", "message_id": None}
        session.add(SentRow(key=key, peer=peer, tried_at=now, task=task, **facts))
        return None

    return serialised(begin)


def accepted(key: str, message_id: str, now: datetime) -> None:
    """WhatsApp took it; a status that came before its answer is kept."""

    def keep(session: Session) -> None:
        row = session.get(SentRow, key)
        if row is not None and row.message_id is None:
            row.message_id = message_id
            if not row.state:
                row.state, row.state_at = ACCEPTED, now

    serialised(keep)


def forget(key: str) -> None:
    """It was provably not taken, or a person says so."""

    def drop(session: Session) -> None:
        row = session.get(SentRow, key)
        if row is not None and row.message_id is None:
            session.delete(row)

    serialised(drop)


def find_sent(key: str) -> Sent | None:
    """What was handed over under a key."""
    return serialised(lambda session: _sent(session.get(SentRow, key)))


def sent_with_id(message_id: str) -> Sent | None:
    """What has this id at WhatsApp."""
    asked = select(SentRow).where(SentRow.message_id == message_id).limit(1)
    return serialised(lambda session: _sent(session.scalar(asked)))


def unseen() -> list[Sent]:
    """What may or may not have been sent, oldest first."""
    asked = select(SentRow).where(SentRow.message_id.is_(None)).order_by(SentRow.tried_at)
    return serialised(lambda session: [sent for row in session.scalars(asked) if (sent := _sent(row))])


def was_written_to(number: str) -> bool:
    """Whether something was sent to this number before."""
    return finds_any(select(SentRow.key).where(SentRow.peer == number, SentRow.message_id.is_not(None)))


def settle_in(session: Session, status: Status, at: datetime) -> bool:
    """Attach a status to what was sent, by its key or its id, as a part of the caller's transaction.

    A status tells the id of a message whose answer was lost. One that is late takes nothing back.

    Returns:
        Whether it is about something that was sent from here.
    """
    row = session.get(SentRow, status.key) if status.key else None
    if row is None or row.message_id not in (None, status.message_id):
        row = session.scalar(select(SentRow).where(SentRow.message_id == status.message_id).limit(1))
    if row is None:
        return False
    row.message_id = status.message_id
    if status.rank > RANKS.get(row.state, 0):
        row.state, row.state_at, row.error = status.state, at, status.error
    return True


def _sent(row: SentRow | None) -> Sent | None:
    if row is None:
        return None
    return Sent(row.key, row.peer, row.tried_at, row.message_id, row.state, row.state_at, row.error, row.task)
