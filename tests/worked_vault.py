"""A Vault in a test whose tasks are prepared and performed in this process, with the stand-in Odoo behind it."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from domain.planning.event import Event, file_event_id
from tasks.actions import connected
from tasks.actions.effects import Evidence, Request, perform
from tasks.intake import store_event
from tasks.planning.prepare import Prepared, prepare_task
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.odoo_world import plain_transport
from tests.sandbox_fixture import SandboxClient

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def set_up_vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Vault from the template; actions meet the stand-in without the Prefect server's blocks."""
    init_vault(current_vault().root)
    account = OdooAccount(url=sandbox.url, database="demo", api_key=SecretStr("sandbox-odoo-key"))

    async def client() -> OdooClient:
        return OdooClient(account, transport=plain_transport())

    monkeypatch.setattr(connected, "odoo_client", client)


def prepared(document: bytes, name: str = "bill.txt") -> Prepared:
    """What the employee makes of a document that arrived."""
    event = Event(
        id=file_event_id(document), source="files", received_at=NOW, document_name=name, document=document
    )
    store_event(event, NOW)
    return prepare_task(event.id, current_vault().read(Folder.NEEDS_ACTION, event.id), read_handbook())


async def performed(task: Prepared) -> list[Evidence]:
    """The plan's steps through the one door; raises what the door raises."""
    assert task.plan is not None, task.problems
    return [
        await perform(Request(task.task_id, step, task.doubts), read_handbook(), lambda: NOW)
        for step in task.plan.steps
    ]
