"""Writes that wait for a service, delivered strictly in the order they were put in, one at a time.

Only what waits is kept: how a write ended stands in the effect ledger, what was given up in the dead letters.
"""

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.reliability.backoff import OUTAGE, spread
from domain.reliability.breaker import BreakerState
from tasks.reliability.breakers import breaker_in, breaker_state
from tasks.reliability.dead_letters import add_dead_letter_in
from tasks.reliability.limits import next_turn
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.serialised import serialised

DELIVERY_SECONDS = 600
"""A delivery by a worker that cannot be seen from here is taken for lost after this."""


class OutboxItem(Base):
    """One write that waits; it stands in its service's queue once, under `key`."""

    __tablename__ = "parcels"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    service: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column("courier")
    taken_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("service", "key"),
        Index("parcels_queue", "service", "id"),
        {"sqlite_autoincrement": True},  # a number is never used twice: it is the order
    )


def put(service: str, key: str, *, kind: str, payload: dict[str, Any], due: datetime) -> bool:
    """Queue a write behind those before it, to be delivered from `due` on; False when this key waits already."""

    def store(session: Session) -> bool:
        if session.scalar(select(OutboxItem).where(OutboxItem.service == service, OutboxItem.key == key)):
            return False
        session.add(OutboxItem(service=service, key=key, kind=kind, payload=payload, not_before=due))
        return True

    return serialised(store)


def next_due(service: str, *, now: datetime, worker: str | None = None) -> OutboxItem | None:
    """Take the oldest waiting write for delivery by `worker` (this process).

    None when nothing waits, when the oldest is not due yet (those behind it keep their order), or when
    another live worker has it. Counted as a try when the service is up; else it only asks for the service.
    """
    worker = worker or this_process()

    def take(session: Session) -> OutboxItem | None:
        head = session.scalar(
            select(OutboxItem).where(OutboxItem.service == service).order_by(OutboxItem.id).limit(1)
        )
        if head is None or head.not_before > now or _is_taken(head, worker, now):
            return None
        head.worker, head.taken_until = worker, now + timedelta(seconds=DELIVERY_SECONDS)
        head.attempts += breaker_in(session, service).state is BreakerState.CLOSED
        return head

    return serialised(take)


def due_services(now: datetime) -> list[str]:
    """Services whose oldest waiting write is due and has no worker."""
    heads = select(OutboxItem).where(
        OutboxItem.id.in_(select(func.min(OutboxItem.id)).group_by(OutboxItem.service))
    )

    def read(session: Session) -> list[str]:
        return [
            head.service
            for head in session.scalars(heads)
            if head.not_before <= now and not _is_taken(head, this_process(), now)
        ]

    return serialised(read)


def _is_taken(item: OutboxItem, worker: str, now: datetime) -> bool:
    if item.worker in (None, worker) or item.taken_until is None or item.taken_until <= now:
        return False
    return not is_dead(item.worker or "")


def done(key: str, *, but_for: Collection[str] = ()) -> None:
    """The write was delivered, or need not be any more; it goes on waiting `but_for` these services."""
    gone = delete(OutboxItem).where(OutboxItem.key == key, OutboxItem.service.not_in(but_for))
    serialised(lambda session: session.execute(gone))


def failed(number: int, *, error: Exception, now: datetime, retry_at: datetime | None) -> None:
    """The write was not delivered; nothing changes when it no longer waits.

    Args:
        number: the item's id.
        error: why.
        now: the present.
        retry_at: when to try again, the whole queue waiting with it; None gives this one up: it goes to
            the dead letters in the same transaction, and the next in the queue is due.
    """

    def keep(session: Session) -> None:
        item = session.get(OutboxItem, number)
        if item is None:
            return
        if retry_at is None:
            add_dead_letter_in(session, item.kind, item.key, payload=item.payload, error=error, now=now)
            session.delete(item)
            return
        item.error, item.not_before = str(error), retry_at
        item.worker = item.taken_until = None

    serialised(keep)


def next_try(service: str, attempts: int, now: datetime) -> datetime | None:
    """When to ask the service again after so many tries, by its breaker, its limits and the policy.

    None when a service that is up failed it so often that a person has to look.
    """
    if attempts > OUTAGE.retries:
        return None
    breaker = breaker_state(service)
    seconds = spread(OUTAGE.delay(max(attempts, 1)), OUTAGE.jitter, random.random())  # noqa: S311 (spread)
    reopens = breaker.until if breaker.state is BreakerState.OPEN and breaker.until else now
    return max(now + timedelta(seconds=seconds), reopens, next_turn(service, now))


def waits(number: int) -> bool:
    """Whether this item is still in its queue."""
    return serialised(lambda session: session.get(OutboxItem, number)) is not None


def is_behind(service: str, key: str) -> bool:
    """Whether others wait for the service and this write is not among them: it has to queue up."""
    keys = [item.key for item in waiting(service)]
    return bool(keys) and key not in keys


def waiting(service: str | None = None) -> list[OutboxItem]:
    """What waits, in the order of delivery."""
    query = select(OutboxItem).order_by(OutboxItem.id)
    if service is not None:
        query = query.where(OutboxItem.service == service)
    return serialised(lambda session: list(session.scalars(query)))


def waiting_counts() -> dict[str, int]:
    """How many writes wait, by service."""
    query = select(OutboxItem.service, func.count()).group_by(OutboxItem.service).order_by(OutboxItem.service)
    return serialised(lambda session: {row[0]: row[1] for row in session.execute(query)})
