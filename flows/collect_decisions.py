"""collect_decisions: decisions made outside the form, and requests whose time has come."""

from datetime import UTC, datetime

from prefect import State, flow, get_run_logger
from prefect.states import Completed

from domain.approvals.render import request_title
from domain.mail.excerpt import sanitized
from tasks.approvals.notes import collect_moved
from tasks.approvals.overdue import (
    Reminder,
    ReminderKind,
    RunsStuckError,
    due_reminders,
    expire_due,
    keep_shown,
)
from tasks.approvals.record import audit_unrecorded, unfinished
from tasks.planning.written import read_playbooks
from tasks.policy.confirmed import notify_rule_changes
from tasks.policy.handbook import read_handbook
from tasks.reliability.notify import notify_owner
from tasks.reliability.outages import notify_outages
from tasks.vault.clocks import shown_here


@flow(name="collect-decisions", flow_run_name="Look for decisions")
async def collect_decisions() -> State:
    """Take decisions from the Vault, close what expired, remind, and resume the runs that wait for all that.

    Trigger: a note that was moved to Approved/ or Rejected/, or a look that finds an expiry or a reminder due
    (`tasks/approvals/overdue.py`). Effects: answers on record, notes where their requests stand, notices to the owner
    (of services that stay away, too), resumed or restarted `request_approval` runs. Named end states: `Completed`;
    `Degraded` when a run cannot be resumed now (it is tried again).
    """
    now, log, handbook = datetime.now(UTC), get_run_logger(), read_handbook()
    moved = collect_moved(handbook, now)
    for note in moved:
        log.info("%s: %s %s", note.name, note.result.value, note.reason or "")
    expired = expire_due(now)
    read_handbook()  # what was just decided about the rules takes effect
    read_playbooks()
    await notify_rule_changes()
    await notify_outages(now, rules=handbook.health)
    audit_unrecorded(now)
    for reminder in due_reminders(handbook, now):
        await _remind(reminder)
    try:
        await keep_shown(unfinished())
    except RunsStuckError as error:
        return Completed(name="Degraded", message=str(error))
    return Completed(message=f"{len(moved)} notes, {len(expired)} expired")


async def _remind(reminder: Reminder) -> None:
    request, is_late = reminder.request, reminder.kind is ReminderKind.ESCALATED
    title = sanitized(request_title(request))
    await notify_owner(
        f"{'Still' if is_late else 'A decision is'} waiting: {title}",
        f"{title} waits for your decision until {shown_here(request.expires_at)}; then it is not done. "
        f"Decide in Prefect's UI or in the Vault (Pending_Approval/{request.id}), or: fte approvals show {request.id}",
        urgency="warning" if is_late else "info",
        key=f"{request.id} {reminder.kind.value}",
    )
