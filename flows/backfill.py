"""backfill: a folder of old documents and mails becomes tasks, by the doors through which all work comes."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.work_task import LATER, work_once
from tasks.inbox import copies_in, store_copy
from tasks.planning.progress import is_open
from tasks.planning.run_page import pages_kept
from tasks.reliability.retries import TRANSIENT_RETRIES

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture

PART = 50
"""Documents in one task run of Prefect's: one for each would cost more than the work."""

AHEAD = 8
"""Parts handed out at a time: all that is held in memory, however large the folder."""

THREADS = 2

ENDS = {
    "Completed": "done",
    "Waiting": "waiting for a decision",
    "Escalated": "for a person",
    LATER: "waiting for a service",
}
"""How a task's run ended, as it is said of many."""
UNREADABLE = "unreadable"

Counts = dict[str, int]


@flow(
    name="backfill",
    flow_run_name="Take in {folder}",
    task_runner=ThreadPoolTaskRunner(max_workers=THREADS),  # type: ignore[arg-type]  # its own types do not fit
    validate_parameters=False,
)
def backfill(folder: Path) -> State:
    """Store every document and mail below a folder as a task and work it; the folder is only read.

    Trigger: `fte backfill`. Effects: those of a drop into Inbox/, each document once whatever was taken in before; so a
    run that was killed is just begun again. Named end states: `Completed`; `Degraded` when something waits for a
    service, which the employee tries again by itself, or could not be read. What needs a person waits as always.
    """
    counts: Counter[str] = Counter()
    under_way: deque[PrefectFuture[Counts]] = deque()
    for part in _parts(copies_in(folder)):
        if len(under_way) == AHEAD:
            counts.update(under_way.popleft().result())
        under_way.append(take_in.submit(part))
    for future in under_way:
        counts.update(future.result())
    said = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing to take in"
    is_whole = not counts.keys() & {ENDS[LATER], UNREADABLE}
    return Completed(message=said) if is_whole else Completed(name="Degraded", message=said)


@task(**TRANSIENT_RETRIES, cache_policy=NO_CACHE)
def take_in(paths: list[Path]) -> Counts:
    """Store and work these documents one after the other; how many came to which end."""
    return asyncio.run(_take_in(paths))


async def _take_in(paths: list[Path]) -> Counts:
    counts: Counter[str] = Counter()
    for path in paths:
        try:
            task_ids = store_copy(path, datetime.now(UTC))
        except OSError:
            counts[UNREADABLE] += 1
            continue
        for task_id in task_ids:
            if not is_open(task_id):
                counts["known before"] += 1
                continue
            with pages_kept():  # a run for each of a hundred thousand would tell no more than its note
                state = await work_once(task_id, worker=uuid4().hex)
            counts[ENDS.get(str(state.name), str(state.name).lower())] += 1
    return dict(counts)


def _parts(paths: Iterable[Path]) -> Iterator[list[Path]]:
    remaining = iter(paths)
    while part := list(islice(remaining, PART)):
        yield part
