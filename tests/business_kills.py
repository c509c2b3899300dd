"""The employee of the simulated days in a process of its own, which is killed while it works and started again.

The stand-in services, the receiver of webhooks and the script of the days stay in this process, and so does the clock;
each life of the employee is forked from a process that has imported all of it. What lives on is what a power cut
leaves: Vault, ledger, keys, and what the Prefect server knows (blocks, runs that wait for a person).
"""

import asyncio
import logging
import multiprocessing
import os
import pickle
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pytest
import time_machine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from blocks.prefect_server import SavedBlock
from domain.approvals.request import ApprovalRequest
from tasks.approvals.runs import RunStatus
from tests.business_days import Employee, without_prefect
from tests.sandbox_fixture import SandboxClient

FLOWS: Final = [f"flows.{path.stem}" for path in Path("flows").glob("[a-z]*.py")]
EFFECTS: Final = re.compile(
    r"/messages/send$|/load$|/action_post$|/message_post$|/write$|/2/tweets$|/rest/posts$|/messages$|/feed$|/media"
)
"""Requests that change something outside, by path."""
LIVES_PER_KILL: Final = 3
"""A life may be over before its moment comes: so many are tried for each kill."""


class Moment(StrEnum):
    """When the process is killed."""

    REQUEST = "before a request"
    EFFECT = "after an effect, before its answer"
    FILE = "at a change of a file"
    TIME = "at any time"


@dataclass
class Doom:
    """The moment of a kill: the so-manieth of its kind, or after so many thousandths of a second."""

    moment: Moment
    number: int

    @classmethod
    def at_random(cls, chance: random.Random) -> "Doom":
        """Small numbers are likelier: that is where what was cut off is taken up again."""
        moment = chance.choice(list(Moment))
        most = {Moment.REQUEST: 40, Moment.EFFECT: 3, Moment.FILE: 60, Moment.TIME: 2500}[moment]
        return cls(moment, 1 + int(most * chance.random() ** 2))


@dataclass
class Watchtower:
    """Stands on the wire before the services and kills the employee's process at the request that it waits for."""

    app: ASGIApp | None = None
    doom: Doom | None = None
    pid: int | None = None

    def before(self, app: ASGIApp) -> "Watchtower":
        """Take its place."""
        self.app = app
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back, unless this is the moment."""
        assert self.app is not None
        if not _is_the_employees(scope):
            await self.app(scope, receive, send)
        elif self._is_due(Moment.REQUEST):
            self._kill()
        elif EFFECTS.search(scope["path"]) and self._is_due(Moment.EFFECT):
            await self.app(scope, receive, self._killing)
        else:
            await self.app(scope, receive, send)

    async def _killing(self, _message: Message) -> None:
        """The effect is done; nobody is there to hear of it."""
        self._kill()

    def _is_due(self, moment: Moment) -> bool:
        if self.doom is None or self.doom.moment is not moment:
            return False
        self.doom.number -= 1
        return self.doom.number == 0

    def _kill(self) -> None:
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            self.pid = None


def _is_the_employees(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and not scope["path"].startswith("/_sandbox")
        and all(name != b"x-sandbox-observer" for name, _ in scope["headers"])
    )


class BlocksOnDisk(MutableMapping[tuple[str, str], SavedBlock]):
    """The Prefect server's blocks, as far as the employee saves and reads them; they outlive it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(exist_ok=True)

    def _at(self, key: tuple[str, str]) -> Path:
        return self._path / "@".join(key)

    def __getitem__(self, key: tuple[str, str]) -> SavedBlock:
        try:
            return pickle.loads(self._at(key).read_bytes())  # noqa: S301 (our own)
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: tuple[str, str], block: SavedBlock) -> None:
        new = self._at(key).with_suffix(f".{os.getpid()}.new")
        new.write_bytes(pickle.dumps(block))
        new.replace(self._at(key))

    def __delitem__(self, key: tuple[str, str]) -> None:
        self._at(key).unlink()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter([])

    def __len__(self) -> int:
        return len(list(self._path.iterdir()))


@dataclass
class Life:
    """What one life of the employee begins with."""

    sandbox: str
    blocks: Path
    now: datetime
    waits: set[str]
    wanted: list[tuple[str, ...]]
    kill_at_file: int = 0


@dataclass
class SharedClock:
    """The clock of a life: moved here and, before anything goes on, in the world."""

    own: time_machine.Traveller
    world: Connection
    lock: Lock = field(default_factory=Lock)

    def shift(self, by: timedelta | float) -> None:
        """Move it forward."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        with self.lock:
            self.own.shift(seconds)
            self.world.send(("moved", seconds))
            self.world.recv()


@dataclass
class Mortal(Employee):
    """The employee as it lives in the process that is killed; it tells the world what the Prefect server would know."""

    world: Connection | None = None

    async def run(self, flow: str, *values: str) -> None:
        """Run a flow, and tell that it ended, or waits."""
        before = len(self.failed)
        await super().run(flow, *values)
        assert self.world is not None
        with self.clock.lock:  # type: ignore[attr-defined]
            self.world.send(("ran", (flow, *values), self.failed[before:]))


def live(life: Life, world: Connection) -> None:
    """One life: look and work until nothing is left to do."""
    logging.disable()  # that something is away is the point
    os.environ["FTE_SANDBOX_PORT"] = life.sandbox.rpartition(":")[2]
    if life.kill_at_file:
        _die_at_file(life.kill_at_file)
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(life.now) as clock:
        sandbox = SandboxClient(life.sandbox)
        employee = Mortal(sandbox, SharedClock(clock, world), world=world)  # type: ignore[arg-type]
        employee._shown = life.waits
        employee._wanted = [partial(employee.run, *words) for words in life.wanted]
        without_prefect(patch, employee, BlocksOnDisk(life.blocks))
        asyncio.run(_work(employee))
        world.send(("rests",))


async def _work(employee: Mortal) -> None:
    await employee.run_wanted()
    await employee.settle()


def _die_at_file(number: int) -> None:
    """Kill this process where it is about to change a file for the so-manieth time."""
    left = [number]

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        writes = (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if writes or event in ("os.rename", "os.remove", "os.link"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


@dataclass
class Killed(Employee):
    """The employee as the script of the days sees it: what it does is done in processes that are killed.

    Attributes:
        tower: Kills at requests.
        blocks: Where what the Prefect server keeps lies.
        chance: All that is random.
        due: How many kills there should have been by the end of what is settled now.
        kills: Those that there were.
        lives: How many processes there were.
    """

    tower: Watchtower = field(default_factory=Watchtower)
    blocks: Path = Path()
    chance: random.Random = field(default_factory=random.Random)
    due: float = 0.0
    due_each: float = 0.0
    kills: Counter[Moment] = field(default_factory=Counter)
    lives: int = 0
    _scheduled: list[tuple[str, ...]] = field(default_factory=list)
    _called_for: list[tuple[str, ...]] = field(default_factory=list)

    async def settle(self) -> None:
        """Live, are killed, and live again, until there were enough kills and then nothing is left to do."""
        self.due += self.due_each
        tries = LIVES_PER_KILL * (1 + int(self.due - self.kills.total()))
        while self.kills.total() < int(self.due) and tries > 0:
            tries -= 1
            self._live_once(Doom.at_random(self.chance))
        while not self._live_once(None):
            pass

    async def run(self, flow: str, *values: str) -> None:
        """A schedule's run: it is started anew until one has ended."""
        self._scheduled.append((flow, *values))

    async def ensure_run(self, request: ApprovalRequest) -> RunStatus:
        """A command wants the request's run to go on: the next life has it, once."""
        if request.finished_at is not None:
            return RunStatus.ENDED
        self._called_for.append(("request_approval", request.id))
        return RunStatus.STARTED

    def _live_once(self, doom: Doom | None) -> bool:
        """Whether the process came to rest by itself."""
        self.lives += 1
        called_for, self._called_for = self._called_for, []
        life = Life(
            self.sandbox.url, self.blocks, datetime.now(UTC), self._shown, [*self._scheduled, *called_for]
        )
        if doom and doom.moment is Moment.FILE:
            life.kill_at_file = doom.number
        here, there = FORKED.Pipe()
        process = FORKED.Process(target=live, args=(life, there))
        self.tower.doom = doom
        process.start()
        self.tower.pid = process.pid
        there.close()
        rests = self._follow(here, process, doom)
        process.join()
        self.tower.pid = self.tower.doom = None
        if process.exitcode == -signal.SIGKILL and doom:
            self.kills[doom.moment] += 1
        elif process.exitcode or not rests:
            raise RuntimeError(f"a life ended with {process.exitcode}; its error stands above")
        return rests

    def _follow(self, world: Connection, process: Any, doom: Doom | None) -> bool:
        """Listen to what it tells until it ends; whether it came to rest."""
        ends = time.monotonic() + doom.number / 1000 if doom and doom.moment is Moment.TIME else None
        with suppress(EOFError, ConnectionResetError, BrokenPipeError):
            while True:
                if ends is not None and not world.poll(max(0.0, ends - time.monotonic())):
                    process.kill()
                    ends = None
                match world.recv():
                    case ("moved", seconds):
                        self.clock.shift(seconds)
                        world.send("so it is")
                    case ("ran", words, failed):
                        self._ran(words, failed)
                    case ("rests",):
                        return True
        return False

    def _ran(self, words: tuple[str, ...], failed: list[str]) -> None:
        self.ran[words[0]] += 1
        self.failed += failed
        if words in self._scheduled:
            self._scheduled.remove(words)
        if words[0] == "request_approval":
            self._shown.add(words[1])


FORKED: Final = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([__name__, *FLOWS, "deployments.looking"])
