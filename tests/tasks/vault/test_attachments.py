from pathlib import Path

import pytest

from tasks.vault.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "Vault")


def test_the_same_content_has_the_same_path(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"content")
    first = desk.attach(b"content", "Rechnung Nr. 5.pdf")
    assert first == "Attachments/ed7002b439e9ac84-Rechnung_Nr._5.pdf"
    assert desk.attach(tmp_path / "b.pdf", "another name.pdf") == first
    assert desk.path(first).read_bytes() == b"content"
    assert len(list((desk.root / "Attachments").iterdir())) == 1


def test_other_content_has_another_path(desk: Desk) -> None:
    assert desk.attach(b"one", "a.pdf") != desk.attach(b"two", "a.pdf")


def test_a_document_changed_by_hand_stays_and_the_original_is_kept_again(desk: Desk) -> None:
    first = desk.attach(b"content", "a.pdf")
    desk.path(first).write_bytes(b"scribbled on")
    again = desk.attach(b"content", "a.pdf")
    assert again == "Attachments/ed7002b439e9ac84-2-a.pdf"
    assert desk.attach(b"content", "a.pdf") == again
    assert (desk.path(first).read_bytes(), desk.path(again).read_bytes()) == (b"scribbled on", b"content")


def test_a_deleted_document_is_kept_anew(desk: Desk) -> None:
    first = desk.attach(b"content", "a.pdf")
    desk.path(first).unlink()
    assert desk.attach(b"content", "a.pdf") == first
    assert desk.path(first).read_bytes() == b"content"


def test_names_from_outside_cannot_choose_the_folder(desk: Desk) -> None:
    assert desk.attach(b"x", "../../evil.sh").endswith("-evil.sh")
    assert desk.attach(b"y", "").endswith("-document")
