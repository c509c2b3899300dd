"""However many notes lie in Done/, nobody looks through them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.vault.note import Note
from tasks.dashboard.look import Keeper
from tasks.vault.check import broken_notes
from tasks.vault.vault import Folder, Vault, init_vault


@pytest.fixture
def full_vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "Vault")
    init_vault(vault.root)
    for number in range(5_000):
        (vault.root / "Done" / f"old-{number}.md").write_text("---\nstatus: done\n---\n")
    return vault


def test_done_is_never_listed(full_vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def look(path: Any = ".", *rest: Any) -> Any:
            looked.append(str(path))
            return real(path, *rest)

        return look

    monkeypatch.setattr(os, "scandir", watched(os.scandir))
    monkeypatch.setattr(os, "listdir", watched(os.listdir))
    vault, note = full_vault, Note.new({"status": "new"}, "\n# Work\n")
    assert not vault.store(Folder.NEEDS_ACTION, "old-7", note)
    assert vault.store(Folder.NEEDS_ACTION, "new-1", note)
    assert vault.find("old-4999") is Folder.DONE
    vault.update(Folder.NEEDS_ACTION, "new-1", lambda found: found.with_front(status="done"))
    vault.move("new-1", Folder.NEEDS_ACTION, Folder.DONE)
    assert vault.names(Folder.NEEDS_ACTION) == []
    vault.attach(b"content", "a.pdf")
    (vault.root / "Inbox" / "bad.txt").write_text("x")
    vault.set_aside(vault.root / "Inbox" / "bad.txt", "no reader for it")
    assert Keeper().write(datetime.now(UTC)).is_new
    assert list(broken_notes(vault)) == []
    init_vault(vault.root)
    assert any(path.endswith("Needs_Action") for path in looked), "the watch itself works"
    assert [path for path in looked if Path(path).name == "Done"] == []
