"""From a tool call to a task in the Vault, and from the task to the agent's answer.

An agent only orders: the employee computes the risk, asks a person where the handbook says so, and books once.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from fastmcp.exceptions import ToolError

from blocks.assumed import assuming
from blocks.odoo.client import OdooAccount
from blocks.odoo.repeats import each_read_once
from blocks.settings import settings
from domain.errors import DigitalFteError, TransientError
from domain.planning.order import Order, ToolCall
from mcp_servers.calls import SOURCE
from mcp_servers.loading import loaded, spent
from tasks.actions.connected import account_given, account_read_once, connected_account
from tasks.approvals.record import pending
from tasks.intake import is_seen
from tasks.planning.open_tasks import is_open
from tasks.planning.orders import look_up, take_order
from tasks.planning.progress import record_queued
from tasks.planning.task_status import TaskReport, TaskStatus, UnknownTaskError, task_report
from tasks.reliability import outbox

_log = logging.getLogger(__name__)

LOOKS, LOOK_SECONDS = 100, 0.2

ANSWER_SECONDS = 4.0
"""An agent has its answer by then; the work goes on behind it. The specification says five."""

CONNECT_SECONDS, LOOK_UP_SECONDS = 2.0, 2.5
"""Until when after its beginning a call looks for the account, and looks up what it names; then it is stored."""

_at_work: set[asyncio.Task[TaskReport]] = set()
"""Calls that were answered before they ended; the loop itself would forget them."""


class StatusLateError(TransientError):
    """Note and ledger could not be read in time."""

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"how {task_id} stands could not be read within {ANSWER_SECONDS:g} seconds; ask again"
        )


async def ordered(
    tool: str,
    arguments: dict[str, Any],
    *,
    key: str | None,
    make: Callable[[], Order],
    connected: Callable[[], Awaitable[None]] | None = None,
) -> TaskReport:
    """Put the call into the Vault once, have it worked, and say in time how it stands.

    What is not done by then is worked on behind the answer; if this process ends, the next `work_tasks` takes the
    task up. What could not even be looked up by then is stored as it was said.

    Raises:
        ToolError: it was refused.
    """
    call = ToolCall(source=SOURCE, tool=tool, arguments=arguments, key=key)
    was_known = is_seen(call.task_id)
    work = _at_work_on(_worked(call, make, connected))
    ended, _ = await asyncio.wait({work}, timeout=max(0.0, ANSWER_SECONDS - spent()))
    if ended:
        return work.result()
    try:
        report = task_report(call.task_id)
    except UnknownTaskError:
        work.cancel()
        await take_order(call, make(), datetime.now(UTC), look_seconds=0.0)
        work = _at_work_on(_worked(call, make, connected))
        report = task_report(call.task_id)
    work.add_done_callback(_note_failure)
    return report.model_copy(update={"is_repeat": was_known})


def _at_work_on(work: Coroutine[Any, Any, TaskReport]) -> asyncio.Task[TaskReport]:
    task = asyncio.create_task(work)
    _at_work.add(task)
    task.add_done_callback(_at_work.discard)
    return task


async def told_report(task_id: str) -> TaskReport:
    """How a task stands, in time.

    Raises:
        StatusLateError: this machine is too busy to read it.
        UnknownTaskError: there is no such task.
    """
    try:
        return await asyncio.wait_for(asyncio.to_thread(task_report, task_id), ANSWER_SECONDS)
    except TimeoutError:
        raise StatusLateError(task_id) from None


def _note_failure(work: asyncio.Task[TaskReport]) -> None:
    """What failed behind the answer stands in the task's note; here it only leaves a line."""
    if not work.cancelled() and (error := work.exception()):
        _log.info("after its answer: %s", error)


async def _worked(
    call: ToolCall, make: Callable[[], Order], connected: Callable[[], Awaitable[None]] | None
) -> TaskReport:
    with account_read_once(), each_read_once():
        await loaded("flows.work_now")
        from flows.work_now import work_now  # with Prefect, which no greeting needs

        begun = time.monotonic()
        with suppress(TimeoutError):  # a slow Prefect server does not keep the call from being stored
            looked = connected() if connected else _connected(call, make)
            await asyncio.wait_for(looked, CONNECT_SECONDS)
        left = max(0.0, begun + LOOK_UP_SECONDS - time.monotonic())
        is_new = await take_order(call, make(), datetime.now(UTC), look_seconds=left)
        if is_open(call.task_id) and (is_new or not _is_asked(call.task_id)):
            await _work_in_turn(call.task_id, work_now)
    report = await _settled(call.task_id)
    if report.status is TaskStatus.REFUSED:
        raise ToolError(f"{report.said} (task {call.task_id})")
    return report.model_copy(update={"is_repeat": not is_new})


async def _connected(call: ToolCall, make: Callable[[], Order]) -> None:
    """The account is asked for; meanwhile, with that of a moment ago, what a new call names is looked up."""
    if is_seen(call.task_id):
        await connected_account()
        return

    async def look(account: OdooAccount) -> None:
        with account_given(account), suppress(DigitalFteError):  # what fails is told when the call is taken
            await look_up(call.task_id, make(), CONNECT_SECONDS)

    await assuming(("account", settings().state), connected_account, look)


async def _work_in_turn(task_id: str, work: Callable[[str], Awaitable[object]]) -> None:
    """Work it now, unless others wait for the service before it: then the employee does, in the order of the calls."""
    service = outbox.stands_behind(task_id)
    if service is not None:
        record_queued(task_id, service)
        return
    await work(task_id)


def _is_asked(task_id: str) -> bool:
    return any(request.task_id == task_id for request in pending())


async def _settled(task_id: str) -> TaskReport:
    """How it stands, after a short wait for another process that may be at it."""
    for _look in range(LOOKS):
        report = task_report(task_id)
        if report.status is not TaskStatus.UNDER_WAY:
            return report
        await asyncio.sleep(LOOK_SECONDS)
    return task_report(task_id)
