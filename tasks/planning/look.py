"""A cheap look at the desk: whether a task can be worked now, and the desk's own notes kept true."""

from datetime import datetime

from domain.reliability.look import Found
from tasks.planning.letters import show_letters
from tasks.planning.overview import refresh_dashboard
from tasks.planning.progress import open_tasks
from tasks.planning.recovery import services_back
from tasks.reliability import outbox
from tasks.reliability.claims import is_claimed, task_claim


def look_for_tasks(now: datetime) -> Found:
    """Whether there is an open task that nobody works on."""
    is_any = any(not is_claimed(task_claim(name), now) for name in open_tasks())
    return Found.WORK if is_any else Found.NOTHING


async def look_for_writes(now: datetime) -> Found:
    """Whether a write that waited for its service is due; Odoo is asked whether it is back."""
    await services_back(now, ["odoo"])
    return Found.WORK if outbox.due_services(now) else Found.NOTHING


async def look_for_mailbox(now: datetime) -> Found:
    """Whether Gmail is back after it was away; a mailbox that answers is not asked."""
    return Found.WORK if await services_back(now, ["gmail"]) else Found.NOTHING


def keep_desk(now: datetime) -> Found:
    """Bring the dashboard and the notes of the dead letters up to date; nothing is left for a flow."""
    show_letters()
    refresh_dashboard(now)
    return Found.NOTHING
