"""What time does to a request: it is kept shown, its owner is reminded, and without an answer it expires."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.errors import TransientError
from domain.policy.handbook import Handbook
from domain.reliability.look import LookResult
from tasks.approvals import record
from tasks.approvals.notes import place_note
from tasks.approvals.record import ApprovalRow, request_in, seal
from tasks.approvals.runs import STUCK, ensure_run
from tasks.reliability.serialised import serialised


class ReminderKind(StrEnum):
    """How the owner is told: a first time, or that it is late."""

    REMINDED = "reminded"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Reminder:
    """A request that has waited long enough to say so."""

    request: ApprovalRequest
    kind: ReminderKind


class RunsStuckError(TransientError):
    """Prefect does not show some requests, or does not go on from their decision."""

    def __init__(self, stuck: list[str]) -> None:
        super().__init__(f"{'; '.join(stuck)}; it is tried again by itself")


def expire_due(now: datetime) -> list[ApprovalRequest]:
    """Close what nobody answered in time; that is not a rejection."""

    def expire(session: Session) -> list[ApprovalRequest]:
        due = [row for row in _open_rows(session) if row.expires_at <= now]
        for row in due:
            row.state = ApprovalState.EXPIRED
            seal(row)
        return [request_in(row) for row in due]

    expired = serialised(expire)
    for request in expired:
        record.audit_state(request, now)
    return expired


def due_reminders(handbook: Handbook, now: datetime) -> list[Reminder]:
    """Requests to remind the owner of; each comes once as a reminder and once as an escalation."""

    def collect(session: Session) -> list[Reminder]:
        due = []
        for row in _open_rows(session):
            kind = _due_kind(request_in(row), handbook, now)
            if kind is None:
                continue
            row.reminded_at = row.reminded_at or now
            if kind is ReminderKind.ESCALATED:
                row.escalated_at = now
            due.append(Reminder(request_in(row), kind))
        return due

    due = serialised(collect)
    for reminder in due:
        record.audit(reminder.request, reminder.kind.value, now)
    return due


async def look_for_requests(handbook: Handbook, now: datetime) -> LookResult:
    """Whether a request expires, or its owner is to be told of it, or the audit log was not told of an answer.

    What is only to be kept as it is, is kept here: each request's note in its place, and the run that shows it.

    Raises:
        RunsStuckError: a run cannot be resumed now.
    """
    requests = record.unfinished()
    is_due = any(item.is_overdue(now) or _due_kind(item, handbook, now) for item in requests)
    if is_due or record.late_records(now):
        return LookResult.WORK
    await keep_shown(requests)
    return LookResult.NOTHING


async def keep_shown(requests: list[ApprovalRequest]) -> None:
    """Keep each request's note in its place and have the Prefect server show it or go on from its decision.

    Raises:
        RunsStuckError: not all could be, though all were tried.
    """
    stuck = []
    for request in requests:
        place_note(request)
        status = await ensure_run(request)
        if status in STUCK:
            stuck.append(f"{request.id}: {status.value}")
    if stuck:
        raise RunsStuckError(stuck)


def _due_kind(request: ApprovalRequest, handbook: Handbook, now: datetime) -> ReminderKind | None:
    """How the owner is to be told now, if at all; a first reminder waits for the handbook's hours."""
    if not request.is_open or request.is_overdue(now):
        return None
    if request.escalated_at is None and request.escalate_at <= now:
        return ReminderKind.ESCALATED
    is_waiting = request.reminded_at is None and request.remind_at <= now
    return ReminderKind.REMINDED if is_waiting and handbook.is_open(now) else None


def _open_rows(session: Session) -> list[ApprovalRow]:
    return list(session.scalars(select(ApprovalRow).where(ApprovalRow.state == ApprovalState.PENDING.value)))
