"""A part of a folder of old documents: each is stored as a task, and worked."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from prefect import State, task
from prefect.cache_policies import NO_CACHE

from tasks.inbox import store_copy
from tasks.planning.open_tasks import is_open
from tasks.planning.run_page import pages_kept
from tasks.reliability.retries import TRANSIENT_RETRIES

KNOWN, UNREADABLE, COPY = "known before", "unreadable", "copy"

Ends = list[tuple[str, str]]
"""Of each file its task and how that ended: a named state of the flow that works it, or one of the above."""


class TaskWork(Protocol):
    """Works one task."""

    def __call__(self, task_id: str, *, worker: str) -> Awaitable[State]:
        """The task's end state."""


@task(**TRANSIENT_RETRIES, cache_policy=NO_CACHE)
def take_in(paths: list[Path], work: TaskWork) -> Ends:
    """Store and work these documents one after the other; how each ended."""
    return asyncio.run(_take_in(paths, work))


async def _take_in(paths: list[Path], work: TaskWork) -> Ends:
    ends: Ends = []
    for path in paths:
        try:
            task_ids = store_copy(path, datetime.now(UTC))
        except OSError:
            ends.append(("", UNREADABLE))
            continue
        for task_id in task_ids:
            if not is_open(task_id):
                ends.append((task_id, KNOWN))
                continue
            with pages_kept():  # a run for each of a hundred thousand would tell no more than its note
                state = await work(task_id, worker=uuid4().hex)
            ends.append((task_id, str(state.name)))
    return ends


class EndCount:
    """How many documents came to which end, each counted once, however many copies of it there are."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, ends: Ends) -> None:
        """Count these, too; a document that was seen before is a copy."""
        for task_id, end in ends:
            self.of[COPY if task_id in self._seen else end] += 1
            if task_id:
                self._seen.add(task_id)
