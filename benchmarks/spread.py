"""The distributed form at work on this machine, with its parts restarted and killed under load.

`python -m benchmarks.spread [--documents 40]` starts what `deployments/compose.yaml` describes, by its own commands and
variables, without containers and in a temporary folder: PostgreSQL (Prefect's database and the ledger), Redis,
Prefect's API and its background services apart, the Vault watcher, and one worker, then two. What ends is started
again, as a container would be. Documents a second with one and with two workers; then, while documents keep coming,
each worker is stopped, lets its runs end, and is started anew in turn, those that work are killed (-9) with their
runs, and PostgreSQL is stopped at once (`immediate`) and started again: how long each document took from its drop to
its Done. At the end the stand-in Odoo, the Vault and the audit log are asked: each document booked once, none lost.
Exit status 1 where it is not so.
"""

import argparse
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from cryptography.fernet import Fernet
from ruamel.yaml import YAML

from benchmarks.recovery import VENDORS, drop, employee_faults, wait
from deployments.processes import SupervisedProcess
from tests.employee_fixture import Employee
from tests.ports import free_port

COMPOSE = Path(__file__).parents[1] / "deployments" / "compose.yaml"
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
GRACE_SECONDS = 10.0
"""How long a container that is to stop is given before it is killed, where compose.yaml says nothing else."""
DROP_SECONDS = 1.0
"""Between two documents while something is restarted."""


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's own programs."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    folders = [path for pattern in POSTGRES_FOLDERS for path in Path("/").glob(pattern[1:])]
    return max((path for path in folders if (path / "pg_ctl").exists()), default=None)


def missing() -> str:
    """What has to be installed before this can run, in one sentence; empty when nothing."""
    names = []
    if postgres_programs() is None:
        names.append("PostgreSQL (postgresql)")
    if shutil.which("redis-server") is None:
        names.append("Redis (redis-server)")
    if importlib.util.find_spec("prefect_redis") is None:
        names.append("prefect-redis (uv sync --extra distributed)")
    return f"the distributed form cannot be started here: install {' and '.join(names)}" if names else ""


@dataclass
class Postgres:
    """A cluster of our own on loopback; a superuser's is run by another user, since PostgreSQL refuses to."""

    password: str
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="fte-spread-postgres-")))

    def make(self) -> None:
        """Make the cluster, start it, and make the database of Prefect, as PostgreSQL's image does."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        self._give(self.folder, secret)
        access = ["--auth=scram-sha-256", "--username=fte", f"--pwfile={secret}", "--encoding=UTF8"]
        self._run("initdb", "--no-sync", "-D", str(self.data), *access)
        self.start()
        self.execute("CREATE DATABASE prefect")

    @property
    def data(self) -> Path:
        """Where the cluster lies."""
        return self.folder / "data"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run(
            "pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` is what a crash leaves."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    def execute(self, statement: str) -> None:
        """Run a statement outside of a transaction."""
        import psycopg

        address = f"postgresql://fte:{self.password}@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *words: str) -> None:
        as_user = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        done = subprocess.run(
            [str((postgres_programs() or Path()) / program), *words],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **as_user,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _give(self, *paths: Path) -> None:
        if self._user:
            for path in paths:
                shutil.chown(path, self._user, self._user)

    @property
    def _user(self) -> str | None:
        if os.name != "posix" or os.geteuid() != 0:
            return None
        import pwd

        names = {each.pw_name for each in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"


class Spread(Employee):
    """The parts of compose.yaml as processes of this machine; what ends is started again until it is to stop."""

    def __init__(self, root: Path) -> None:
        """Nothing is started yet."""
        super().__init__(root)
        self.password, self.auth = secrets.token_hex(12), f"fte:{secrets.token_hex(12)}"
        self.postgres = Postgres(self.password)
        self.redis_port = free_port()
        self.started: dict[str, SupervisedProcess] = {}
        self.restarts: dict[str, int] = {}
        self.dropped: list[tuple[Path, float]] = []
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self._keeper = threading.Thread(target=self._keep_alive, daemon=True)
        self.compose = self._read_compose()

    def _read_compose(self) -> dict[str, Any]:
        """The file with its secrets filled in and its addresses led to this machine."""
        secret = {
            "POSTGRES_PASSWORD": self.password,
            "PREFECT_AUTH": self.auth,
            "PREFECT_ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "VAULT": str(self.vault),
        }
        text = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: secret[found[1]], COMPOSE.read_text())
        for there, here in {
            "@postgres:5432": f"@127.0.0.1:{self.postgres.port}",
            "//redis:6379": f"//127.0.0.1:{self.redis_port}",
            "//server:4200": f"//127.0.0.1:{self.port}",
            "127.0.0.1:4200": f"127.0.0.1:{self.port}",
            '"4200"': f'"{self.port}"',
            "0.0.0.0": "127.0.0.1",  # noqa: S104 (it goes)
            "/state/": f"{self.root}/home/",
            "FTE_MODE: live": "FTE_MODE: sandbox",
        }.items():
            text = text.replace(there, here)
        read: dict[str, Any] = YAML(typ="safe").load(text)
        return read

    @property
    def environment(self) -> dict[str, str]:
        """What the image and compose.yaml tell the employee's processes."""
        return super().environment | {"PREFECT_HOME": str(self.root / "prefect")} | self.compose["x-employee"]

    def start(self) -> None:
        """Start everything but the workers."""
        self.postgres.make()
        self.postgres.execute(self.compose["configs"]["ledger-database"]["content"])
        redis = ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        self._start("redis", redis, {})
        place = ["--port", str(self.sandbox_port), "--state", str(self.root / "sandbox")]
        self._start("sandbox", [sys.executable, "-m", "sandbox", *place], self.environment)
        self._once("migrate")
        for name in ("server", "services"):
            self.start_part(name)
            if name == "server":
                wait(lambda: self._answers("/health"))
        self._once("register")
        self.start_part("vault")
        self._keeper.start()

    def stop(self) -> None:
        """Stop everything."""
        self._is_over.set()
        if self._keeper.is_alive():
            self._keeper.join()
        for name in reversed(list(self.started)):
            self.stop_part(name)
        self.postgres.stop("fast")
        shutil.rmtree(self.postgres.folder)

    def start_part(self, name: str) -> None:
        """Start a part of compose.yaml; `worker-1`, `worker-2` are its `worker`."""
        part = name.partition("-")[0]
        self._start(name, self._command(part), self._environment_of(part))

    def stop_part(self, name: str) -> None:
        """Stop a part as a container is stopped: it is asked, then it and its children are killed."""
        with self._lock:
            process = self.started.pop(name).process
        if process is None:
            return
        family = _family(process)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._grace_seconds(name))
        _kill(family)
        process.wait()

    def _grace_seconds(self, name: str) -> float:
        said = self.compose["services"].get(name.partition("-")[0], {}).get("stop_grace_period")
        return float(said.removesuffix("m")) * 60 if said else GRACE_SECONDS

    def kill_part(self, name: str) -> None:
        """Kill a part and its children, as when its machine is gone; it is started again."""
        process = self.started[name].process
        if process is not None:
            _kill(_family(process))

    def add_worker(self, number: int) -> None:
        """Start a worker and wait until the Prefect server knows it."""
        before = self._workers()
        self.start_part(f"worker-{number}")
        wait(lambda: self._workers() - before)

    def _workers(self) -> set[str]:
        """The workers that said something of late."""
        told = self._ask("/work_pools/employee/workers/filter", {"limit": 200})
        return {each["name"] for each in told if each["status"] == "ONLINE"}

    def busy_workers(self) -> list[str]:
        """The workers that have a run in work."""
        processes = {
            name: service.process for name, service in self.started.items() if name.startswith("worker")
        }
        return [name for name, process in processes.items() if process and len(_family(process)) > 1]

    def wait_for_booking(self) -> None:
        """Until Odoo has a document before it, for which it will take some seconds."""
        self.fault(kind="latency", seconds=5, path="account.move/load")
        wait(lambda: not employee_faults(self))

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with self._lock:
            service = SupervisedProcess(name, command, environment, self.root / "logs" / f"{name}.log")
            service.start()
            self.started[name] = service

    def _once(self, part: str) -> None:
        done = subprocess.run(
            self._command(part),
            env={**os.environ, **self._environment_of(part)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{part} failed: {done.stdout[-3000:]}{done.stderr[-3000:]}")

    def _command(self, part: str) -> list[str]:
        program, *words = self.compose["services"][part]["command"]
        return [sys.executable, *(["-m", "prefect"] if program == "prefect" else []), *words]

    def _environment_of(self, part: str) -> dict[str, str]:
        told = self.compose["services"][part]["environment"]
        if "FTE_MODE" in told:
            return self.environment | told
        return {"HOME": str(self.root), "PREFECT_HOME": str(self.root / f"prefect-{part}"), **told}

    def _keep_alive(self) -> None:
        while not self._is_over.wait(0.5):
            with self._lock:
                again = [name for name, service in self.started.items() if service.restart_if_dead()]
            for name in again:
                self.restarts[name] = self.restarts.get(name, 0) + 1

    def _answers(self, path: str) -> bool:
        import httpx

        try:
            return httpx.get(f"{self.api}{path}", auth=self._login, timeout=5).is_success
        except httpx.HTTPError:
            return False

    def _ask(self, path: str, body: dict[str, Any]) -> Any:
        import httpx

        with httpx.Client(auth=self._login, timeout=30) as client:
            token = client.get(f"{self.api}/csrf-token", params={"client": "spread"}).raise_for_status()
            headers = {"Prefect-Csrf-Token": token.json()["token"], "Prefect-Csrf-Client": "spread"}
            answer = client.post(f"{self.api}{path}", json=body, headers=headers)
        return answer.raise_for_status().json()

    @property
    def _login(self) -> tuple[str, str]:
        user, _, password = self.auth.partition(":")
        return user, password

    def drop_one(self) -> None:
        """Drop the next document."""
        note = drop(self, VENDORS[len(self.dropped) % len(VENDORS)])
        self.dropped.append((note, time.time()))

    def load(self, count: int) -> float:
        """Drop so many at once; documents a second until all are Done."""
        first = len(self.dropped)
        begun = time.time()
        for _ in range(count):
            self.drop_one()
        wait(lambda: all(note.exists() for note, _ in self.dropped[first:]))
        return count / (max(_done_at(note) for note, _ in self.dropped[first:]) - begun)

    def under_load(self, disturb: Callable[[], None], count: int) -> list[float]:
        """Drop one after the other while `disturb` goes on, and some after it: seconds from each drop to its Done."""
        first, is_over = len(self.dropped), threading.Event()

        def keep_dropping() -> None:
            while not (is_over.is_set() and len(self.dropped) >= first + count):
                self.drop_one()
                time.sleep(DROP_SECONDS)

        dropping = threading.Thread(target=keep_dropping)
        dropping.start()
        try:
            wait(lambda: len(self.dropped) > first + 1)
            disturb()
        finally:
            is_over.set()
            dropping.join()
        wait(lambda: all(note.exists() for note, _ in self.dropped[first:]))
        return [_done_at(note) - dropped for note, dropped in self.dropped[first:]]

    def wrong(self) -> list[str]:
        """What is not as it has to be; empty when each document is booked once, none is lost, and the log is whole."""
        asked = {"domain": [["move_type", "=", "in_invoice"]], "fields": ["ref", "state"]}
        states: dict[str, list[str]] = {}
        for bill in self.odoo("account.move", "search_read", **asked):
            if re.fullmatch(r"R-\d+", bill["ref"] or ""):
                states.setdefault(bill["ref"], []).append(bill["state"])
        found = [f"{number} is booked {how}" for number, how in states.items() if how != ["posted"]]
        if len(states) != len(self.dropped):
            found.append(f"{len(self.dropped)} documents were dropped, and {len(states)} booked")
        found += [f"{note.stem} is not Done" for note, _ in self.dropped if not note.exists()]
        found += [f"{path.name} still lies in Inbox" for path in (self.vault / "Inbox").glob("*.txt")]
        found += [f"{name} is still open" for name in self.notes("Needs_Action") if name.startswith("file-")]
        told = self.fte("audit", "verify", ok=False)
        if told.returncode:
            found.append(f"the audit log does not verify: {told.stdout}{told.stderr}")
        letters = json.loads(self.fte("status", "--json").stdout).get("dead_letters")
        if letters:
            found.append(f"{letters} dead letters")
        return found


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """A process and its children; nobody once it has ended."""
    if process.poll() is not None:
        return []
    first = psutil.Process(process.pid)
    return [first, *first.children(recursive=True)]


def _kill(family: list[psutil.Process]) -> None:
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=30)


def _done_at(note: Path) -> float:
    return note.stat().st_ctime


@contextmanager
def spread(root: Path) -> Iterator[Spread]:
    """The distributed form with one worker."""
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell's background ignores it, and its children too
    running = Spread(root)
    try:
        running.start()
        running.add_worker(1)
        yield running
    finally:
        running.stop()


def disturbances(running: Spread) -> dict[str, Callable[[], None]]:
    """What is done to it under load, by its name."""

    def restart_workers() -> None:
        for number in (1, 2):
            running.stop_part(f"worker-{number}")
            running.add_worker(number)

    def kill_worker() -> None:
        running.wait_for_booking()
        for name in running.busy_workers():
            running.kill_part(name)

    def restart_postgres() -> None:
        running.wait_for_booking()
        running.postgres.stop()
        running.postgres.start()

    return {
        "rolling restart of both workers": restart_workers,
        "kill -9 of each worker that has a run, with the run": kill_worker,
        "PostgreSQL stopped at once and started": restart_postgres,
    }


def report(running: Spread, documents: int) -> list[str]:
    """Print every figure; what is wrong at the end."""
    running.load(1)
    one = running.load(documents)
    print(f"{documents} documents dropped at once, one worker:  {one:.2f} documents a second", flush=True)
    running.add_worker(2)
    two = running.load(documents)
    print(f"{documents} documents dropped at once, two workers: {two:.2f} documents a second", flush=True)
    for name, disturb in disturbances(running).items():
        taken = running.under_load(disturb, documents // 2)
        print(
            f"{name}: {len(taken)} documents, from drop to Done {median(taken):.1f} s in the middle, "
            f"{max(taken):.1f} s at most",
            flush=True,
        )
    print(f"started again by themselves: {running.restarts or 'none'}")
    wrong = running.wrong()
    print(
        "\n".join(wrong)
        or f"{len(running.dropped)} documents: each booked once, none lost, the audit log verifies"
    )
    return wrong


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=40, help="dropped at once for each figure")
    parser.add_argument("--keep", type=Path, help="a new folder that is left behind, with the logs")
    chosen = parser.parse_args(words)
    if said := missing():
        print(said)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped then, too
    with tempfile.TemporaryDirectory(prefix="fte-spread-") as made:
        root = chosen.keep or Path(made)
        root.mkdir(parents=True, exist_ok=True)
        with spread(root) as running:
            return 1 if report(running, chosen.documents) else 0


if __name__ == "__main__":
    sys.exit(main())
