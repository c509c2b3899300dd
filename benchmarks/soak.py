"""Whether uptime is what it was: outages are injected into the stand-in services, and computed again by another path.

`python -m benchmarks.soak [--hours 24] [--outages 6] [--seed 1]` starts the stand-in services in a thread and asks four
of them over the wire, with the product's own questions, once in each five minutes of a clock that is moved. Outages
begin and end at random moments: the faults are put into force and taken out as that clock passes them. Beside them the
employee is restarted, and nobody looks. Then what the product tells is compared with what was injected: slot by slot,
which has to be the same, and by the minute, which can differ by a slot for each beginning and end. Exit status 1 where
it is not the same.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import uvicorn

from blocks.settings import settings
from deployments.sandbox_blocks import sandbox_blocks
from domain.briefing.recorded import SLOT
from domain.health.spell import EMPLOYEE, LEDGER
from domain.policy.health import HealthRules
from sandbox.server import create_app
from tasks.health.kept import health_page
from tasks.health.questions import Ask, ledger_words, odoo_words, probed
from tasks.health.rounds import look_at_all
from tasks.reliability.outages import notify_outages
from tests.ports import free_port
from tests.sandbox_fixture import SandboxClient

START = datetime(2026, 11, 16, tzinfo=UTC)
KINDS = ("refuse_before", "status", "latency")
SECONDS = 1.0
"""How long a question may take here; a fault of latency takes longer."""


@dataclass(frozen=True)
class Outage:
    """From one moment on and before another."""

    service: str
    since: datetime
    until: datetime
    kind: str

    def holds(self, moment: datetime) -> bool:
        """Whether it lasts then."""
        return self.since <= moment < self.until


class Owner:
    """Hears what the owner is told."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.titles: list[str] = []

    async def send(self, title: str, body: str, kind: str) -> None:  # noqa: ARG002 (the interface)
        """Count it."""
        self.titles.append(title)


def planned(services: list[str], hours: float, count: int, dice: random.Random) -> list[Outage]:
    """Outages of each service, and restarts, that do not overlap with others of their own."""
    found = []
    for service in [*services, EMPLOYEE]:
        room = timedelta(hours=hours) / count
        for number in range(count):
            length = timedelta(minutes=dice.uniform(2, min(60, room / timedelta(minutes=2))))
            since = START + room * number + dice.random() * (room - length)
            found.append(Outage(service, since, since + length, dice.choice(KINDS)))
    return found


@contextmanager
def stand_ins(folder: Path) -> Iterator[SandboxClient]:
    """The stand-in services, in a thread."""
    import threading

    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(folder), host="127.0.0.1", port=port, lifespan="off", log_level="error", ws="none"
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield SandboxClient(f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join(10)


def asked(address: str) -> dict[str, Ask]:
    """The product's questions to the stand-in services, without a Prefect server that would keep the accounts."""
    os.environ["FTE_SANDBOX_PORT"] = address.rpartition(":")[2]
    blocks = sandbox_blocks(settings())

    async def gmail() -> str:
        async with blocks["gmail"].client() as client:
            return str((await client.profile()).address)

    async def whatsapp() -> str:
        async with blocks["whatsapp"].client() as client:
            return str((await client.number()).shown)

    async def platform(name: str) -> str:
        async with blocks[name].client() as client:
            return str(await client.accounts())

    questions = {
        "odoo": lambda: odoo_words(blocks["odoo"]),
        "gmail": gmail,
        "whatsapp": whatsapp,
        "meta": partial(platform, "meta"),
        LEDGER: ledger_words,
    }
    return {
        name: lambda name=name, ask=ask: probed(name, ask(), SECONDS if name != LEDGER else 5.0)  # type: ignore[misc]
        for name, ask in questions.items()
    }


FAULTS: Mapping[str, str] = {"odoo": "odoo", "gmail": "gmail", "whatsapp": "whatsapp", "meta": "facebook"}
"""How the sandbox calls the services."""


def inject(sandbox: SandboxClient, outages: list[Outage], moment: datetime) -> None:
    """The faults of this moment, and no others."""
    sandbox.clear_faults()
    for one in outages:
        if one.service in FAULTS and one.holds(moment):
            sandbox.fault(
                one.kind, service=FAULTS[one.service], status=503, seconds=SECONDS * 2, times=100_000
            )


def expected(service: str, outages: list[Outage], slots: list[datetime]) -> tuple[int, int, int]:
    """Slots up, down and not known, from the plan alone."""
    off = [one for one in outages if one.service == EMPLOYEE]
    theirs = [one for one in outages if one.service == service and service != EMPLOYEE]
    up = down = unknown = 0
    first = next(slot for slot in slots if not any(one.holds(slot) for one in off))
    for slot in (slot for slot in slots if slot >= first):
        if any(one.holds(slot) for one in off):
            unknown += 1
        elif any(one.holds(slot) for one in theirs):
            down += 1
        else:
            up += 1
    return up, down, unknown


async def soak(hours: float, count: int, seed: int) -> int:
    """Run it; the exit status."""
    with tempfile.TemporaryDirectory(prefix="health-soak-") as folder:
        os.environ |= {"FTE_HOME": f"{folder}/home", "FTE_VAULT": f"{folder}/Vault", "FTE_MODE": "sandbox"}
        with stand_ins(Path(folder) / "sandbox") as sandbox:
            asks, owner, rules = asked(sandbox.url), Owner(), HealthRules(memory_percent=100, cpu_percent=100)
            outages = planned(list(FAULTS), hours, count, random.Random(seed))  # noqa: S311 (to be repeated)
            slots = [START + SLOT * number for number in range(int(timedelta(hours=hours) / SLOT))]
            begun = time.perf_counter()
            for slot in slots:
                if any(one.holds(slot) for one in outages if one.service == EMPLOYEE):
                    continue
                inject(sandbox, outages, slot)
                look_at_all(slot, rules, asks)
                await notify_outages(slot, owner, rules)
            took = time.perf_counter() - begun
            end = slots[-1] + SLOT
            return _compare(outages, slots, end, owner, took)


def _compare(outages: list[Outage], slots: list[datetime], end: datetime, owner: Owner, took: float) -> int:
    page, wrong = health_page(end), 0
    window = next(
        name for name, days in (("24 h", 1), ("7 days", 7), ("30 days", 30)) if len(slots) <= days * 288
    )
    print(f"{len(slots)} slots of a moved clock in {took:.0f} s; {len(outages)} outages and restarts")
    print(f"{'service':10} {'up':>6} {'down':>6} {'unknown':>8}  {'uptime':>9}  by the minute")
    for row in page.rows:
        if row.service not in (*FAULTS, EMPLOYEE, LEDGER):
            continue
        found = row.uptimes[window]
        wanted = expected(row.service, outages, slots)
        lost = [one for one in outages if one.service in (row.service, EMPLOYEE)]
        seconds = sum(1 for minute in _minutes(slots[0], end) if not any(one.holds(minute) for one in lost))
        exact = seconds / ((end - slots[0]) / timedelta(minutes=1))
        share = float(found.share or 0)
        is_right = (found.up, found.down, found.unknown) == wanted
        is_near = abs(share - exact) <= (2 * len(lost) + 1) * (SLOT / (end - slots[0]))
        wrong += not (is_right and is_near)
        said = "" if is_right and is_near else f"  WRONG, injected were {wanted}"
        print(
            f"{row.service:10} {found.up:6} {found.down:6} {found.unknown:8}  {share:9.4%}  {exact:9.4%}{said}"
        )
    print(
        f"told the owner {len(owner.titles)} times of {len([o for o in outages if o.service in FAULTS])} outages"
    )
    return 1 if wrong else 0


def _minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    return (
        since + timedelta(minutes=number) for number in range(int((until - since) / timedelta(minutes=1)))
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--outages", type=int, default=6, help="of each service, and restarts")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(asyncio.run(soak(given.hours, given.outages, given.seed)))
