"""What is dropped into Inbox/: plain files become tasks, nothing else is followed or waited for."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from domain.reliability.look import LookResult
from tasks.audit.log import audit_log
from tasks.inbox import (
    FOLDER_QUIET_SECONDS,
    QUIET_SECONDS,
    UnreadableFilesError,
    look_for_files,
    seconds_until_whole,
    set_aside_special_files,
    store_files,
)
from tasks.planning.watched import prove_file_task
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import Folder, current_vault
from tests.worked_vault import NOW

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")

SECRET = b"the secret of an approver"


@pytest.fixture
def inbox() -> Path:
    folder = current_vault().root / Folder.INBOX
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def secret(home: Path) -> Path:
    keys = home / "sandbox" / "keys"
    keys.mkdir(parents=True)
    (keys / "approvals.key").write_bytes(SECRET)
    os.utime(keys / "approvals.key", (0, 0))
    return keys / "approvals.key"


def drop(path: Path, content: str) -> None:
    path.write_text(content)
    os.utime(path, (0, 0))


def watch() -> list[str]:
    set_aside_special_files(NOW)
    return asyncio.run(store_files.fn(99))


def kept() -> bytes:
    return b"".join(
        path.read_bytes()
        for path in current_vault().root.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def test_a_link_brings_no_secret_into_the_vault(inbox: Path, secret: Path) -> None:
    (inbox / "bill.txt").symlink_to(secret)
    assert watch() == []
    assert list(inbox.iterdir()) == []
    assert SECRET not in kept()
    assert secret.exists()


def test_an_inbox_that_is_a_link_out_is_refused(inbox: Path, secret: Path) -> None:
    inbox.rmdir()
    inbox.symlink_to(secret.parent)
    with pytest.raises(OutsideVaultError):
        watch()
    assert secret.exists()


def age(*paths: Path) -> None:
    quiet = NOW.timestamp() - FOLDER_QUIET_SECONDS - 1
    for path in paths:
        os.utime(path, (quiet, quiet), follow_symlinks=False)


def test_pipes_are_set_aside_and_the_files_beside_them_stored(inbox: Path) -> None:
    os.mkfifo(inbox / "a.txt")
    drop(inbox / "z.txt", "z")
    assert len(watch()) == 1
    assert list(inbox.iterdir()) == []
    letters = current_vault().root / Folder.DEAD_LETTERS
    assert "drop the files themselves" in (letters / "a.txt.problem.md").read_text()


def test_the_files_of_a_folder_become_tasks_and_it_goes_once_nothing_is_added_to_it(inbox: Path) -> None:
    inner = inbox / "receipts" / "november"
    inner.mkdir(parents=True)
    (inner / ".DS_Store").write_text("the file manager's")
    for place, text in ((inbox / "receipts" / "one.txt", "one"), (inner / "two.txt", "two")):
        drop(place, text)
    assert look_for_files(NOW) is LookResult.WORK
    assert len(watch()) == 2
    os.utime(inner, (NOW.timestamp(), NOW.timestamp()))
    age(inbox / "receipts")
    watch()
    assert inner.is_dir(), "files may still be copied into it"
    assert look_for_files(NOW) is LookResult.NOTHING
    age(inner)
    assert look_for_files(NOW) is LookResult.WORK
    watch()
    assert list(inbox.iterdir()) == []
    assert not (current_vault().root / Folder.DEAD_LETTERS).exists()


def test_a_folder_with_a_link_is_set_aside_without_what_it_leads_to(inbox: Path, secret: Path) -> None:
    (inbox / "receipts").mkdir()
    (inbox / "receipts" / "keys").symlink_to(secret.parent)
    (inbox / "receipts" / "bill.txt").symlink_to(secret)
    drop(inbox / "receipts" / "one.txt", "one")
    (inbox / "more").symlink_to(secret.parent)
    age(inbox / "receipts")
    assert len(watch()) == 1
    age(inbox / "receipts")
    watch()
    assert list(inbox.iterdir()) == []
    assert SECRET not in kept()
    assert secret.exists()
    assert (current_vault().root / Folder.DEAD_LETTERS / "receipts" / "bill.txt").is_symlink()


def test_a_file_that_cannot_be_read_keeps_no_other_waiting(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox / "a.txt", "locked")
    drop(inbox / "b.txt", "open")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert len(watch()) == 1
    assert [path.name for path in inbox.iterdir()] == ["a.txt"]


def stored_long_ago(text: str, kind: str) -> str:
    """A dropped note that was taken in and worked as this kind."""
    with time_machine.travel(NOW - timedelta(days=700), tick=False):
        drop(current_vault().root / Folder.INBOX / "note.txt", text)
        (name,) = watch()
    current_vault().update(Folder.NEEDS_ACTION, name, lambda note: note.with_front(kind=kind))
    current_vault().move(name, Folder.NEEDS_ACTION, Folder.DONE)
    return name


def test_the_same_words_are_asked_again_when_they_are_dropped_again(inbox: Path) -> None:
    first = stored_long_ago("Who hasn't paid?", "text")
    drop(inbox / "again.txt", "Who hasn't paid?")
    (second,) = watch()
    assert second.startswith("file-")
    assert second != first
    note = current_vault().read(Folder.NEEDS_ACTION, second)
    assert "Who hasn't paid?" in note.body
    assert note.front["dropped_again"]
    assert list(inbox.iterdir()) == []


def test_what_was_dropped_again_is_proven_as_any_other(inbox: Path) -> None:
    stored_long_ago("Who hasn't paid?", "text")
    drop(inbox / "again.txt", "Who hasn't paid?")
    (second,) = watch()
    assert asyncio.run(proven(second)) == [True, True]
    note = current_vault().read(Folder.NEEDS_ACTION, second)
    (current_vault().root / str(note.front["document"])).write_text("?")
    assert asyncio.run(proven(second)) == [True, False]


async def proven(task_id: str) -> list[bool]:
    return [proof.holds async for proof in prove_file_task(task_id)]


def test_what_a_crash_left_over_is_not_asked_again(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of words that were dropped again: the file still lies there as it was."""
    stored_long_ago("Who hasn't paid?", "text")
    drop(inbox / "again.txt", "Who hasn't paid?")
    with monkeypatch.context() as crash:
        crash.setattr("tasks.inbox._same", lambda _before, _after: False)
        assert len(watch()) == 1
    assert watch() == []
    assert list(inbox.iterdir()) == []


def test_a_document_that_is_dropped_again_is_known_and_the_audit_log_says_so(inbox: Path) -> None:
    first = stored_long_ago("Cloudberry Hosting Inc. Total: $12.50", "receipt")
    drop(inbox / "copy.txt", "Cloudberry Hosting Inc. Total: $12.50")
    assert watch() == []
    assert list(inbox.iterdir()) == []
    lines = [json.loads(line) for path in audit_log().files() for line in path.read_text().splitlines()]
    (told,) = [line for line in lines if line["action"] == "files.known_before"]
    assert told["resource"] == first


def test_the_pause_lasts_until_the_first_file_may_be_whole(inbox: Path) -> None:
    for name, age in (("old.txt", 100), ("older.txt", 0.4), ("young.txt", 0.1)):
        drop(inbox / name, "a")
        os.utime(inbox / name, (NOW.timestamp() - age, NOW.timestamp() - age))
    assert seconds_until_whole(NOW) == pytest.approx(QUIET_SECONDS - 0.4, abs=1e-4)
    for name in ("older.txt", "young.txt"):
        (inbox / name).unlink()
    assert seconds_until_whole(NOW) == QUIET_SECONDS, "it is whole and cannot be read: no hurry"


def test_a_look_finds_what_can_be_stored_or_set_aside_now(inbox: Path) -> None:
    assert look_for_files(NOW) is LookResult.NOTHING
    drop(inbox / ".hidden", "a")
    (inbox / "copied").mkdir()
    growing = inbox / "growing.txt"
    growing.write_text("a")
    for path in (inbox / "copied", growing):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert look_for_files(NOW) is LookResult.NOTHING, "they are still being written"
    drop(growing, "a")
    assert look_for_files(NOW) is LookResult.WORK
    growing.unlink()
    os.mkfifo(inbox / "pipe")
    assert look_for_files(NOW) is LookResult.WORK


def test_a_look_at_what_cannot_be_read_says_so(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(inbox / "locked.txt", "a")
    monkeypatch.setattr(os, "access", lambda path, _mode: path.name != "locked.txt")
    with pytest.raises(UnreadableFilesError, match=r"locked\.txt"):
        look_for_files(NOW)
    drop(inbox / "open.txt", "b")
    assert look_for_files(NOW) is LookResult.WORK
