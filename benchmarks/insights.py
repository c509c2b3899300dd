"""How posts did, read, checked, kept and told, beside the bare calls that only read it, in one run on one server.

`python -m benchmarks.insights [--posts 1000] [--rounds 10] [--latency 0.15]`. The bare calls are the same client's.
Ours checks each reading by its suite, adds it to what is kept (Parquet, synced) and then answers an agent from that.
"""

import argparse
import asyncio
import gc
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.odoo_server import server
from domain.social.measured import AccountReading
from domain.social.post import Platform
from tasks.social.insights import timeline_insights
from tasks.social.insights_suite import Frame, check_reading
from tasks.social.kept_insights import InsightsManifest, add_reading, kept_manifest
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import X

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
YEAR = timedelta(days=365)


def resident_mb() -> int:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES // 1_000_000


async def read(sandbox: SandboxClient, now: datetime) -> AccountReading:
    """The bare calls."""
    async with X.access(sandbox).client() as client:
        return await client.insights(now - YEAR, 3000)


def keep(reading: AccountReading, now: datetime) -> None:
    """What ours does with a reading."""
    before = kept_manifest(Platform.X, X.speaker.id)
    check_reading(Platform.X, reading, Frame(now - YEAR, before.taken_at if before else None, now))
    manifest = InsightsManifest(
        mode="sandbox",
        account=X.speaker,
        began_at=before.began_at if before else now,
        taken_at=now,
    )
    add_reading(Platform.X, manifest, reading, before=before)


async def measure(sandbox: SandboxClient, rounds: int) -> None:
    """Read bare and ours, in turns; the first of ours imports the suite's library."""
    bare, ours, told, memory, tracked = [], [], [], [], []
    for number in range(rounds + 1):
        now = datetime.now(UTC)
        begun = time.perf_counter()
        reading = await read(sandbox, now)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        keep(await read(sandbox, now), now)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        answer = timeline_insights(Platform.X, 365, now, ZoneInfo("UTC")).model_dump_json()
        told.append(time.perf_counter() - begun)
        memory.append(resident_mb())
        gc.collect()
        tracked.append(len(gc.get_objects()))
        if number == 0:
            print(f"{len(reading.posts)} posts; the first look of ours, with its imports: {ours[0]:.2f} s")
    ratio = statistics.median(ours[1:]) / statistics.median(bare[1:])
    print(f"bare reading      {statistics.median(bare[1:]):.3f} s")
    print(f"read, check, keep {statistics.median(ours[1:]):.3f} s ({ratio:.2f} x)")
    print(f"answer to an agent {1000 * statistics.median(told[1:]):.0f} ms, about {len(answer) // 4} tokens")
    print(f"memory after the first round {memory[0]} MB, after the {rounds}th {memory[-1]} MB")
    print(f"objects that Python's collector sees: {tracked[-1] - tracked[1]:+,} since the second round")


def main() -> None:
    """Read the options, make the posts, measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--latency", type=float, default=0.15)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home, server() as here:
        os.environ |= {"FTE_HOME": f"{home}/home", "FTE_VAULT": f"{home}/Vault"}
        sandbox = SandboxClient(here.url)
        there = len(asyncio.run(read(sandbox, datetime.now(UTC))).posts)
        for number in range(asked.posts - there):
            text = f"Post number {number} #{('news', 'tour')[number % 2]}"
            sandbox.http.post("/_sandbox/x/posts", json={"text": text})
        if asked.latency:
            sandbox.fault("latency", service="x", seconds=asked.latency, times=1_000_000)
        asyncio.run(measure(sandbox, asked.rounds))


if __name__ == "__main__":
    main()
