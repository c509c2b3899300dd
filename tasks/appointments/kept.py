"""The events as they were read last, in the ledger: they change together with the sync token, in one transaction."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.appointments.event import CalendarEvent
from tasks.reliability.serialised import serialised

NAME = "google"
_DAY = re.compile(r"_\d{8}(?:T\d{6}Z)?$")
"""What the id of a recurring event's day has behind that of the event."""


class CalendarEventRow(Base):
    """One event."""

    __tablename__ = "calendar_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[dict[str, Any]] = mapped_column(JSON)


class CalendarRow(Base):
    """How far the calendar was read.

    Attributes:
        consent: Tells one consent from another, whose calendar may be somebody else's.
        read_at: When its events were known to be these last.
        until: Events from then on were not asked for.
        unread: Ids of events that could not be read.
    """

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(primary_key=True)
    consent: Mapped[str]
    sync_token: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    unread: Mapped[list[str]] = mapped_column(JSON)


@dataclass(frozen=True)
class CalendarReading:
    """How far the calendar was read; see `CalendarRow`."""

    consent: str
    sync_token: str
    read_at: datetime
    since: datetime
    until: datetime
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptCalendar:
    """The calendar as it was read last."""

    reading: CalendarReading
    events: tuple[CalendarEvent, ...]


def last_reading() -> CalendarReading | None:
    """How far the calendar was read; None when it never was."""
    return serialised(_reading)


def kept_calendar() -> KeptCalendar | None:
    """The calendar as it was read last; None when it never was, or none is connected."""

    def read(session: Session) -> KeptCalendar | None:
        reading = _reading(session)
        rows = session.scalars(select(CalendarEventRow).order_by(CalendarEventRow.id))
        events = tuple(CalendarEvent.model_validate(row.event) for row in rows)
        return KeptCalendar(reading, events) if reading else None

    return serialised(read)


def keep_calendar(
    before: CalendarReading | None,
    reading: CalendarReading,
    events: Iterable[CalendarEvent],
    *,
    gone: Iterable[str] | None,
) -> bool:
    """Keep what a read came to; False, and all stays, if another process read it meanwhile.

    Args:
        before: Where the caller found it.
        reading: How far it is read now.
        events: The events that are new or changed.
        gone: Those that are no more; None: there are no others than these events.
    """

    def keep(session: Session) -> bool:
        found = _reading(session)
        if (found and found.sync_token) != (before and before.sync_token):
            return False
        _remove(session, gone)
        for event in events:
            session.merge(CalendarEventRow(id=event.id, event=event.model_dump(mode="json")))
        session.merge(CalendarRow(name=NAME, **(vars(reading) | {"unread": list(reading.unread)})))
        return True

    return serialised(keep)


def forget_calendar() -> None:
    """No calendar is connected any more."""

    def forget(session: Session) -> None:
        session.execute(delete(CalendarEventRow))
        session.execute(delete(CalendarRow))

    if last_reading() is not None:
        serialised(forget)


def _remove(session: Session, gone: Iterable[str] | None) -> None:
    """Remove these events, of a recurring one all its days; None: every event."""
    if gone is None:
        session.execute(delete(CalendarEventRow))
    ids = frozenset(gone or ())
    for row in session.scalars(select(CalendarEventRow)) if ids else ():
        if row.id in ids or _DAY.sub("", row.id) in ids:
            session.delete(row)


def _reading(session: Session) -> CalendarReading | None:
    row = session.get(CalendarRow, NAME)
    if row is None:
        return None
    return CalendarReading(row.consent, row.sync_token, row.read_at, row.since, row.until, tuple(row.unread))
