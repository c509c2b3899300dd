"""However many notes lie in Done/, nobody looks through them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.vault.note import Note
from tasks.vault.check import broken_notes
from tasks.vault.dashboard import render_dashboard
from tasks.vault.desk import Desk, Folder, init_vault


@pytest.fixture
def full_desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "Vault")
    init_vault(desk.root)
    for number in range(5_000):
        (desk.root / "Done" / f"old-{number}.md").write_text("---\nstatus: done\n---\n")
    return desk


def test_done_is_never_listed(full_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def look(path: Any = ".", *rest: Any) -> Any:
            looked.append(str(path))
            return real(path, *rest)

        return look

    monkeypatch.setattr(os, "scandir", watched(os.scandir))
    monkeypatch.setattr(os, "listdir", watched(os.listdir))
    desk, note = full_desk, Note.new({"status": "new"}, "\n# Work\n")
    assert not desk.store(Folder.NEEDS_ACTION, "old-7", note)
    assert desk.store(Folder.NEEDS_ACTION, "new-1", note)
    assert desk.find("old-4999") is Folder.DONE
    desk.update(Folder.NEEDS_ACTION, "new-1", lambda found: found.with_front(status="done"))
    desk.move("new-1", Folder.NEEDS_ACTION, Folder.DONE)
    assert desk.names(Folder.NEEDS_ACTION) == []
    desk.attach(b"content", "a.pdf")
    (desk.root / "Inbox" / "bad.txt").write_text("x")
    desk.set_aside(desk.root / "Inbox" / "bad.txt", "no reader for it")
    render_dashboard(desk, done_today=["new-1"], sandbox=True)
    assert list(broken_notes(desk)) == []
    init_vault(desk.root)
    assert any(path.endswith("Needs_Action") for path in looked), "the watch itself works"
    assert [path for path in looked if Path(path).name == "Done"] == []
