"""What somebody puts among the notes that is none, or is called as no note can be called."""

import os
import sys
from pathlib import Path

import pytest

from domain.vault.broken import BrokenNoteError
from tasks.vault.vault import Folder, Vault

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other disks refuse these names")

NAMES = [b"\xff\xfe", b"a:b?", b"n" * 250, b"one\ntwo", b"ends in a dot."]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "Vault")
    (vault.root / Folder.APPROVED).mkdir(parents=True)
    return vault


@pytest.mark.parametrize("name", NAMES)
def test_a_note_that_cannot_be_called_so_is_set_aside(vault: Vault, name: bytes) -> None:
    folder = vault.root / Folder.APPROVED
    (folder / "ask-1.md").write_text("good")
    (folder / os.fsdecode(name + b".md")).write_text("not ours")
    assert all(found.encode() for found in vault.names(Folder.APPROVED))
    vault.set_aside_misnamed(Folder.APPROVED)
    assert [path.name for path in folder.iterdir()] == ["ask-1.md"]
    kept = [path.read_text() for path in (vault.root / Folder.DEAD_LETTERS).iterdir()]
    assert "not ours" in kept
    assert any("cannot be a file's name" in text for text in kept)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_folder_in_a_notes_place_is_a_broken_note(vault: Vault, make: object) -> None:
    assert callable(make)
    make(vault.root / Folder.APPROVED / "ask-1.md")
    with pytest.raises(BrokenNoteError, match="no plain file"):
        vault.read(Folder.APPROVED, "ask-1")
