"""A process that waits for its first task has read what it needs, and left no trace of that."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.settings import settings
from domain.vault import front_matter
from tasks.planning import route, written
from tasks.planning.rehearsal import rehearse
from tasks.planning.written import read_playbooks, written_playbooks
from tasks.policy.handbook import read_handbook
from tasks.reliability.outbox import waiting_counts
from tasks.vault.vault import current_vault, init_vault

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HANDBOOK = "Company_Handbook.md"


@pytest.fixture(autouse=True)
def vault() -> Path:
    """One whose rules no process has read yet."""
    root = current_vault().root
    init_vault(root)
    front_matter._parsed.cache_clear()
    written._book.cache_clear()
    written._wrong.cache_clear()
    route.kind_model.cache_clear()
    return root


def everything(vault: Path) -> tuple[dict[Path, bytes], list[str]]:
    """The Vault's files and the ledger's rows."""
    files = {path: path.read_bytes() for path in vault.rglob("*") if path.is_file()}
    with closing(sqlite3.connect(settings().ledger_url.removeprefix("sqlite:///"))) as ledger:
        return files, list(ledger.iterdump())


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_rehearsal_leaves_no_trace(vault: Path, *, is_confirmed: bool) -> None:
    waiting_counts()  # the ledger is there
    if is_confirmed:
        read_handbook()
        read_playbooks()
    before = everything(vault)
    rehearse(NOW)
    assert everything(vault) == before


def test_after_a_rehearsal_no_rule_is_read_a_second_time() -> None:
    rehearse(NOW)
    cached = (front_matter._parsed, written._book, written._wrong, route.kind_model)
    before = [one.cache_info().misses for one in cached]
    assert before[0] > before[1] > 1
    assert before[2:] == [1, 1]
    read_handbook()
    route.kind_model()
    assert [one.cache_info().misses for one in cached] == before
    read_playbooks()  # nothing was confirmed before: that is checked once more, and no note is read
    assert front_matter._parsed.cache_info().misses == before[0]
    rehearse(NOW)
    before = [one.cache_info().misses for one in cached]
    read_playbooks()
    assert [one.cache_info().misses for one in cached] == before


def test_a_playbook_that_changes_is_read_anew(vault: Path) -> None:
    name = "receipt"
    note = vault / "Playbooks" / f"{name}.md"
    before = {book.name: book for book in written_playbooks()[0]}
    note.write_text(note.read_text().replace("about: Book", "about: Perhaps book", 1))
    after = {book.name: book for book in written_playbooks()[0]}
    assert after[name].about == before[name].about.replace("Book", "Perhaps book") != before[name].about
    note.write_text("---\nsteps: 1\n---\n")
    books, wrong = written_playbooks()
    assert name in wrong
    assert {book.name for book in books} == before.keys() - {name}
    note.write_bytes(b"---\nsteps: \xff\n---\n")
    assert f"Playbooks/{name}.md" in written_playbooks()[1][name]


def test_rules_that_change_while_a_process_waits_are_read_by_its_task(vault: Path) -> None:
    assert read_handbook().ask_above == 1000
    rehearse(NOW)
    handbook = vault / HANDBOOK
    text = handbook.read_text()
    assert text.count("ask_above: 1000") == 1
    handbook.write_text(text.replace("ask_above: 1000", "ask_above: 900"))
    assert read_handbook().ask_above == 900
