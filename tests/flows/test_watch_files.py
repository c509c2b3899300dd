"""Dropped files: one run takes some of them, and leaves the rest to the next when its time is over."""

import os
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine

from domain.vault.folder import Folder
from tasks.inbox import store_files
from tasks.vault.vault import current_vault, init_vault

flow = import_module("flows.watch_files")
DROPPED = 3 * flow.MOST_AT_ONCE


async def test_a_run_takes_no_further_file_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a worker that is asked to stop waits for a few documents, however many were dropped."""
    vault = current_vault()
    init_vault(vault.root)
    for number in range(DROPPED):
        path = vault.root / Folder.INBOX / f"note-{number:02}.txt"
        path.write_text(f"Nothing to be paid, number {number}")
        os.utime(path, (0, 0))
    taken: list[list[str]] = []
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False) as clock:

        async def work(names: list[str]) -> list[str]:
            taken.append(names)
            clock.shift(flow.LONGEST + timedelta(seconds=1))
            return []

        monkeypatch.setattr(flow, "store_files", store_files.fn)
        monkeypatch.setattr(flow, "work_together", work)
        states = [await flow.watch_files.fn() for _run in range(3)]
    assert [len(names) for names in taken] == [flow.MOST_AT_ONCE] * 3
    assert {(state.name, state.message) for state in states} == {("Completed", f"{flow.MOST_AT_ONCE} new")}
    assert list((vault.root / Folder.INBOX).glob("note-*")) == []
