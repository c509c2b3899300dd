"""How long an employee is away after one of its processes was killed.

`python -m benchmarks.uptime [--kills 12] [--seed 1]`: a real `fte up` in the sandbox; its Prefect server, its runner
and its webhook receiver are killed (SIGKILL) in random order. Away is
the time from the kill until all three answer again
and a receipt that was dropped at the kill is a task that waits for its approval. From it follows how many such kills a
day leave 99 % of uptime. Exit status 1 where a receipt was lost, or asked about twice.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from itertools import chain, cycle, islice
from pathlib import Path

import httpx
import psutil

from tests.employee_fixture import Employee, receipt

PROCESSES = {
    "Prefect server": "deployments.server",
    "runner": "deployments.runner",
    "webhook receiver": "deployments.webhooks",
}
DAY_SECONDS, GOAL = 86_400, 0.99
PATIENCE_SECONDS = 180


def process_of(employee: Employee, module: str) -> psutil.Process | None:
    """The running process of the employee that runs this module."""
    children = psutil.Process(employee.up.pid).children(recursive=True) if employee.up else []
    for process in children:
        try:
            if module in process.cmdline():
                return process
        except psutil.Error:  # it has just ended
            continue
    return None


def answers(employee: Employee) -> bool:
    """Whether server and webhook receiver answer and a runner is there."""
    try:
        healthy = httpx.get(f"{employee.api}/health", timeout=1).is_success
        httpx.get(f"http://127.0.0.1:{employee.webhook_port}/", timeout=1)
    except httpx.HTTPError:
        return False
    return healthy and process_of(employee, PROCESSES["runner"]) is not None


def asked_about(employee: Employee, number: str) -> int:
    """How many requests name this receipt."""
    return sum(
        number in employee.note("Pending_Approval", name) for name in employee.notes("Pending_Approval")
    )


def away_seconds(employee: Employee, module: str, number: str) -> float:
    """Kill the process, drop a receipt, and wait until all is at work again."""
    process = employee.until(lambda: process_of(employee, module))
    begun = time.monotonic()
    process.kill()
    employee.drop(f"{number}.txt", receipt("Harbor Supplies", "12.50", number))
    employee.until(lambda: answers(employee) and asked_about(employee, number), PATIENCE_SECONDS)
    return time.monotonic() - begun


def main() -> int:
    """Kill, and print how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)  # noqa: S311 (repeatable)
    away: dict[str, list[float]] = {name: [] for name in PROCESSES}
    with tempfile.TemporaryDirectory() as folder:
        employee = Employee(Path(folder))
        employee.start()
        try:
            order = [*islice(cycle(PROCESSES), asked.kills)]
            dice.shuffle(order)
            for number, name in enumerate(order):
                time.sleep(dice.uniform(1, 10))
                away[name].append(away_seconds(employee, PROCESSES[name], f"UP-{number:04d}"))
            wrong = [n for n in range(asked.kills) if asked_about(employee, f"UP-{n:04d}") != 1]
        finally:
            employee.stop()
    print_table(away)
    print(f"{asked.kills} receipts dropped at a kill: {len(wrong)} lost or asked about twice")
    return 1 if wrong else 0


def print_table(away: dict[str, list[float]]) -> None:
    """A line a process, and one for all."""
    for name, times in [*away.items(), ("all", [*chain(*away.values())])]:
        if times:
            usual, longest = statistics.median(times), max(times)
            most = int(DAY_SECONDS * (1 - GOAL) / statistics.mean(times))
            print(
                f"{name:<17} kills {len(times):3d}   away: median {usual:5.1f} s, longest {longest:5.1f} s   "
                f"99 % holds up to {most} kills a day"
            )


if __name__ == "__main__":
    sys.exit(main())
