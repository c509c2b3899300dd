"""A cheap look at the Vault: whether a task can be worked now, and the Vault's own notes kept true."""

from datetime import datetime
from pathlib import Path

from domain.reliability.look import Found
from tasks.planning.letters import show_letters
from tasks.planning.overview import refresh_dashboard
from tasks.planning.progress import open_tasks
from tasks.planning.recovery import WRITTEN_TO, services_back
from tasks.reliability import outbox
from tasks.reliability.claims import is_claimed, task_claim
from tasks.vault.vault import Folder, current_vault

SHOWN = (Folder.NEEDS_ACTION, Folder.PENDING_APPROVAL, Folder.DONE, Folder.DEAD_LETTERS, Folder.POSTS)
"""The folders whose notes the dashboard lists."""


def look_for_tasks(now: datetime) -> Found:
    """Whether there is an open task that nobody works on."""
    is_any = any(not is_claimed(task_claim(name), now) for name in open_tasks())
    return Found.WORK if is_any else Found.NOTHING


async def look_for_writes(now: datetime) -> Found:
    """Whether a write that waited for its service is due; a service that is away is asked whether it is back."""
    await services_back(now, WRITTEN_TO)
    return Found.WORK if outbox.due_services(now) else Found.NOTHING


async def look_for_mailbox(now: datetime) -> Found:
    """Whether Gmail is back after it was away; a mailbox that answers is not asked."""
    return Found.WORK if await services_back(now, ["gmail"]) else Found.NOTHING


def keep_vault_notes(now: datetime) -> Found:
    """Bring the dashboard and the notes of the dead letters up to date; nothing is left for a flow.

    Done when a note came, went or changed, and each minute besides.
    """
    global _kept  # noqa: PLW0603 (what this process last wrote)
    state = (f"{now:%Y-%m-%d %H:%M}", *(folder.stat().st_mtime_ns for folder in _folders()))
    if state != _kept:
        show_letters()
        refresh_dashboard(now)
        _kept = state
    return Found.NOTHING


_kept: tuple[object, ...] = ()


def _folders() -> list[Path]:
    return [path for path in map(current_vault().path, SHOWN) if path.is_dir()]
