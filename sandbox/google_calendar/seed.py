"""The owner's next weeks: what recurs, appointments, an absence, deadlines, and an invitation of a stranger."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.google_calendar.events import OWNER, Events
from sandbox.google_calendar.protocol import TIME_ZONE
from sandbox.store import Store

STRANGER = {"email": "events@growth-summit.example"}


def seed(store: Store) -> None:
    """Fill the calendar from a week ago to six weeks ahead."""
    events, today = Events(store), store.now().date()
    monday = today - timedelta(days=today.weekday())
    with store.transaction():
        for key, event in _events(today, monday).items():
            address = f"https://www.google.com/calendar/event?eid={key}"
            events.put(key, {"htmlLink": address, **event})


def _events(today: date, monday: date) -> dict[str, dict[str, Any]]:
    def day(number: int) -> date:
        return today + timedelta(days=number)

    return {
        "weeklyplanning": _timed("Planning of the week", monday - timedelta(weeks=1), "09:00", "09:30")
        | {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO"]},
        "swimming": _timed("Swimming", monday - timedelta(weeks=1), "18:30", "20:00")
        | {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=12"]},
        "dentist": _timed("Dentist", day(2), "08:15", "09:00") | {"location": "Pine Street 4"},
        "call": _timed("Call with the bank", day(1), "11:00", "11:30"),
        "parents": _timed("Parents' evening", day(5), "19:00", "21:00"),
        "lunch": _timed("Lunch with Ada", day(-3), "12:30", "13:30"),
        "vattax": _whole_days("Deadline: VAT return", day(9)),
        "insurance": _whole_days("Deadline: answer to the insurance", day(4)),
        "lease": _whole_days("Deadline: notice for the old shed", day(34)),
        "hiking": _whole_days("Vacation in the hills", day(20), 4) | {"eventType": "outOfOffice"},
        "tradefair": _whole_days("Out of office: trade fair", day(12), 2),
        "summit": _timed("Growth summit: your free seat", day(3), "10:00", "16:00") | _invited("needsAction"),
        "workshop": _timed("Workshop at the river yard", day(6), "14:00", "17:00") | _invited("accepted"),
    }


def _invited(answer: str) -> dict[str, Any]:
    guests = [
        {**OWNER, "responseStatus": answer},
        {**STRANGER, "organizer": True, "responseStatus": "accepted"},
    ]
    return {"creator": STRANGER, "organizer": STRANGER, "attendees": guests}


def _timed(title: str, day: date, begin: str, end: str) -> dict[str, Any]:
    def moment(clock: str) -> dict[str, str]:
        here = datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=ZoneInfo(TIME_ZONE))
        return {"dateTime": here.isoformat(), "timeZone": TIME_ZONE}

    return {"summary": title, "start": moment(begin), "end": moment(end)}


def _whole_days(title: str, first: date, count: int = 1) -> dict[str, Any]:
    end = first + timedelta(days=count)
    return {"summary": title, "start": {"date": str(first)}, "end": {"date": str(end)}}
