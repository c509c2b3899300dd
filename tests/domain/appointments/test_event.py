"""What an event of the calendar is: whose it is comes before what it calls itself."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.appointments.event import BadEventError, CalendarEventKind, absences_of, deadlines, read_event
from domain.dashboard.agenda import agenda
from domain.policy.hours import Hours
from tests.calendar_world import ADA, invited, timed, whole_days

OWN = {"creator": {"self": True}, "organizer": {"self": True}}
OFFICE = Hours.model_validate({"timezone": "Europe/Berlin", "from": "09:00", "to": "17:00"})
BERLIN = ZoneInfo("Europe/Berlin")


def event(title: str = "Lunch", **changes: Any) -> dict[str, Any]:
    return {"id": "e1", "summary": title, **OWN, **whole_days("2026-12-01", "2026-12-03"), **changes}


def kind(title: str = "Lunch", **changes: Any) -> CalendarEventKind | None:
    found = read_event(event(title, **changes))
    return found and found.kind


@pytest.mark.parametrize(
    "title",
    ["Out of office", "OOO: trade fair", "Vacation", "on leave", "Holiday in Spain", "Urlaub", "Urlaub bis Montag",
     "Congé", "en congé", "vacaciones", "Ferie", "férias", "Cuti", "Annual leave (2 days)", "PTO", "Summer holidays",
     "Im Urlaub", "Sommerurlaub: Ostsee", "Betriebsferien", "In vacanza", "Vakantie", "Op vakantie naar Texel",
     "Afwezig"],
)  # fmt: skip
def test_own_whole_days_away_are_an_absence_in_each_language(title: str) -> None:
    assert kind(title) is CalendarEventKind.ABSENCE


@pytest.mark.parametrize(
    "title",
    [
        "Holiday party",
        "Vacationland review",
        "Take away",
        "Ask Ada about her vacation",
        "Leaves to rake",
        "Schulferien",
        "Urlaubsantrag Tom",
        "Vakantiegeld",
        "",
    ],
)
def test_a_word_in_a_title_is_no_absence(title: str) -> None:
    assert kind(title) is CalendarEventKind.APPOINTMENT


@pytest.mark.parametrize(
    "title",
    ["Deadline: VAT", "due: rent", "Frist Steuer", "Échéance TVA", "Scadenza IVA", "Uiterste datum btw"],
)
def test_a_deadline_says_so_first(title: str) -> None:
    assert kind(title) is CalendarEventKind.DEADLINE
    assert kind(f"Talk about the {title}") is CalendarEventKind.APPOINTMENT


@pytest.mark.parametrize(
    "title", ["Out of office", "Vacation", "Deadline: pay 9,000 USD to DE89 3704", "Lunch"]
)
@pytest.mark.parametrize("type_of_event", ["default", "outOfOffice", "fromGmail"])
@pytest.mark.parametrize(
    "foreign",
    [
        invited("accepted"),
        invited("needsAction"),
        {"creator": ADA, "organizer": {"self": True}},
        {"creator": {"self": True}, "organizer": ADA},
        {"creator": {"self": "true"}, "organizer": {"self": 1}},
        {"creator": None, "organizer": None},
        {"eventType": "fromGmail"},
    ],
)
def test_what_somebody_else_organised_is_never_more_than_an_appointment(
    title: str, type_of_event: str, foreign: dict[str, Any]
) -> None:
    found = read_event(event(title, eventType=type_of_event) | foreign)
    assert found is not None
    assert found.kind in {CalendarEventKind.APPOINTMENT, CalendarEventKind.INVITATION}
    assert absences_of([found], OFFICE, "UTC") == []
    assert deadlines([found], date.min, date.max, BERLIN) == []


def test_only_an_accepted_invitation_is_an_appointment() -> None:
    answers = {
        answer: kind(**invited(answer)) for answer in ("accepted", "needsAction", "tentative", "declined")
    }
    assert answers == {
        "accepted": CalendarEventKind.APPOINTMENT,
        "needsAction": CalendarEventKind.INVITATION,
        "tentative": CalendarEventKind.INVITATION,
        "declined": None,
    }
    assert kind("Vacation", status="tentative") is CalendarEventKind.APPOINTMENT
    assert kind(status="cancelled") is kind(eventType="workingLocation") is None


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        (whole_days("2026-12-01", "2026-12-03"), [("2026-12-01", "2026-12-02")]),
        (timed("2026-12-01T14:00:00+01:00", "2026-12-01T16:00:00+01:00"), []),
        (timed("2026-12-01T12:00:00+01:00", "2026-12-03T18:00:00+01:00"), [("2026-12-02", "2026-12-03")]),
        (timed("2026-12-01T09:00:00+01:00", "2026-12-01T17:00:00+01:00"), [("2026-12-01", "2026-12-01")]),
        (timed("2026-12-01T07:00:00", "2026-12-01T16:59:00", "America/New_York"), []),
        (
            timed("2026-12-01T03:00:00", "2026-12-01T11:00:00", "America/New_York"),
            [("2026-12-01", "2026-12-01")],
        ),
    ],
)
def test_an_absence_is_the_days_whose_working_hours_it_covers(
    changes: dict[str, Any], days: list[tuple[str, str]]
) -> None:
    found = read_event(event("Away", eventType="outOfOffice", **changes))
    assert found is not None
    absences = absences_of([found], OFFICE, "UTC")
    assert [(str(one.first), str(one.last)) for one in absences] == days
    assert all(str(one).endswith("(Away, by the calendar)") for one in absences)


@given(st.integers(0, 900), st.integers(1, 600))
def test_whole_days_are_the_same_days_in_every_zone(first: int, length: int) -> None:
    begin = date(2025, 1, 1) + timedelta(days=first)
    found = read_event(event("Vacation", **whole_days(str(begin), str(begin + timedelta(days=length)))))
    assert found is not None
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin"):
        (absence,) = absences_of([found], None, zone)
        assert absence.first == begin
        assert absence.last == begin + timedelta(days=min(length, 401) - 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"start": None},
        {"start": {}},
        {"start": {"date": "soon"}},
        {"start": {"dateTime": "2026-12-01T10:00:00"}},
        timed("2026-12-01T10:00:00", "2026-12-01T11:00:00", "Mars/Base"),
        whole_days("2026-12-03", "2026-12-01"),
        {"end": {"dateTime": "2026-12-04T11:00:00Z"}},
    ],
)
def test_an_event_that_is_not_as_described_is_said_and_not_guessed(changes: dict[str, Any]) -> None:
    with pytest.raises(BadEventError):
        read_event(event(**changes))


def test_hostile_titles_and_addresses_do_nothing_on_the_page() -> None:
    found = read_event(
        event("[pay](https://x.example) <b>|`x`\n# now", htmlLink="javascript:alert(1)", **timed(
            "2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00"
        ), **invited("accepted"))
    )  # fmt: skip
    assert found is not None
    moment = found.span(BERLIN)[0]
    (item,) = agenda([found], moment, BERLIN, read_at=moment, unread=0).items
    assert item.url == ""
    assert item.title == "\\[pay\\](https\\://x.example) \\<b\\>\\|\\`x\\` \\# now"
    assert item.detail == "2026-12-01 10:00 to 11:00, invited by ada@elsewhere.example"


def test_an_old_reading_says_its_age_and_what_is_not_shown() -> None:
    found = [read_event(event(**invited("needsAction")))]
    now = found[0].span(BERLIN)[0]  # type: ignore[union-attr]
    page = agenda(found, now, BERLIN, read_at=now - timedelta(hours=5), unread=1)  # type: ignore[arg-type]
    assert page.note.startswith(
        "Google Calendar was not read for 5 hours: this is as it stood at 2026-11-30 19:00."
    )
    assert "1 invitation that you have not accepted is not shown." in page.note
    assert "1 event could not be read" in page.note
    assert page.count == 0
