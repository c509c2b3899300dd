"""Ledger operations per second beside a bare SQLite insert with the same durability, in one run.

`python -m benchmarks.ledger [count]`; works in a temporary folder of the disk that FTE_HOME would be on.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Beside:
    """Times each operation in turns with the bare insert, so that a busy machine slows both."""

    def __init__(self, bare: Callable[[int], object], count: int) -> None:
        self.bare, self.count = bare, count
        self.inserted = 0

    def measure(self, name: str, work: Callable[[int], object]) -> None:
        """Print the operation's rate and its median time beside the bare insert's."""
        bare, ours = [], []
        for number in range(self.count):
            bare.append(_seconds(self.bare, self.inserted))
            ours.append(_seconds(work, number))
            self.inserted += 1
        plain, mine = median(bare), median(ours)
        print(
            f"{name:<48}{1 / mine:>8,.0f} a second{mine / plain:>8.2f} x a bare insert ({1 / plain:,.0f} a second)"
        )


def _seconds(work: Callable[[int], object], number: int) -> float:
    begun = time.perf_counter()
    work(number)
    return time.perf_counter() - begun


def bare_insert(folder: Path) -> Callable[[int], object]:
    """One row of a ledger's size in one transaction: WAL and synchronous=FULL, as the ledger has them."""
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE effects (key TEXT PRIMARY KEY, body TEXT, at TEXT)")

    def insert(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO effects VALUES (?, ?, ?)", (f"k{number}", "x" * 400, NOW.isoformat()))
        connection.execute("COMMIT")

    return insert


def compare(folder: Path, count: int) -> None:
    """Every operation that a step of work pays for."""
    from domain.reliability.effect import NewEffect
    from tasks.reliability import effect_ledger
    from tasks.reliability.breakers import guarded
    from tasks.reliability.claims import claim, release, this_process
    from tasks.reliability.rate_limits import reserve_turn

    def effect(number: int) -> NewEffect:
        inputs = {"text": "x" * 300}
        return NewEffect(
            key=f"k{number}", task_id=f"t{number}", step_id="s", action="a", content_hash="h", inputs=inputs
        )

    def claim_and_release(number: int) -> None:
        claim(f"task:{number}", owner=this_process(), now=NOW, seconds=60)
        release(f"task:{number}", owner=this_process())

    async def call() -> None:
        async with guarded("odoo"):
            pass

    beside = Beside(bare_insert(folder), count)
    beside.measure(
        "begin_effect: the intent is on disk", lambda n: effect_ledger.begin_effect(effect(n), now=NOW)
    )
    beside.measure(
        "finish_effect: so is the receipt", lambda n: effect_ledger.finish_effect(f"k{n}", {}, NOW)
    )
    beside.measure(
        "begin_effect of a done effect (no write)", lambda n: effect_ledger.begin_effect(effect(n), now=NOW)
    )
    beside.measure("claim and release (two writes)", claim_and_release)
    beside.measure("a turn reserved", lambda _: reserve_turn("odoo", now=NOW, patience_seconds=1e6))
    with asyncio.Runner() as runner:
        beside.measure("a guarded call of a healthy service (no write)", lambda _: runner.run(call()))
    print(f"{count} each, on {'PostgreSQL' if os.environ.get('FTE_DATABASE_URL') else 'SQLite'}")


def main() -> None:
    """Compare in a folder that is gone afterwards."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FTE_HOME"] = folder
        compare(Path(folder), count)


if __name__ == "__main__":
    main()
