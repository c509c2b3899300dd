"""backfill: a folder of old documents and mails becomes tasks, by the doors through which all work comes."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import State, flow
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.work_task import LATER, work_once
from tasks.inbox import copies_in
from tasks.planning.take_in import UNREADABLE, Counts, take_in

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
        under_way.append(take_in.submit(part, work_once))
    for future in under_way:
        counts.update(future.result())
    ends = sorted((ENDS.get(name, name.lower()), count) for name, count in counts.items())
    said = ", ".join(f"{count} {name}" for name, count in ends) or "nothing to take in"
    is_whole = not counts.keys() & {LATER, UNREADABLE}
    return Completed(message=said) if is_whole else Completed(name="Degraded", message=said)


def _parts(paths: Iterable[Path]) -> Iterator[list[Path]]:
    remaining = iter(paths)
    while part := list(islice(remaining, PART)):
        yield part
