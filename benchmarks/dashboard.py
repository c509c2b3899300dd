"""The Dashboard beside a bare write of the same page, in one run, as Done/ and the open tasks grow.

`python -m benchmarks.dashboard [--rounds 15]`, in a temporary folder of the disk TMPDIR names. A change is one task
that came; "nothing new" is the look of a minute in which nothing happened. All are measured in turns.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

DONE = (1_000, 10_000, 100_000)
OPEN = (10, 1_000, 10_000)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOTE = """---
id: {name}
status: {status}
source: gmail
received: 2026-11-20T08:00:00+00:00
from: Harbor Street Offices <rent@harborstreetoffices.example>
subject: Invoice {number}
kind: receipt
domain: {domain}
priority: {priority}
was_read:
  - field: due_on
    value: 2026-12-12
    sure: 99%
    where: 'line 6: Due Date: December 12, 2026'
---

# Invoice {number} from Harbor Street Offices

> Office rent and service charge
"""
DOMAINS, PRIORITIES = ("personal", "business", "both"), ("high", "normal", "low")


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def fill(folder: Path, begun: int, count: int, status: str) -> None:
    """Notes as the employee leaves them."""
    for number in range(begun, count):
        name = f"task-{number:06}"
        said = NOTE.format(
            name=name,
            status=status,
            number=number,
            domain=DOMAINS[number % 3],
            priority=PRIORITIES[number % 7 % 3],
        )
        (folder / f"{name}.md").write_text(said)


def bare(page: Path) -> None:
    """The floor: the same bytes beside, synced, and put in place."""
    content, beside = page.read_bytes(), page.with_name(".bare.tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(page)
    with suppress(OSError):
        descriptor = os.open(page.parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def measure(root: Path, rounds: int) -> tuple[float, float, float]:
    """Medians in milliseconds: a change, nothing new, the floor."""
    from tasks.dashboard.look import Keeper

    keeper, new, page = Keeper(), root / "Needs_Action" / "z-new.md", root / "Dashboard.md"
    keeper.write(NOW)
    while keeper.is_reading:
        keeper.write(NOW)
    changed, same, floor = [], [], []
    for turn in range(rounds):
        at = NOW + timedelta(minutes=turn)
        said = NOTE.format(name=f"n{turn}", status="new", number=turn, domain="business", priority="high")
        new.write_text(said)
        changed.append(seconds(lambda: keeper.write(at)))  # noqa: B023 (run at once)
        same.append(seconds(lambda: keeper.write(at)))  # noqa: B023 (the same)
        floor.append(seconds(lambda: bare(page)))
    new.unlink()
    return median(changed) * 1000, median(same) * 1000, median(floor) * 1000


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=15)
    rounds = words.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FTE_HOME": f"{folder}/home", "FTE_VAULT": f"{folder}/Vault"}
        from tasks.vault.vault import init_vault

        root = Path(folder) / "Vault"
        init_vault(root)
        print(
            f"{'notes in Done/':>14} {'open tasks':>10} {'a change':>12} {'nothing new':>12} {'bare write':>12}"
        )
        done = 0
        steps = [(count, OPEN[0]) for count in DONE] + [(DONE[-1], count) for count in OPEN[1:]]
        present, first = 0, None
        for wanted, tasks in steps:
            fill(root / "Done", done, wanted, "done")
            fill(root / "Needs_Action", present, tasks, "escalated")
            done, present = wanted, tasks
            row = measure(root, rounds)
            first = first or row
            print(f"{wanted:>14,} {tasks:>10,} " + " ".join(f"{each:>9.1f} ms" for each in row), flush=True)
            if wanted == DONE[-1] and tasks == OPEN[0]:
                print(f"growth from {DONE[0]:,} to {DONE[-1]:,} notes in Done/: {row[0] / first[0]:.2f} x")


if __name__ == "__main__":
    main()
