"""An event becomes one note, and the audit log knows of it, whatever dies when."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from blocks.settings import settings
from domain.planning.event import Event
from tasks.planning.intake import desk, is_seen, store_event
from tasks.vault.desk import Folder
from tests.tasks.reliability.conftest import database, hear, release, run_crew, start_worker

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["database", "run_crew", "start_worker"]  # fixtures: on SQLite and, where there is one, PostgreSQL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Worker = Callable[[str], "Popen[str]"]

STORE_AND_DIE = """
import os, signal
from datetime import UTC, datetime
from domain.planning.event import Event
from tasks.audit.log import AuditLog
from tasks.planning import intake
from tasks.vault.desk import Desk

def die_after(owner, name):
    real = getattr(owner, name)
    def deadly(*args, **kwargs):
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, deadly)

now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
event = Event(id="file-1", source="files", received_at=now, document_name="a.txt", document=b"a")
die_after({place})
# go
intake.store_event(event, now)
"""

STORE_MANY = """
from datetime import UTC, datetime
from domain.planning.event import Event
from tasks.planning import intake
now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# go
stored = 0
for number in range(6):
    event = Event(id=f"file-{number}", source="files", received_at=now, document_name="a", document=b"a")
    stored += intake.store_event(event, now) is not None
print(stored)
"""


def event(number: int = 1) -> Event:
    return Event(
        id=f"file-{number}",
        source="files",
        received_at=datetime.now(UTC),
        document_name="a.txt",
        document=b"a",
    )


def audited() -> list[str]:
    files = (settings().vault_path / "Logs").glob("audit_*.jsonl")
    records = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    return [record["resource"] for record in records if record["action"] == "files.event_stored"]


def test_an_event_is_stored_audited_and_remembered_once() -> None:
    assert store_event(event(), NOW) == "file-1"
    assert store_event(event(), NOW) is None
    assert (audited(), desk().names(Folder.NEEDS_ACTION)) == (["file-1"], ["file-1"])


@pytest.mark.parametrize(
    ("place", "records"),
    [
        ('Desk, "attach"', 1),
        ('Desk, "store"', 1),
        ('AuditLog, "append"', 2),
        ('intake, "mark_seen"', 1),
    ],
)
def test_a_kill_anywhere_loses_neither_the_note_nor_its_audit_record(
    start_worker: Worker, place: str, records: int
) -> None:
    worker = start_worker(STORE_AND_DIE.replace("{place}", place))
    assert hear(worker) == "ready"
    release(worker)
    worker.wait(timeout=60)
    assert worker.returncode == -9
    assert not is_seen("file-1") or audited() == ["file-1"]
    store_event(event(), NOW)
    assert is_seen("file-1")
    assert desk().names(Folder.NEEDS_ACTION) == ["file-1"]
    assert audited() == ["file-1"] * records


def test_a_task_that_was_done_before_its_event_was_remembered_is_still_audited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tasks.planning.intake._audit", die)
        with pytest.raises(KeyboardInterrupt):
            store_event(event(), NOW)
    desk().move("file-1", Folder.NEEDS_ACTION, Folder.DONE)
    assert store_event(event(), NOW) is None
    assert (audited(), desk().find("file-1")) == (["file-1"], Folder.DONE)


def test_processes_that_store_the_same_events_at_once_store_each_once(
    run_crew: Callable[..., list[str]],
) -> None:
    assert sum(map(int, run_crew(STORE_MANY, workers=3))) == 6
    assert set(audited()) == set(desk().names(Folder.NEEDS_ACTION)) == {f"file-{n}" for n in range(6)}
