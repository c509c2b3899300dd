"""How long work waits once what it needs is back: after an outage of Odoo, and after kill -9 of each process.

`python -m benchmarks.recovery [--tasks 40] [--rounds 3]` starts an installation of its own in a temporary folder. After
an outage: seconds from the moment Odoo answers again to the first and the last Done, and documents per second beside
those of the raw calls alone (four callers at once). After a kill: seconds from the kill to the Done of a document that
was dropped right after it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from domain.planning.event import file_event_id
from tests.employee_fixture import Employee, receipt
from tests.sandbox_fixture import ODOO_HEADERS, SandboxClient

VENDORS = (
    "Cloudberry Hosting Inc.",
    "Pixelforge Software LLC",
    "Paper & Pine Supplies",
    "Bluebird Insurance Group",
)
"""Known ones, whose small bills ask nobody."""

PATIENCE_SECONDS = 900.0
TOGETHER = 4
NUMBERS = count(int(time.time()) % 100_000)


def drop(employee: Employee, vendor: str) -> Path:
    """Drop a small bill; where its note will lie when it is done."""
    number = next(NUMBERS)
    text = receipt(vendor, f"0.{10 + number % 80}", f"R-{number}")
    employee.drop(f"{number}.txt", text)
    return employee.vault / "Done" / f"{file_event_id(text.encode())}.md"


def wait(holds: Callable[[], Any]) -> float:
    """Seconds until it holds; looks every 20 ms."""
    begun = time.perf_counter()
    while not holds():
        if time.perf_counter() - begun > PATIENCE_SECONDS:
            raise TimeoutError(f"it did not happen within {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.02)
    return time.perf_counter() - begun


def queued(employee: Employee) -> int:
    """How many tasks wait for Odoo."""
    told = subprocess.run(
        [sys.executable, "-m", "deployments.command_line", "status", "--json"],
        env=employee.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return int(json.loads(told.stdout)["waiting_for_services"].get("odoo", 0))


def measure_outage(employee: Employee, tasks: int) -> tuple[float, float]:
    """Seconds from Odoo's return to the first and the last Done."""
    employee.fault(kind="refuse_before", service="odoo", times=1_000_000)
    notes = [drop(employee, VENDORS[number % len(VENDORS)]) for number in range(tasks)]
    while queued(employee) < tasks:
        time.sleep(1)
    time.sleep(20)
    employee.clear_faults()
    first = wait(lambda: any(note.exists() for note in notes))
    return first, first + wait(lambda: all(note.exists() for note in notes))


def measure_floor(employee: Employee, tasks: int) -> float:
    """Seconds for the calls that book so many bills and nothing else: create, attach, post, read."""
    client = SandboxClient(employee.sandbox)
    client.http.headers.update(ODOO_HEADERS)
    (line,) = client.odoo(
        "account.move",
        "search_read",
        domain=[["move_type", "=", "in_invoice"]],
        fields=["partner_id"],
        limit=1,
    )

    def book(number: int) -> None:
        move = {"move_type": "in_invoice", "partner_id": line["partner_id"][0], "ref": f"raw-{number}"}
        move |= {"invoice_date": "2026-11-20", "invoice_line_ids": [[0, 0, {"name": "x", "price_unit": 1.0}]]}
        [bill] = client.odoo_as_client("account.move", "create", vals_list=[move])
        attachment = {"name": "x.txt", "datas": "eA==", "res_model": "account.move", "res_id": bill}
        client.odoo_as_client("ir.attachment", "create", vals_list=[attachment])
        client.odoo_as_client("account.move", "action_post", ids=[bill])
        client.odoo_as_client("account.move", "read", ids=[bill], fields=["state", "amount_total"])

    begun = time.perf_counter()
    with ThreadPoolExecutor(TOGETHER) as callers:
        list(callers.map(book, (next(NUMBERS) for _ in range(tasks))))
    return time.perf_counter() - begun


def processes(employee: Employee, word: str) -> list[psutil.Process]:
    """The installation's processes with this word in their command line."""
    found = []
    for process in psutil.Process(employee.up.pid if employee.up else None).children(recursive=True):
        try:
            if word in " ".join(process.cmdline()):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return found


def measure_kill(employee: Employee, word: str) -> float:
    """Seconds from the kill of these processes to the Done of what is dropped right after it."""
    victims = processes(employee, word)
    for victim in victims:
        victim.kill()
    begun = time.perf_counter()
    note = drop(employee, VENDORS[0])
    wait(note.exists)
    return time.perf_counter() - begun


def measure_killed_run(employee: Employee) -> float:
    """The same for a run that is killed while it books another document."""
    employee.fault(kind="latency", seconds=5, path="account.move/load")
    drop(employee, VENDORS[1])
    wait(lambda: not employee_faults(employee))
    forked = processes(employee, "from multiprocessing.forkserver")
    servers = {process.pid for process in forked}
    for process in forked:
        if process.ppid() in servers:
            process.kill()
    begun = time.perf_counter()
    note = drop(employee, VENDORS[0])
    wait(note.exists)
    return time.perf_counter() - begun


def employee_faults(employee: Employee) -> list[Any]:
    """The faults still in force."""
    client = SandboxClient(employee.sandbox)
    try:
        found: list[Any] = client.http.get("/_sandbox/faults").json()["faults"]
    finally:
        client.close()
    return found


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--tasks", type=int, default=40)
    words.add_argument("--rounds", type=int, default=3)
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory() as root:
        employee = Employee(Path(root))
        employee.start()
        try:
            report(employee, chosen.tasks, chosen.rounds)
        finally:
            employee.stop()


def report(employee: Employee, tasks: int, rounds: int) -> None:
    """Every measurement, a line each."""
    wait(drop(employee, VENDORS[0]).exists)
    for name, kill in {
        "a run": measure_killed_run,
        "the runner": lambda employee: measure_kill(employee, "deployments.runner"),
        "the server": lambda employee: measure_kill(employee, "deployments.server"),
    }.items():
        taken = [kill(employee) for _ in range(rounds)]
        print(f"kill -9 of {name:12} -> next drop Done: {', '.join(f'{seconds:.1f} s' for seconds in taken)}")
    for _ in range(rounds):
        first, last = measure_outage(employee, tasks)
        floor = measure_floor(employee, tasks)
        print(
            f"Odoo is back, {tasks} tasks wait: first Done {first:.1f} s, last {last:.1f} s, "
            f"{tasks / last:.2f} documents a second ({tasks / (last - first):.2f} once it works); raw calls "
            f"{tasks / floor:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
