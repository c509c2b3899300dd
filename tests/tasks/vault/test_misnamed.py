"""What somebody puts among the notes that is none, or is called as no note can be called."""

import os
import sys
from pathlib import Path

import pytest

from domain.vault.broken import BrokenNoteError
from tasks.vault.desk import Desk, Folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other disks refuse these names")

NAMES = [b"\xff\xfe", b"a:b?", b"n" * 250, b"one\ntwo", b"ends in a dot."]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "Vault")
    (desk.root / Folder.APPROVED).mkdir(parents=True)
    return desk


@pytest.mark.parametrize("name", NAMES)
def test_a_note_that_cannot_be_called_so_is_set_aside(desk: Desk, name: bytes) -> None:
    folder = desk.root / Folder.APPROVED
    (folder / "ask-1.md").write_text("good")
    (folder / os.fsdecode(name + b".md")).write_text("stranger")
    assert all(found.encode() for found in desk.names(Folder.APPROVED))
    desk.set_aside_misnamed(Folder.APPROVED)
    assert [path.name for path in folder.iterdir()] == ["ask-1.md"]
    kept = [path.read_text() for path in (desk.root / Folder.DEAD_LETTERS).iterdir()]
    assert "stranger" in kept
    assert any("cannot be a file's name" in text for text in kept)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_folder_in_a_notes_place_is_a_broken_note(desk: Desk, make: object) -> None:
    assert callable(make)
    make(desk.root / Folder.APPROVED / "ask-1.md")
    with pytest.raises(BrokenNoteError, match="no plain file"):
        desk.read(Folder.APPROVED, "ask-1")
