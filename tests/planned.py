"""Playbooks in a test's Vault, asked for by name and worked in this process, with the stand-in Odoo behind them."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from prefect import State

from domain.approvals.answer import Answer, Channel, Decision
from domain.planning.order import ToolCall
from domain.vault.note import Note
from flows.work_task import work_once
from tasks.approvals.decide import Answered, record_answer
from tasks.approvals.record import pending
from tasks.planning.playbooks_by_name import find_playbook, take_playbook
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import set_up_vault

CLOCKED = (
    "flows.work_task",
    "tasks.actions.step",
    "tasks.actions.own",
    "tasks.actions.odoo_reads",
    "tasks.actions.reader",
    "tasks.policy.rule_changes",
)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def _nothing(*_args: object) -> None:
    """What only Prefect shows."""


class Work:
    """A Vault with playbooks, and a clock that a test moves."""

    def __init__(self, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox, self.now = sandbox, NOW
        set_up_vault(sandbox, monkeypatch)
        for module, name in (("flows.work_task", "show_late_results"), ("tasks.approvals.ask", "ensure_run")):
            monkeypatch.setattr(import_module(module), name, _nothing)  # there is no Prefect server
        for name in CLOCKED:
            monkeypatch.setattr(import_module(name), "present", lambda: self.now)
        monkeypatch.setattr("tasks.planning.look._looked_at", [])  # by this clock nobody has looked yet

    def write(self, name: str, front: str) -> None:
        """A playbook's note."""
        path = current_vault().root / "Playbooks" / f"{name}.md"
        path.write_text(f"---\nname: {name}\n{front.strip()}\n---\n\n# {name}\n", encoding="utf-8")

    def ask(self, name: str, key: str = "k", **values: Any) -> str:
        """Ask for a playbook; its task's id."""
        call = ToolCall(
            source="cli", tool="test", arguments={"playbook": name, **values}, key=key, sender="Ann"
        )
        take_playbook(call, find_playbook(name), values, self.now)
        return call.task_id

    async def work(self, task_id: str) -> State:
        """Work the task once."""
        return await work_once(task_id, worker="test")

    def pass_time(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)

    def decide(self, decision: Decision = Decision.APPROVE, **changes: str) -> list[Answered]:
        """Decide everything that waits for a person."""
        said = Answer(
            decision=Decision.EDIT if changes else decision,
            approver="Ann",
            channel=Channel.CLI,
            changes=changes,
        )
        return [record_answer(one.id, said, self.now, read_handbook) for one in pending()]

    def note(self, task_id: str) -> Note:
        """The task's note, wherever it is."""
        folder = current_vault().find(task_id)
        assert folder, task_id
        return current_vault().read(folder, task_id)

    def set_status(self, task_id: str, status: str) -> None:
        """What a person writes into the note."""
        current_vault().update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(status=status))

    def begin_anew(self, task_id: str) -> None:
        """A person wants it done again."""
        self.set_status(task_id, "new")

    def folder(self, task_id: str) -> Folder | None:
        """Where the task's note is."""
        return current_vault().find(task_id)
