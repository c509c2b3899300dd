"""Cheap looks: whether a task, a write or a mailbox can be worked now, and which waits have ended."""

from contextlib import suppress
from datetime import datetime, timedelta

from domain.errors import TransientError
from domain.reliability.look import LookResult
from tasks.actions import connected
from tasks.planning.open_tasks import open_tasks
from tasks.planning.service_recovery import WRITTEN_TO, services_back
from tasks.planning.waits import PAID, hasten_those_ahead, tell_paid
from tasks.reliability import outbox
from tasks.reliability.breakers import is_up
from tasks.reliability.claims import is_claimed, task_claim
from tasks.reliability.kept_plans import waiting_for

CLOCKS_DIFFER = timedelta(minutes=5)
_looked_at: list[datetime] = []
"""The time of this process's last look for waits."""


def look_for_tasks(now: datetime) -> LookResult:
    """Whether there is an open task that nobody works on."""
    is_any = any(not is_claimed(task_claim(name), now) for name in open_tasks())
    return LookResult.WORK if is_any else LookResult.NOTHING


async def look_for_writes(now: datetime) -> LookResult:
    """Whether a write that waited for its service is due; a service that is away is asked whether it is back."""
    await services_back(now, WRITTEN_TO)
    return LookResult.WORK if outbox.due_services(now) else LookResult.NOTHING


async def look_for_mailbox(now: datetime) -> LookResult:
    """Whether Gmail is back after it was away; a mailbox that answers is not asked."""
    return LookResult.WORK if await services_back(now, ["gmail"]) else LookResult.NOTHING


async def look_for_waits(now: datetime) -> LookResult:
    """Bring forward the plans whose invoice was paid, and what began to wait by a clock that was set back.

    What waits in the outboxes then goes on.

    Odoo is asked only while a plan waits, and while it answers; else the next look asks.
    """
    hasten_those_ahead(now)
    if _is_set_back(now):
        outbox.hasten_scheduled(now)
    if waiting_for(PAID) and is_up("odoo"):
        with suppress(TransientError):
            async with await connected.odoo_client() as client:
                await tell_paid(client, now)
    return LookResult.NOTHING


def _is_set_back(now: datetime) -> bool:
    """Whether the last look was at a later time."""
    before, _looked_at[:] = max(_looked_at, default=now), [now]
    return now < before - CLOCKS_DIFFER
