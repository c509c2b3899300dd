"""The coming week in the briefing: from the calendar as it was read last, honest about its age and what is wrong."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.appointments.event import CalendarEvent, CalendarEventKind
from domain.audit.event import AuditEvent, AuditStatus
from domain.briefing.advice import actions
from domain.briefing.part import Part, Standing
from domain.week import Week
from tasks.appointments.kept import CalendarReading, keep_calendar
from tasks.audit.log import audit_log
from tasks.briefing.ahead import ahead_part
from tasks.briefing.operations import productivity_part
from tasks.vault.vault import current_vault, init_vault

WEEK = Week(date(2026, 11, 16), ZoneInfo("Europe/Vienna"))
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Vault"))
    init_vault(current_vault().root)


def event(name: str, kind: CalendarEventKind, begins: date, ends: date, **more: str) -> CalendarEvent:
    return CalendarEvent(id=name, kind=kind, title=name, begins=begins, ends=ends, **more)


EVENTS = (
    event(
        "Dentist",
        CalendarEventKind.APPOINTMENT,
        at := datetime(2026, 11, 24, 9, tzinfo=UTC),
        at + timedelta(minutes=90),
    ),
    event("Leave", CalendarEventKind.ABSENCE, date(2026, 11, 26), date(2026, 12, 2)),
    event("Tax return", CalendarEventKind.DEADLINE, date(2026, 11, 27), date(2026, 11, 28)),
    event(
        "<b>Win!</b>", CalendarEventKind.INVITATION, at, at + timedelta(hours=1), by="ada@elsewhere.example"
    ),
    event("Last week's", CalendarEventKind.APPOINTMENT, date(2026, 11, 20), date(2026, 11, 23)),
    event("A week later", CalendarEventKind.APPOINTMENT, date(2026, 11, 30), date(2026, 12, 1)),
)


def read(*events: CalendarEvent, unread: tuple[str, ...] = (), age: timedelta = timedelta()) -> Part:
    """The calendar was read with these, so long ago."""
    at = NOW - age
    reading = CalendarReading(
        "consent", "token", at, at - timedelta(days=7), at + timedelta(days=120), unread
    )
    assert keep_calendar(None, reading, events, gone=None)
    return ahead_part(WEEK, NOW)


def test_the_coming_week_is_told_and_what_is_due_in_it_is_an_action() -> None:
    part = read(*EVENTS)
    assert (part.standing, part.said) == (Standing.KNOWN, ())
    assert {one.key: one.text for one in part.all_numbers} == {
        "calendar.days_away": "4",
        "calendar.appointments": "1",
        "calendar.deadlines": "1",
        "calendar.invitations": "1",
        "calendar.appointment.dentist": "1.5 hours",
        "calendar.absence.leave": "6.0 days",
        "calendar.deadline.tax-return": "1.0 days",
    }
    assert [row.label for row in part.tables[0].rows] == [
        "Dentist, 2026-11-24 10:00 to 11:30",
        "Leave, 2026-11-26 to 2026-12-01, away",
        "Tax return, 2026-11-27, deadline",
    ]
    assert [one.said for one in actions([part])] == [
        "Keep free what you can: Leave, 2026-11-26 to 2026-12-01, away.",
        "Meet the deadline: Tax return, 2026-11-27, deadline.",
    ]
    assert all(one.records for one in part.all_numbers)


def test_a_week_with_nothing_in_it_has_none() -> None:
    part = read()
    assert (part.standing, part.tables) == (Standing.KNOWN, ())
    assert {one.text for one in part.numbers} == {"0"}


def test_without_a_calendar_nothing_is_wrong_and_nothing_is_zero() -> None:
    part = ahead_part(WEEK, NOW)
    assert (part.standing, part.numbers) == (Standing.UNUSED, ())
    assert "fte connect calendar" in part.said[0]


def test_an_old_reading_says_so() -> None:
    part = read(*EVENTS, age=timedelta(hours=5))
    assert part.standing is Standing.STALE
    assert "not read since 2026-11-23 02:00" in part.said[0]


def test_what_could_not_be_read_or_cannot_be_right_is_said() -> None:
    wrong = event("Never", CalendarEventKind.APPOINTMENT, date(2026, 11, 26), date(2026, 11, 25))
    part = read(*EVENTS, wrong, unread=("x", "y"))
    assert part.standing is Standing.PARTIAL
    assert part.said == (
        "Events that could not be read: 2. Look into the calendar itself.",
        "Events of the calendar, not so and left out: no event ends before it begins: Never.",
    )
    assert all("Never" not in row.label for row in part.tables[0].rows)


def test_a_week_before_the_calendar_was_read_is_unknown_and_not_zero() -> None:
    read(*EVENTS)
    part = ahead_part(WEEK.previous(5), NOW)
    assert part.numbers == ()
    assert "is not kept" in part.said[0]


def test_a_promised_day_that_an_absence_moved_is_told_to_whom_it_was_promised() -> None:
    first = AuditEvent(action="approver.enrolled", status=AuditStatus.SUCCESS)
    audit_log().append(first, WEEK.previous(9).since)
    details = {"rules": ["promise_in_absence"], "promised": "2026-11-20", "due": "2026-11-24"}
    moved = AuditEvent(
        action="cross_domain.moved", status=AuditStatus.INFO, resource="gmail-7", details=details
    )
    for hour in (1, 2):  # moved twice: the last counts
        audit_log().append(moved, WEEK.since + timedelta(hours=hour))
    part = productivity_part(WEEK, NOW)
    number = part.number("productivity.moved")
    assert number is not None
    assert (number.text, number.usual_text, number.record_count) == ("1", "0", 1)
    [said] = [one.said for one in actions([part])]
    assert said == "Tell whom it was promised: gmail-7 (now 2026-11-24) is due 4.0 days later."
