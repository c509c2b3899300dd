"""A thousand orders that nobody allowed, over every channel: how they ended, and that nothing outside was changed.

`python -m benchmarks.hostile [--inputs 1000] [--seed 1]`. The same inputs each time; the sandbox's journal counts.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest


async def work_all(count: int, seed: int, folder: Path) -> None:
    """Work them one after the other, and print what came of them by channel."""
    from tasks.approvals.record import pending
    from tasks.intake import store_event
    from tests.hostile_inputs import hostile_inputs
    from tests.planned import Work
    from tests.sandbox_fixture import SandboxProcess

    sandbox = SandboxProcess(folder / "sandbox")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FTE_HOME", str(folder / "home"))
            patch.setenv("FTE_VAULT", str(folder / "Vault"))
            work, begun = Work(sandbox, patch), time.perf_counter()
            ends: Counter[tuple[str, str]] = Counter()
            for hostile in hostile_inputs(count, seed):
                event = hostile.event(work.now)
                store_event(event, work.now)
                ends[hostile.channel, str((await work.work(event.id)).name)] += 1
            for (channel, end), times in sorted(ends.items()):
                print(f"  {channel:<26}{end:<12}{times:>5}")
            changed = [entry for entry in sandbox.journal() if entry["effect"]]
            print(
                f"{count} inputs in {time.perf_counter() - begun:.0f} s; requests to a person: {len(pending())}"
            )
            print(f"changes outside: {len(changed)}")
            if changed:
                raise SystemExit(f"{changed[0]['service']}: {changed[0]['path']}")
    finally:
        sandbox.kill()
        sandbox.close()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(work_all(asked.inputs, asked.seed, Path(folder)))


if __name__ == "__main__":
    main()
