"""Writes that wait for a service, delivered strictly in the order they were put in, one at a time."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.errors import ContractError
from tasks.reliability.dead_letters import bury_in
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.serialised import serialised

DELIVERY_SECONDS = 600
"""A delivery by a worker that cannot be seen from here is taken for lost after this."""


class ParcelState(StrEnum):
    """Where a waiting write is."""

    WAITING = "waiting"
    DONE = "done"
    BURIED = "buried"
    """Given up; it lies in the dead letters."""


class ParcelMissingError(ContractError):
    """An outcome was reported for a parcel that is not in the outbox."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the outbox has no parcel {number}; `next_due` gives the ones there are")


class Parcel(Base):
    """One write. `key` is its effect key, so that a second put and a second delivery change nothing."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    service: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    courier: Mapped[str | None]
    taken_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    put_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("service", "key"),
        Index("outbox_queue", "service", "state", "id"),
        {"sqlite_autoincrement": True},  # a number is never used twice: it is the order
    )


def put(service: str, key: str, *, kind: str, payload: dict[str, Any], now: datetime) -> bool:
    """Queue a write behind those before it; false when this key waits or was delivered already.

    One that was given up is queued again, at the end.
    """

    def store(session: Session) -> bool:
        known = session.scalar(select(Parcel).where(Parcel.service == service, Parcel.key == key))
        if known is not None and known.state != ParcelState.BURIED:
            return False
        if known is not None:
            session.delete(known)
            session.flush()
        session.add(
            Parcel(
                service=service,
                key=key,
                kind=kind,
                payload=payload,
                state=ParcelState.WAITING.value,
                not_before=now,
                put_at=now,
                updated_at=now,
            )
        )
        return True

    return serialised(store)


def next_due(service: str, *, now: datetime, courier: str | None = None) -> Parcel | None:
    """Take the oldest waiting write for delivery by `courier` (this process).

    None when nothing waits, when the oldest is not due yet (those behind it keep their order), or when
    another live courier has it.
    """
    courier = courier or this_process()

    def take(session: Session) -> Parcel | None:
        head = session.scalar(
            select(Parcel)
            .where(Parcel.service == service, Parcel.state == ParcelState.WAITING.value)
            .order_by(Parcel.id)
            .limit(1)
        )
        if head is None or head.not_before > now or _is_taken(head, courier, now):
            return None
        head.courier, head.taken_until = courier, now + timedelta(seconds=DELIVERY_SECONDS)
        head.attempts += 1
        head.updated_at = now
        return head

    return serialised(take)


def _is_taken(parcel: Parcel, courier: str, now: datetime) -> bool:
    if parcel.courier in (None, courier) or parcel.taken_until is None or parcel.taken_until <= now:
        return False
    return not is_dead(parcel.courier or "")


def done(number: int, *, now: datetime) -> None:
    """The write was delivered."""

    def close(session: Session) -> None:
        parcel = _parcel(session, number)
        parcel.state, parcel.error = ParcelState.DONE.value, None
        _put_down(parcel, now)

    serialised(close)


def failed(number: int, *, error: Exception, now: datetime, retry_at: datetime | None) -> None:
    """The write was not delivered.

    Args:
        number: the parcel's id.
        error: why.
        now: the present.
        retry_at: when to try again, the whole queue waiting with it; None gives this one up: it goes to
            the dead letters in the same transaction, and the next in the queue is due.
    """

    def keep(session: Session) -> None:
        parcel = _parcel(session, number)
        parcel.error = str(error)
        if retry_at is None:
            parcel.state = ParcelState.BURIED.value
            bury_in(session, parcel.kind, parcel.key, payload=parcel.payload, error=error, now=now)
        else:
            parcel.not_before = retry_at
        _put_down(parcel, now)

    serialised(keep)


def _parcel(session: Session, number: int) -> Parcel:
    parcel = session.get(Parcel, number)
    if parcel is None:
        raise ParcelMissingError(number)
    return parcel


def _put_down(parcel: Parcel, now: datetime) -> None:
    parcel.courier, parcel.taken_until, parcel.updated_at = None, None, now


def waiting(service: str | None = None) -> list[Parcel]:
    """What waits, in the order of delivery."""
    query = select(Parcel).where(Parcel.state == ParcelState.WAITING.value).order_by(Parcel.id)
    if service is not None:
        query = query.where(Parcel.service == service)
    return serialised(lambda session: list(session.scalars(query)))


def waiting_counts() -> dict[str, int]:
    """How many writes wait, by service."""
    query = (
        select(Parcel.service, func.count())
        .where(Parcel.state == ParcelState.WAITING.value)
        .group_by(Parcel.service)
    )
    return serialised(lambda session: {row[0]: row[1] for row in session.execute(query)})
