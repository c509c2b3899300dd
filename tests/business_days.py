"""The employee in this process, on a moved clock: its own looks start its own flows, without a Prefect server."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

import pyotp
import pytest
import time_machine
from prefect import Flow, State, Task
from prefect.blocks.core import Block
from prefect.states import Completed, Failed
from typer.testing import CliRunner

from blocks import prefect_server
from blocks.prefect_server import SavedBlock
from blocks.settings import settings
from blocks.social.media_host import NAME as MEDIA
from blocks.social.media_host import MediaHost
from deployments import looking
from deployments.looking import LOOKERS, Starts, look_once
from deployments.sandbox_blocks import save_sandbox_blocks
from domain.approvals.request import ApprovalRequest
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.runs import RunStatus
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import VERIFY

PREFECTS_OWN = {"scheduled runs", "heartbeat", "dashboard", "health"}
"""Looks that only the Prefect server and the page about it need."""
MOST_ROUNDS, ROUNDS_AWAY = 12, 3
"""Of looks until nothing is left to do; more would be a task that is worked without end. While something is away."""
BETWEEN_ROUNDS = timedelta(seconds=70)
OWNER, OWNERS_NUMBER = "owner@northwindlane.example", "436601234567"


class Suspended(BaseException):
    """A run waits for a person, as Prefect ends it then."""


@dataclass
class Employee:
    """What the employee does when its looks find something, and what went wrong meanwhile.

    Attributes:
        secret: Of the one-time codes of the only approver.
        failed: The runs that failed, each with its reason.
        ran: How often each flow ran.
        last: The flows that ran last.
        is_something_away: So that work may stay undone, though the stand-ins know of no fault.
        is_prefect_away: No run starts.
    """

    sandbox: SandboxClient
    clock: time_machine.Traveller
    secret: str = ""
    failed: list[str] = field(default_factory=list)
    ran: Counter[str] = field(default_factory=Counter)
    last: list[str] = field(default_factory=list)
    is_something_away: bool = False
    is_prefect_away: bool = False
    _wanted: list[Callable[[], Any]] = field(default_factory=list)
    _starts: dict[str, Starts] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)

    async def settle(self) -> None:
        """Look at every channel and run what that starts, until nothing is left to do now, or only what is away."""
        for number in count(1):
            for looker in LOOKERS:
                if looker.channel not in PREFECTS_OWN:
                    await look_once(looker, self._starts.setdefault(looker.channel, Starts()))
            if not await self.run_wanted():
                return
            if number >= ROUNDS_AWAY and (self.is_something_away or self._is_at_fault()):
                return
            if number == MOST_ROUNDS:
                raise AssertionError(f"it never comes to rest; the last that ran: {self.last}")
            self.clock.shift(BETWEEN_ROUNDS)

    def _is_at_fault(self) -> bool:
        return bool(self.sandbox.http.get("/_sandbox/faults").json()["faults"])

    async def run_wanted(self) -> bool:
        """Run what was started meanwhile; whether there was anything."""
        wanted, self._wanted = self._wanted, []
        for run in wanted:
            await run()
        return bool(wanted)

    async def run(self, flow: str, *values: str) -> None:
        """Run a flow of `flows/`; a run that fails is kept with its reason."""
        self.ran[flow] += 1
        self.last = [*self.last[-9:], flow]
        try:
            state = await getattr(import_module(f"flows.{flow}"), flow)(*values, return_state=True)
        except Suspended:
            return
        if state.is_failed():
            self.failed.append(f"{datetime.now(UTC):%d %H:%M} {flow}: {state.message}")

    def fte(self, app: Any, *words: str) -> str:
        """A command as the owner gives it; what it says."""
        with ThreadPoolExecutor(1) as beside:  # a command has an event loop of its own
            done = beside.submit(CliRunner().invoke, app, list(words)).result()
        return done.output if done.exception is None else f"{done.exception}"

    def code(self) -> str:
        """A one-time code that was not used yet."""
        self.clock.shift(31)
        return pyotp.TOTP(self.secret).now()

    async def start_run(self, flow: str, **_facts: object) -> object | None:
        """In place of a run of the Prefect server's."""
        if self.is_prefect_away:
            return None
        self._wanted.append(partial(self.run, flow))
        return uuid4()

    async def ensure_run(self, request: ApprovalRequest) -> RunStatus:
        """In place of the request's run at the Prefect server's: it waits, or goes on from a decision."""
        if request.finished_at is not None:
            return RunStatus.ENDED
        if self.is_prefect_away:
            return RunStatus.AWAY
        if request.is_open and request.id in self._shown:
            return RunStatus.WAITING
        self._shown.add(request.id)
        self._wanted.append(partial(self.run, "request_approval", request.id))
        return RunStatus.STARTED


Blocks = MutableMapping[tuple[str, str], SavedBlock]
"""What the Prefect server keeps, by name and type."""
E = TypeVar("E", bound=Employee)


@contextmanager
def at_work(
    sandbox: SandboxClient,
    receiver: str,
    begins: datetime,
    made: Callable[[SandboxClient, time_machine.Traveller], E] = Employee,  # type: ignore[assignment]
    kept: Blocks | None = None,
) -> Iterator[E]:
    """The employee of a fresh Vault, with all channels connected, on the moved clock."""
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(begins) as clock:
        sandbox.reset()
        employee = made(sandbox, clock)
        without_prefect(patch, employee, {} if kept is None else kept)
        _connect(patch, sandbox, receiver)
        init_vault(settings().vault_path)
        asyncio.run(_connect_accounts(sandbox))
        _introduce_owner()
        enrolment, first = begin_enrolment("Ann Lee"), datetime.now(UTC) - timedelta(hours=1)
        confirm_enrolment(enrolment, pyotp.TOTP(enrolment.secret).at(first), first)
        employee.secret = enrolment.secret
        yield employee


def without_prefect(patch: pytest.MonkeyPatch, employee: Employee, kept: Blocks) -> None:
    """Flows and tasks are called as they are, blocks kept here, runs counted; a pause moves the clock."""

    async def read(name: str, block_type: str) -> SavedBlock | None:
        return kept.get((name, block_type))

    async def save(block: Block, name: str, **_: object) -> None:
        kept[name, block.get_block_type_slug()] = SavedBlock(block.model_dump(), datetime.now(UTC))

    async def suspend(**_: object) -> None:
        raise Suspended

    async def nothing(*_: object) -> None:
        """What only Prefect shows."""

    patch.delenv("PREFECT_API_URL", raising=False)
    patch.setattr(prefect_server, "_read_by_prefect", read)
    patch.setattr(Block, "save", save)
    patch.setattr(Flow, "__call__", _called)
    patch.setattr(Task, "__call__", _called)
    patch.setattr(looking, "start_run", employee.start_run)
    patch.setattr(looking, "begun_at", nothing)
    for module in ("ask", "by_reply", "overdue"):
        patch.setattr(import_module(f"tasks.approvals.{module}"), "ensure_run", employee.ensure_run)
    asked = import_module("flows.request_approval")
    patch.setattr(asked, "asuspend_flow_run", suspend)
    for module, name in (
        (asked, "show_document"),
        (asked, "show_decision"),
        (import_module("flows.work_task"), "show_late_results"),
        (import_module("flows.weekly_audit"), "show_on_run"),
    ):
        patch.setattr(module, name, nothing)
    _log_by_logging(patch)
    _pause_by_clock(patch, employee.clock)


def _called(called: Any, *values: Any, return_state: bool = False, **named: Any) -> Any:
    found = called.fn(*values, **named)
    return _state_of(found) if return_state else found


async def _state_of(found: Any) -> State[Any]:
    try:
        result = await found
    except Exception as error:  # noqa: BLE001 (as Prefect does)
        return Failed(message=f"{type(error).__name__}: {error}", data=error)
    return result if isinstance(result, State) else Completed(data=result)


def _log_by_logging(patch: pytest.MonkeyPatch) -> None:
    for flow in ("collect_decisions", "request_approval"):
        patch.setattr(import_module(f"flows.{flow}"), "get_run_logger", logging.getLogger)


def _pause_by_clock(patch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    """Who waits for a turn waits by the moved clock; the stand-ins' own threads wait as ever."""
    sleep, servers = asyncio.sleep, set(threading.enumerate()) - {threading.current_thread()}

    async def pause(seconds: float, result: object = None) -> object:
        if threading.current_thread() in servers:
            return await sleep(seconds, result)
        clock.shift(seconds)
        return await sleep(0, result)

    patch.setattr(asyncio, "sleep", pause)


def _connect(patch: pytest.MonkeyPatch, sandbox: SandboxClient, receiver: str) -> None:
    patch.setenv("FTE_SANDBOX_PORT", sandbox.url.rpartition(":")[2])
    asked = {"url": receiver, "verify_token": VERIFY}
    assert sandbox.http.put("/_sandbox/whatsapp/webhook", json=asked).json()["status"] == 200


async def _connect_accounts(sandbox: SandboxClient) -> None:
    await save_sandbox_blocks(settings())
    await MediaHost(public_url=f"{sandbox.url}/media", directory=str(sandbox.media)).save(
        MEDIA, overwrite=True
    )


def _introduce_owner() -> None:
    """Who the owner is, what an hour costs, and where a post's pictures are shown."""
    handbook = current_vault().root / "Company_Handbook.md"
    text = handbook.read_text()
    owner = f"known: {{{OWNER}: {{role: owner}}, '+{OWNERS_NUMBER}': {{role: owner}}}} "
    for old, new in (("known: {} ", owner), ("  hour:                    # any other hour", "  hour: 90.00")):
        assert old in text
        text = text.replace(old, new)
    handbook.write_text(text)
