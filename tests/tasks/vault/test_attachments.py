from pathlib import Path

import pytest

from tasks.vault.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "Vault")


def test_the_same_content_has_the_same_path(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"content")
    first = vault.attach(b"content", "Rechnung Nr. 5.pdf")
    assert first == "Attachments/ed7002b439e9ac84-Rechnung_Nr._5.pdf"
    assert vault.attach(tmp_path / "b.pdf", "another name.pdf") == first
    assert vault.path(first).read_bytes() == b"content"
    assert len(list((vault.root / "Attachments").iterdir())) == 1


def test_other_content_has_another_path(vault: Vault) -> None:
    assert vault.attach(b"one", "a.pdf") != vault.attach(b"two", "a.pdf")


def test_a_document_changed_by_hand_stays_and_the_original_is_kept_again(vault: Vault) -> None:
    first = vault.attach(b"content", "a.pdf")
    vault.path(first).write_bytes(b"scribbled on")
    again = vault.attach(b"content", "a.pdf")
    assert again == "Attachments/ed7002b439e9ac84-2-a.pdf"
    assert vault.attach(b"content", "a.pdf") == again
    assert (vault.path(first).read_bytes(), vault.path(again).read_bytes()) == (b"scribbled on", b"content")


def test_a_deleted_document_is_kept_anew(vault: Vault) -> None:
    first = vault.attach(b"content", "a.pdf")
    vault.path(first).unlink()
    assert vault.attach(b"content", "a.pdf") == first
    assert vault.path(first).read_bytes() == b"content"


def test_names_from_outside_cannot_choose_the_folder(vault: Vault) -> None:
    assert vault.attach(b"x", "../../evil.sh").endswith("-evil.sh")
    assert vault.attach(b"y", "").endswith("-document")
