"""Deadlines of the calendar as tasks: once each, moved and cancelled as the calendar says, and nobody else's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.settings import settings
from domain.errors import DigitalFteError
from domain.reliability.look import Look, LookResult
from domain.vault.folder import Folder
from domain.vault.note import Note
from tasks.appointments.kept import kept_calendar
from tasks.audit.search import Query, search_audit_log
from tasks.dashboard.look import Keeper
from tasks.planning import deadlines
from tasks.planning.cross_domain import keep_promises
from tasks.planning.deadlines import look_for_calendar, store_deadlines
from tasks.planning.prepare import prepare_task
from tasks.policy.handbook import read_handbook
from tasks.reliability.looks import record_look
from tasks.vault.vault import current_vault, init_vault
from tests.calendar_world import cancel, consent, expire_tokens, invited, put, timed, whole_days
from tests.sandbox_fixture import SandboxClient

NOW = datetime.now(UTC)


def day(number: int) -> str:
    """So many days from today, as the calendar counts them: midnight may have passed since this file was read."""
    return str(datetime.now(UTC).date() + timedelta(days=number))


@pytest.fixture
def calendar(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The demo calendar connected, a fresh Vault."""
    init_vault(settings().vault_path)

    async def credentials() -> Any:
        return consent(sandbox)

    monkeypatch.setattr(deadlines, "calendar_credentials", credentials)
    return sandbox


def note_of(key: str, folder: Folder = Folder.NEEDS_ACTION) -> Note:
    return current_vault().read(folder, f"calendar-{key}")


def names(folder: Folder = Folder.NEEDS_ACTION) -> list[str]:
    return current_vault().names(folder)


async def test_near_deadlines_become_tasks_once_whatever_is_read_again(calendar: SandboxClient) -> None:
    assert await look_for_calendar(NOW) is LookResult.WORK
    stored = store_deadlines(NOW)
    assert sorted(stored) == ["calendar-insurance", "calendar-vattax"]
    assert note_of("vattax").front["due"] == day(9)
    assert await look_for_calendar(NOW) is LookResult.NOTHING
    current_vault().move("calendar-vattax", Folder.NEEDS_ACTION, Folder.DONE)
    expire_tokens(calendar)
    put(calendar, "vattax", summary="Deadline: VAT return, again")
    assert await look_for_calendar(NOW) is LookResult.NOTHING
    assert store_deadlines(NOW) == []
    assert await look_for_calendar(NOW + timedelta(days=21)) is LookResult.WORK
    assert store_deadlines(NOW + timedelta(days=21)) == ["calendar-lease"]


@pytest.mark.parametrize("at", ["attach", "store", "_audit", "mark_seen"])
async def test_a_crash_while_a_deadline_is_stored_makes_one_task(
    calendar: SandboxClient, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    from tasks import intake
    from tasks.vault.vault import Vault

    await look_for_calendar(NOW)
    place: Any = Vault if at in {"attach", "store"} else intake

    def dies(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(place, at, dies)
        with pytest.raises(SystemExit):
            store_deadlines(NOW)
    assert await look_for_calendar(NOW) is LookResult.WORK
    store_deadlines(NOW)
    assert names() == ["calendar-insurance", "calendar-vattax"]
    assert calendar.journal(service="google-calendar", method="POST") == []


async def test_a_moved_deadline_moves_its_task_and_a_cancelled_one_closes_it(calendar: SandboxClient) -> None:
    await look_for_calendar(NOW)
    store_deadlines(NOW)
    put(calendar, "vattax", **whole_days(day(30), day(31)))
    cancel(calendar, "insurance")
    await look_for_calendar(NOW)
    found = note_of("vattax").front
    assert (found["due"], found["moved"]) == (day(30), f"from {day(9)}, in the calendar")
    Keeper().write(NOW)
    assert note_of("vattax").front["due"] == day(30)
    assert note_of("insurance", Folder.DONE).front["status"] == "cancelled"
    records = [row["action"] for row in search_audit_log(settings().vault_path, Query(text="calendar-"))]
    assert records.count("calendar.deadline_moved") == records.count("task.cancelled") == 1


async def test_a_calendar_that_is_away_closes_no_task(calendar: SandboxClient) -> None:
    await look_for_calendar(NOW)
    store_deadlines(NOW)
    cancel(calendar, "insurance")
    calendar.fault("status", path="^/calendar/", status=503, times=1)
    with pytest.raises(DigitalFteError):
        await look_for_calendar(NOW)
    assert names() == ["calendar-insurance", "calendar-vattax"]


async def test_a_bill_in_a_deadline_s_words_is_never_a_bill(calendar: SandboxClient) -> None:
    words = "Cloudberry Hosting Inc.\nInvoice number: CBH-7\nInvoice date: 2026-11-02\nTotal: $12.50"
    put(calendar, "bill", summary="Deadline: pay", description=words, **whole_days(day(1), day(2)))
    await look_for_calendar(NOW)
    store_deadlines(NOW)
    prepared = prepare_task("calendar-bill", note_of("bill"), read_handbook())
    assert (prepared.triage.kind, prepared.triage.domain.value, prepared.plan) == (
        "deadline",
        "personal",
        None,
    )


async def test_an_invitation_moves_no_promise_and_makes_no_task_and_an_own_absence_does(
    calendar: SandboxClient,
) -> None:
    for key in ("hiking", "tradefair"):
        cancel(calendar, key)
    absent = {"summary": "Out of office", "eventType": "outOfOffice", **whole_days(day(1), day(3))}
    put(calendar, "trap", **absent, **invited("accepted"))
    put(
        calendar,
        "order",
        summary="Deadline: pay 9,000 USD",
        **whole_days(day(1), day(2)),
        **invited("accepted"),
    )
    await look_for_calendar(NOW)
    assert "calendar-order" not in store_deadlines(NOW)
    note = Note.new({"id": "gmail-1", "status": "new", "document": "x", "promised": day(1)}, "\n# A visit\n")
    current_vault().save(Folder.NEEDS_ACTION, "gmail-1", note)
    keep_promises(["gmail-1"], NOW)
    assert current_vault().read(Folder.NEEDS_ACTION, "gmail-1").front["due"] == day(1)
    put(calendar, "own", **absent)
    await look_for_calendar(NOW)
    keep_promises(["gmail-1"], NOW)
    found = current_vault().read(Folder.NEEDS_ACTION, "gmail-1").front
    assert found["due"] > day(2)
    assert "Out of office, by the calendar" in found["due_because"]
    cancel(calendar, "own")
    await look_for_calendar(NOW)
    keep_promises(["gmail-1"], NOW)
    assert current_vault().read(Folder.NEEDS_ACTION, "gmail-1").front["due"] == day(1)


def page(now: datetime) -> str:
    Keeper().write(now)
    return (
        current_vault().read_root("Dashboard.md").body.partition("## Your calendar")[2].partition("\n## ")[0]
    )


async def test_the_dashboard_shows_the_week_its_age_and_never_an_empty_calendar_for_one_that_is_away(
    calendar: SandboxClient,
) -> None:
    assert "has not been read yet" in page(NOW)
    record_look(Look("calendar", 300, NOW, LookResult.CLOSED, None))
    assert "fte connect calendar" in page(NOW)
    await look_for_calendar(NOW)
    shown = page(NOW)
    assert "[Dentist](<https://www.google.com/calendar/event?eid=dentist>)" in shown
    assert "invited by events@growth-summit.example" in shown
    assert "1 invitation that you have not accepted is not shown." in shown
    assert "was not read" not in shown
    later = NOW + timedelta(hours=5)
    put(calendar, "dentist", **timed(f"{day(2)}T10:00:00+01:00", f"{day(2)}T11:00:00+01:00"))
    calendar.fault("status", path="^/calendar/", status=503, times=9)
    with pytest.raises(DigitalFteError):
        await look_for_calendar(later)
    shown = page(later)
    assert "was not read for 5 hours: this is as it stood at" in shown
    assert "Dentist" in shown


@pytest.mark.usefixtures("calendar")
async def test_a_calendar_that_is_no_longer_connected_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    await look_for_calendar(NOW)

    async def nobody() -> None:
        return None

    monkeypatch.setattr(deadlines, "calendar_credentials", nobody)
    assert await look_for_calendar(NOW) is LookResult.CLOSED
    assert kept_calendar() is None
