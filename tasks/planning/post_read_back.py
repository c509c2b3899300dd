"""A post that was handed over and is not proven: it is read again, ever more seldom, and never published again."""

from datetime import datetime, timedelta
from typing import Any

from domain.errors import DigitalFteError
from domain.planning.catalogue import CATALOGUE
from domain.social.draft import DraftStatus, status_of
from domain.vault.note import Note
from tasks.actions.performers import performer_of
from tasks.planning.open_tasks import WORKING, work_again
from tasks.planning.post_tasks import unproven
from tasks.reliability.effect_ledger import READ_BACK, keep_read_back
from tasks.reliability.table import Effect
from tasks.social.post_notes import post_notes

FIRST_PAUSE = timedelta(minutes=1)
"""Before it is read again; then each pause is as long as all before it."""

UNSETTLED = frozenset({DraftStatus.UNPROVEN, DraftStatus.REFUSED})
"""What one platform has may not be proven while another one refused it."""


def is_read_again(note: Note, now: datetime) -> bool:
    """Whether a part of the post is to be read again now."""
    is_unsettled = status_of(note.front) in UNSETTLED
    return is_unsettled and any(_is_due(one, now) for one in unproven(str(note.front.get("task"))))


async def proven_late(now: datetime) -> list[str]:
    """Read again what is due; the tasks that are proven now, to be worked to their end."""
    due = {str(note.front["task"]) for note in post_notes().values() if is_read_again(note, now)}
    return [
        task_id for task_id in sorted(due) if await _is_proven(task_id, now) and work_again(task_id, WORKING)
    ]


def _is_due(part: Effect, now: datetime) -> bool:
    tried = ((part.receipt or {}).get(READ_BACK) or {}).get("at")
    if tried is None:
        return True
    last = datetime.fromisoformat(tried)
    return now - last >= max(FIRST_PAUSE, last - part.updated_at)


async def _is_proven(task_id: str, now: datetime) -> bool:
    for part in unproven(task_id):
        keep_read_back(part.key, await _facts(part), now)
    return not unproven(task_id)


async def _facts(part: Effect) -> dict[str, Any] | None:
    inputs = CATALOGUE[part.action].inputs.model_validate(part.inputs)
    try:
        return await performer_of(part.action).read_back(part.receipt or {}, inputs)
    except (DigitalFteError, KeyError):
        return None  # whatever keeps it from being read: its task has said why, and it is read again
