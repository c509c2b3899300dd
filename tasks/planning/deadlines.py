"""The deadlines of the owner's calendar as tasks, each once; moved and cancelled where the calendar says so."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.appointments.event import MARK, SOURCE, CalendarEvent, CalendarEventKind, deadlines
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError
from domain.mail.excerpt import excerpt_of, sanitized
from domain.planning.event import Event
from domain.reliability.look import LookResult
from domain.vault.broken import BrokenNoteError
from tasks.appointments.kept import KeptCalendar, forget_calendar, kept_calendar
from tasks.appointments.read import calendar_credentials, read_calendar
from tasks.audit.log import audit_log
from tasks.intake import is_seen, store_event
from tasks.planning.progress import close_ended
from tasks.policy.handbook import read_handbook
from tasks.vault.locks import NoteBusyError
from tasks.vault.vault import Folder, NoteMissingError, NoteMovedError, current_vault

SOON = timedelta(days=14)
"""A deadline becomes a task so long before its day."""
LATE = timedelta(days=2)
"""A machine that was off over a weekend still makes a task of what was due in it."""
DUE, CANCELLED = "due", "cancelled"


async def look_for_calendar(now: datetime) -> LookResult:
    """Bring the kept calendar up to date, and tell whether a deadline has to become a task.

    Raises:
        TransientError: Google Calendar is away.
        RejectedError: it refuses our access.
    """
    credentials = await calendar_credentials()
    if credentials is None:
        forget_calendar()
        return LookResult.CLOSED
    await read_calendar(credentials, now)
    kept, zone = kept_calendar(), _zone()
    if kept is None:
        return LookResult.NOTHING
    follow_moves(kept, zone, now)
    return LookResult.WORK if next(_new(kept, zone, now), None) else LookResult.NOTHING


def store_deadlines(now: datetime) -> list[str]:
    """Store the deadlines that are near as tasks; again changes nothing. The new tasks' ids."""
    kept, zone = kept_calendar(), _zone()
    events = list(_new(kept, zone, now)) if kept else []
    return [task_id for event in events if (task_id := store_event(event_of(event, zone, now), now))]


def event_of(deadline: CalendarEvent, zone: ZoneInfo, now: datetime) -> Event:
    """The event that a deadline is; its id is the calendar's own."""
    day = deadline.first_day(zone)
    title = " ".join(sanitized(deadline.title).split())
    said = f"{MARK}{day}\n{deadline.title}\n\n{deadline.text}\n"
    return Event(
        id=deadline.task_id,
        source=SOURCE,
        received_at=now,
        subject=title or "A deadline",
        excerpt=excerpt_of(deadline.text),
        document_name="deadline.txt",
        document=said.encode(),
        extra={DUE: str(day), "address": deadline.url or None},
    )


def follow_moves(kept: KeptCalendar, zone: ZoneInfo, now: datetime) -> None:
    """Bring the open tasks of deadlines to what the calendar says of them now."""
    days = {
        event.task_id: str(event.first_day(zone))
        for event in kept.events
        if event.kind is CalendarEventKind.DEADLINE
    }
    where = current_vault()
    for name in where.names(Folder.NEEDS_ACTION):
        if name.startswith(f"{SOURCE}-"):
            with suppress(
                BrokenNoteError, NoteMissingError, NoteMovedError, NoteBusyError
            ):  # looked at again
                written = str(where.read(Folder.NEEDS_ACTION, name).front.get(DUE, ""))
                if name not in days and _was_asked_for(written, kept, zone):
                    close_ended(name, CANCELLED, now)
                elif days.get(name, written) != written:
                    _move(name, written, days[name], now)


def _move(name: str, written: str, day: str, now: datetime) -> None:
    changes = {DUE: day, "moved": f"from {written}, in the calendar"}
    current_vault().update(Folder.NEEDS_ACTION, name, lambda found: found.with_front(**changes))
    moved = AuditEvent(
        action="calendar.deadline_moved",
        status=AuditStatus.INFO,
        actor="watch_calendar",
        domain="personal",
        resource=name,
        details={"from": written, "to": day},
    )
    audit_log().append(moved, now)


def _was_asked_for(written: str, kept: KeptCalendar, zone: ZoneInfo) -> bool:
    """Whether the calendar would have told of a deadline on that day."""
    with suppress(ValueError):
        day = datetime.combine(date.fromisoformat(written), time(), zone)
        return kept.reading.since <= day and day + timedelta(days=1) <= kept.reading.until
    return False


def _new(kept: KeptCalendar, zone: ZoneInfo, now: datetime) -> Iterator[CalendarEvent]:
    today = now.astimezone(zone).date()
    for event in deadlines(kept.events, today - LATE, today + SOON, zone):
        if not is_seen(event.task_id):
            yield event


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(read_handbook().time_zone)
    except DigitalFteError:  # told elsewhere; a day is a day
        return ZoneInfo("UTC")
