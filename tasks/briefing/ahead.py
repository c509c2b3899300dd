"""The coming week's part of the briefing, from the kept copy of the owner's calendar."""

from datetime import datetime

from domain.appointments import event
from domain.briefing.ahead import KEY, NOT_CONNECTED, SOURCE, TITLE, Planned, ahead
from domain.briefing.part import Part, missing, unused
from domain.week import Week
from tasks.appointments.kept import kept_calendar
from tasks.briefing.recorded_suite import EVENTS
from tasks.reliability.waiting import last_looks


def ahead_part(week: Week, now: datetime) -> Part:
    """What stands in the calendar for the week after; nothing is asked of Google for it."""
    kept = kept_calendar()
    if kept is None:
        looks = (look.problem for look in last_looks() if look.channel == event.SOURCE)
        if problem := next(filter(None, looks), None):
            return missing(KEY, TITLE, SOURCE, f"It was not read yet: {problem}.")
        return unused(KEY, TITLE, SOURCE, NOT_CONNECTED)
    sound, reading = EVENTS.sound(kept.events, now), kept.reading
    unread = len(reading.unread)
    problems = [f"Events that could not be read: {unread}. Look into the calendar itself."] if unread else []
    planned = Planned(sound.rows, reading.read_at, reading.since, (*problems, *sound.said))
    return ahead(planned, week, now).checked([sound.check])
