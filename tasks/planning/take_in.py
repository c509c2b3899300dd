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
from tasks.planning.progress import is_open
from tasks.planning.run_page import pages_kept
from tasks.reliability.retries import TRANSIENT_RETRIES

KNOWN, UNREADABLE = "known before", "unreadable"

Counts = dict[str, int]
"""How many documents came to which end: a named end state of the flow that works them, or one of the above."""


class TaskWork(Protocol):
    """Works one task."""

    def __call__(self, task_id: str, *, worker: str) -> Awaitable[State]:
        """The task's end state."""


@task(**TRANSIENT_RETRIES, cache_policy=NO_CACHE)
def take_in(paths: list[Path], work: TaskWork) -> Counts:
    """Store and work these documents one after the other; how many came to which end."""
    return asyncio.run(_take_in(paths, work))


async def _take_in(paths: list[Path], work: TaskWork) -> Counts:
    counts: Counter[str] = Counter()
    for path in paths:
        try:
            task_ids = store_copy(path, datetime.now(UTC))
        except OSError:
            counts[UNREADABLE] += 1
            continue
        for task_id in task_ids:
            if not is_open(task_id):
                counts[KNOWN] += 1
                continue
            with pages_kept():  # a run for each of a hundred thousand would tell no more than its note
                state = await work(task_id, worker=uuid4().hex)
            counts[str(state.name)] += 1
    return dict(counts)
