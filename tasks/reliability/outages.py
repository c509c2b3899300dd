"""Telling the owner of services that stay away: after a while, then daily, and once when it is over."""

from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.reliability.breaker import BreakerState
from domain.reliability.outage import Outage, OutageNotice, is_notice_due, notice_of, observed
from tasks.reliability.breakers import breaker_states
from tasks.reliability.notify import Messenger, NewNotice, NotifyStatus, deliver
from tasks.reliability.outbox import SCHEDULE, OutboxItem, waiting
from tasks.reliability.serialised import serialised


class OutageRow(Base):
    """An outage as it is kept, until its owner was told that it is over."""

    __tablename__ = "outages"

    service: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def outage(self) -> Outage:
        """The pure state."""
        return Outage(self.since, self.told_at, self.over_at)


def notified_outages() -> set[str]:
    """Services of whose outage the owner was told, and not yet of its end."""
    return serialised(lambda session: {row.service for row in session.query(OutageRow) if row.told_at})


def lasting_outages() -> dict[str, datetime]:
    """Services that do not do their work, each with since when."""
    return serialised(
        lambda session: {row.service: row.since for row in session.query(OutageRow) if row.over_at is None}
    )


async def notify_outages(now: datetime, messenger: Messenger | None = None) -> list[OutageNotice]:
    """Look at every service, and tell the owner what is due; what could not be sent is tried by the next call.

    A service is away while its circuit is not closed, and while tasks wait for it.

    Returns:
        What was told.
    """
    told = []
    for service, outage in _observe(now).items():
        if not is_notice_due(outage, now):
            continue
        word = _notice(service, outage)
        key = f"outage of {service} since {outage.since.isoformat()}, over {outage.over_at}"
        notice = NewNotice(word.title, word.body, "info" if outage.over_at else "warning", key)
        outcome = await deliver(notice, now=now, messenger=messenger)
        if outcome.status is NotifyStatus.SENT:
            _keep_told(service, now)
            told.append(word)
    return told


def _observe(now: datetime) -> dict[str, Outage]:
    queued = {item.service for item in waiting()} - {SCHEDULE}
    shut = {name for name, breaker in breaker_states().items() if breaker.state is not BreakerState.CLOSED}

    def observe(session: Session) -> dict[str, Outage]:
        rows = {row.service: row for row in session.query(OutageRow)}
        found = {}
        for service in queued | shut | set(rows):
            row = rows.get(service)
            outage = observed(row.outage() if row else None, is_away=service in queued | shut, now=now)
            if outage is not None:
                session.merge(OutageRow(service=service, **vars(outage)))
                found[service] = outage
            elif row is not None:
                session.delete(row)
        return found

    return serialised(observe)


def _notice(service: str, outage: Outage) -> OutageNotice:
    items = waiting(service)
    breaker = breaker_states().get(service)
    reason = breaker.reason if breaker and breaker.state is not BreakerState.CLOSED else _error(items)
    return notice_of(service, outage, waiting=len(items), reason=reason)


def _error(items: list[OutboxItem]) -> str | None:
    return next((item.error for item in items if item.error), None)


def _keep_told(service: str, now: datetime) -> None:
    def keep(session: Session) -> None:
        row = session.get(OutageRow, service)
        if row is None:
            return
        if row.over_at is not None:
            session.delete(row)
        row.told_at = now

    serialised(keep)
