"""`fte up` and `down`."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from blocks.settings import DASHBOARD, Mode, Settings, settings
from deployments.environment import keep_state_private, prefect_environment, ui_url
from deployments.listening import dashboard_address, is_healthy
from deployments.printing import busy, say
from deployments.processes import (
    SupervisedProcess,
    alone_at_work,
    leftovers,
    read_pid_file,
    refuse_taken_ports,
    remove_pid_file,
    services,
    stop_family,
    stop_orderly,
    write_pid_file,
)
from deployments.running import health_addresses
from deployments.stopped import stopped_by_person
from deployments.vault import prepare_vault
from domain.errors import RejectedError, TransientError

HEALTH_SECONDS = 120.0
LOOK_SECONDS = 0.5
SAY_AFTER_SECONDS = 20.0
"""A first start takes 15 seconds on two processors; what takes longer is said."""


class NotStartedError(TransientError):
    """A service did not become healthy."""

    def __init__(self, service: str, log: Path) -> None:
        last = log.read_text(errors="replace").rstrip().rpartition("\n")[2] if log.exists() else ""
        why = last.removeprefix("fte: ") if last.startswith("fte: ") else f"the reason is in {log}"
        super().__init__(f"{service} did not start; {why}; 'fte doctor' says what is missing")


class PrefectElsewhereError(RejectedError):
    """The distributed form is not started by `fte up`."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"FTE_PREFECT_URL says that the Prefect server is at {address}; 'fte up' starts one on "
            "this machine, so unset it"
        )


def up(
    *,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Work on stand-in services with a demo company.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", help="Work on the connected accounts.")] = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return as soon as everything runs; 'fte down' stops it.")
    ] = False,
    feed: Annotated[bool, typer.Option(help="In the sandbox, deliver a morning of mails and files.")] = True,
) -> None:
    """Start the employee: server, runner, deployments, automations, and in the sandbox the stand-in services."""
    if sandbox and live:
        raise typer.BadParameter("choose one of --sandbox and --live")
    chosen = Mode.SANDBOX if sandbox else Mode.LIVE if live else settings().mode
    os.environ["FTE_MODE"] = chosen.value  # it stays so, whatever is connected meanwhile
    here = settings()
    if here.prefect_url:
        raise PrefectElsewhereError(here.prefect_url)
    with alone_at_work(here):
        prepare_vault(here)
        keep_state_private(here)
        for pid in leftovers(here):
            stop_family(pid)
        refuse_taken_ports(here)
        remove_pid_file(here)
        if not detach:
            write_pid_file(here)
            _work(here, feed=feed)
    if detach:
        _start_detached(here, feed=feed)


def _start_detached(here: Settings, *, feed: bool) -> None:
    log = here.state / "logs" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 (our own command line)
            [sys.executable, "-m", "deployments.command_line", "up", "--feed" if feed else "--no-feed"],
            env={**os.environ, **prefect_environment(here)},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    with busy("Starting ..."), stopped_by_person("the employee goes on starting; fte down stops it"):
        ready = here.state / "ready"
        _wait_until(lambda: ready.exists() or process.poll() is not None, "the employee", log)
    if process.poll() is not None:
        raise NotStartedError("the employee", log)
    _announce(here, stop=f"{_fte()} down")


def _work(here: Settings, *, feed: bool) -> None:
    running: list[SupervisedProcess] = []
    is_ready = False
    ready = here.state / "ready"
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _stop)  # its terminal was closed
    try:
        environment = prefect_environment(here)
        for service in services(here, environment):
            with busy(f"Starting {service.name} ..."):
                service.start()
                running.append(service)
                _wait_until(_health_of(service, here), service.name, service.log)
        if feed and here.mode is Mode.SANDBOX:
            running.append(_start_feed(here, environment))
        ready.touch()
        is_ready = True
        _announce(here, stop=f"Ctrl-C or {_fte()} down")
        _keep_alive([service for service in running if service.name != "feed"])
    except KeyboardInterrupt:
        say("Stopping ...")
        if not is_ready:
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # however impatient: nothing is left behind
            signal.signal(number, signal.SIG_IGN)
        for service in reversed(running):
            service.stop()
        remove_pid_file(here)


def _keep_alive(running: list[SupervisedProcess]) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        for service in running:
            if service.restart_if_dead():
                say(f"{service.name} ended and was started again; see {service.log}")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start_feed(here: Settings, environment: dict[str, str]) -> SupervisedProcess:
    command = [sys.executable, "-m", "sandbox.feed", here.sandbox_url, str(here.vault_path / "Inbox")]
    service = SupervisedProcess("feed", command, environment, here.state / "logs" / "feed.log")
    service.start()
    return service


def _health_of(service: SupervisedProcess, here: Settings) -> Callable[[], bool]:
    addresses = health_addresses(here)
    if service.name in addresses:
        return lambda: not _died(service) and is_healthy(addresses[service.name])
    serving = here.state / "runner-ready"
    serving.unlink(missing_ok=True)
    return lambda: not _died(service) and serving.exists()


def _died(service: SupervisedProcess) -> bool:
    if service.process is not None and service.process.poll() is not None:
        raise NotStartedError(service.name, service.log)
    return False


def _wait_until(holds: Callable[[], bool], name: str, log: Path) -> None:
    begun, is_said = time.monotonic(), False
    deadline = begun + HEALTH_SECONDS
    while not holds():
        if not is_said and time.monotonic() - begun > SAY_AFTER_SECONDS:
            say(f"Waiting for {name}, at most {HEALTH_SECONDS:g} seconds; what it says: {log}")
            is_said = True
        if time.monotonic() > deadline:
            raise NotStartedError(name, log)
        time.sleep(0.1)


def _announce(here: Settings, *, stop: str) -> None:
    kind = (
        "SANDBOX: demo company, nothing real happens"
        if here.mode is Mode.SANDBOX
        else "LIVE: connected accounts"
        if here.connected_mark.exists()
        else "LIVE: no account is connected yet, see fte doctor"
    )
    say(f"Digital FTE is at work  ({kind})", bold="Digital FTE is at work")
    say(f"  See and approve   {ui_url(here)}")
    if here.mode is Mode.LIVE:
        say(f"  Log in with       fte:PASSWORD, which is in {here.prefect_keys}")
    say(f"  Drop documents    {here.vault_path / 'Inbox'}")
    say(f"  What waits        {ui_url(here)}/runs?tag=waits-for-you")
    say(f"                    {_fte()} approvals list")
    say(f"  Everything        {here.vault_path / DASHBOARD}")
    say(f"                    {dashboard_address(here)}")
    say(f"  Stop              {stop}")


def _fte() -> str:
    """How this very command was called: in a project's own environment a bare `fte` is on no path."""
    program = Path(sys.argv[0])
    if program.stem != "fte" or shutil.which("fte"):
        return "fte"
    return os.path.relpath(program)


def down() -> None:
    """Stop the employee and everything it started."""
    here = settings()
    process = read_pid_file(here)
    with busy("Stopping; runs that are under way are given a minute ..."):
        if process and process.alive:
            stop_orderly(process.pid)
        for pid in leftovers(here):
            stop_family(pid)
    remove_pid_file(here)
    say("Stopped." if process else f"It was not running ({here.mode.value}).")
