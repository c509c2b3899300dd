"""backfill: a folder of old documents and mails becomes tasks, by the doors through which all work comes."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import State, flow
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.work_task import LATER, work_once
from tasks.inbox import copies_in
from tasks.planning.take_in import COPY, UNREADABLE, EndCount, take_in

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture

    from tasks.planning.take_in import Ends

PART = 50
"""Documents in one task run of Prefect's: one for each would cost more than the work."""

AHEAD = 8
"""Parts handed out at a time; of all others only the tasks' names are held in memory, to know copies."""

THREADS = 2

ENDS = {
    "Completed": "done",
    "Waiting": "waiting for a decision",
    "Escalated": "for a person",
    LATER: "waiting for a service",
    COPY: "more of the same (copies)",
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
    count = EndCount()
    under_way: deque[PrefectFuture[Ends]] = deque()
    for part in _parts(copies_in(folder)):
        if len(under_way) == AHEAD:
            count.add(under_way.popleft().result())
        under_way.append(take_in.submit(part, work_once))
    for future in under_way:
        count.add(future.result())
    ends = sorted((ENDS.get(name, name.lower()), times) for name, times in count.of.items())
    said = ", ".join(f"{times} {name}" for name, times in ends) or "nothing to take in"
    is_whole = not count.of.keys() & {LATER, UNREADABLE}
    return Completed(message=said) if is_whole else Completed(name="Degraded", message=said)


def _parts(paths: Iterable[Path]) -> Iterator[list[Path]]:
    remaining = iter(paths)
    while part := list(islice(remaining, PART)):
        yield part
