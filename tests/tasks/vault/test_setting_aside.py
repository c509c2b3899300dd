from pathlib import Path

import pytest

from domain.vault.broken import BrokenNoteError
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import Folder, NoteMovedError, Vault

BROKEN = b"---\nid: gmail-1\nsubject: Re: offer\n---\nbody\r\n"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "Vault")
    (made.root / "Needs_Action").mkdir(parents=True)
    (made.root / "Needs_Action" / "gmail-1.md").write_bytes(BROKEN)
    return made


def test_a_broken_note_is_set_aside_as_it_is_with_its_own_words(vault: Vault) -> None:
    source = vault.root / "Needs_Action" / "gmail-1.md"
    with pytest.raises(BrokenNoteError) as caught:
        vault.read(Folder.NEEDS_ACTION, "gmail-1")
    target = vault.set_aside(source, caught.value)
    assert not source.exists()
    assert target == vault.root / "Dead_Letters" / "gmail-1.md"
    assert target.read_bytes() == BROKEN
    explained = vault.read(Folder.DEAD_LETTERS, "gmail-1.md.problem")
    assert explained.front["came_from"] == "Needs_Action/gmail-1.md"
    assert explained.front["line"] == 3
    assert ">   3  subject: Re: offer\n" in explained.body
    assert "put the value in quotes" in explained.body
    assert "back to `Needs_Action`" in explained.body


def test_a_task_set_aside_is_not_stored_again(vault: Vault) -> None:
    vault.set_aside(vault.root / "Needs_Action" / "gmail-1.md", "broken")
    assert vault.find("gmail-1") is Folder.DEAD_LETTERS


def test_a_second_one_of_the_same_name_gets_its_own(vault: Vault) -> None:
    vault.set_aside(vault.root / "Needs_Action" / "gmail-1.md", "first")
    (vault.root / "Needs_Action" / "gmail-1.md").write_text("second")
    target = vault.set_aside(Path("Needs_Action/gmail-1.md"), "second")
    assert target.name == "gmail-1-2.md"
    assert vault.read(Folder.DEAD_LETTERS, "gmail-1.md.problem").front["problem"] == "first"
    assert vault.read(Folder.DEAD_LETTERS, "gmail-1-2.md.problem").front["problem"] == "second"


def test_a_dropped_file_keeps_its_bytes_and_gets_a_safe_name(vault: Vault) -> None:
    (vault.root / "Inbox").mkdir()
    dropped = vault.root / "Inbox" / "über: ~~~~ 50%.pdf"
    dropped.write_bytes(b"%PDF ~~~~\n\x00\xff")
    target = vault.set_aside(dropped, "too large; drop a smaller copy")
    assert target.name == "uber_50.pdf"
    assert target.read_bytes() == b"%PDF ~~~~\n\x00\xff"
    assert vault.read(Folder.DEAD_LETTERS, "uber_50.pdf.problem").front["about"] == "uber_50.pdf"


def test_what_is_gone_or_outside_is_not_set_aside(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    with pytest.raises(OutsideVaultError):
        vault.set_aside(tmp_path / "mine.md", "broken")
    with pytest.raises(NoteMovedError):
        vault.set_aside(vault.root / "Needs_Action" / "gone.md", "broken")
    assert (tmp_path / "mine.md").exists()
    assert vault.names(Folder.DEAD_LETTERS) == []


def test_a_link_is_set_aside_as_a_link_and_not_read(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("---\nsecret: value: x\n---\n")
    link = vault.root / "Needs_Action" / "link.md"
    link.symlink_to(tmp_path / "secret")
    target = vault.set_aside(link, BrokenNoteError(2, "bad"))
    assert target.is_symlink()
    assert "value" not in vault.path("Dead_Letters/link.md.problem.md").read_text()
    assert (tmp_path / "secret").exists()
