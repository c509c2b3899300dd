"""Tasks that wait for a service: those about the same thing in the order they were put in, others side by side.

Only what waits is kept: how a write ended stands in the effect ledger, what was given up in the dead letters.
"""

import random
from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.reliability.backoff import OUTAGE, spread
from domain.reliability.breaker import BreakerState
from tasks.reliability.breakers import breaker_in, breaker_state
from tasks.reliability.dead_letters import add_dead_letter_in
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.rate_limits import next_turn
from tasks.reliability.serialised import find_row, find_rows, serialised

SCHEDULE = "schedule"
"""The queue of what waits for its time alone."""

TASK = "task"
"""Kind of a task's deliveries and dead letters; their key is its id."""

DELIVERY_SECONDS = 600
"""A delivery by a worker that cannot be seen from here is taken for lost after this."""

TOGETHER = 4
"""Deliveries to one service at once, by all processes; more would only wait for Odoo, which has two workers."""

MOST_TROUBLED = 20
"""So many that a service which answers did not do keep those behind them waiting: then it is not theirs alone."""

ORDER = "order"
"""In a payload: the words that say what a write is about. One without them waits for all before it, and they for it."""


PAGE = 50

FORGIVEN = 1
"""A write may have failed once at a service that answers, and is still taken up with the others when it is back."""


class OutboxItem(Base):
    """One task that waits, by its id as `key`; it stands in its service's queue once."""

    __tablename__ = "parcels"  # the names of table and columns are those of the first version

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
    """Take a waiting write for delivery by `worker` (this process): the oldest that is due and free to go.

    None when nothing waits, when each that is due shares an order key with one before it, and when enough are under
    way. While the circuit is not closed only the oldest is tried. Counted as a try when the service is up; else it
    only finds out whether it is.
    """
    worker = worker or this_process()

    def take(session: Session) -> OutboxItem | None:
        found = _next_free(session, service, worker, now)
        if found is not None:
            found.worker, found.taken_until = worker, now + timedelta(seconds=DELIVERY_SECONDS)
            found.attempts += breaker_in(session, service).state is BreakerState.CLOSED
        return found

    return serialised(take)


def due_services(now: datetime) -> list[str]:
    """Services for which something waits that can be delivered now and has no worker."""

    def read(session: Session) -> list[str]:
        services = session.scalars(select(OutboxItem.service).distinct().order_by(OutboxItem.service)).all()
        return [service for service in services if _next_free(session, service, this_process(), now)]

    return serialised(read)


def _next_free(session: Session, service: str, worker: str, now: datetime) -> OutboxItem | None:
    is_up = breaker_in(session, service).state is BreakerState.CLOSED
    query = select(OutboxItem).where(OutboxItem.service == service).order_by(OutboxItem.id)
    # oldest first, read only as far as it is looked at: PostgreSQL keeps the rest ready until it is told
    with closing(session.scalars(query.execution_options(yield_per=PAGE))) as queue:
        return _first_free(queue if is_up else islice(queue, 1), worker, now)


def _first_free(queue: Iterable[OutboxItem], worker: str, now: datetime) -> OutboxItem | None:
    ahead: set[str] = set()
    under_way = troubled = 0
    for place, item in enumerate(queue):
        keys = item.payload.get(ORDER)
        is_taken = _is_taken(item, worker, now)
        is_behind = bool(place) if keys is None else not ahead.isdisjoint(keys)
        if not (is_taken or is_behind or item.not_before > now):
            return item
        under_way += is_taken
        troubled += item.attempts > 0 and not is_taken
        if keys is None or under_way >= TOGETHER or troubled >= MOST_TROUBLED:
            return None
        ahead.update(keys)
    return None


def _is_taken(item: OutboxItem, worker: str, now: datetime) -> bool:
    if item.worker in (None, worker) or item.taken_until is None or item.taken_until <= now:
        return False
    return not is_dead(item.worker or "")


def done(key: str, *, but_for: Collection[str] = ()) -> None:
    """The write was delivered, or need not be any more; it goes on waiting `but_for` these services."""
    gone = delete(OutboxItem).where(OutboxItem.key == key, OutboxItem.service.not_in(but_for))
    serialised(lambda session: session.execute(gone))


def services_waited_for(now: datetime) -> set[str]:
    """Services for which something waits that `release` would bring forward."""
    query = (
        select(OutboxItem.service)
        .where(OutboxItem.not_before > now, OutboxItem.attempts <= FORGIVEN)
        .distinct()
    )
    return serialised(lambda session: set(session.scalars(query)))


def release(service: str, now: datetime) -> int:
    """The service is back: what waited for it alone is due now. Returns how many.

    What it failed to do although it was up keeps its own time.
    """

    def bring_forward(session: Session) -> int:
        waited = (OutboxItem.service == service, OutboxItem.not_before > now, OutboxItem.attempts <= FORGIVEN)
        items = list(session.scalars(select(OutboxItem).where(*waited)))
        for item in items:
            item.not_before = now
        return len(items)

    return serialised(bring_forward)


def hasten(key: str, now: datetime) -> None:
    """What this waits for its time for has happened: it is due now."""

    def bring_forward(session: Session) -> None:
        query = select(OutboxItem).where(OutboxItem.key == key, OutboxItem.service == SCHEDULE)
        for item in session.scalars(query):
            item.not_before = min(item.not_before, now)

    serialised(bring_forward)


def hasten_scheduled(now: datetime) -> None:
    """The clock was set back: whatever waits for its time is due now, and waits again where it has not come."""
    waits = (OutboxItem.service == SCHEDULE, OutboxItem.not_before > now)
    serialised(lambda session: session.execute(update(OutboxItem).where(*waits).values(not_before=now)))


def forgive(number: int) -> None:
    """The last try failed because the service was away: it does not count."""

    def uncount(session: Session) -> None:
        item = session.get(OutboxItem, number)
        if item is not None:
            item.attempts = max(item.attempts - 1, 0)

    serialised(uncount)


def failed(number: int, *, error: Exception, now: datetime, retry_at: datetime | None) -> None:
    """The write was not delivered; nothing changes when it no longer waits.

    Args:
        number: the item's id.
        error: why.
        now: the present.
        retry_at: when to try again, those behind it that share an order key waiting with it; None gives this one up:
            it goes to the dead letters in the same transaction, and the next in the queue is due.
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
    return find_row(OutboxItem, number) is not None


def is_behind(service: str, key: str, order: Collection[str], *, is_called: bool = False) -> bool:
    """Whether a write has to wait in the queue, where it may stand already.

    It has to when one before it is about the same thing, and when it is not in the queue yet, the service is away and
    others wait for it. One in the queue that a person calls goes at once.
    """
    before = list(takewhile(lambda item: item.key != key, items := waiting(service)))
    in_queue = len(before) < len(items)
    if in_queue and is_called:
        return False
    if before and not in_queue and breaker_state(service).state is not BreakerState.CLOSED:
        return True
    return any(not set(item.payload.get(ORDER, order)).isdisjoint(order) for item in before)


def stands_behind(key: str) -> str | None:
    """The service in whose queue others stand before this write, if it stands in one."""
    for service in waiting_counts():
        keys = [item.key for item in waiting(service)]
        if key in keys[1:]:
            return service
    return None


def waiting(service: str | None = None) -> list[OutboxItem]:
    """What waits, in the order of delivery."""
    query = select(OutboxItem).order_by(OutboxItem.id)
    if service is not None:
        query = query.where(OutboxItem.service == service)
    return find_rows(query)


def waiting_counts() -> dict[str, int]:
    """How many writes wait, by service."""
    query = select(OutboxItem.service, func.count()).group_by(OutboxItem.service).order_by(OutboxItem.service)
    return serialised(lambda session: {row[0]: row[1] for row in session.execute(query)})
