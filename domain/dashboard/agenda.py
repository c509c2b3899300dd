"""The coming days of the owner's calendar; pure."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain.appointments.event import CalendarEvent, CalendarEventKind
from domain.vault.overview import Item, OverviewSection, one_line, section

AHEAD = dt.timedelta(days=7)
STALE = dt.timedelta(hours=1)
NOT_CONNECTED = "No calendar is connected; to connect it: `fte connect calendar`."
NOT_READ = "Your calendar has not been read yet."
WORDS = {CalendarEventKind.ABSENCE: "away", CalendarEventKind.DEADLINE: "deadline"}


def agenda(
    events: Sequence[CalendarEvent], now: dt.datetime, zone: ZoneInfo, *, read_at: dt.datetime, unread: int
) -> OverviewSection:
    """What stands in the calendar for today and the next days, the earliest first.

    Args:
        events: The calendar's.
        now: The present.
        zone: Whose clocks and days.
        read_at: When these were known to be all.
        unread: How many could not be read.
    """
    today = now.astimezone(zone).date()
    begin, end = (
        dt.datetime.combine(day, dt.time(), zone) for day in (today, today + AHEAD + dt.timedelta(days=1))
    )
    near = [event for event in events if event.span(zone)[0] < end and begin < event.span(zone)[1]]
    shown = [event for event in near if event.kind is not CalendarEventKind.INVITATION]
    shown.sort(key=lambda event: (event.span(zone), event.id))
    asked = len(near) - len(shown)
    notes = [
        _stale(now - read_at, read_at.astimezone(zone)),
        f"{_counted(asked, 'invitation')} that you have not accepted {_are(asked)} not shown."
        if asked
        else "",
        f"{_counted(unread, 'event')} could not be read: look into the calendar itself." if unread else "",
    ]
    found = section([_item(event, zone) for event in shown])
    return OverviewSection(found.items, found.more, note=" ".join(filter(None, notes)))


def _stale(age: dt.timedelta, read_at: dt.datetime) -> str:
    if age < STALE:
        return ""
    hours = int(age / dt.timedelta(hours=1))
    said = _counted(hours, "hour") if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 (two days)
    return f"Google Calendar was not read for {said}: this is as it stood at {read_at:%Y-%m-%d %H:%M}."


def _item(event: CalendarEvent, zone: ZoneInfo) -> Item:
    what = WORDS.get(event.kind, "")
    by = f"invited by {one_line(event.by)}" if event.by else ""
    said = ", ".join(filter(None, (event.when(zone), what, by)))
    return Item(title=one_line(event.title) or "without a title", detail=said, url=event.url)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
