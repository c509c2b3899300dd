"""A month of a small business over all channels, with the clock moved: how tasks ended, and nothing was done twice.

`python -m benchmarks.month [--days 31]`: mails, files, messages, mentions, pages, deadlines, posts, hours, reminders,
decisions on every way or none, services that are away for hours and answers that are lost after the effect. The
records of the stand-in services count; a promise that was not kept is said, and the exit status is 1.
"""

import argparse
import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path


def live(days: int, folder: Path) -> int:
    """Live through them, print what came of it; how many promises were not kept."""
    from tests.business_days import at_work
    from tests.business_month import FIRST_DAY, Month
    from tests.business_month_count import broken, table
    from tests.sandbox_fixture import sandbox_thread
    from tests.whatsapp_world import receiver_thread

    begins, begun = datetime.combine(FIRST_DAY, clock(7), UTC), time.perf_counter()
    with (
        sandbox_thread(folder / "sandbox") as sandbox,
        receiver_thread() as receiver,
        at_work(sandbox, receiver, begins) as employee,
    ):
        month = Month(employee)
        asyncio.run(month.live(range(days)))
        print(table(month))
        print("decided: " + ", ".join(f"{way} {times}" for way, times in sorted(month.ways.items())))
        print("runs: " + ", ".join(f"{flow} {times}" for flow, times in sorted(employee.ran.items())))
        wrong = list(broken(month))
        print(f"{days} days in {time.perf_counter() - begun:.0f} s; promises not kept: {len(wrong)}")
        print("\n".join(wrong))
        return len(wrong)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=31)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = {
            "FTE_HOME": f"{folder}/home",
            "FTE_VAULT": f"{folder}/Vault",
            "FTE_PORT": "9",
            "FTE_WEBHOOK_PORT": "9",
        }
        os.environ.update(here, PREFECT_SERVER_EPHEMERAL_ENABLED="false")
        if live(asked.days, Path(folder)):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
