"""Reading the calendar: what changed since the last read, or all of it again where that cannot be told."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from blocks.gmail.calendar_client import CalendarTooOldError, EventPage, Window
from domain.appointments.event import BadEventError, CalendarEvent, read_event
from tasks.appointments.kept import CalendarReading, forget_calendar, keep_calendar, last_reading
from tasks.reliability.breakers import guarded
from tasks.reliability.rate_limits import wait_turn

if TYPE_CHECKING:
    from blocks.gmail.calendar_client import CalendarClient
    from blocks.gmail.credentials import GmailCredentials

SERVICE = "google-calendar"
BLOCK = "gmail"
"""The block of the account's consent; the calendar's is part of it."""

BACK, AHEAD, LEAST_AHEAD = timedelta(days=7), timedelta(days=120), timedelta(days=60)
"""A full read reaches from a week ago so far ahead, and is made again before less than that is left."""

Ask = Callable[[str | None], Awaitable[EventPage]]


async def calendar_credentials() -> "GmailCredentials | None":
    """The account whose owner lets its calendar be read; None where nobody does."""
    from blocks.gmail.credentials import saved_mailbox  # imports prefect

    mailbox = await saved_mailbox(BLOCK)
    return mailbox.credentials if mailbox and mailbox.credentials.reads_calendar else None


async def read_calendar(credentials: "GmailCredentials", now: datetime) -> None:
    """Bring the kept events up to date.

    Raises:
        TransientError: Google Calendar is away; the kept events stay, with the time of their read.
        RejectedError: it refuses our access.
    """
    consent = hashlib.sha256(credentials.refresh_token.get_secret_value().encode()).hexdigest()[:16]
    before = last_reading()
    async with credentials.calendar_client() as client:
        if before and before.consent == consent and before.until - now >= LEAST_AHEAD:
            try:
                await _read_changes(client, before, now)
            except CalendarTooOldError:
                pass
            else:
                return
        await _read_all(client, before, consent, now)


async def _read_changes(client: "CalendarClient", before: CalendarReading, now: datetime) -> None:
    rows, token = await _pages(partial(client.changes, before.sync_token))
    events, gone, unread = _sorted(rows)
    still_unread = tuple(sorted({*before.unread} - {*gone} - {event.id for event in events} | {*unread}))
    reading = replace(before, sync_token=token, read_at=now, unread=still_unread)
    keep_calendar(before, reading, events, gone=[*gone, *unread])


async def _read_all(
    client: "CalendarClient", before: CalendarReading | None, consent: str, now: datetime
) -> None:
    window = Window(now - BACK, now + AHEAD)
    rows, token = await _pages(partial(client.in_window, window))
    events, _, unread = _sorted(rows)
    reading = CalendarReading(consent, token, now, window.since, window.until, tuple(unread))
    keep_calendar(before, reading, events, gone=None)


async def _pages(ask: Ask) -> tuple[list[dict[str, Any]], str]:
    """The rows of all pages, and the sync token of the last: nothing is kept of half a read."""
    rows: list[dict[str, Any]] = []
    page: str | None = None
    while True:
        await wait_turn(SERVICE, 1)
        async with guarded(SERVICE):
            found = await ask(page)
        rows += found.events
        page = found.next_page
        if page is None:
            return rows, str(found.sync_token)


def _sorted(rows: Iterable[dict[str, Any]]) -> tuple[list[CalendarEvent], list[str], list[str]]:
    """The events, the ids of those that are none (any more), and of those that cannot be read; the last row counts."""
    events: dict[str, CalendarEvent | None] = {}
    unread: dict[str, None] = {}
    for row in rows:
        event_id = str(row.get("id", "without id"))
        unread.pop(event_id, None)
        try:
            events[event_id] = read_event(row)
        except BadEventError:
            events.pop(event_id, None)
            unread[event_id] = None
    kept = [event for event in events.values() if event]
    return kept, [event_id for event_id, event in events.items() if event is None], list(unread)


__all__ = ["calendar_credentials", "forget_calendar", "read_calendar"]
