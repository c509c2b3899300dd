"""The employee as its user starts it: `fte up` in a fresh home, asked and checked only from the outside."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.ports import free_port
from tests.warm_programs import WarmPrograms

START_SECONDS = 150
PATIENCE_SECONDS = 120
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass
class Employee:
    """A running installation; every question goes over the wire or to the disk."""

    root: Path
    mode: str = "sandbox"
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    webhook_port: int = field(default_factory=free_port)
    up: subprocess.Popen[bytes] | None = None
    warm: WarmPrograms | None = None

    @property
    def vault(self) -> Path:
        return self.root / "Vault"

    @property
    def state(self) -> Path:
        return self.root / "home" / self.mode

    @property
    def crash_orders(self) -> Path:
        return self.root / "crash-orders"

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "FTE_"))
        }
        return kept | {
            "HOME": str(self.root),
            "FTE_HOME": str(self.root / "home"),
            "FTE_VAULT": str(self.vault),
            "FTE_PORT": str(self.port),
            "FTE_SANDBOX_PORT": str(self.sandbox_port),
            "FTE_WEBHOOK_PORT": str(self.webhook_port),
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(Path(__file__).parent / "crashing"),
            "CRASH_ORDERS": str(self.crash_orders),
        }

    def python(self, *words: str, **changed: str) -> list[str]:
        """The command that runs `python WORDS...`, warm where its environment is not `changed`."""
        if self.warm is None or changed:
            return [sys.executable, *words]
        return self.warm.command(*words)

    def fte(
        self, *words: str, ok: bool = True, answers: str = "", **changed: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one `fte` command; `changed` are variables of its environment."""
        environment = {name: value for name, value in self.environment.items() if name != "CRASH_ORDERS"}
        try:
            done = subprocess.run(
                self.python("-m", "deployments.command_line", *words, **changed),
                env=environment | changed,
                input=answers,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        except subprocess.TimeoutExpired:
            states = [(run["name"], run["state"]["name"], run["created"]) for run in self.runs()[:15]]
            pytest.fail(f"fte {' '.join(words)} did not end\n{states}\n{self.end_of_logs()}")
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self) -> None:
        (self.state / "ready").unlink(missing_ok=True)
        log = (self.root / "up.log").open("ab")
        self.up = subprocess.Popen(
            [sys.executable, "-m", "deployments.command_line", "up", f"--{self.mode}", "--no-feed"],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        log.close()
        self.until((self.state / "ready").exists, START_SECONDS, self.end_of_logs)

    def end_of_logs(self) -> str:
        logs = [self.root / "up.log", *sorted((self.state / "logs").glob("*.log"))]
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs if log.exists()
        )

    def stop(self) -> None:
        self.fte("down")
        if self.up is not None:
            self.up.wait(timeout=60)

    def kill(self) -> None:
        """Everything at once, as a power cut would."""
        assert self.up is not None
        family = psutil.Process(self.up.pid).children(recursive=True)
        for process in [psutil.Process(self.up.pid), *family]:
            if process.is_running():
                process.kill()
        self.up.wait(timeout=60)
        psutil.wait_procs(family, timeout=30)

    @contextmanager
    def rule(self, old: str, new: str) -> Iterator[None]:
        """Another rule in the handbook for a while, that nobody has to confirm: as at the first start."""
        handbook = self.vault / "Company_Handbook.md"
        before = handbook.read_text()
        assert before.count(old) == 1
        self._save_unasked(handbook, before.replace(old, new))
        try:
            yield
        finally:
            self._save_unasked(handbook, before)

    def _save_unasked(self, handbook: Path, text: str) -> None:
        save(handbook, text)
        with closing(sqlite3.connect(self.state / "ledger.sqlite", timeout=30)) as ledger, ledger:
            if ledger.execute("select 1 from sqlite_master where name = 'confirmed_rules'").fetchone():
                ledger.execute("delete from confirmed_rules")  # else nothing was read yet

    def crash_at(self, operation: str) -> None:
        """Have the next process that comes to this operation killed there; see tests/crashing."""
        written = self.crash_orders.with_suffix(".new")
        written.write_text(operation)
        written.rename(self.crash_orders)

    def until(
        self, holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS, words: Callable[[], str] = str
    ) -> Any:
        """Poll until something holds; the value it gave."""
        deadline = time.monotonic() + seconds
        pause = 0.05
        while True:
            looked_at = time.monotonic()
            value = holds()
            now = time.monotonic()
            if value:
                return value
            if now > deadline:
                pytest.fail(f"it did not happen within {seconds} s\n{words() or self.end_of_logs()}")
            time.sleep(max(pause, 2 * (now - looked_at)))  # looks leave the employee its processor
            pause = min(0.5, 1.5 * pause)

    def drop(self, name: str, text: str) -> Path:
        """Drop a file into Inbox/."""
        return save(self.vault / "Inbox" / name, text)

    def odoo(self, model: str, method: str, **body: Any) -> Any:
        """Ask Odoo itself."""
        headers = {"Authorization": "bearer sandbox-odoo-key", "X-Odoo-Database": "demo"}
        answer = httpx.post(f"{self.sandbox}/json/2/{model}/{method}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def bills(self, number: str) -> list[dict[str, Any]]:
        """Vendor bills with this number."""
        domain = [["ref", "=", number], ["move_type", "=", "in_invoice"]]
        fields = ["state", "amount_total", "partner_id", "ref"]
        found: list[dict[str, Any]] = self.odoo("account.move", "search_read", domain=domain, fields=fields)
        return found

    def fault(self, **fault: Any) -> None:
        """Have the stand-in misbehave."""
        httpx.post(f"{self.sandbox}/_sandbox/faults", json=fault, timeout=10).raise_for_status()

    def clear_faults(self) -> None:
        """Have the stand-in behave again."""
        httpx.delete(f"{self.sandbox}/_sandbox/faults", timeout=10).raise_for_status()

    def audited(self, resource: str) -> list[str]:
        """What the audit log tells of a task: "<action> <status>", in order."""
        lines = [
            json.loads(line)
            for path in sorted((self.vault / "Logs").glob("audit_*.jsonl"))
            for line in path.read_text().splitlines()
        ]
        return [f"{line['action']} {line['status']}" for line in lines if line["resource"] == resource]

    def work(self, flow: str) -> None:
        """Have a flow run now, and wait until it has ended, however that may be."""
        with httpx.Client(base_url=self.api, timeout=30) as server:
            deployment = server.get(f"/deployments/name/{flow}/{flow}").raise_for_status().json()
            run = server.post(f"/deployments/{deployment['id']}/create_flow_run", json={}).json()
            self.until(lambda: server.get(f"/flow_runs/{run['id']}").json()["state_type"] in ENDED)

    def runs(self, **states: Any) -> list[dict[str, Any]]:
        """Flow runs, newest first, as the Prefect server has them."""
        body = {
            "sort": "EXPECTED_START_TIME_DESC",
            "limit": 30,
            **states,
        }  # the Prefect server takes long over many
        answer = httpx.post(f"{self.api}/flow_runs/filter", json=body, timeout=30)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def note(self, folder: str, name: str) -> str:
        """A note's text; empty once it has moved on."""
        path = self.vault / folder / f"{name}.md"
        try:
            return path.read_text()
        except FileNotFoundError:
            return ""

    def note_with(self, folder: str, text: str) -> str:
        """Name of the first note that holds this text; empty when there is none."""
        return next((name for name in self.notes(folder) if text in self.note(folder, name)), "")

    def tasks(self) -> set[str]:
        """Every task, open or done; requests that were decided lie in Done as well."""
        notes = [*self.notes("Needs_Action"), *self.notes("Done")]  # in this order none is missed that moves
        return {name for name in notes if not name.startswith("ask-")}

    def notes(self, folder: str) -> list[str]:
        return sorted(path.stem for path in (self.vault / folder).glob("*.md"))


def save(path: Path, text: str) -> Path:
    """Write a file as an editor saves it: the employee beside it finds it whole or not at all."""
    hidden = path.with_name(f".{path.name}.part")
    hidden.write_text(text)
    return hidden.rename(path)


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace words in a note."""
    text = path.read_text()
    for old, new in changes:
        assert old in text, text
        text = text.replace(old, new)
    save(path, text)


@pytest.fixture(scope="session")
def employee(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Employee]:
    """One running installation for all tests that leave it running."""
    running = Employee(tmp_path_factory.mktemp("employee"))
    running.start()
    running.warm = WarmPrograms(running.environment)
    yield running
    running.warm.stop()
    running.stop()
    shutil.rmtree(running.root, ignore_errors=True)


def receipt(vendor: str, total: str, number: str, day: str = "2026-11-20") -> str:
    """A plain receipt as a till prints it."""
    items = f"1 x Goods and services   ${total}\n\nTotal: ${total}"
    return f"{vendor}\n\nReceipt No: {number}\nDate: {day}\n\n{items}\nPaid by card\n"
