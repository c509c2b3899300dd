"""Whether a task can be worked now, without working it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.planning.event import Event, file_event_id
from domain.reliability.look import LookResult
from tasks.intake import store_event
from tasks.planning import service_recovery
from tasks.planning.look import look_for_tasks, look_for_writes
from tasks.reliability import outbox
from tasks.reliability.claims import claim, task_claim, this_process
from tasks.vault.vault import Folder, current_vault, init_vault

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def vault() -> None:
    init_vault(current_vault().root)


def stored(document: bytes = b"bill") -> str:
    event = Event(
        id=file_event_id(document), source="files", received_at=NOW, document_name="b.txt", document=document
    )
    store_event(event, NOW)
    return event.id


def test_an_open_task_is_work_unless_somebody_works_on_it() -> None:
    assert look_for_tasks(NOW) is LookResult.NOTHING
    task_id = stored()
    assert look_for_tasks(NOW) is LookResult.WORK
    claim(task_claim(task_id), owner=this_process(), now=NOW, seconds=60)
    assert look_for_tasks(NOW) is LookResult.NOTHING
    assert look_for_tasks(NOW + timedelta(minutes=2)) is LookResult.WORK


def test_a_task_that_was_handed_to_a_person_is_no_work() -> None:
    task_id = stored()
    current_vault().update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(status="escalated"))
    assert look_for_tasks(NOW) is LookResult.NOTHING
    current_vault().update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(status="new"))
    assert look_for_tasks(NOW) is LookResult.WORK


async def test_a_write_is_work_once_the_head_of_its_queue_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_recovery, "QUESTIONS", {})
    due = NOW + timedelta(minutes=1)
    outbox.put("odoo", "first", kind="task", payload={}, due=due)
    outbox.put("odoo", "second", kind="task", payload={}, due=NOW)
    assert await look_for_writes(NOW) is LookResult.NOTHING
    assert await look_for_writes(due) is LookResult.WORK
    outbox.next_due("odoo", now=due, worker=f"{this_process()}#run")
    assert await look_for_writes(due) is LookResult.NOTHING, "it is under way"
