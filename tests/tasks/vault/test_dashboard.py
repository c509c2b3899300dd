from pathlib import Path

import pytest

from domain.vault.note import Note
from domain.vault.overview import MOST_SHOWN, one_line
from tasks.vault.dashboard import render_dashboard
from tasks.vault.vault import Folder, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "Vault")


def task(status: str, title: str = "Work", **front: object) -> Note:
    return Note.new({"status": status, **front}, f"\n# {title}\n")


def shown(vault: Vault, *done_today: str) -> str:
    render_dashboard(vault, done_today=done_today, sandbox=False)
    return vault.path("Dashboard.md").read_text()


def test_an_empty_vault_has_an_empty_dashboard(vault: Vault) -> None:
    text = shown(vault)
    assert text.count("Nothing.") == 7
    assert "Sandbox" not in text


def test_what_is_planned_stands_with_its_time_the_next_first(vault: Vault) -> None:
    posts = {
        "late": {"status": "scheduled", "at": "2026-12-02 09:00", "zone": "Europe/Vienna"},
        "soon": {"status": "asked", "at": "2026-12-01 09:00"},
        "over": {"status": "published", "at": "2026-11-01 09:00"},
        "mine": {"status": "draft"},
    }
    for name, front in posts.items():
        vault.save(Folder.POSTS, name, Note.new({"platforms": ["x"]} | front, f"Text of {name}\n"))
    found = shown(vault).split("## Planned posts (2)\n\n")[1].splitlines()[:2]
    assert found == [
        "- [Text of soon](<Posts/soon.md>): 2026-12-01 09:00 UTC, X, asked",
        "- [Text of late](<Posts/late.md>): 2026-12-02 09:00 Europe/Vienna, X, scheduled",
    ]


def test_each_note_stands_under_what_it_waits_for(vault: Vault) -> None:
    request = Note.new(
        {"status": "open", "expires": "2026-01-01T10:00+00:00"}, "\n### Book a bill\n\n#### Why\n"
    )
    vault.save(Folder.PENDING_APPROVAL, "r-1", request)
    vault.save(Folder.NEEDS_ACTION, "a-1", task("waiting", "Asked already"))
    vault.save(Folder.NEEDS_ACTION, "a-2", task("escalated", "Odd letter", why=["no playbook is for it"]))
    vault.save(Folder.NEEDS_ACTION, "a-3", task("new", "Fresh"))
    vault.save(Folder.NEEDS_ACTION, "a-4", task("later", "Patient", delays=["the books are away"]))
    vault.save(Folder.DONE, "a-5", task("done", "Booked"))
    vault.save(Folder.DONE, "a-6", task("done", "Booked last week"))
    vault.path("Needs_Action/bad.md").write_text("---\na: b: c\n---\n")
    vault.set_aside(vault.path("Needs_Action/bad.md"), "it is broken")
    note = Note.parse(shown(vault, "a-5"))
    assert {
        key: note.front[key] for key in ("waits_for_you", "needs_a_person", "in_work", "failed")
    } == dict.fromkeys(("waits_for_you", "needs_a_person", "in_work", "failed"), 1)
    for line in (
        "- [Book a bill](<Pending_Approval/r-1.md>): expires 2026-01-01T10:00+00:00",
        "- [Odd letter](<Needs_Action/a-2.md>): no playbook is for it",
        "- [Fresh](<Needs_Action/a-3.md>)",
        "- [Patient](<Needs_Action/a-4.md>): the books are away",
        "- [Booked](<Done/a-5.md>)",
        "- [bad.md was set aside](<Dead_Letters/bad.md.problem.md>): it is broken",
    ):
        assert f"{line}\n" in note.body
    assert "Asked already" not in note.body
    assert "last week" not in note.body


def test_an_unchanged_dashboard_is_not_written(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a-1", task("new"))
    assert render_dashboard(vault, done_today=[], sandbox=True)
    before = vault.path("Dashboard.md").stat().st_ino
    assert not render_dashboard(vault, done_today=[], sandbox=True)
    assert vault.path("Dashboard.md").stat().st_ino == before
    vault.save(Folder.NEEDS_ACTION, "a-2", task("new"))
    assert render_dashboard(vault, done_today=[], sandbox=True)


def test_a_broken_dashboard_is_written_anew(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a-1", task("new"))
    vault.path("Dashboard.md").write_text("---\nx: y: z\n---\n")
    assert render_dashboard(vault, done_today=[], sandbox=True)


def test_a_long_list_is_counted_and_not_all_shown(vault: Vault) -> None:
    for number in range(MOST_SHOWN + 3):
        vault.save(Folder.PENDING_APPROVAL, f"r-{number:03}", task("open"))
    text = shown(vault)
    assert f"## Waits for you ({MOST_SHOWN + 3})" in text
    assert "- and 3 more\n" in text


def test_foreign_text_cannot_make_links_or_lines(vault: Vault) -> None:
    title = "Pay [here](http://evil.example) <img src=x> [[Done/x]] `code` www.evil.example mailto:x@y"
    vault.save(Folder.NEEDS_ACTION, "a-1", task("new", title))
    line = next(line for line in shown(vault).splitlines() if "Pay" in line)
    assert "[here](" not in line
    assert "http://" not in line
    assert "www." not in line
    assert "[[" not in line.replace("\\[", "")
    assert one_line("a\nb\r\n# c\u2028d") == "a b \\# c d"
