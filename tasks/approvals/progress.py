"""How far a request has come besides its answer: its run, its reminders, its expiry, its end."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.approvals.answer import is_due
from domain.approvals.request import ApprovalRequest, ApprovalState
from tasks.approvals import records
from tasks.approvals.seal import seal
from tasks.approvals.table import ApprovalRow
from tasks.reliability.serialised import serialised


class Urgency(StrEnum):
    """How loudly the owner is told."""

    REMINDED = "reminded"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Reminder:
    """A request that has waited long enough to say so."""

    request: ApprovalRequest
    urgency: Urgency


def attach_run(request_id: str, flow_run_id: str) -> None:
    """Remember which run shows the request's form; another run than before is one more attempt."""

    def attach(row: ApprovalRow) -> None:
        if row.flow_run_id != flow_run_id:
            row.flow_run_id, row.run_attempts = flow_run_id, row.run_attempts + 1

    _change(request_id, attach)


def finish(request_id: str, now: datetime) -> None:
    """The decision has been acted on; nothing is left to resume."""

    def end(row: ApprovalRow) -> None:
        row.finished_at = row.finished_at or now

    _change(request_id, end)


def unfinished() -> list[ApprovalRequest]:
    """Requests that are open, or whose decision has not been acted on, oldest first."""
    query = select(ApprovalRow).where(ApprovalRow.finished_at.is_(None)).order_by(ApprovalRow.created_at)
    return serialised(lambda session: [ApprovalRequest.model_validate(row) for row in session.scalars(query)])


def expire_due(now: datetime) -> list[ApprovalRequest]:
    """Close what nobody answered in time; that is not a rejection."""

    def expire(session: Session) -> list[ApprovalRequest]:
        expired = []
        for row in _open_rows(session):
            if is_due(ApprovalRequest.model_validate(row), now):
                row.state = ApprovalState.EXPIRED
                seal(row)
                expired.append(ApprovalRequest.model_validate(row))
        return expired

    expired = serialised(expire)
    for request in expired:
        records.audit_state(request, now)
    return expired


def due_reminders(now: datetime, wanted: Container[Urgency] = frozenset(Urgency)) -> list[Reminder]:
    """Requests to remind the owner of; each comes once as a reminder and once as an escalation.

    What is not wanted now stays due.
    """

    def collect(session: Session) -> list[Reminder]:
        due = []
        for row in _open_rows(session):
            if (
                Urgency.ESCALATED in wanted
                and row.escalated_at is None
                and row.escalate_at <= now < row.expires_at
            ):
                row.escalated_at = now
                row.reminded_at = row.reminded_at or now
                due.append(Reminder(ApprovalRequest.model_validate(row), Urgency.ESCALATED))
            elif (
                Urgency.REMINDED in wanted
                and row.reminded_at is None
                and row.remind_at <= now < row.expires_at
            ):
                row.reminded_at = now
                due.append(Reminder(ApprovalRequest.model_validate(row), Urgency.REMINDED))
        return due

    due = serialised(collect)
    for reminder in due:
        records.audit_reminded(reminder.request, reminder.urgency.value, now)
    return due


def _open_rows(session: Session) -> list[ApprovalRow]:
    return list(session.scalars(select(ApprovalRow).where(ApprovalRow.state == ApprovalState.PENDING.value)))


def _change(request_id: str, change: Callable[[ApprovalRow], None]) -> None:
    def work(session: Session) -> None:
        row = session.get(ApprovalRow, request_id)
        if row is not None:
            change(row)

    serialised(work)
