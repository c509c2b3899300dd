"""An event of the owner's calendar, and what it is: an absence, a deadline, an appointment, or an invitation.

An event that somebody else organised is data from outside: whatever it calls itself, it is an appointment once the
owner has accepted it, and never an absence or a deadline.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel

from domain.errors import ContractError
from domain.policy.absences import ONE_DAY, Absence
from domain.policy.hours import Hours
from domain.vault.names import event_name

SOURCE = "calendar"
MARK = "A deadline of the calendar, due "
"""What the document of a deadline begins with, so that nothing in it is ever read as a bill."""

LONGEST_TITLE, LONGEST_TEXT = 200, 4000
LONGEST_ABSENCE = timedelta(days=400)
NO_APPOINTMENTS = frozenset({"workingLocation", "focusTime"})
ACCEPTED, UNANSWERED, CANCELLED = "accepted", "needsAction", "cancelled"
_IN = r"(?:in|to|at|with|until|till|from|im|nach|bis|mit|en|à|au|aux|a|al|no|na|di|da|con|ke|naar|tot|met|op)"
_AWAY = re.compile(
    r"(?:out of (?:the )?office|o\.?o\.?o\.?|pto|(?:annual |parental |sick |paid |on )*leave|"
    r"(?:on )?(?:(?:summer |winter |christmas |family )?holidays?|vacation)|away|(?:day|week) off|"
    r"(?:(?:im|auf|in) )?(?:sommer|winter|weihnachts|oster|familien|jahres|erholungs|sonder)?urlaub|"
    r"abwesend|abwesenheit|elternzeit|(?:betriebs)?ferien|krank(?:geschrieben)?|"
    r"(?:en )?(?:congés?|vacances)|absente?|absence|"
    r"(?:de )?vacaciones|ausente|ausencia|(?:in )?(?:ferie|vacanza)|assente|(?:de )?férias|cuti|bercuti|"
    r"(?:op )?vakantie|(?:met )?verlof|afwezig|afwezigheid|vrije dag)"
    rf"(?:\s*[:\u2013\u2014(,-].*|\s+{_IN}\s.*)?",
    re.IGNORECASE | re.DOTALL,
)
_DEADLINE = re.compile(
    r"(?:deadline|due|frist|abgabe|fällig|abgabetermin|échéance|date limite|à rendre|fecha límite|vencimiento|"
    r"scadenza|prazo|vence|tarikh akhir|uiterste datum|inleverdatum|vervaldatum)\b.*",
    re.IGNORECASE | re.DOTALL,
)


class CalendarEventKind(StrEnum):
    """What an event is for the employee."""

    ABSENCE = "absence"
    DEADLINE = "deadline"
    APPOINTMENT = "appointment"
    INVITATION = "invitation"


class BadEventError(ContractError):
    """An event that is not what Google describes."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"an event of the calendar cannot be read: {problem}")


class CalendarEvent(BaseModel, frozen=True):
    """One event; of a recurring one, one of its days.

    Attributes:
        begins: A moment, or the first of whole days.
        ends: The moment at which it is over, or the day after its last one.
        by: Who organised it, where that was somebody else.
    """

    id: str
    kind: CalendarEventKind
    title: str = ""
    text: str = ""
    begins: AwareDatetime | date
    ends: AwareDatetime | date
    by: str = ""
    url: str = ""

    @property
    def task_id(self) -> str:
        """The task that a deadline becomes."""
        return event_name(SOURCE, self.id)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when to when, whole days by the clocks of a zone."""
        return _moment(self.begins, zone), _moment(self.ends, zone)

    def when(self, zone: ZoneInfo) -> str:
        """From when to when, for readers."""
        begins, ends = (moment.astimezone(zone) for moment in self.span(zone))
        if not isinstance(self.begins, datetime):
            last = (ends - ONE_DAY).date()
            return f"{begins:%Y-%m-%d}" if last <= begins.date() else f"{begins:%Y-%m-%d} to {last}"
        if begins.date() == ends.date():
            return f"{begins:%Y-%m-%d %H:%M} to {ends:%H:%M}"
        return f"{begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}"

    def first_day(self, zone: ZoneInfo) -> date:
        """Its day, or the first of them."""
        return self.span(zone)[0].astimezone(zone).date()


def read_event(resource: Mapping[str, Any]) -> CalendarEvent | None:
    """An event as Google describes it; None for one that is cancelled, refused, or no appointment at all.

    Raises:
        BadEventError: it is not what Google describes.
    """
    if "id" not in resource:
        raise BadEventError("it has no id")
    kind = None if _is_none(resource) else _kind_of(resource)
    if kind is None:
        return None
    try:
        begins, ends = _when(resource["start"]), _when(resource["end"])
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise BadEventError(f"{resource['id']}: {type(error).__name__}: {error}") from error
    if isinstance(begins, datetime) != isinstance(ends, datetime) or _late(ends) < _late(begins):
        raise BadEventError(f"{resource['id']}: it ends before it begins")
    url = str(resource.get("htmlLink", ""))
    return CalendarEvent(
        id=str(resource["id"]),
        kind=kind,
        title=_one_line(str(resource.get("summary", "")))[:LONGEST_TITLE],
        text=str(resource.get("description", ""))[:LONGEST_TEXT],
        begins=begins,
        ends=ends,
        by="" if _is_own(resource) else _organizer(resource),
        url=url if url.startswith("https://") else "",
    )


def absences_of(events: Iterable[CalendarEvent], hours: Hours | None, time_zone: str) -> list[Absence]:
    """The days on which the owner is away: whole days, or timed ones over all of the working hours.

    Args:
        events: The calendar's.
        hours: When the business is open; None: each whole day has to be covered.
        time_zone: Whose clocks a day without hours is of.
    """
    found = []
    for event in events:
        if event.kind is CalendarEventKind.ABSENCE:
            days = _days_away(event, hours, ZoneInfo(hours.timezone if hours else time_zone))
            found += [_absence(first, last, event) for first, last in _runs(days)]
    return found


def deadlines(
    events: Iterable[CalendarEvent], first: date, last: date, zone: ZoneInfo
) -> list[CalendarEvent]:
    """The deadlines that fall on these days, the nearest first."""
    found = [event for event in events if event.kind is CalendarEventKind.DEADLINE]
    due = [event for event in found if first <= event.first_day(zone) <= last]
    return sorted(due, key=lambda event: (event.first_day(zone), event.id))


def _is_none(resource: Mapping[str, Any]) -> bool:
    return resource.get("status") == CANCELLED or resource.get("eventType") in NO_APPOINTMENTS


def _kind_of(resource: Mapping[str, Any]) -> CalendarEventKind | None:
    answer = _own_answer(resource)
    if not _is_own(resource):
        if answer == ACCEPTED:
            return CalendarEventKind.APPOINTMENT
        return CalendarEventKind.INVITATION if answer in {UNANSWERED, "tentative", ""} else None
    if resource.get("status", "confirmed") != "confirmed":
        return CalendarEventKind.APPOINTMENT
    title = _one_line(str(resource.get("summary", "")))
    whole_days = "date" in (resource.get("start") or {})
    if resource.get("eventType") == "outOfOffice" or (whole_days and _AWAY.fullmatch(title)):
        return CalendarEventKind.ABSENCE
    return CalendarEventKind.DEADLINE if _DEADLINE.fullmatch(title) else CalendarEventKind.APPOINTMENT


def _is_own(resource: Mapping[str, Any]) -> bool:
    """Whether the calendar's owner made it and organises it; what Google takes from a mail is the mail's."""
    made_by = [resource.get(who) for who in ("organizer", "creator")]
    return resource.get("eventType") != "fromGmail" and all(
        isinstance(one, Mapping) and one.get("self") is True for one in made_by
    )


def _own_answer(resource: Mapping[str, Any]) -> str:
    guests = resource.get("attendees") or ()
    own = (
        str(one.get("responseStatus", "")) for one in guests if isinstance(one, Mapping) and one.get("self")
    )
    return next(own, "")


def _organizer(resource: Mapping[str, Any]) -> str:
    who = resource.get("organizer") or resource.get("creator") or {}
    return _one_line(str(who.get("email") or who.get("displayName") or "somebody else"))[:LONGEST_TITLE]


def _when(written: Mapping[str, Any]) -> datetime | date:
    if "date" in written:
        return date.fromisoformat(str(written["date"]))
    moment = datetime.fromisoformat(str(written["dateTime"]))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(str(written["timeZone"])))
    return moment.astimezone(UTC)


def _moment(when: datetime | date, zone: ZoneInfo) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), zone)


def _late(when: datetime | date) -> datetime:
    return _moment(when, ZoneInfo("UTC"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _days_away(event: CalendarEvent, hours: Hours | None, zone: ZoneInfo) -> list[date]:
    begins, ends = event.span(zone)
    day = begins.astimezone(zone).date()
    last = min(ends.astimezone(zone).date(), day + LONGEST_ABSENCE)
    found = []
    while day <= last:
        open_at, close_at = _open_span(day, hours, zone)
        if begins <= open_at and close_at <= ends:
            found.append(day)
        day += ONE_DAY
    return found


def _open_span(day: date, hours: Hours | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When somebody would have worked that day; over midnight counts as the whole day."""
    if hours is None or hours.start >= hours.end:
        return datetime.combine(day, time(), zone), datetime.combine(day + ONE_DAY, time(), zone)
    return datetime.combine(day, hours.start, zone), datetime.combine(day, hours.end, zone)


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days that follow each other, as their first and last."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] + ONE_DAY == day:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs


def _absence(first: date, last: date, event: CalendarEvent) -> Absence:
    why = f"{event.title or 'out of office'}, by the calendar"[-LONGEST_TITLE:]
    return Absence.model_validate({"from": first, "until": last, "why": why})
