"""`fte demo`: a week of the demo company in a few minutes, in a home of its own that is gone afterwards."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated

import httpx
import typer

from deployments.printing import busy, say
from deployments.processes import stop_orderly
from deployments.stopped import EXIT_STOPPED
from domain.errors import TransientError

PATIENCE_SECONDS = 180.0
START_SECONDS = 240.0
LOOK_SECONDS = 0.2
ATTEMPTS = 5
TRY_AGAIN = 5
"""The exit status of a command that a busy machine kept waiting too long."""
NO_MAILS = {"photograph", "whatsapp", "post"}
PORTS = range(20_000, 32_000)
"""Below those that outgoing connections take."""


class DemoStoppedError(TransientError):
    """Something of the story did not happen."""

    def __init__(self, what: str, home: Path) -> None:
        super().__init__(
            f"the demo waited in vain: {what}; the logs were kept in {home}, 'fte demo' begins anew"
        )


@dataclass(frozen=True)
class Demo:
    """The employee of the demo: its home, its Vault, its addresses."""

    home: Path
    port: int
    sandbox_port: int
    webhook_port: int

    @property
    def vault(self) -> Path:
        """Where its notes are."""
        return self.home / "Vault"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the real installation's; everything else as it is."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("FTE_", "PREFECT_"))
        }
        return kept | {
            "FTE_MODE": "sandbox",
            "FTE_HOME": str(self.home),
            "FTE_VAULT": str(self.vault),
            "FTE_PORT": str(self.port),
            "FTE_SANDBOX_PORT": str(self.sandbox_port),
            "FTE_WEBHOOK_PORT": str(self.webhook_port),
        }

    @property
    def sandbox(self) -> str:
        """The stand-in services."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def run(self, *module: str) -> str:
        """What one of our programs says."""
        command = [sys.executable, "-m", *module]
        for _attempt in range(ATTEMPTS):
            with busy(f"Running {' '.join(module)} ..."):
                done = subprocess.run(  # noqa: S603 (our own command lines)
                    command,
                    env=self.environment,
                    capture_output=True,
                    text=True,
                    check=False,
                    stdin=subprocess.DEVNULL,
                )
            if done.returncode != TRY_AGAIN:
                break
        if done.returncode:
            raise DemoStoppedError(f"{' '.join(module[:3])}: {done.stderr.strip()[-300:]}", self.home)
        return done.stdout

    def deliver(self, day: date, *names: str) -> None:
        """Bring the papers of a day; `sandbox.feed` names them."""
        given = [self.sandbox, str(self.vault / "Inbox"), "--pace", "0", "--day", str(day)]
        self.run("sandbox.feed", *given, "--only", ",".join(names))
        if set(names) - NO_MAILS:  # a look at the mailbox each minute is too slow for a story
            self.run("deployments.command_line", "run", "watch_gmail")

    def note_with(self, folder: str, *words: str) -> Path | None:
        """The first note of a folder that has all these words."""
        for path in sorted((self.vault / folder).glob("*.md")):
            with suppress(OSError, UnicodeDecodeError):  # it moved on
                text = path.read_text(encoding="utf-8")
                if all(word in text for word in words):
                    return path
        return None

    def until(self, holds: Callable[[], Path | None], what: str, seconds: float = PATIENCE_SECONDS) -> Path:
        """Wait for a note."""
        deadline = time.monotonic() + seconds
        with busy(f"{what} ..."):
            while (found := holds()) is None:
                if time.monotonic() > deadline:
                    raise DemoStoppedError(what, self.home)
                time.sleep(LOOK_SECONDS)
        return found

    def done(self, *words: str) -> Path:
        """The note of a task that has ended."""
        return self.until(lambda: self.note_with("Done", *words), f"waiting for {words[0]} in Done/")

    def approve(self, *words: str) -> Path:
        """Decide as a person with an editor does: move the request's note."""
        asked = self.until(lambda: self.note_with("Pending_Approval", *words), f"waiting for {words[0]}")
        say(
            f"    It asks: {asked.relative_to(self.vault)}; the demo moves the note to Approved/, as you would."
        )
        asked.rename(self.vault / "Approved" / asked.name)
        return asked

    def fault(self, service: str) -> None:
        """Take a service away."""
        away = {"kind": "refuse_before", "service": service, "times": 100_000}
        httpx.post(f"{self.sandbox}/_sandbox/faults", json=away, timeout=10).raise_for_status()

    def mend(self) -> None:
        """Bring every service back."""
        httpx.delete(f"{self.sandbox}/_sandbox/faults", timeout=10).raise_for_status()


def demo(
    *,
    stay: Annotated[
        bool, typer.Option("--stay", help="Stay at work afterwards, to look around; Ctrl-C ends it.")
    ] = False,
) -> None:
    """Replay a week of the demo company: mails, receipts, questions, an outage, Monday's briefing.

    Everything happens in a home of its own, on stand-in services; your installation is not touched.
    """
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _stop)
    here = Demo(Path(tempfile.mkdtemp(prefix="fte-demo-")), *_free_ports(3))
    is_told = False
    up = _started(here)
    try:
        _tell_week(here, up)
        is_told = True
        say(f"\nThat took {time.monotonic() - begun:.0f} seconds.")
        if stay:
            say(f"Look around: {_ui(here)} and {here.vault}; Ctrl-C ends it.")
            up.wait()
    except KeyboardInterrupt:
        say("\nStopping ...")
    finally:
        _end(here, up, keeps_vault=is_told)
    if not is_told:
        raise typer.Exit(EXIT_STOPPED)


def _started(here: Demo) -> "subprocess.Popen[bytes]":
    with (here.home / "up.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deployments.command_line", "up", "--sandbox", "--no-feed"],
            env=here.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the demo, which then stops it in order
        )


def _end(here: Demo, up: "subprocess.Popen[bytes]", *, keeps_vault: bool) -> None:
    """Stop everything, however impatient; then take away what was only needed while it ran."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    is_broken = isinstance(sys.exc_info()[1], DemoStoppedError)
    with busy("Stopping ..."):
        stop_orderly(up.pid)
        up.wait()
    if is_broken:
        return
    shutil.rmtree(here.home / "sandbox" if keeps_vault else here.home, ignore_errors=True)
    say(f"Nothing runs any more.{f' The Vault stays in {here.vault}.' if keeps_vault else ''}")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ui(here: Demo) -> str:
    return f"http://127.0.0.1:{here.port}"


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("no free ports")


def _tell_week(here: Demo, up: "subprocess.Popen[bytes]") -> None:
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday() + 7)
    say(
        f"The week from {monday:%A, %B} {monday.day}, of Northwind Lane Studio, a company that does not exist."
    )
    say("Its papers carry that week's dates; the clock of this machine stays as it is.")
    ready = here.home / "sandbox" / "ready"
    here.until(
        lambda: ready if ready.exists() or up.poll() is not None else None,
        "starting the employee",
        START_SECONDS,
    )
    if up.poll() is not None:
        raise DemoStoppedError("the employee did not start", here.home)
    say(f"At work: {_ui(here)} shows each run, {here.vault} holds its notes.")
    for offset, scene in enumerate(WEEK):
        day = monday + timedelta(days=offset)
        say(f"\n{day:%A}: {scene.title}", bold=f"{day:%A}")
        scene.play(here, day)
    say("\nMonday: the briefing of the week", bold="Monday")
    _brief(here, monday + timedelta(days=7))


@dataclass(frozen=True)
class Scene:
    """What happens on one day."""

    title: str
    play: Callable[[Demo, date], None]


def _monday(here: Demo, day: date) -> None:
    here.deliver(day, "receipt", "newsletter")
    here.done(f"paper-and-pine-{day}.txt", "status: done")
    say(
        "    $63.18 of a known vendor: read, booked in Odoo with its document, read back. Nobody had to be asked."
    )
    here.done("The Kerning Letter", "status: done")
    say("    The newsletter is filed away: it is no expense, whatever its subject says.")


def _tuesday(here: Demo, day: date) -> None:
    here.deliver(day, "rent")
    here.approve("Book a vendor bill", "Harbor Street Offices")
    here.done("Harbor Street Offices", "subject: Invoice HSO-", "status: done")
    say(
        "    $2,480.00 is above what the handbook lets it book alone. Approved, it is booked once, as it was shown."
    )


def _wednesday(here: Demo, day: date) -> None:
    here.deliver(day, "photograph")
    here.done(f"IMG_{day:%Y%m%d}.jpg", "status: done")
    say("    The photograph is read with a confidence for each value, and booked.")


def _thursday(here: Demo, day: date) -> None:
    here.deliver(day, "whatsapp")
    _escalated(here, "Rosa Field on WhatsApp")
    say(
        "    A customer asks something. It shows you the question and answers nothing in your name by itself."
    )


def _friday(here: Demo, day: date) -> None:
    here.fault("odoo")
    here.deliver(day, "hosting")
    words = ("Your receipt from Cloudberry",)
    here.until(lambda: here.note_with("Needs_Action", *words, "status: later"), "waiting for the outbox")
    say(
        "    Odoo does not answer. The hosting bill waits in its outbox; nothing is lost, and nothing is tried blindly."
    )
    here.mend()
    here.done(*words, "status: done")
    say("    Odoo is back, and the bill is booked once.")


def _saturday(here: Demo, day: date) -> None:
    here.deliver(day, "phishing", "hostile")
    _escalated(here, "our bank details have changed")
    _escalated(here, "Payment to release this morning")
    say(
        "    'New bank details', and 'ignore your instructions': both are put before you, and neither moves a cent."
    )


def _sunday(here: Demo, day: date) -> None:
    here.deliver(day, "post")
    here.approve("Publish a post", "Sketch of the day")
    here.until(
        lambda: here.note_with("Posts", "status: published", "Sketch of the day"), "waiting for the post"
    )
    say("    What the public reads is shown to you first; then it is on X, once.")


WEEK: Sequence[Scene] = (
    Scene("a receipt in the inbox, and a newsletter", _monday),
    Scene("the rent", _tuesday),
    Scene("a receipt, photographed with the telephone", _wednesday),
    Scene("a customer writes on WhatsApp", _thursday),
    Scene("Odoo is away", _friday),
    Scene("somebody tries to steal", _saturday),
    Scene("a post", _sunday),
)


def _escalated(here: Demo, subject: str) -> None:
    here.until(
        lambda: here.note_with("Needs_Action", subject, "status: escalated"), f"waiting for '{subject}'"
    )


def _brief(here: Demo, monday: date) -> None:
    here.run("deployments.command_line", "run", "sync_odoo")
    here.run("deployments.command_line", "briefing", "make", "--json")
    page = here.vault / f"CEO_Briefing_{monday}.md"
    if not page.exists():
        raise DemoStoppedError("the briefing was not written", here.home)
    done, open_, waiting = (
        len([path for path in (here.vault / folder).glob("*.md") if not path.name.startswith("ask-")])
        for folder in ("Done", "Needs_Action", "Dead_Letters")
    )
    decided = len(list((here.vault / "Done").glob("ask-*.md")))
    say(f"    {page}")
    say(f"    {done} tasks done, {decided} decisions, {open_} open for you, {waiting} dead letters.")
    say(f"    {here.run('deployments.command_line', 'audit', 'verify').strip()}")
