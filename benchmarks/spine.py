"""File dropped -> Done for a low-risk task, beside an empty flow run started the same way; and with a full Done/.

`python -m benchmarks.spine [--runs 10] [--notes 100000]` starts an installation of its own in a temporary folder.
The two are measured in turn, so that a machine whose speed drifts does not favour one. Each holds a wait of its own:
the receipt half a second until its file counts as whole, the empty run the rest of the second until its runner looks.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from domain.planning.event import file_event_id
from tests.employee_fixture import Employee, receipt

PATIENCE_SECONDS = 60.0


def seconds_until(holds: Callable[[], object]) -> float:
    """Poll every 5 ms."""
    begun = time.perf_counter()
    while not holds():
        if time.perf_counter() - begun > PATIENCE_SECONDS:
            raise TimeoutError("it did not happen within a minute")
        time.sleep(0.005)
    return time.perf_counter() - begun


def measure_receipt(employee: Employee, number: int) -> float:
    """Seconds from the drop to the note in Done/."""
    done = employee.vault / "Done"
    text = receipt("Cloudberry Hosting Inc.", f"0.{10 + number % 80}", f"CBH-7{number}")
    employee.drop(f"r{number}.txt", text)
    return seconds_until((done / f"{file_event_id(text.encode())}.md").exists)


def measure_empty(employee: Employee, folder: Path, number: int) -> float:
    """Seconds from the drop to the Completed state of an empty run."""
    drop = folder / f"d{number}.md"
    drop.touch()
    before = newest(employee)
    taken = seconds_until(lambda: newest(employee) != before)
    drop.unlink()
    return taken


def newest(employee: Employee) -> object:
    """The newest completed run of the empty flow."""
    found = employee.runs(
        flows={"name": {"any_": ["empty"]}},
        flow_runs={"state": {"type": {"any_": ["COMPLETED"]}}},
        limit=1,
    )
    return found[0]["id"] if found else None


def line(name: str, values: list[float]) -> str:
    """Median, p95 and largest."""
    p95 = statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    return (
        f"{name:44} median {statistics.median(values):6.2f} s   p95 {p95:6.2f} s   max {max(values):6.2f} s"
    )


def fill_done(vault: Path, count: int) -> None:
    """Put so many finished notes into Done/."""
    for number in range(count):
        (vault / "Done" / f"file-{number:016d}.md").write_text("---\nstatus: done\n---\n")


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=10)
    words.add_argument("--notes", type=int, default=100_000)
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory() as root:
        employee = Employee(Path(root))
        employee.start()
        folder = Path(root) / "empty"
        environment = employee.environment | {
            "PREFECT_API_URL": employee.api,
            "PREFECT_HOME": str(employee.state / "prefect"),
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
            "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
            "EMPTY_FLOW_FOLDER": str(folder),
        }
        floor = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.empty_flow"],
            env=environment,
            cwd=Path.cwd(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            seconds_until(folder.exists)  # it is under way
            compare(employee, folder, chosen.runs, "")
            fill_done(employee.vault, chosen.notes)
            compare(employee, folder, chosen.runs, f", {chosen.notes} notes in Done/")
        finally:
            floor.terminate()
            employee.stop()


def compare(employee: Employee, folder: Path, runs: int, circumstances: str) -> None:
    """One warm-up of each, then in turn."""
    ours, floor = [], []
    start = int(time.time()) % 100_000 // 10 * 10
    for number in range(runs + 1):
        ours.append(measure_receipt(employee, start + number))
        floor.append(measure_empty(employee, folder, start + number))
    ours, floor = ours[1:], floor[1:]
    print(line(f"file dropped -> Done{circumstances}", ours))
    print(line(f"empty flow run, started the same way{circumstances}", floor))
    print(f"{'ratio of medians':44} {statistics.median(ours) / statistics.median(floor):.2f}")


if __name__ == "__main__":
    main()
