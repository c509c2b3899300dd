"""After a meeting: what the owner wrote down becomes tasks and one mail, each once; others' words become nothing."""

from datetime import date, timedelta

import pytest

from domain.appointments.event import CalendarEvent, CalendarEventKind
from domain.appointments.minutes import read_minutes
from domain.vault.folder import Folder
from tasks.actions import calendar_reads
from tasks.appointments.kept import CalendarReading, KeptCalendar
from tasks.approvals.record import pending
from tasks.vault.vault import current_vault
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_monthly_invoice import sent, work, worked
from tests.tasks.planning.test_vendor_onboarding import dropped

__all__ = ["work"]
MINUTES = """Meeting follow-up: Garden plan

We talked about roses.
- The roses were nice
- Ann (ann@cedar.example): send the plan by 2026-12-01
* Ben <ben@cedar.example>: Pflanzen bestellen bis 04.12.2026
"""


def todos() -> dict[str, tuple[str, str]]:
    """Open tasks that were agreed on: what, by who and when."""
    vault = current_vault()
    notes = [
        vault.read(Folder.NEEDS_ACTION, name)
        for name in vault.names(Folder.NEEDS_ACTION)
        if name[:5] == "todo-"
    ]
    return {str(one.front["subject"]): (str(one.front["who"]), str(one.front["due"])) for one in notes}


AGREED = {
    "Ann: send the plan": ("Ann", "2026-12-01"),
    "Ben: Pflanzen bestellen": ("Ben", "2026-12-04"),
}


async def test_minutes_become_tasks_and_one_mail_each_once(work: Work, sandbox: SandboxClient) -> None:
    task = dropped(work, MINUTES)
    asked = []
    for _ in range(4):
        state = await work.work(task)
        if not pending():
            break
        (request,) = pending()
        asked.append(request.action)
        work.decide()
    assert (state.name, asked) == ("Completed", ["plan.fill_in", "mail.send_email"]), work.note(task).render()
    assert todos() == AGREED
    (mail,) = sent(sandbox)
    body = mail.get_body(("plain",))
    assert body is not None
    assert (mail["To"], mail["Subject"]) == (
        "ann@cedar.example, ben@cedar.example",
        "What we agreed on: Garden plan",
    )
    assert "- Ann: send the plan (until 2026-12-01)\n- Ben: Pflanzen bestellen (until 2026-12-04)" in str(
        body.get_content()
    ).replace("\r", "")
    assert dropped(work, MINUTES) == task  # the same note again is the same task
    assert (work.folder(task), len(sent(sandbox)), todos()) == (Folder.DONE, 1, AGREED)
    [name, _] = [one for one in current_vault().names(Folder.NEEDS_ACTION) if one.startswith("todo-")]
    assert (await work.work(name)).name == "Escalated"
    assert "something to do that was agreed on" in work.note(name).render()
    assert pending() == []


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({}, ""),
        ({"by": "eve@elsewhere.example"}, "what they write is not your word"),
        ({"ends": timedelta(hours=2)}, "no appointment of that name has ended"),
    ],
)
async def test_the_owner_s_own_appointment_is_followed_up_once_it_has_ended(
    work: Work, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, event: dict[str, object], said: str
) -> None:
    ends = event.pop("ends", timedelta(hours=-1))
    assert isinstance(ends, timedelta)
    facts = {
        "id": "e1",
        "kind": CalendarEventKind.APPOINTMENT,
        "title": "Garden plan with Ann",
        "text": MINUTES,
    }
    times = {"begins": work.now - timedelta(hours=3), "ends": work.now + ends}
    kept = CalendarEvent.model_validate({**facts, **times, **event})
    reading = CalendarReading("c", "s", work.now, work.now - timedelta(days=9), work.now + timedelta(days=9))
    monkeypatch.setattr(calendar_reads, "kept_calendar", lambda: KeptCalendar(reading, (kept,)))
    monkeypatch.setattr(calendar_reads, "present", lambda: work.now)
    task = work.ask("meeting_follow_up", meeting="garden plan")
    ended = await worked(work, task)
    assert (ended, said in " ".join(work.note(task).render().split())) == (
        "Escalated" if said else "Completed",
        True,
    )
    assert todos() == ({} if said else AGREED)
    assert len(sent(sandbox)) == (0 if said else 1)


@pytest.mark.parametrize(
    ("line", "what", "who", "due"),
    [
        ("- [ ] call the bank by Friday", "call the bank", "", date(2026, 12, 4)),
        (
            "1. Eva: die Rechnung prüfen bis Montag",
            "die Rechnung prüfen",
            "Eva",
            date(2026, 11, 30),
        ),
        ("\u2022 Luc : envoyer le plan avant mardi", "envoyer le plan", "Luc", date(2026, 12, 1)),
        ("- Ana: pagar antes del viernes", "pagar", "Ana", date(2026, 12, 4)),
        ("- Ann: 2026-02-31 is no day", "2026-02-31 is no day", "Ann", None),
        ("Ann: no line of a list", None, "", None),
        ("- roses, roses", None, "", None),
    ],
)
def test_a_line_is_something_to_do_where_it_names_somebody_or_a_day(
    line: str, what: str | None, who: str, due: date | None
) -> None:
    found = [(one.what, one.who, one.due) for one in read_minutes("m", line, date(2026, 11, 28)).items]
    assert found == ([(what, who, due)] if what else [])
