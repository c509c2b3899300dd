"""An event becomes one note, and the audit log knows of it, whatever dies when."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from blocks.settings import settings
from domain.planning.event import Event
from tasks.intake import is_seen, store_event
from tasks.mail.store_mail import store_mail
from tasks.vault.vault import Folder, current_vault
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
from tasks import intake
from tasks.vault.vault import Vault

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
from tasks import intake
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
    assert (audited(), current_vault().names(Folder.NEEDS_ACTION)) == (["file-1"], ["file-1"])


@pytest.mark.parametrize(
    ("place", "records"),
    [
        ('Vault, "attach"', 1),
        ('Vault, "store"', 1),
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
    assert current_vault().names(Folder.NEEDS_ACTION) == ["file-1"]
    assert audited() == ["file-1"] * records


def test_a_task_that_was_done_before_its_event_was_remembered_is_still_audited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tasks.intake._audit", die)
        with pytest.raises(KeyboardInterrupt):
            store_event(event(), NOW)
    current_vault().move("file-1", Folder.NEEDS_ACTION, Folder.DONE)
    assert store_event(event(), NOW) is None
    assert (audited(), current_vault().find("file-1")) == (["file-1"], Folder.DONE)


def test_processes_that_store_the_same_events_at_once_store_each_once(
    run_crew: Callable[..., list[str]],
) -> None:
    assert sum(map(int, run_crew(STORE_MANY, workers=3))) == 6
    assert (
        set(audited()) == set(current_vault().names(Folder.NEEDS_ACTION)) == {f"file-{n}" for n in range(6)}
    )


def forwards(count: int) -> Event:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Sam <sam@ours.example>", "For the books"
    mail.set_content("See the bills.")
    for number in range(1, count + 1):
        inner = EmailMessage()
        inner["From"], inner["Subject"] = "Harbor <b@harbor.example>", f"Invoice {number}"
        inner.set_content(f"Total ${number}.00")
        mail.add_attachment(inner)
    return event().model_copy(
        update={"sender": "Sam <sam@ours.example>", "subject": "For the books", "document": mail.as_bytes()}
    )


def test_a_mail_that_forwards_several_becomes_a_task_for_each() -> None:
    mail = forwards(3)
    assert store_mail(mail, NOW) == ["file-1-3", "file-1-2", "file-1"]
    assert store_mail(mail, NOW) == []
    notes = [
        current_vault().read(Folder.NEEDS_ACTION, name).front for name in ("file-1", "file-1-2", "file-1-3")
    ]
    assert [note["subject"] for note in notes] == ["Invoice 1", "Invoice 2", "Invoice 3"]
    assert {note["from"] for note in notes} == {"Sam <sam@ours.example>"}
    whole = {note["of_mail"] for note in notes}
    assert {current_vault().path(name).read_bytes() for name in whole} == {mail.document}
    assert store_mail(forwards(1).model_copy(update={"id": "file-2"}), NOW) == ["file-2"]


@pytest.mark.parametrize("stored", [0, 1, 2])
def test_a_crash_between_the_parts_of_a_mail_loses_none_and_doubles_none(
    monkeypatch: pytest.MonkeyPatch, stored: int
) -> None:
    mail = forwards(3)
    real, done = store_event, []

    def dying(one: Event, now: datetime) -> str | None:
        if len(done) == stored:
            raise KeyboardInterrupt
        done.append(one.id)
        return real(one, now)

    with monkeypatch.context() as patched:
        patched.setattr("tasks.mail.store_mail.store_event", dying)
        with pytest.raises(KeyboardInterrupt):
            store_mail(mail, NOW)
    assert not is_seen("file-1")
    store_mail(mail, NOW)
    assert current_vault().names(Folder.NEEDS_ACTION) == ["file-1", "file-1-2", "file-1-3"]
    assert sorted(audited()) == ["file-1", "file-1-2", "file-1-3"]
