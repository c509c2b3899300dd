"""`fte service`: the operating system starts the employee at logon, and again when it fails."""

import getpass
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Protocol

import typer

from blocks.settings import MixedVaultError, Mode, Settings, settings
from deployments.printing import say
from deployments.processes import read_pid_file
from deployments.service_units import TASK, UNIT, systemd_unit, windows_task
from domain.errors import RejectedError

app = typer.Typer(no_args_is_help=True)

KEPT = ("FTE_HOME", "FTE_PORT", "FTE_WEBHOOK_PORT", "FTE_MCP_PORT", "FTE_KEEP_RUNS_DAYS")
"""Variables that the service gets as they are now; FTE_VAULT always, and none that can hold a secret."""

Platform = Annotated[
    str | None, typer.Option("--platform", hidden=True, help="linux or win32; default: this one's.")
]


class NoServiceError(RejectedError):
    """This operating system's way to start a service is not known, or does not work here."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; have it run 'fte up --live' at logon in another way")


class SandboxVaultError(RejectedError):
    """The service would work on the connected accounts, in the sandbox's Vault."""

    def __init__(self, vault: Path) -> None:
        super().__init__(
            f"the service works on the connected accounts, and the Vault at {vault} holds the sandbox's work; "
            "set your company up first, in a Vault of its own: fte init"
        )


class ServiceManager(Protocol):
    """How one operating system keeps the employee at work."""

    def text(self) -> str:
        """What it is told."""

    def install(self) -> None:
        """Have it started now and at each logon."""

    def remove(self) -> None:
        """Stop it, and have it started no more."""

    def status(self) -> str:
        """In its own words."""


@app.command()
def install(
    *,
    print_only: Annotated[bool, typer.Option("--print", help="Show what would be installed.")] = False,
    platform: Platform = None,
) -> None:
    """Start the employee on the connected accounts now, at each logon, and again when it fails."""
    _check_vault(_live())
    manager = _manager(platform)
    if print_only:
        sys.stdout.write(manager.text())
        return
    at_work = read_pid_file(settings())
    manager.install()
    say("The employee is started at each logon, and again when it fails; 'fte service status' shows it.")
    if at_work and at_work.alive:
        say("It is at work already: the service takes over when that one ends (fte down).")
    if os.environ.get("FTE_DATABASE_URL"):
        say(f"FTE_DATABASE_URL can hold a password: put its line into {_secrets(settings())} yourself.")


@app.command()
def remove(*, platform: Platform = None) -> None:
    """Stop the service, and start it no more; the Vault and everything else stays."""
    _manager(platform).remove()
    say("The employee is no longer started at logon.")


@app.command()
def status(*, platform: Platform = None) -> None:
    """What the operating system says of it; exit status 3 if it is not at work."""
    said = _manager(platform).status()
    say(said)
    if said not in ("active", "Running"):
        raise typer.Exit(3)


def _live() -> Settings:
    os.environ["FTE_MODE"] = Mode.LIVE.value
    return settings()


def _check_vault(here: Settings) -> None:
    try:
        here.check_vault()
    except MixedVaultError as error:
        raise SandboxVaultError(here.vault_path) from error


def _manager(platform: str | None) -> ServiceManager:
    here = _live()
    if here.prefect_url:
        raise NoServiceError("FTE_PREFECT_URL names a Prefect server elsewhere (docs/deployment.md)")
    platform = platform or sys.platform
    if platform.startswith("linux"):
        return Systemd(here)
    if platform == "win32":
        return TaskScheduler(here)
    raise NoServiceError(f"there is no service for {platform}")


def _environment(here: Settings) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"FTE_HOME": str(here.home.absolute()), "FTE_VAULT": str(here.vault_path)}


def _command() -> list[str]:
    return [sys.executable, "-m", "deployments.command_line", "up", "--live"]


def _secrets(here: Settings) -> Path:
    return here.home.absolute() / "service.env"


class Systemd:
    """A user's own systemd; linger has it run without anybody logged in."""

    def __init__(self, here: Settings) -> None:
        self._here = here
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        self._unit = config / "systemd" / "user" / UNIT

    def text(self) -> str:
        """The unit."""
        return systemd_unit(_command(), _environment(self._here), _secrets(self._here))

    def install(self) -> None:
        """Write the unit, enable and start it."""
        _run("systemctl", "--user", "daemon-reload")  # where there is none, nothing is left behind
        self._unit.parent.mkdir(parents=True, exist_ok=True)
        self._unit.write_text(self.text())
        self._unit.chmod(0o644)
        _run("systemctl", "--user", "daemon-reload")
        _run("systemctl", "--user", "enable", UNIT)
        _run("systemctl", "--user", "restart", UNIT)
        say(f"Wrote {self._unit}. To have it run while nobody is logged in: loginctl enable-linger")

    def remove(self) -> None:
        """Stop and disable the unit, and take its file away."""
        if not self._unit.exists():
            return
        _run("systemctl", "--user", "disable", "--now", UNIT)
        self._unit.unlink()
        _run("systemctl", "--user", "daemon-reload")

    def status(self) -> str:
        """Such as `active`."""
        if not self._unit.exists():
            return "not installed"
        return _run("systemctl", "--user", "is-active", UNIT, may_fail=True) or "unknown"


class TaskScheduler:
    """Windows' own."""

    def __init__(self, here: Settings) -> None:
        self._here = here

    def text(self) -> str:
        """The task."""
        domain = os.environ.get("USERDOMAIN")
        user = f"{domain}\\{getpass.getuser()}" if domain else getpass.getuser()
        return windows_task(_command(), _environment(self._here), user)

    def install(self) -> None:
        """Register the task and start it."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "task.xml"
            file.write_text(self.text(), encoding="utf-16")
            _run("schtasks", "/Create", "/TN", TASK, "/XML", str(file), "/F")
        _run("schtasks", "/Run", "/TN", TASK)

    def remove(self) -> None:
        """End the task and delete it; ending a task kills, so `fte down` is asked for first."""
        if self.status() == "not installed":
            return
        from deployments.commands.work import down

        down()
        _run("schtasks", "/Delete", "/TN", TASK, "/F")

    def status(self) -> str:
        """Such as `Running`."""
        said = _run("schtasks", "/Query", "/TN", TASK, "/FO", "CSV", "/NH", may_fail=True)
        return said.rpartition(",")[2].strip('"') if said.startswith('"') else "not installed"


def _run(*command: str, may_fail: bool = False) -> str:
    """What a program of the operating system says.

    Raises:
        NoServiceError: it is not there, or refuses.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    except FileNotFoundError as error:
        raise NoServiceError(f"there is no {command[0]} on this machine") from error
    if done.returncode and not may_fail:
        raise NoServiceError(f"'{' '.join(command)}' says: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()
