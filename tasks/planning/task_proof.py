"""What a task did, read once more; and of one that did nothing, why not."""

from collections.abc import AsyncIterator

from domain.errors import RejectedError, TransientError
from tasks.actions.proof import NothingDoneError, Proof, prove
from tasks.planning.task_status import TaskReport, TaskStatus, task_report


class NotDoneYetError(TransientError):
    """It waits for a person, its time or a service."""

    def __init__(self, report: TaskReport) -> None:
        super().__init__(report.said)


class NotDoneError(RejectedError):
    """It was refused, and nothing was done."""

    def __init__(self, report: TaskReport) -> None:
        super().__init__(f"it was refused, and nothing was done: {report.said}")


async def prove_task(task_id: str) -> AsyncIterator[Proof]:
    """Every effect of the task, compared with what is there now.

    Raises:
        NotDoneYetError: nothing was done yet.
        NotDoneError: nothing will be done.
        UnknownTaskError: there is no such task.
        TransientError: the outside world cannot be read now.
    """
    try:
        proofs = await prove(task_id)
    except NothingDoneError as nothing:
        report = task_report(task_id)
        refused = report.status is TaskStatus.REFUSED
        raise (NotDoneError(report) if refused else NotDoneYetError(report)) from nothing
    for proof in proofs:
        yield proof
