"""What a backfill costs on one machine: documents a second, processor time and memory, killed (-9) on the way or not.

`python -m benchmarks.backfill [--documents 1000] [--processes 1] [--kill]` starts an installation of its own in a
temporary folder and takes in a folder of small bills with `fte backfill`, which after a kill at half is begun
again. At the end the stand-in Odoo says whether each document was booked once, the Vault whether each has its note.
Exit status 1 where it is not so.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.recovery import VENDORS
from tests.employee_fixture import Employee, receipt


def make(folder: Path, count: int, day: str) -> None:
    """So many small bills of known vendors."""
    for number in range(count):
        place = folder / str(number // 1000)
        place.mkdir(parents=True, exist_ok=True)
        amount = f"0.{10 + number % 80}"
        (place / f"{number}.txt").write_text(
            receipt(VENDORS[number % len(VENDORS)], amount, f"B-{number}", day)
        )


def take_in(employee: Employee, folder: Path, words: list[str], kill_at: int) -> tuple[str, float, float]:
    """What it said, its processes' most memory in MB and processor time in s; killed once so many notes are Done."""
    command = [sys.executable, "-m", "deployments.command_line", "backfill", str(folder), *words]
    log = employee.root / "backfill.log"
    with log.open("w") as output:
        running = subprocess.Popen(
            command, env=employee.environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    most, used = 0.0, dict[int, float]()
    while running.poll() is None:
        with suppress(psutil.NoSuchProcess):
            family = [psutil.Process(running.pid), *psutil.Process(running.pid).children(recursive=True)]
            most = max(most, sum(each.memory_info().rss for each in family) / 1e6)
            used |= {each.pid: sum(each.cpu_times()[:2]) for each in family}
            if kill_at and len(employee.notes("Done")) >= kill_at:
                for each in family:
                    each.kill()
        time.sleep(1)
    return "\n".join(log.read_text().splitlines()[-1:]), most, sum(used.values())


def wrong(employee: Employee, count: int) -> list[str]:
    """What is not as it has to be."""
    asked = {"domain": [["move_type", "=", "in_invoice"]], "fields": ["ref"]}
    bills = employee.odoo("account.move", "search_read", **asked)
    booked = Counter(bill["ref"] for bill in bills if re.fullmatch(r"B-\d+", bill["ref"] or ""))
    found = [f"{ref} is booked {times} times" for ref, times in booked.items() if times > 1]
    states = {folder: len(employee.notes(folder)) for folder in ("Done", "Needs_Action", "Pending_Approval")}
    notes = [name for folder in ("Done", "Needs_Action") for name in employee.notes(folder)]
    tasks = sum(name.startswith("file-") for name in notes)
    print(f"{len(booked)} booked; notes {states}")
    return found + ([f"{count} documents, {tasks} tasks"] if tasks != count else [])


def main() -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--kill", action="store_true", help="once, at half, and begun again")
    parser.add_argument("--day", default="2026-11-20", help="on the documents")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fte-backfill-") as made:
        employee, folder = Employee(Path(made)), Path(made) / "old"
        make(folder, chosen.documents, chosen.day)
        employee.start()
        try:
            words, begun = ["--processes", str(chosen.processes)], time.time()
            if chosen.kill:
                take_in(employee, folder, words, chosen.documents // 2)
            said, most, used = take_in(employee, folder, words, 0)
            took = time.time() - begun
            print(said)
            rate = f"{chosen.documents / took:.1f} documents a second"
            print(
                f"{chosen.documents} documents, {chosen.processes} process(es): {took:.0f} s, {rate}, "
                f"{used:.0f} s of a processor in its own processes, {most:.0f} MB"
            )
            found = wrong(employee, chosen.documents)
            print("\n".join(found) or "each document once")
            return 1 if found else 0
        finally:
            employee.stop()


if __name__ == "__main__":
    sys.exit(main())
