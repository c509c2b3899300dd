"""A week's briefing by our flow, beside a plain script of the same numbers, as many charts and pages, in one run.

`python -m benchmarks.briefing [--rounds 5] [--sizes 10000 100000]`: of each number of journal lines, with a twentieth
as many posts and half as many audit records. Both read the same files, in turn; imports are paid before the first
measured round, and the numbers that both know have to be equal. Beside the seconds stands the processor time, for
machines on which something else is at work.
"""

import argparse
import asyncio
import io
import logging
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (10_000, 100_000)
CENT, FEWEST_EQUAL = 0.01, 15
FOUND: dict[str, float] = {}
"""The plain script's numbers, by our keys where we have them."""


def ours() -> bytes:
    """The flow, of a week that is read anew."""
    from flows.weekly_audit import weekly_audit
    from tasks.briefing import pictures
    from tasks.vault.vault import current_vault
    from tests.worked_weeks import WEEK

    pictures._picture.cache_clear()  # noqa: SLF001 (each round draws its charts)
    state = asyncio.run(weekly_audit(WEEK.number, anew=True, return_state=True))  # type: ignore[arg-type]
    if not state.is_completed():
        raise RuntimeError(state.message)
    (path,) = current_vault().path("Reports").glob("*.pdf")
    return path.read_bytes()


def floor() -> bytes:
    """The plain script."""
    from benchmarks.plain_briefing import plain_briefing
    from blocks.settings import settings
    from tasks.policy.handbook import read_handbook
    from tests.worked_weeks import WEEK

    state, zone = settings().state, read_handbook().time_zone
    made, numbers = plain_briefing(state, settings().vault_path, WEEK.monday, zone)
    FOUND.update(numbers)
    return made


def check_numbers() -> None:
    """What both know of the week has to be the same."""
    from tasks.briefing.kept import kept_briefing
    from tests.worked_weeks import WEEK

    own = {one.key: one.value for one in kept_briefing(WEEK).numbers}
    both = {key: (value, own[key]) for key, value in FOUND.items() if own.get(key) is not None}
    differ = [key for key, (plain, ours) in both.items() if abs(plain - float(ours or 0)) > CENT]
    if differ or len(both) < FEWEST_EQUAL:
        raise RuntimeError(f"of {len(both)} numbers these differ: {', '.join(differ)}")
    print(f"  {len(both)} numbers are the same")


def measure(rounds: int) -> None:
    """One size, in turn."""
    scripts: dict[str, Callable[[], bytes]] = {"plain script": floor, "weekly_audit": ours}
    clock: dict[str, list[float]] = {name: [] for name in scripts}
    processor: dict[str, list[float]] = {name: [] for name in scripts}
    for number in range(rounds + 1):
        for name, make in scripts.items():
            begun, worked = time.perf_counter(), time.process_time()
            made = make()
            if number:
                clock[name].append(time.perf_counter() - begun)
                processor[name].append(time.process_time() - worked)
            else:
                print(f"  {name:<14}{pages(made)} pages")
        if not number:
            check_numbers()
    for said, taken in (("clock", clock), ("processor", processor)):
        plain, own = (statistics.median(times) for times in taken.values())
        print(f"  {said:<14}{plain:>7.2f} s plain{own:>8.2f} s ours{own / plain:>7.2f} x", flush=True)


def pages(pdf: bytes) -> int:
    """How many a PDF has."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def main() -> None:
    """Make the data of each size, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    asked = parser.parse_args()
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    logging.disable(logging.WARNING)
    from prefect.testing.utilities import prefect_test_harness

    from benchmarks.briefing_data import make
    from tasks.vault.vault import current_vault, init_vault

    with prefect_test_harness(server_startup_timeout=120):
        for lines in asked.sizes:
            with tempfile.TemporaryDirectory() as folder:
                os.environ |= {"FTE_HOME": f"{folder}/home", "FTE_VAULT": f"{folder}/Vault"}
                init_vault(current_vault().root)
                posts, records = lines // 20, lines // 2
                make(Path(folder), lines, posts, records)
                print(f"{lines:,} journal lines, {posts:,} posts, {records:,} audit records")
                measure(asked.rounds)


if __name__ == "__main__":
    main()
