"""Days of a small business whose employee is killed and whose services fail: what was lost, doubled, unaudited.

`python -m benchmarks.chaos --kills 60 --days 7 --seed 1`: all channels and flows of `benchmarks.month`. The process
that works is killed (SIGKILL) before a request, after an effect and before its answer, where a file changes, or at any
time, and started again; answers are lost after the effect, cut, refused or no JSON, and services are away. Exit status
1 for anything lost, doubled or unaudited.
"""

import argparse
import asyncio
import logging
import os
import random
import tempfile
import time
from datetime import UTC, datetime
from datetime import time as clock
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.business_trouble import Troubled


def live(kills: int, days: int, seed: int, folder: Path) -> int:
    """Live through them, print what came of it; how many promises were not kept."""
    from tests.business_days import at_work
    from tests.business_kills import BlocksOnDisk, Killed, Watchtower
    from tests.business_month import FIRST_DAY
    from tests.business_trouble import Troubled
    from tests.sandbox_fixture import sandbox_thread
    from tests.whatsapp_world import receiver_thread

    begins, begun, tower = datetime.combine(FIRST_DAY, clock(7), UTC), time.perf_counter(), Watchtower()
    blocks, chance = folder / "blocks", random.Random(seed)  # noqa: S311 (repeatable)
    made = partial(Killed, tower=tower, blocks=blocks, chance=chance)
    with (
        sandbox_thread(folder / "sandbox", tower.before) as sandbox,
        receiver_thread() as receiver,
        at_work(sandbox, receiver, begins, made, BlocksOnDisk(blocks)) as employee,
    ):
        month = Troubled(employee, killed=employee, chance=chance)
        employee.due_each = kills / month.settled_in(days)
        asyncio.run(month.live(range(days)))
        wrong = told(month)
    print(f"{days} days in {time.perf_counter() - begun:.0f} s; promises not kept: {wrong}")
    return wrong


def told(month: "Troubled") -> int:
    """Print the tables; how many promises were not kept."""
    from tests.business_kills_count import faults, outside, unaudited
    from tests.business_month_count import doubled, lost, table, unproven

    employee = month.killed
    print(table(month))
    print("runs: " + ", ".join(f"{flow} {times}" for flow, times in sorted(employee.ran.items())))
    for title, counted in (("kills", employee.kills), ("requests with a fault", faults(month))):
        print(f"{title}: {counted.total()}")
        print("\n".join(f"  {times:>5} {kind}" for kind, times in counted.most_common()))
    print(f"X connected again by its owner, who was told to: {month.reconnected}")
    for why in employee.failed:
        print(f"a run ended as failed, and another went on: {why}")
    problems = {
        "lost": list(lost(month)),
        "doubled": list(doubled(month)),
        "unaudited": [*unaudited(month, month.there), *unproven()],
    }
    print(f"made outside, each looked for in the audit log: {len(set(outside(month)) - month.there)}")
    for promise, broken in problems.items():
        print("\n  ".join([f"{promise}: {len(broken)}", *broken]))
    return sum(map(len, problems.values()))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument(
        "--days", type=int, default=0, help="by default one for every fifty kills, at least 5"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        here = {
            "FTE_HOME": f"{folder}/home",
            "FTE_VAULT": f"{folder}/Vault",
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
        }
        ports = {"FTE_PORT": "9", "FTE_WEBHOOK_PORT": "9"}
        os.environ.update(here | ports, PREFECT_SERVER_EPHEMERAL_ENABLED="false")
        if live(asked.kills, asked.days or max(5, asked.kills // 50), asked.seed, Path(folder)):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
