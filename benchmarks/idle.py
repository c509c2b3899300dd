"""What an employee that has nothing to do leaves in Prefect's database: runs, events and bytes, per hour and day.

`python -m benchmarks.idle [--minutes 25] [--settle 5]` starts an installation of its own in a temporary folder, lets
it settle, and looks at the database's pages that are in use, so that what SQLite merely reserves does not count.
"""

import argparse
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.employee_fixture import Employee

BUSY_SECONDS = 30.0


@dataclass(frozen=True)
class Size:
    """What the database holds at one moment."""

    at: float
    bytes: int
    events: int
    runs: Counter[str] = field(default_factory=Counter)


def size_of(database: Path) -> Size:
    """Look at it, without keeping anybody from writing."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as prefect:
        number = {name: prefect.execute(f"PRAGMA {name}").fetchone()[0] for name in PAGES}
        [(events,)] = prefect.execute("SELECT COUNT(*) FROM events")
        runs = prefect.execute(RUNS_BEGUN).fetchall()
    used = (number["page_count"] - number["freelist_count"]) * number["page_size"]
    return Size(time.monotonic(), used, events, Counter(dict(runs)))


PAGES = ("page_count", "freelist_count", "page_size")
RUNS_BEGUN = """
    SELECT flow.name, COUNT(*) FROM flow_run JOIN flow ON flow.id = flow_run.flow_id
    WHERE flow_run.start_time IS NOT NULL GROUP BY flow.name
"""


def report(before: Size, after: Size) -> list[str]:
    """One line each: runs by flow, events, bytes."""
    hours = (after.at - before.at) / 3600
    runs = after.runs - before.runs
    by_flow = ", ".join(f"{name} {count / hours:.0f}" for name, count in sorted(runs.items())) or "none"
    grown = (after.bytes - before.bytes) / hours
    return [
        f"measured for                {hours * 60:8.1f} minutes",
        f"runs per hour               {runs.total() / hours:8.0f}   ({by_flow})",
        f"events per hour             {(after.events - before.events) / hours:8.0f}",
        f"bytes per hour              {grown / 1e6:8.3f} MB",
        f"bytes per day               {grown * 24 / 1e6:8.1f} MB",
        f"size at the end             {after.bytes / 1e6:8.1f} MB",
    ]


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--minutes", type=float, default=25)
    words.add_argument("--settle", type=float, default=5, help="Minutes before the first look.")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory() as root:
        employee = Employee(Path(root))
        employee.start()
        try:
            database = employee.state / "prefect" / "prefect.db"
            time.sleep(chosen.settle * 60)
            before = size_of(database)
            time.sleep(chosen.minutes * 60)
            print("\n".join(report(before, size_of(database))))
        finally:
            employee.stop()


if __name__ == "__main__":
    main()
