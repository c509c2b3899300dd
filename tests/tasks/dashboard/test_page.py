"""What the Dashboard says, read from the note as a person's editor does."""

import asyncio
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from blocks.database import close_databases
from blocks.settings import settings
from domain.audit.event import AuditEvent, AuditStatus
from domain.dashboard.board import MOST_IN_CELL
from domain.markdown import shown_inline
from domain.reliability.ending import Ending
from domain.reliability.look import Look, LookResult
from domain.vault.note import Note
from domain.vault.overview import MOST_SHOWN, one_line
from tasks.audit.log import audit_log
from tasks.dashboard import kept_lines
from tasks.dashboard.look import Keeper
from tasks.dashboard.render import artifact_text
from tasks.reliability import outbox
from tasks.reliability.connections import record_connection
from tasks.reliability.dead_letters import add_dead_letter
from tasks.reliability.looks import record_look
from tasks.reliability.outages import IncidentRow, notify_outages
from tasks.reliability.serialised import keep_row
from tasks.vault.vault import Folder, Vault, current_vault, init_vault

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
UNREAD_BOOKS = "Nobody knows: the books were not copied yet"


@pytest.fixture
def vault() -> Vault:
    init_vault(current_vault().root)
    return current_vault()


def task(status: str, title: str = "Work", **front: object) -> Note:
    return Note.new({"status": status, **front}, f"\n# {title}\n")


def shown(now: datetime = NOW, keeper: Keeper | None = None) -> str:
    (keeper or Keeper()).write(now)
    return current_vault().path("Dashboard.md").read_text()


def part(text: str, heading: str) -> str:
    """One part of the page."""
    return text.split(f"\n## {heading}")[1].split("\n## ", maxsplit=1)[0]


def cells(text: str, row: str) -> dict[str, str]:
    """A row of the tasks' table, by domain."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {row} |"))
    return dict(zip(("personal", "business", "both"), line.split(" | ")[1:], strict=True))


def front(text: str) -> dict[str, Any]:
    return dict(Note.parse(text).front)


def done(task_id: str, at: datetime) -> None:
    current_vault().save(Folder.DONE, task_id, task("done", f"Booked {task_id}"))
    event = AuditEvent(
        action="task.done", status=AuditStatus.SUCCESS, actor="work_tasks", resource=task_id, details={}
    )
    audit_log().append(event, at)


@pytest.mark.usefixtures("vault")
def test_an_empty_vault_has_an_empty_page_that_invents_no_number() -> None:
    text = shown()
    names = ("waits_for_you", "open_tasks", "needs_a_person", "planned_posts", "incidents", "done_today")
    assert {name: front(text)[name] for name in names} == dict.fromkeys(names, 0)
    assert UNREAD_BOOKS in part(text, "Personal and business")
    assert UNREAD_BOOKS in part(text, "Customers are late")
    assert "0.00" not in text
    assert "| Odoo | not known yet | none |" in text
    assert "No channel has been looked at yet." in text
    assert "in order" not in text, "nobody has looked"
    assert "Your calendar has not been read yet." in part(text, "Your calendar"), "not known is not empty"


def test_the_tasks_stand_by_priority_and_domain_the_most_urgent_first(vault: Vault) -> None:
    tasks = {
        "a": task("escalated", "Fraud", domain="both", priority="high"),
        "b": task("waiting", "Rent", domain="business", priority="high", due="2026-11-20"),
        "c": task("later", "Paper", domain="business", priority="normal", due="2026-11-19"),
        "d": task("new", "Ink", domain="business", priority="normal"),
        "e": task("escalated", "School", domain="personal", priority="low", due="2026-11-25"),
        "f": task("mine", "Odd", domain="nobody's", priority="soon"),
    }
    for name, note in tasks.items():
        vault.save(Folder.NEEDS_ACTION, name, note)
    text = shown()
    assert "| Priority | Personal (1) | Business (3) | Both (2) |" in text
    assert cells(text, "High") == {
        "personal": "",
        "business": "[Rent](<Needs_Action/b.md>)<br>due today, asks you",
        "both": "[Fraud](<Needs_Action/a.md>)<br>needs you |",
    }
    assert cells(text, "Normal")["business"] == (
        "[Paper](<Needs_Action/c.md>)<br>was due 2026-11-19, waits<br>[Ink](<Needs_Action/d.md>)<br>new"
    )
    assert cells(text, "Low")["personal"] == "[School](<Needs_Action/e.md>)<br>due 2026-11-25, needs you"
    assert front(text)["open_tasks"] == 6
    assert front(text)["needs_a_person"] == 2


def test_a_task_says_which_open_one_evidently_belongs_before_it(vault: Vault) -> None:
    first = ["[[b]]: it speaks of CBH-70041, the number of that bill", "[[gone]]: the same conversation"]
    vault.save(Folder.NEEDS_ACTION, "a", task("new", "Question", domain="business", perhaps_after=first))
    vault.save(Folder.NEEDS_ACTION, "b", task("waiting", "Bill of [Cloud](x)", domain="both"))
    said = "[Question](<Needs_Action/a.md>)<br>new, perhaps after Bill of \\[Cloud\\](x)"
    assert cells(shown(), "Normal")["business"] == said
    vault.move("b", Folder.NEEDS_ACTION, Folder.DONE)
    assert cells(shown(NOW + timedelta(minutes=2)), "Normal")["business"].endswith("<br>new")


def test_an_attempt_at_fraud_needs_a_person_and_is_no_priority(vault: Vault) -> None:
    fraud = task("escalated", "Pay at once", domain="both", priority="high", kind="phishing")
    vault.save(Folder.NEEDS_ACTION, "f", fraud)
    text = shown()
    assert "Pay at once" not in part(text, "Personal and business")
    assert "Pay at once" in part(text, "Needs a person")


def test_personal_priorities_name_the_person_and_the_day(vault: Vault) -> None:
    handbook = vault.root / "Company_Handbook.md"
    people = 'people:\n  known:\n    anna@home.example: {role: "the | sister"}\n'
    text = handbook.read_text()
    assert "\npeople:" in text
    before, _, after = text.partition("\npeople:")
    rest = after[after.index("\n---") :]
    handbook.write_text(f"{before}\n{people}{rest}")
    letter = task(
        "escalated", "Birthday", domain="personal", due="2026-11-22", **{"from": "Anna <anna@home.example>"}
    )
    vault.save(Folder.NEEDS_ACTION, "a", letter)
    found = part(shown(), "Personal and business")
    assert (
        "[Birthday](<Needs_Action/a.md>)<br>from anna@home.example (the \\| sister), due 2026-11-22, needs you"
        in found
    )


def test_the_due_date_of_a_bill_that_was_read_counts(vault: Vault) -> None:
    rows = [{"field": "total", "value": "9"}, {"field": "due_on", "value": "2026-12-12"}]
    vault.save(
        Folder.NEEDS_ACTION, "a", task("working", "Bill", domain="business", priority="high", was_read=rows)
    )
    assert cells(shown(), "High")["business"] == "[Bill](<Needs_Action/a.md>)<br>due 2026-12-12, in work"


def test_a_request_says_whose_matter_it_is_and_the_next_to_expire_is_first(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "t", task("waiting", domain="personal"))
    for name, day in (("ask-1", 25), ("ask-2", 21)):
        request = Note.new(
            {"request": name, "task": "t", "expires": f"2026-11-{day} 10:00 UTC"},
            "\n### Book a bill\n\n#### Why\n",
        )
        vault.save(Folder.PENDING_APPROVAL, name, request)
    assert part(shown(), "Waits for you (2)").strip().splitlines() == [
        "- [Book a bill](<Pending_Approval/ask-2.md>): personal, expires 2026-11-21 10:00 UTC",
        "- [Book a bill](<Pending_Approval/ask-1.md>): personal, expires 2026-11-25 10:00 UTC",
    ]


def test_what_needs_a_person_says_why(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a", task("escalated", "Odd letter", why=["no playbook is for it"]))
    vault.path("Needs_Action/bad.md").write_text("---\na: b: c\n---\n")
    found = part(shown(), "Needs a person (2)")
    assert "- [Odd letter](<Needs_Action/a.md>): no playbook is for it\n" in found
    assert "- [bad](<Needs_Action/bad.md>): cannot be read\n" in found


def test_what_waits_for_something_else_says_for_what(vault: Vault) -> None:
    why = ["it depends on gmail-1, which is open", "record_bill: others wait for odoo before it"]
    vault.save(Folder.NEEDS_ACTION, "a", task("later", "Patient", delays=why))
    found = part(shown(), "Waits for something else (1)")
    assert found.strip().startswith(
        "- [Patient](<Needs_Action/a.md>): it depends on gmail-1, which is open; record"
    )


def test_what_is_planned_stands_with_its_time_the_next_first(vault: Vault) -> None:
    posts = {
        "late": {"status": "scheduled", "at": "2026-12-02 09:00", "zone": "Europe/Vienna"},
        "soon": {"status": "asked", "at": "2026-12-01 09:00"},
        "over": {"status": "published", "at": "2026-11-01 09:00"},
        "mine": {"status": "draft"},
    }
    for name, said in posts.items():
        vault.save(Folder.POSTS, name, Note.new({"platforms": ["x"]} | said, f"Text of {name}\n"))
    text = shown()
    assert part(text, "Planned posts (2)").strip().splitlines() == [
        "- [Text of soon](<Posts/soon.md>): 2026-12-01 09:00 UTC, X, asked",
        "- [Text of late](<Posts/late.md>): 2026-12-02 09:00 Europe/Vienna, X, scheduled",
    ]
    assert "[Posts planned: 2](<Posts/soon.md>)<br>the next: 2026-12-01 09:00 UTC" in text


def test_today_begins_at_midnight_of_the_business_s_clocks(vault: Vault) -> None:
    handbook = vault.root / "Company_Handbook.md"
    handbook.write_text(handbook.read_text().replace("time_zone: UTC ", "time_zone: Europe/Vienna "))
    done("before", datetime(2026, 11, 19, 22, 30, tzinfo=UTC))
    done("after", datetime(2026, 11, 19, 23, 30, tzinfo=UTC))
    text = shown()
    assert part(text, "Done today (1)").strip() == "- [Booked after](<Done/after.md>)"
    assert front(text)["as_of"] == "2026-11-20 10:00 Europe/Vienna"


def test_failed_runs_and_dead_letters_are_incidents(vault: Vault) -> None:
    event = AuditEvent(
        action="run.failed",
        status=AuditStatus.FAILURE,
        actor="report_failure",
        resource="Read | mail",
        run_id="run-1",
        error="boom",
    )
    audit_log().append(event, NOW - timedelta(hours=30))
    audit_log().append(event.model_copy(update={"run_id": "run-2"}), NOW - timedelta(hours=3))
    add_dead_letter("task", "t1", payload={}, error=ValueError("no"), now=NOW)
    (vault.root / "Inbox" / "bad.txt").write_text("x")
    vault.set_aside(vault.root / "Inbox" / "bad.txt", "no reader for it")
    found = part(shown(), "Incidents (3)")
    assert "[Read \\| mail has failed](<" in found
    assert "/runs/flow-run/run-2>): boom\n" in found
    assert "run-1" not in found
    assert "- [Given up: t1](<Dead_Letters/dead-letter-1.md>): no\n" in found
    assert "[bad.txt was set aside]" in found


async def test_a_service_that_is_away_is_told_since_when_and_who_waits(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "t1", task("later", "Bill of Cloudberry"))
    outbox.put("odoo", "t1", kind=outbox.TASK, payload={}, due=NOW)
    outbox.put(outbox.SCHEDULE, "t9", kind=outbox.TASK, payload={}, due=NOW + timedelta(days=1))
    await notify_outages(NOW)
    record_connection("x", None)
    text = await asyncio.to_thread(shown)
    assert "| Odoo | does not do its work since 2026-11-20 09:00 UTC | 1, first [Bill of Cloud" in text
    assert "| X | not connected | none |" in text
    assert "Odoo does not do its work: since 2026-11-20 09:00 UTC" in part(text, "Incidents (1)")
    assert "chedule" not in text, "what waits for its time is no outage"


@pytest.mark.usefixtures("vault")
def test_a_machine_that_is_busy_or_nearly_full_is_called_so_and_no_service_that_does_not_answer() -> None:
    for service in ("processors", "disk"):
        keep_row(IncidentRow(service=service, since=NOW))
    text = shown()
    incidents = part(text, "Incidents (2)")
    assert "- The processors are busy throughout: since 2026-11-20 09:00 UTC\n" in incidents
    assert "- The disk is nearly full: since 2026-11-20 09:00 UTC\n" in incidents
    assert "does not answer" not in text


def test_a_name_with_an_ampersand_reads_as_it_is_in_the_note_and_in_the_artifact(vault: Vault) -> None:
    front = {"request": "ask-1", "task": "t1", "problem": "total: is not a number"}
    note = Note.new(front, f"\n### {shown_inline('Pay R&D <Ltd>, small_sums')}\n")
    vault.save(Folder.PENDING_APPROVAL, "ask-1", note)
    text = shown()
    assert "- [Pay R&D \\<Ltd\\>, small\\_sums](<Pending_Approval/ask-1.md>)" in text
    assert "your last answer was not taken: total: is not a number" in text
    page = Keeper().write(NOW).page
    artifact = artifact_text(page, "now", {"Pending_Approval/ask-1": "https://ui/run"})
    assert "- [Pay R&D \u2039Ltd\u203a, small_sums](<https://ui/run>)" in artifact


@pytest.mark.usefixtures("vault")
def test_late_watchers_and_keys_that_expire_are_told_and_others_are_not() -> None:
    record_look(Look("mail", 60, NOW - timedelta(hours=1), LookResult.NOTHING))
    record_look(Look("Inbox", 5, NOW, LookResult.NOTHING))
    record_look(Look("mentions", 60, NOW, None, "no answer"))
    record_connection("odoo", [Ending("the API key for Odoo", date(2026, 11, 27))])
    record_connection("linkedin", [Ending("the consent for LinkedIn", date(2027, 11, 27))])
    found = part(shown(), "Services")
    assert "- mail: not looked at since 2026-11-20 08:00 UTC\n" in found
    assert "- mentions: no answer\n" in found
    assert "- the API key for Odoo ends on 2026-11-27, in 7 days\n" in found
    assert "LinkedIn ends" not in found
    assert "Inbox" not in found
    assert "| LinkedIn | in order | none |" in found


def test_a_ledger_that_cannot_be_read_is_said_and_is_not_good_news(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a", task("new"))
    keeper = Keeper()
    shown(NOW, keeper)
    close_databases()
    for path in settings().state.glob("ledger.sqlite*"):
        path.write_bytes(b"no database at all" * 1000)
    text = shown(NOW, keeper)
    assert part(text, "Services").strip().startswith("Nobody knows: the ledger")
    assert "Perhaps there are more. Nobody knows" in part(text, "Incidents (0)")
    assert "in order" not in text


def test_nothing_is_written_when_nothing_changed(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a", task("new"))
    keeper = Keeper()
    assert keeper.write(NOW).is_new
    before = vault.path("Dashboard.md").stat()
    for later in (keeper, Keeper()):
        assert not later.write(NOW + timedelta(minutes=7)).is_new
    after = vault.path("Dashboard.md").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    vault.save(Folder.NEEDS_ACTION, "b", task("new"))
    text = shown(NOW + timedelta(minutes=8), keeper)
    assert front(text)["as_of"] == "2026-11-20 09:08 UTC"


def test_an_edit_inside_a_note_is_seen(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a", task("new", "First"))
    keeper = Keeper()
    assert "First" in shown(NOW, keeper)
    vault.update(Folder.NEEDS_ACTION, "a", lambda note: note.with_body("\n# Second\n"))
    text = shown(NOW, keeper)
    assert "Second" in text
    assert "First" not in text


def test_a_broken_dashboard_is_written_anew(vault: Vault) -> None:
    shown()
    vault.path("Dashboard.md").write_text("---\nx: y: z\n---\n")
    assert Keeper().write(NOW).is_new


def test_of_two_writers_the_last_never_writes_what_is_no_longer_true(vault: Vault) -> None:
    keepers = [Keeper(), Keeper()]
    together = threading.Barrier(2)

    def work(number: int) -> None:
        for step in range(8):
            together.wait()
            vault.save(Folder.NEEDS_ACTION, f"t-{number}-{step}", task("new"))
            keepers[number].write(NOW)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = vault.path("Dashboard.md").read_text()
    assert front(text)["open_tasks"] == 16
    assert not Keeper().write(NOW).is_new


def test_a_long_list_is_counted_and_not_all_shown(vault: Vault) -> None:
    for number in range(MOST_SHOWN + 3):
        vault.save(Folder.PENDING_APPROVAL, f"r-{number:03}", task("open"))
        vault.save(Folder.NEEDS_ACTION, f"t-{number:03}", task("new", domain="business", priority="low"))
    text = shown()
    assert "- and 3 more\n" in part(text, f"Waits for you ({MOST_SHOWN + 3})")
    assert cells(text, "Low")["business"].endswith(f"<br>and {MOST_SHOWN + 3 - MOST_IN_CELL} more")


def test_more_notes_than_are_read_at_once_are_read_on(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lines, "MOST_READ", 4)
    for number in range(10):
        vault.save(Folder.NEEDS_ACTION, f"t-{number}", task("new", domain="business"))
    keeper = Keeper()
    text = shown(NOW, keeper)
    assert "6 more notes are still to be looked into." in text
    assert front(text)["open_tasks"] == 10
    shown(NOW, keeper)
    assert "still to be looked into" not in shown(NOW, keeper)


HOSTILE = (
    "Pay [here](http://evil.example) <img src=x> [[Done/x]] `code` www.evil.example mailto:x@y",
    "a | b | c\\| d <br> </td>",
    "# heading --- ![](x) &lt;script&gt;",
    "\u202egnp.exe\u202c \u200b\u2066x\u2069",
    "$x$ ^^^ ==mark== %%gone%%",
)


@pytest.mark.parametrize("title", HOSTILE)
def test_foreign_text_cannot_make_links_cells_or_lines(vault: Vault, title: str) -> None:
    plain = shown()
    note = task("escalated", title, domain="business", priority="high")
    (vault.root / "Needs_Action" / "a|b.md").write_text(note.render())  # named by a person, not by us
    text = shown()
    row = next(line for line in text.splitlines() if line.startswith("| High |"))
    assert len([cell for cell in row.replace("\\|", "").split("|") if cell]) == 4
    assert len(part(text, "Needs a person (1)").strip().splitlines()) == 1
    assert text.count("\n#") == plain.count("\n#")
    for sign in ("[here](", "http://", "www.", "<img", "\u202e", "\u200b", "&lt;"):
        assert sign not in text.replace("\\&lt;", "").replace("\\<", "")
    assert "(<Needs_Action/a%7Cb.md>)" in text


def test_a_title_that_nobody_sees_is_named_by_its_note(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a-1", task("escalated", "\u200b\u200b"))
    assert "- [a-1](<Needs_Action/a-1.md>)" in shown()
    assert one_line("a\nb\r\n# c\u2028d") == "a b \\# c d"
