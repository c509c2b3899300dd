"""The processes of one installation: start them, keep them alive, stop them, find them again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from blocks.file_lock import taken
from blocks.files import write_over
from blocks.settings import Mode, Settings
from deployments.environment import server_locks
from domain.errors import RejectedError

STOP_SECONDS = 15.0
ORDERLY_STOP_SECONDS = 60.0
LOOK_SECONDS = 0.05
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 10.0
"""A process that lived this long starts again without a growing pause: it did not fail at its start."""


class PortTakenError(RejectedError):
    """Something else listens where a service should."""

    def __init__(self, name: str, port: int, variable: str) -> None:
        super().__init__(
            f"port {port}, where {name} should listen, is taken; if it is the employee in its other mode, stop "
            f"that one first (fte down), else set {variable} to a free port"
        )


class OnePortTwiceError(RejectedError):
    """Two of our services were given the same port."""

    def __init__(self, port: int, variables: list[str]) -> None:
        super().__init__(f"{' and '.join(variables)} are both {port}; give each a port of its own")


class AlreadyRunningError(RejectedError):
    """Another `fte up` serves this home."""

    def __init__(self, process: "PidFile | None") -> None:
        which = f"process {process.pid}" if process else "another fte up has just begun"
        super().__init__(
            f"the employee is already at work ({which}); 'fte status' shows it, 'fte down' stops it"
        )


@dataclass
class SupervisedProcess:
    """One child process and its restarts."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self) -> None:
        """Start it in a process group of its own, its output in its log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 (our own command lines)
                self.command,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def restart_if_dead(self) -> bool:
        """Bring a dead process back, more slowly each time it dies young."""
        if self.process is None or self.process.poll() is None:
            return False
        lived = time.monotonic() - self.started
        if lived < self.pause:
            return False
        self.pause = (
            FIRST_PAUSE_SECONDS if lived > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        )
        self.start()
        return True

    def stop(self) -> None:
        """Ask it and its children to end, then insist."""
        if self.process is not None:
            stop_family(self.process.pid)


def stop_orderly(pid: int) -> None:
    """Have `fte up` stop its services in their order, runs before the Prefect server they report to; then insist."""
    try:
        up = psutil.Process(pid)
        family = [*up.children(recursive=True), up]
    except psutil.NoSuchProcess:
        return
    _signal(up, signal.SIGTERM)
    _still_alive([up], ORDERLY_STOP_SECONDS)
    for member in family:
        stop_family(member.pid)


def stop_family(pid: int) -> None:
    """End a process and all its descendants; those that do not listen are killed."""
    try:
        parent = psutil.Process(pid)
        family = [*parent.children(recursive=True), parent]
    except psutil.NoSuchProcess:
        return
    for member in family:
        _signal(member, signal.SIGTERM)
    stubborn = _still_alive(family, STOP_SECONDS)
    for member in stubborn:
        _signal(member, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    _still_alive(stubborn, STOP_SECONDS)


def _still_alive(family: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended after so long; a process that its parent has not collected yet has ended."""
    deadline = time.monotonic() + seconds
    while (alive := [member for member in family if _lives(member)]) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return alive


def _lives(member: psutil.Process) -> bool:
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(member: psutil.Process, number: signal.Signals) -> None:
    try:
        member.send_signal(number)
    except psutil.NoSuchProcess:
        return


def services(here: Settings, environment: Mapping[str, str]) -> Iterator[SupervisedProcess]:
    """Server, stand-ins (sandbox only), receiver, gateway (if wanted) and runner, in the order in which they start."""
    python, logs = sys.executable, here.state / "logs"
    place = ["--host", "127.0.0.1", "--port", str(here.port)]
    server = [python, "-m", "deployments.server", "server", "start", *place]
    yield SupervisedProcess("server", server, {**environment, **server_locks(here)}, logs / "server.log")
    if here.mode is Mode.SANDBOX:
        where = ["--port", str(here.sandbox_port), "--state", str(here.state / "sandbox")]
        where += ["--webhook", here.webhook_url]
        stand_ins = [python, "-m", "sandbox", *where]
        yield SupervisedProcess("sandbox", stand_ins, environment, logs / "sandbox.log")
    yield SupervisedProcess(
        "webhooks", [python, "-m", "deployments.webhooks"], environment, logs / "webhooks.log"
    )
    if here.mcp_port:
        gateway = [python, "-m", "deployments.command_line", "mcp", "serve", "--port", str(here.mcp_port)]
        yield SupervisedProcess("mcp", gateway, environment, logs / "mcp.log")
    yield SupervisedProcess("runner", [python, "-m", "deployments.runner"], environment, logs / "runner.log")


@dataclass(frozen=True)
class PidFile:
    """The `fte up` that serves a home."""

    pid: int
    created: float
    port: int

    @property
    def alive(self) -> bool:
        """The same process, not another one that got its number."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.created) < 1.0
        except psutil.NoSuchProcess:
            return False


@contextmanager
def alone_at_work(here: Settings) -> Iterator[None]:
    """Be the only `fte up` of this home inside; the system lets go of it for one that is killed.

    Raises:
        AlreadyRunningError: another one is.
    """
    here.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(here.state / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        recorded = read_pid_file(here)
        process = recorded if recorded and recorded.alive else None
        if process or not taken(lock):
            raise AlreadyRunningError(process)
        yield
    finally:
        os.close(lock)


def refuse_taken_ports(here: Settings) -> None:
    """Make sure that what answers at our addresses will be ours.

    Raises:
        PortTakenError: something else answers there.
        OnePortTwiceError: two of them would be in each other's way.
    """
    wanted = [
        ("the Prefect server", here.port, "FTE_PORT"),
        ("the receiver of webhooks", here.webhook_port, "FTE_WEBHOOK_PORT"),
    ]
    if here.mcp_port:
        wanted.append(("the gateway of the MCP servers", here.mcp_port, "FTE_MCP_PORT"))
    if here.mode is Mode.SANDBOX:
        wanted.append(("the sandbox", here.sandbox_port, "FTE_SANDBOX_PORT"))
    for name, port, variable in wanted:
        same = [other for _, its, other in wanted if its == port]
        if len(same) > 1:
            raise OnePortTwiceError(port, same)
        if _is_taken(port):
            raise PortTakenError(name, port, variable)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def write_pid_file(here: Settings) -> None:
    """Record this process as the one at work."""
    here.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = {"pid": os.getpid(), "created": psutil.Process().create_time(), "port": here.port}
    write_over(here.state / "up.json", json.dumps(facts))
    write_over(here.at_work_mark, here.mode.value)


def remove_pid_file(here: Settings) -> None:
    """Nobody is at work here any more."""
    (here.state / "ready").unlink(missing_ok=True)
    (here.state / "up.json").unlink(missing_ok=True)
    if here.at_work_mark.exists() and here.at_work_mark.read_text() == here.mode.value:
        here.at_work_mark.unlink()


def read_pid_file(here: Settings) -> PidFile | None:
    """Who is, or was, at work here."""
    path = here.state / "up.json"
    return PidFile(**json.loads(path.read_text())) if path.exists() else None


OUR_PROGRAMS = (
    "deployments.runner",
    "deployments.webhooks",
    "sandbox",
    "server",
    "prefect.engine",
    "flow-run",
)
RUNS_AND_THEIR_SERVER = "from multiprocessing."
"""How Python names its fork server's processes; see deployments/warm_start.py."""


def leftovers(here: Settings) -> list[int]:
    """Processes of an `fte up` that was killed: they carry this home in their environment and hold its ports."""
    home, found = str(here.state / "prefect"), []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            ours = process.environ().get("PREFECT_HOME") == home and any(
                word in OUR_PROGRAMS or word.startswith(RUNS_AND_THEIR_SERVER) for word in words
            )
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if ours and process.pid != os.getpid():
            found.append(process.pid)
    return found


def is_at_work(here: Settings) -> bool:
    """Whether the employee runs here, or may run on other machines."""
    recorded = read_pid_file(here)
    return bool(here.prefect_url or (recorded and recorded.alive))


def what_follows(here: Settings) -> str:
    """What becomes of an order that was taken, in words."""
    return (
        "is worked on" if is_at_work(here) else "is kept, and worked on once the employee is at work (fte up)"
    )
