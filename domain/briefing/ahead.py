"""The week after the one that is looked back on, as the owner's calendar has it: appointments, absences, deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from domain.appointments.event import CalendarEvent, CalendarEventKind
from domain.briefing.keys import keys
from domain.briefing.measure import in_unit
from domain.briefing.number import MOST_RECORDS, Number, Record, Unit
from domain.briefing.part import Part, Standing, Table, TableRow
from domain.times import shown_time
from domain.week import Week

KEY, TITLE, SOURCE = "calendar", "The Coming Week", "your calendar"
NOT_CONNECTED = "No calendar is connected; to connect it: fte connect calendar."
FRESH = timedelta(hours=1)
"""It is read every few minutes."""
MOST_ROWS, ONE_DAY = 20, timedelta(days=1)
COUNTED = {
    CalendarEventKind.APPOINTMENT: ("appointments", "Appointments of the coming week"),
    CalendarEventKind.DEADLINE: ("deadlines", "Deadlines of the coming week"),
    CalendarEventKind.INVITATION: ("invitations", "Invitations that you have not accepted"),
}
WORDS = {CalendarEventKind.ABSENCE: ", away", CalendarEventKind.DEADLINE: ", deadline"}


@dataclass(frozen=True)
class Planned:
    """The calendar as it was read last.

    Attributes:
        since: Events that were over by then are not known.
        problems: What a reader has to know of it, one sentence each.
    """

    events: Sequence[CalendarEvent]
    read_at: datetime
    since: datetime
    problems: tuple[str, ...] = ()


def ahead(planned: Planned, week: Week, now: datetime) -> Part:
    """The part of a briefing about the week that follows."""
    return _Maker(planned, week.previous(-1)).part(now)


@dataclass(frozen=True)
class _Maker:
    planned: Planned
    week: Week

    def part(self, now: datetime) -> Part:
        read_at = self.planned.read_at
        if self.week.since < self.planned.since:
            gone = f"What stood in the calendar before {shown_time(self.planned.since)} is not kept."
            return Part(key=KEY, title=TITLE, source=SOURCE, as_of=read_at, said=(gone,))
        is_old = now - read_at > FRESH
        old = (f"It was not read since {shown_time(read_at)}: this is as it stood then.",) if is_old else ()
        said = (*old, *self.planned.problems)
        return Part(
            key=KEY,
            title=TITLE,
            source=SOURCE,
            standing=Standing.STALE if is_old else Standing.PARTIAL if said else Standing.KNOWN,
            as_of=read_at,
            said=said,
            numbers=(self.days_away(), *(self.counted(kind) for kind in COUNTED)),
            tables=(self.table(),) if self.shown else (),
        )

    @cached_property
    def events(self) -> list[CalendarEvent]:
        """Those of the week, the earliest first."""
        spans = [(event.span(self.week.zone), event) for event in self.planned.events]
        found = [
            (span, event.id, event)
            for span, event in spans
            if span[0] < self.week.until and self.week.since < max(span[1], span[0] + timedelta(seconds=1))
        ]
        return [event for _, _, event in sorted(found, key=lambda one: one[:2])]

    @property
    def shown(self) -> list[CalendarEvent]:
        """What an invitation is, somebody else says: it is only counted."""
        return [event for event in self.events if event.kind is not CalendarEventKind.INVITATION]

    def counted(self, kind: CalendarEventKind) -> Number:
        key, label = COUNTED[kind]
        found = [event for event in self.events if event.kind is kind]
        return self.number(key, label, Decimal(len(found)), found)

    def days_away(self) -> Number:
        found = [event for event in self.events if event.kind is CalendarEventKind.ABSENCE]
        days = [self.week.day(place) for place in range(7)]
        away = [
            day
            for day in days
            if any(begins < day[1] and day[0] < ends for begins, ends in map(self._span, found))
        ]
        return self.number("days_away", "Days with an absence, coming week", Decimal(len(away)), found)

    def table(self) -> Table:
        shown = self.shown
        called = keys({event.id: event.title for event in shown})
        rows = [
            TableRow(
                label=f"{event.title or 'without a title'}, {event.when(self.week.zone)}{WORDS.get(event.kind, '')}",
                numbers=(self.lasts(event, called[event.id]),),
            )
            for event in shown
        ]
        more = len(rows) - MOST_ROWS
        return Table(
            title=f"In the calendar for {self.week.days}",
            columns=("lasts",),
            rows=tuple(rows[:MOST_ROWS]),
            note=f"And {more} more." if more > 0 else "",
        )

    def lasts(self, event: CalendarEvent, called: str) -> Number:
        begins, ends = self._span(event)
        unit = Unit.HOURS if isinstance(event.begins, datetime) else Unit.DAYS
        label = event.title or "without a title"
        return self.number(f"{event.kind}.{called}", label, in_unit(unit, ends - begins), [event], unit)

    def number(
        self, key: str, label: str, value: Decimal, events: Sequence[CalendarEvent], unit: Unit = Unit.COUNT
    ) -> Number:
        return Number(
            key=f"{KEY}.{key}",
            label=label,
            unit=unit,
            value=value,
            as_of=self.planned.read_at,
            source=SOURCE,
            records=tuple(self._record(event) for event in events[:MOST_RECORDS]),
            record_count=len(events),
        )

    def _span(self, event: CalendarEvent) -> tuple[datetime, datetime]:
        return event.span(self.week.zone)

    def _record(self, event: CalendarEvent) -> Record:
        words = f"{event.title} · {event.when(self.week.zone)}"
        return Record(id=f"calendar event {event.id}", said=words, url=event.url)
