"""A cheap look at the requests: whether a decision, an expiry or a reminder is due, and their runs kept alive."""

from datetime import datetime

from domain.approvals.answer import is_due
from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.errors import TransientError
from domain.policy.handbook import Handbook
from domain.reliability.look import Found
from tasks.approvals import records
from tasks.approvals.notes import moved_notes, place_note
from tasks.approvals.progress import unfinished
from tasks.approvals.runs import STUCK, ensure_run


class RunsStuckError(TransientError):
    """Prefect does not show some requests, or does not go on from their decision."""

    def __init__(self, stuck: list[str]) -> None:
        super().__init__(f"{'; '.join(stuck)}; it is tried again by itself")


def look_for_moved_notes() -> Found:
    """Whether a note lies in Approved/ or Rejected/ that is to be taken; decided ones lie there until they are done."""
    decided = {request.id for request in unfinished() if not request.is_open}
    return Found.WORK if any(name not in decided for name in moved_notes()) else Found.NOTHING


async def look_for_requests(handbook: Handbook, now: datetime) -> Found:
    """Whether a request expires, or its owner is to be told of it, or the audit log was not told of an answer.

    What is only to be kept as it is, is kept here: each request's note in its place, and the run that shows it.

    Raises:
        RunsStuckError: a run cannot be resumed now.
    """
    requests = unfinished()
    if records.late_records(now) or any(_is_due(request, handbook, now) for request in requests):
        return Found.WORK
    await keep_shown(requests)
    return Found.NOTHING


async def keep_shown(requests: list[ApprovalRequest]) -> None:
    """Keep each request's note in its place and have the Prefect server show it or go on from its decision.

    Raises:
        RunsStuckError: not all could be, though all were tried.
    """
    stuck = []
    for request in requests:
        place_note(request)
        standing = await ensure_run(request)
        if standing in STUCK:
            stuck.append(f"{request.id}: {standing.value}")
    if stuck:
        raise RunsStuckError(stuck)


def _is_due(request: ApprovalRequest, handbook: Handbook, now: datetime) -> bool:
    """Whether it expires, or the owner is to be told of it now; a first reminder waits for the handbook's hours."""
    if is_due(request, now):
        return True
    if request.state is not ApprovalState.PENDING:
        return False
    is_late = request.escalated_at is None and request.escalate_at <= now
    is_waiting = request.reminded_at is None and request.remind_at <= now
    return is_late or (is_waiting and handbook.is_open(now))
