"""Looks cheaply, every few seconds or minutes, whether there is something to do, and only then starts a flow run.

A run that found nothing costs as much in Prefect's database as one that did something. So what is polled is looked at
here, without a run; docs/decisions/0014-a-look-that-finds-nothing-leaves-no-run.md says why. Each look runs in a
thread and an event loop of its own: whatever it waits for, the runner and the other looks go on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from deployments.schedules import run_names
from domain.reliability.look import Look, LookResult
from flows.sync_odoo import BLOCK as BOOKS
from flows.watch_gmail import BLOCK as MAILBOX
from tasks.accounting.look import look_for_books
from tasks.actions.endings import look_for_endings
from tasks.approvals.by_reply import follow_replies
from tasks.approvals.notes import look_for_moved_notes
from tasks.approvals.overdue import look_for_requests
from tasks.approvals.record import pending
from tasks.dashboard.look import Keeper
from tasks.flow_runs.runs import BELIEVED, begun_at, name_scheduled_runs, start_run
from tasks.health.rounds import Watch
from tasks.inbox import look_for_files
from tasks.mail.look import look_for_mail
from tasks.mail.owner_requests import answer_replies, mail_requests
from tasks.planning.deadlines import look_for_calendar
from tasks.planning.look import look_for_mailbox, look_for_tasks, look_for_waits, look_for_writes
from tasks.planning.mentions import look_for_mentions
from tasks.planning.posts import look_for_posts
from tasks.planning.suggestions import look_for_lessons
from tasks.planning.written import read_playbooks
from tasks.policy.confirmed import notify_rule_changes
from tasks.policy.handbook import read_handbook
from tasks.reliability.heartbeats import Heart
from tasks.reliability.looks import forget_looks, record_look
from tasks.reliability.outages import notify_outages
from tasks.web.watch import look_for_pages
from tasks.whatsapp.owner_requests import answer_messages, send_requests
from tasks.whatsapp.take import look_for_messages

LONGEST_LOOK_SECONDS = 60.0
"""A look that takes longer is given up and counts as a problem."""

NEVER = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looker:
    """One channel that is looked at.

    Attributes:
        channel: What a person calls it.
        every_seconds: The pause between two looks.
        look: What it comes to; an error says that it could not be told.
        flow: The flow that has something to do then; None when a look does all there is.
        rest_seconds: The shortest time between two starts: what a run left undone is not tried without pause.
    """

    channel: str
    every_seconds: float
    look: Callable[[datetime], LookResult | Awaitable[LookResult]]
    flow: str | None = None
    rest_seconds: float = 15.0


async def _requests(now: datetime) -> LookResult:
    """Also the look at the rules and at the services: a change is recorded, asked about and told.

    What was to be sent to the owner about a request, and was not taken then, is sent.
    """
    read_playbooks()
    handbook = read_handbook()
    await notify_rule_changes()
    await notify_outages(now, rules=handbook.health)
    await mail_requests(handbook, pending())
    await follow_replies(now)
    await answer_replies(read_handbook)
    await send_requests(handbook, pending())
    await answer_messages(read_handbook)
    return await look_for_requests(handbook, now)


async def _scheduled(_now: datetime) -> LookResult:
    await name_scheduled_runs(run_names())
    return LookResult.NOTHING


LOOKERS = (
    Looker("Inbox", 5, look_for_files, "watch_files"),
    Looker("mail", 60, partial(look_for_mail, MAILBOX), "watch_gmail"),
    Looker("open tasks", 10, look_for_tasks, "work_tasks", rest_seconds=60),
    Looker("outboxes", 5, look_for_writes, "work_tasks", rest_seconds=5),
    Looker("what plans wait for", 60, look_for_waits),
    Looker("recovery of Gmail", 5, look_for_mailbox, "watch_gmail", rest_seconds=5),
    Looker("Approved and Rejected", 5, lambda _now: look_for_moved_notes(), "collect_decisions"),
    Looker("requests and rules", 60, _requests, "collect_decisions"),
    Looker("Posts", 5, look_for_posts, "publish_post", rest_seconds=5),
    Looker("mentions", 60, look_for_mentions, "watch_mentions"),
    Looker("WhatsApp", 2, look_for_messages, "watch_whatsapp", rest_seconds=2),
    Looker("calendar", 300, look_for_calendar, "watch_calendar"),
    Looker("watched pages", 60, look_for_pages, "watch_web", rest_seconds=300),
    Looker("books", 60, partial(look_for_books, BOOKS), "sync_odoo", rest_seconds=900),
    Looker("learning", 60, look_for_lessons),
    Looker("keys and consents", 3600, look_for_endings),
    Looker("dashboard", 5, Keeper().keep),
    Looker("scheduled runs", 60, _scheduled),
    Looker("heartbeat", 60, Heart().beat),
    Looker("health", 60, Watch().look, "check_health", rest_seconds=900),
)


async def keep_looking(lookers: Sequence[Looker] = LOOKERS) -> None:
    """Look at every channel, each in its own rhythm, until cancelled."""
    forget_looks(but_for=[looker.channel for looker in lookers])
    async with asyncio.TaskGroup() as group:
        for looker in lookers:
            group.create_task(_keep_looking(looker))


async def _keep_looking(looker: Looker) -> None:
    starts = Starts()
    while True:
        await look_once(looker, starts)
        await asyncio.sleep(looker.every_seconds)


@dataclass
class Starts:
    """When a looker last started its flow, and whether it still has to: Prefect was away, or a run under way."""

    last: datetime = NEVER
    is_owed: bool = False


async def look_once(looker: Looker, starts: Starts) -> None:
    """Look, write down what came of it, and start the flow when it has something to do.

    A problem starts the flow, too, but only when it is new: the flow meets the same, and says so to the owner.
    """
    look = await asyncio.to_thread(lambda: asyncio.run(_look(looker)))
    is_new_problem = await asyncio.to_thread(_recorded, look)
    starts.is_owed = (
        look.found is LookResult.WORK or is_new_problem or (starts.is_owed and look.found is None)
    )
    if looker.flow and starts.is_owed and await _may_start(looker, looker.flow, starts, look.looked_at):
        starts.is_owed = await start_run(looker.flow) is None
        starts.last = look.looked_at


async def _may_start(looker: Looker, flow: str, starts: Starts, now: datetime) -> bool:
    """Not while a run of the flow is under way; one that seems to be so for long may have died with its machine."""
    rested = now - starts.last
    if rested < timedelta(seconds=looker.rest_seconds):
        return False
    begun = await begun_at(flow)
    return begun is None or min(now - begun, rested) >= BELIEVED


async def _look(looker: Looker) -> Look:
    now, found, problem = datetime.now(UTC), None, None
    try:
        async with asyncio.timeout(LONGEST_LOOK_SECONDS):
            looked = looker.look(now)
            found = await looked if isinstance(looked, Awaitable) else looked
    except TimeoutError:
        problem = f"it took longer than {LONGEST_LOOK_SECONDS:.0f} s"
    except Exception as error:  # noqa: BLE001 (whatever it was, this channel is looked at again)
        problem = str(error) or type(error).__name__
        log.warning("looking at %s: %s", looker.channel, problem)
    return Look(looker.channel, looker.every_seconds, now, found, problem)


def _recorded(look: Look) -> bool:
    """Write the look down; whether its problem is new. What cannot be written down is not."""
    try:
        return record_look(look)
    except Exception as error:  # noqa: BLE001 (without a ledger the looks go on)
        log.warning("the look at %s is not on record: %s", look.channel, error)
        return False
