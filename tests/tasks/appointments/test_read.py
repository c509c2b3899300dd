"""Reading the calendar by Google's own client from the stand-in: changes, pages, old tokens, faults, two at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from blocks.gmail import calendar_client
from blocks.gmail.calendar_client import CalendarScopeError
from domain.appointments.event import CalendarEventKind
from domain.dashboard.agenda import agenda
from domain.errors import TransientError
from tasks.appointments.kept import CalendarReading, keep_calendar, kept_calendar, last_reading
from tasks.appointments.read import read_calendar
from tests.calendar_world import cancel, consent, expire_tokens, put, timed, whole_days
from tests.gmail_world import tell
from tests.sandbox_fixture import SandboxClient

pytestmark = pytest.mark.usefixtures("home")
NOW = datetime.now(UTC)
TODAY = NOW.date()
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def calendar(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The demo calendar; small pages, so that each read has several."""
    monkeypatch.setattr(calendar_client, "MOST_ON_PAGE", 4)
    return sandbox


def day(number: int) -> str:
    return str(TODAY + timedelta(days=number))


def titles() -> set[str]:
    kept = kept_calendar()
    return {event.title for event in kept.events} if kept else set()


def ids(prefix: str) -> list[str]:
    kept = kept_calendar()
    return [event.id for event in kept.events if event.id.startswith(prefix)] if kept else []


def lists(sandbox: SandboxClient) -> list[str]:
    """How each page was asked for."""
    kinds = ("syncToken", "timeMin")
    queries = [entry["query"] for entry in sandbox.journal(service="google-calendar")]
    return [next(kind for kind in kinds if kind in query) for query in queries]


async def test_the_month_is_read_page_by_page_and_then_what_changed(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    assert len(lists(calendar)) > 5
    kept = kept_calendar()
    assert kept is not None
    assert {
        "Dentist",
        "Vacation in the hills",
        "Deadline: VAT return",
        "Workshop at the river yard",
    } <= titles()
    assert {event.kind for event in kept.events} == set(CalendarEventKind)
    assert len(ids("weeklyplanning_")) >= 17
    calendar.clear_journal()
    put(calendar, "dentist", **timed(f"{day(3)}T10:00:00+01:00", f"{day(3)}T11:00:00+01:00"))
    cancel(calendar, "call")
    await read_calendar(consent(calendar), NOW + timedelta(minutes=5))
    assert lists(calendar) == ["syncToken"]
    assert "Call with the bank" not in titles()
    moved = next(event for event in (kept_calendar() or kept).events if event.id == "dentist")
    assert str(moved.first_day(BERLIN)) == day(3)


async def test_one_day_of_a_recurring_event_and_all_of_it(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    swims = ids("swimming_")
    cancel(calendar, swims[2])
    await read_calendar(consent(calendar), NOW)
    assert ids("swimming_") == [one for one in swims if one != swims[2]]
    last = swims[4].removeprefix("swimming_")
    put(calendar, "swimming", recurrence=[f"RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL={last}"])
    await read_calendar(consent(calendar), NOW)
    assert ids("swimming_") == [one for one in swims[:5] if one != swims[2]]
    cancel(calendar, "swimming")
    await read_calendar(consent(calendar), NOW)
    assert ids("swimming_") == []
    assert ids("weeklyplanning_")


async def test_an_old_token_reads_all_again_and_what_is_gone_goes(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    before = titles()
    cancel(calendar, "dentist")
    put(calendar, "new", summary="Choir", **whole_days(day(1), day(2)))
    expire_tokens(calendar)
    calendar.clear_journal()
    await read_calendar(consent(calendar), NOW)
    assert lists(calendar)[:2] == ["syncToken", "timeMin"]
    assert titles() == before - {"Dentist"} | {"Choir"}


async def test_the_window_moves_on(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    first = last_reading()
    calendar.clear_journal()
    await read_calendar(consent(calendar), NOW + timedelta(days=59))
    assert lists(calendar) == ["syncToken"]
    calendar.clear_journal()
    await read_calendar(consent(calendar), NOW + timedelta(days=61))
    assert set(lists(calendar)) == {"timeMin"}
    second = last_reading()
    assert first is not None
    assert second is not None
    assert second.until - first.until == timedelta(days=61)


async def test_the_token_of_another_consent_is_never_used(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    found = last_reading()
    assert found is not None
    keep_calendar(found, replace(found, consent="that of another account"), [], gone=[])
    calendar.clear_journal()
    await read_calendar(consent(calendar), NOW)
    assert set(lists(calendar)) == {"timeMin"}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429},
        {"kind": "refuse_before"},
        {"kind": "drop_after_effect"},
        {"kind": "truncate"},
        {"kind": "wrong_json"},
        {"kind": "wrong_json", "content": '{"items": [], "timeZone": "UTC"}'},
        {"kind": "wrong_json", "content": '{"items": 7, "nextSyncToken": "x"}'},
    ],
    ids=str,
)
@pytest.mark.parametrize("skip", [0, 2])
async def test_a_calendar_that_is_away_leaves_all_as_it_was(
    calendar: SandboxClient, fault: dict[str, Any], skip: int
) -> None:
    await read_calendar(consent(calendar), NOW)
    before, known = last_reading(), titles()
    put(calendar, "new", summary="Choir", **whole_days(day(1), day(2)))
    expire_tokens(calendar)
    calendar.fault(path="^/calendar/", skip=skip + 1, **fault)  # the first is the token that is too old
    with pytest.raises(TransientError, match="Google Calendar"):
        await read_calendar(consent(calendar), NOW + timedelta(hours=3))
    assert (last_reading(), titles()) == (before, known)
    kept = kept_calendar()
    assert kept is not None
    later = NOW + timedelta(hours=3)
    page = agenda(kept.events, later, BERLIN, read_at=kept.reading.read_at, unread=0)
    assert page.count
    assert "was not read for 3 hours" in page.note
    calendar.clear_faults()
    await read_calendar(consent(calendar), later)
    assert titles() == known | {"Choir"}


async def test_two_at_once_keep_one_truth(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    old = last_reading()
    put(calendar, "new", summary="Choir", **whole_days(day(1), day(2)))
    await asyncio.gather(*(read_calendar(consent(calendar), NOW) for _ in range(3)))
    known = titles()
    assert "Choir" in known
    slow = CalendarReading("other", "a token of a slow read", NOW, NOW, NOW)
    assert not keep_calendar(old, slow, [], gone=None)
    assert titles() == known


async def test_what_cannot_be_read_is_counted_and_the_rest_is_kept(calendar: SandboxClient) -> None:
    await read_calendar(consent(calendar), NOW)
    put(calendar, "dentist", end={"date": day(-4)})
    await read_calendar(consent(calendar), NOW)
    kept = kept_calendar()
    assert kept is not None
    assert kept.reading.unread == ("dentist",)
    assert "Dentist" not in titles()
    put(calendar, "dentist", **timed(f"{day(3)}T10:00:00+01:00", f"{day(3)}T11:00:00+01:00"))
    await read_calendar(consent(calendar), NOW)
    assert (last_reading() or kept.reading).unread == ()
    assert "Dentist" in titles()


async def test_a_consent_without_the_calendar_says_what_to_do(calendar: SandboxClient) -> None:
    tell(calendar, "grant", scopes=["https://www.googleapis.com/auth/gmail.modify"])
    with pytest.raises(CalendarScopeError, match="fte connect calendar and tick every box"):
        await read_calendar(consent(calendar), NOW)
    assert kept_calendar() is None
