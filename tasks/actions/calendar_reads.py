"""What a plan may read of a meeting: its minutes, as the owner wrote them or as they stand in their own calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.appointments.event import CalendarEvent, CalendarEventKind
from domain.appointments.minutes import Minutes, MinutesWanted, read_minutes
from domain.errors import RejectedError
from tasks.actions.performer import Reader, no_client, readers_by_name
from tasks.appointments.kept import kept_calendar
from tasks.clock import present
from tasks.policy.handbook import read_handbook


class NoMinutesError(RejectedError):
    """Nobody wrote down what was agreed."""

    def __init__(self, meeting: str, why: str) -> None:
        super().__init__(
            f"there are no minutes of '{meeting}': {why}. Write them into the appointment, or drop a note into "
            "Inbox/ that names the meeting and lists what is to be done: - Ann: send the plan by 2026-12-01"
        )


async def _read(_: None, wanted: MinutesWanted) -> Minutes:
    now, zone = present(), ZoneInfo(read_handbook().time_zone)
    today = now.astimezone(zone).date()
    minutes = read_minutes(wanted.meeting, wanted.minutes or wanted.words, today)
    if not (minutes.items or wanted.minutes):
        minutes = read_minutes(wanted.meeting, _of_the_calendar(wanted.meeting, zone, now), today)
    if not minutes.items:
        raise NoMinutesError(wanted.meeting, "they list nothing to do with somebody's name or a day")
    return minutes


def _of_the_calendar(meeting: str, zone: ZoneInfo, now: datetime) -> str:
    """What the owner wrote into the appointment of that name that ended last; what others wrote is not theirs."""
    kept = kept_calendar()
    if kept is None:
        raise NoMinutesError(meeting, "no calendar is connected")
    named = [event for event in kept.events if _is_meant(event, meeting) and event.span(zone)[1] <= now]
    if not named:
        raise NoMinutesError(meeting, "no appointment of that name has ended")
    last = max(named, key=lambda event: (event.span(zone)[1], event.id))
    if last.by:
        raise NoMinutesError(meeting, f"the appointment is {last.by}'s, and what they write is not your word")
    return last.text


def _is_meant(event: CalendarEvent, meeting: str) -> bool:
    return event.kind is CalendarEventKind.APPOINTMENT and meeting.casefold() in event.title.casefold()


READERS = readers_by_name(
    Reader[None, MinutesWanted](name="calendar.read_minutes", connect=no_client, read=_read)
)
