import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from domain.vault.broken import BrokenNoteError
from domain.vault.names import UnsafeNameError
from domain.vault.note import Note
from tasks.vault import atomic
from tasks.vault import vault as vault_module
from tasks.vault.atomic import DiskFullError
from tasks.vault.identity import NameCollisionError
from tasks.vault.locks import NoteBusyError, locked, shard
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import Folder, NoteExistsError, NoteMissingError, NoteMovedError, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "Vault")


@pytest.fixture(params=["system rename", "plain rename"])
def any_rename(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own rename, and that of a system or disk without one."""
    if request.param == "plain rename":
        monkeypatch.setattr(atomic, "_system_rename", lambda: None)


def note(text: str = "body", **front: Any) -> Note:
    return Note.new({"id": "x", **front}, text)


def files(vault: Vault) -> list[str]:
    found = (path.relative_to(vault.root).as_posix() for path in vault.root.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.startswith(".fte/"))


def test_a_task_is_stored_once_wherever_it_lies_now(vault: Vault) -> None:
    assert vault.store(Folder.NEEDS_ACTION, "gmail-1", note())
    for folder in (Folder.NEEDS_ACTION, Folder.DONE, Folder.DEAD_LETTERS):
        here = vault.find("gmail-1")
        assert here
        if here is not folder:
            vault.move("gmail-1", here, folder)
        assert not vault.store(Folder.NEEDS_ACTION, "gmail-1", note("again"))
    assert files(vault) == ["Dead_Letters/gmail-1.md"]


@pytest.mark.usefixtures("any_rename")
def test_of_many_storing_at_once_one_succeeds(vault: Vault) -> None:
    wins = in_parallel(8, lambda number: vault.store(Folder.NEEDS_ACTION, "gmail-1", note(str(number))))
    assert sorted(wins) == [False] * 7 + [True]


@pytest.mark.usefixtures("any_rename")
def test_of_many_movers_one_succeeds(vault: Vault) -> None:
    vault.store(Folder.NEEDS_ACTION, "gmail-1", note())
    targets = [Folder.DONE, Folder.DEAD_LETTERS] * 4

    def move(number: int) -> bool:
        try:
            vault.move("gmail-1", Folder.NEEDS_ACTION, targets[number])
        except NoteMovedError:
            return False
        return True

    assert sorted(in_parallel(8, move)) == [False] * 7 + [True]
    assert len(files(vault)) == 1


@pytest.mark.usefixtures("any_rename")
@pytest.mark.usefixtures("any_rename")
def test_a_note_is_changed_as_it_moves_and_waits_for_the_disk_once(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.store(Folder.NEEDS_ACTION, "gmail-1", note())
    vault.store(Folder.NEEDS_ACTION, "gmail-2", note())
    vault.move("gmail-2", Folder.NEEDS_ACTION, Folder.DONE)
    synced: list[str] = []
    sync = os.fsync

    def syncing(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", syncing)
    vault.move("gmail-1", Folder.NEEDS_ACTION, Folder.DONE, lambda found: found.with_front(status="done"))
    assert vault.read(Folder.DONE, "gmail-1").front == {"id": "x", "status": "done"}
    assert files(vault) == ["Done/gmail-1.md", "Done/gmail-2.md"]
    assert synced == ["file", "folder", "folder"]


def test_a_move_never_overwrites(vault: Vault) -> None:
    vault.save(Folder.PENDING_APPROVAL, "r-1", note("new"))
    vault.save(Folder.APPROVED, "r-1", note("old"))
    with pytest.raises(NoteExistsError):
        vault.move("r-1", Folder.PENDING_APPROVAL, Folder.APPROVED)
    assert vault.read(Folder.APPROVED, "r-1").body == "old"
    assert vault.read(Folder.PENDING_APPROVAL, "r-1").body == "new"


def test_a_note_that_is_gone_is_named(vault: Vault) -> None:
    with pytest.raises(NoteMissingError, match="no note gmail-1 in Needs_Action"):
        vault.read(Folder.NEEDS_ACTION, "gmail-1")
    with pytest.raises(NoteMissingError):
        vault.update(Folder.NEEDS_ACTION, "gmail-1", lambda found: found.with_front(a=1))
    with pytest.raises(NoteMovedError):
        vault.move("gmail-1", Folder.NEEDS_ACTION, Folder.DONE)
    assert vault.find("gmail-1") is None


@pytest.mark.usefixtures("any_rename")
def test_updates_by_many_are_all_kept(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note(count=0))

    def count(_number: int) -> None:
        for _again in range(5):
            vault.update(
                Folder.NEEDS_ACTION, "gmail-1", lambda found: found.with_front(count=found.front["count"] + 1)
            )

    in_parallel(6, count)
    assert vault.read(Folder.NEEDS_ACTION, "gmail-1").front["count"] == 30


@pytest.mark.usefixtures("any_rename")
def test_an_edit_made_while_a_note_is_changed_survives(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note())
    path = vault.path("Needs_Action/gmail-1.md")
    calls = []

    def change(found: Note) -> Note:
        calls.append(found)
        if len(calls) == 1:
            path.write_text("---\nid: x # mine\n---\nedited by hand")
        return found.with_front(status="done")

    vault.update(Folder.NEEDS_ACTION, "gmail-1", change)
    assert path.read_text() == "---\nid: x # mine\nstatus: done\n---\nedited by hand"


def test_an_edit_made_in_the_last_moment_survives(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note())
    path = vault.path("Needs_Action/gmail-1.md")
    edits = iter(["edited by hand"])

    def swap_after_edit(one: Path, other: Path) -> bool:
        for text in edits:
            path.write_text(text)
        return atomic.swap(one, other)

    monkeypatch.setattr(vault_module, "swap", swap_after_edit)
    vault.update(Folder.NEEDS_ACTION, "gmail-1", lambda found: found.with_front(status="done"))
    assert path.read_text() == "---\nstatus: done\n---\nedited by hand"
    assert files(vault) == ["Needs_Action/gmail-1.md"]


@pytest.mark.usefixtures("any_rename")
def test_a_note_moved_while_it_is_changed_does_not_come_back(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note())

    def change(found: Note) -> Note:
        vault.path("Needs_Action/gmail-1.md").rename(vault.path("kept.md"))
        return found.with_front(a=1)

    with pytest.raises(NoteMovedError):
        vault.update(Folder.NEEDS_ACTION, "gmail-1", change)
    assert files(vault) == ["kept.md"]


def test_a_note_that_never_stands_still_is_reported_busy(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note())
    edits = iter(range(1000))

    def change(found: Note) -> Note:
        vault.path("Needs_Action/gmail-1.md").write_text(f"edit {next(edits)}")
        return found.with_front(a=1)

    with pytest.raises(NoteBusyError):
        vault.update(Folder.NEEDS_ACTION, "gmail-1", change)


def test_a_change_may_use_the_vault_itself(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note())
    neighbours = [f"plan-{number}" for number in range(500) if shard(f"plan-{number}") == shard("gmail-1")]

    def change(found: Note) -> Note:
        vault.save(Folder.PLANS, neighbours[0], note())
        return found.with_front(planned=True)

    vault.update(Folder.NEEDS_ACTION, "gmail-1", change)
    assert vault.names(Folder.PLANS) == neighbours[:1]


def test_an_update_that_changes_nothing_writes_nothing(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note())
    before = vault.path("Needs_Action/gmail-1.md").stat()
    vault.update(Folder.NEEDS_ACTION, "gmail-1", lambda found: found)
    after = vault.path("Needs_Action/gmail-1.md").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_held_lock_is_waited_for_only_so_long(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.vault.locks.LONGEST_WAIT_SECONDS", 0.05)
    with locked(vault.root, "gmail-1"):
        refused = in_parallel(1, lambda _number: refusal(vault))
    assert refused == [True]


def refusal(vault: Vault) -> bool:
    try:
        vault.save(Folder.DONE, "gmail-1", note())
    except NoteBusyError:
        return True
    return False


@pytest.mark.parametrize("problem", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_the_old_note(vault: Vault, monkeypatch: pytest.MonkeyPatch, problem: int) -> None:
    vault.save(Folder.NEEDS_ACTION, "gmail-1", note("old"))

    def full(_descriptor: int) -> None:
        raise OSError(problem, os.strerror(problem))

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(DiskFullError, match="free some space"):
        vault.save(Folder.NEEDS_ACTION, "gmail-1", note("new"))
    with pytest.raises(DiskFullError):
        vault.update(Folder.NEEDS_ACTION, "gmail-1", lambda found: found.with_front(a=1))
    with pytest.raises(DiskFullError):
        vault.store(Folder.NEEDS_ACTION, "gmail-2", note("new"))
    with pytest.raises(DiskFullError):
        vault.attach(b"content", "a.pdf")
    monkeypatch.undo()
    assert files(vault) == ["Needs_Action/gmail-1.md"]
    assert vault.read(Folder.NEEDS_ACTION, "gmail-1").body == "old"


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "Done/../../x", "a\\..\\x", "C:\\x", "C:/x", "a\0b"])
def test_a_path_cannot_leave_the_vault(vault: Vault, path: str) -> None:
    with pytest.raises(OutsideVaultError):
        vault.path(path)


@pytest.mark.parametrize("name", ["../x", "/x", "..", "a/../../../x"])
def test_a_name_cannot_leave_its_folder(vault: Vault, name: str) -> None:
    (vault.root.parent / "x.md").write_text("secret")
    for use in (
        lambda: vault.read(Folder.DONE, name),
        lambda: vault.save(Folder.DONE, name, note()),
        lambda: vault.store(Folder.DONE, name, note()),
        lambda: vault.move(name, Folder.DONE, Folder.PLANS),
    ):
        with pytest.raises((OutsideVaultError, UnsafeNameError, NoteMissingError)):
            use()


def test_a_link_out_of_the_vault_is_not_followed(vault: Vault, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    vault.save(Folder.PLANS, "plan", note())
    (vault.root / "Done").symlink_to(outside)
    (vault.root / "Plans" / "link.md").symlink_to(outside / "secret.md")
    for use in (
        lambda: vault.read(Folder.DONE, "secret"),
        lambda: vault.save(Folder.DONE, "new", note()),
        lambda: vault.move("plan", Folder.PLANS, Folder.DONE),
        lambda: vault.read(Folder.PLANS, "link"),
        lambda: vault.names(Folder.DONE),
        lambda: vault.attach(vault.root / "Plans" / "link.md", "link.md"),
    ):
        with pytest.raises(OutsideVaultError):
            use()
    assert vault.names(Folder.PLANS) == ["plan"]
    assert [path.name for path in outside.iterdir()] == ["secret.md"]


def test_a_vault_that_is_itself_a_link_works(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    vault = Vault(tmp_path / "link")
    vault.save(Folder.DONE, "a", note())
    assert vault.names(Folder.DONE) == ["a"]


def test_names_that_differ_in_capitals_only_are_refused(vault: Vault) -> None:
    vault.store(Folder.NEEDS_ACTION, "mail-ab", note())
    with pytest.raises(NameCollisionError):
        vault.store(Folder.NEEDS_ACTION, "mail-aB", note())
    assert vault.store(Folder.NEEDS_ACTION, "mail-Cd", note())
    vault.move("mail-Cd", Folder.NEEDS_ACTION, Folder.DONE)
    assert not vault.store(Folder.NEEDS_ACTION, "mail-Cd", note())
    for other in ("mail-CD", "mail-cd"):
        with pytest.raises(NameCollisionError):
            vault.store(Folder.NEEDS_ACTION, other, note())


def test_a_persons_own_notes_are_listed_and_hidden_files_are_not(vault: Vault) -> None:
    folder = vault.root / "Needs_Action"
    folder.mkdir(parents=True)
    for name in ("Pay the rent.md", ".fte-00-ab.tmp", ".hidden.md", "picture.png", "a.md"):
        (folder / name).write_text("text")
    (folder / "folder.md").mkdir()
    assert vault.names(Folder.NEEDS_ACTION) == ["Pay the rent", "a"]
    assert vault.read(Folder.NEEDS_ACTION, "Pay the rent").body == "text"
    vault.move("Pay the rent", Folder.NEEDS_ACTION, Folder.DONE)
    assert vault.names(Folder.INBOX) == []


def test_a_broken_note_says_which_file(vault: Vault) -> None:
    vault.save(Folder.NEEDS_ACTION, "a", note())
    vault.path("Needs_Action/a.md").write_bytes(b"---\na: 1\nb: \xff\n---\n")
    with pytest.raises(BrokenNoteError, match=r"Needs_Action/a\.md, line 3: .*UTF-8"):
        vault.read(Folder.NEEDS_ACTION, "a")


def test_a_notes_bytes_survive_reading_and_writing(vault: Vault) -> None:
    vault.save(Folder.DONE, "a", note())
    odd = "\ufeff---\r\na:   1 # x\r\n---\r\nline\rline\u2028\nend".encode()
    vault.path("Done/a.md").write_bytes(odd)
    vault.save(Folder.DONE, "a", vault.read(Folder.DONE, "a"))
    assert vault.path("Done/a.md").read_bytes() == odd


def test_a_replaced_note_keeps_its_rights(vault: Vault) -> None:
    vault.save(Folder.DONE, "a", note())
    vault.path("Done/a.md").chmod(0o600)
    vault.save(Folder.DONE, "a", note("new"))
    vault.update(Folder.DONE, "a", lambda found: found.with_front(b=1))
    assert vault.path("Done/a.md").stat().st_mode & 0o777 == 0o600


def test_sweeping_removes_what_dead_writers_left_but_not_what_living_ones_write(vault: Vault) -> None:
    vault.save(Folder.DONE, "a", note())
    stale = vault.path("Done/.fte-05-0123456789ab.tmp")
    stale.write_text("half")
    with locked(vault.root, "a") as tag:
        ours = vault.path(f"Done/.fte-{tag}-0123456789ab.tmp")
        ours.write_text("being written")
        sweeping = threading.Thread(target=vault.sweep)
        sweeping.start()
        sweeping.join(timeout=0.1)
        assert sweeping.is_alive()
        assert ours.exists()
        ours.unlink()
    sweeping.join(timeout=10)
    assert not stale.exists()
    assert files(vault) == ["Done/a.md"]


def test_the_private_folder_keeps_itself_out_of_version_control(vault: Vault) -> None:
    vault.save(Folder.DONE, "a", note())
    assert (vault.root / ".fte" / ".gitignore").read_text() == "*\n"


def in_parallel(count: int, work: Any) -> list[Any]:
    results: list[Any] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait(timeout=10)
        results.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
