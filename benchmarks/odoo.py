"""Our reading and writing of Odoo beside the bare calls, in one run on one server.

`python -m benchmarks.odoo [--lines 10000] [--invoices 200] [--rounds 5] [--sizes 3000 30000 100000 300000]` starts
stand-in servers of its own; with `ODOO_URL`, `ODOO_DB` and `ODOO_KEY` it uses that Odoo, and leaves its invoices in
the first of the databases that are named with commas between them. What is compared is measured in turn, so that a
machine whose speed drifts does not favour one. `--only reading` measures the reading tools as the books grow
(`benchmarks/reading.py`), and writes nothing.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from benchmarks.odoo_server import bare, post, prefect_server, server
from benchmarks.reading import SIZES, measure_growth
from blocks.odoo.client import OdooAccount, OdooClient
from domain.accounting import copied_books
from domain.accounting.copied_books import CopiedPart
from domain.accounting.invoice import InvoiceItem

ITEMS = 19
"""Lines of a seeded invoice besides the receivable."""
BATCH = 25
Work = Callable[[], Awaitable[object]]


async def seed(http: httpx.AsyncClient, lines: int) -> int:
    """Post invoices until there are so many lines; how many there are."""
    counted = [["parent_state", "=", "posted"]]
    (partner,) = await post(http, "res.partner", "create", vals_list=[{"name": "Benchmark Rowan"}])
    while (there := await post(http, "account.move.line", "search_count", domain=counted)) < lines:
        ids = await post(http, "account.move", "create", vals_list=[_values(partner, ITEMS)] * BATCH)
        await post(http, "account.move", "action_post", ids=ids)
        print(f"\r{there:,} lines", end="", flush=True)
    print("\r", end="")
    return int(there)


def _values(partner: int, items: int) -> dict[str, Any]:
    line = {"name": "Boards", "quantity": 1, "price_unit": 10.0, "tax_ids": [[6, 0, []]]}
    return {
        "move_type": "out_invoice",
        "partner_id": partner,
        "invoice_date": str(date(2026, 11, 10)),
        "invoice_date_due": str(date(2026, 12, 10)),
        "invoice_line_ids": [[0, 0, line]] * items,
    }


async def in_turn(rounds: int, **works: Work) -> dict[str, float]:
    """Median seconds of each, after one round that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            begun = time.perf_counter()
            await work()
            if number:
                taken[name].append(time.perf_counter() - begun)
    return {name: statistics.median(values) for name, values in taken.items()}


def show(title: str, taken: dict[str, float], floor: str) -> None:
    """Each beside the floor."""
    print(f"\n{title}")
    for name, seconds in taken.items():
        print(f"  {name.replace('_', ' '):<44}{seconds:>9.3f} s{seconds / taken[floor]:>8.2f} x")


async def bare_lines(http: httpx.AsyncClient) -> int:
    """Every posted line, with the fields that we read, in one bare call."""
    body = {
        "domain": CopiedPart.LINES.domain(1, {}),
        "fields": list(CopiedPart.LINES.fields),
        "order": "id",
        "load": None,
        "context": {"active_test": False},
    }
    return len(await post(http, "account.move.line", "search_read", **body))


async def compare_sync(here: OdooAccount, http: httpx.AsyncClient, rounds: int) -> None:
    """The lines alone, all parts of the books, the whole synchronisation, and what one costs that finds little."""
    from tasks.accounting.ledger import read_books
    from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
    from tasks.accounting.snapshot_suite import sound_books

    copied_books.OVERLAP = (
        timedelta()
    )  # every line of this benchmark is younger than the hour that is read again
    source = SnapshotSource(mode="sandbox", url=here.url, database=here.database)
    async with OdooClient(here) as client:
        books = await read_books(client)
        number = len(books.parts[CopiedPart.LINES])

        async def lines() -> None:
            pages = client.pages("account.move.line", CopiedPart.LINES.domain(1, {}), CopiedPart.LINES.fields)
            async for _page in pages:
                pass

        async def check() -> None:
            sound_books(books)

        async def store() -> None:
            store_snapshot(books, source, before=snapshot_status(), taken_at=datetime.now(UTC))

        taken = await in_turn(
            rounds,
            bare_search_read_of_the_lines=lambda: bare_lines(http),
            our_reading_of_the_lines=lines,
            our_reading_of_the_books=lambda: read_books(client),
            validating=check,
            storing=store,
            reading_what_is_new=lambda: read_books(client, books),
        )
        taken["synchronisation_of_all"] = sum(
            taken[name] for name in ("our_reading_of_the_books", "validating", "storing")
        )
        show(f"Sync, {number:,} lines (goal: 1.2 x)", taken, "bare_search_read_of_the_lines")


async def compare_invoices(here: OdooAccount, http: httpx.AsyncClient, number: int) -> None:
    """Invoices one by one and in one batch, and ours: looked up, created once, posted and read back."""
    from tasks.accounting.invoices import create_invoice
    from tests.books_asked import invoice_inputs

    (partner,) = await post(
        http, "res.partner", "create", vals_list=[{"name": f"Benchmark {time.time_ns()}"}]
    )
    (name,) = (row["name"] for row in await post(http, "res.partner", "read", ids=[partner], fields=["name"]))
    item = InvoiceItem(description="Boards", quantity=Decimal(1), price=Decimal(10), tax_percent=Decimal(0))

    async def one_by_one() -> None:
        for _ in range(number):
            ids = await post(http, "account.move", "create", vals_list=[_values(partner, 1)])
            await post(http, "account.move", "action_post", ids=ids)

    async def batched() -> None:
        ids = await post(http, "account.move", "create", vals_list=[_values(partner, 1)] * number)
        await post(http, "account.move", "action_post", ids=ids)

    async def ours() -> None:
        async with OdooClient(here) as client:
            for one in range(number):
                inputs = await invoice_inputs(
                    client, name, items=[item], due_date=date(2026, 12, 10), issued_on=date(2026, 11, 10)
                )
                await create_invoice(client, inputs, key=f"benchmark-{time.time_ns()}-{one}")

    taken = {}
    for work in (batched, one_by_one, ours):
        begun = time.perf_counter()
        await work()
        taken[work.__name__] = time.perf_counter() - begun
    show(f"{number} invoices", taken, "one_by_one")


def largest_memory() -> int:
    """Of this process, in KiB; `getrusage` would tell of its parent's before the start, too."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


async def remember(what: str, here: OdooAccount) -> None:
    """One reading in a process of its own, for its memory."""
    if what == "bare":
        async with bare(here) as http:
            await bare_lines(http)
    else:
        from tasks.accounting.ledger import read_books

        async with OdooClient(here) as client:
            await read_books(client)
    print(largest_memory())


def compare_memory(here: OdooAccount) -> None:
    """The largest memory of a process that reads, beside one that reads with a bare call."""
    print("\nMemory, largest of a process")
    environment = os.environ | {
        "ODOO_URL": here.url,
        "ODOO_DB": here.database,
        "ODOO_KEY": here.api_key.get_secret_value(),
    }
    for what in ("bare", "ours"):
        command = [sys.executable, "-m", "benchmarks.odoo", "--memory", what]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        print(f"  {what:<44}{int(done.stdout) / 1024:>9.0f} MB")


async def compare(here: OdooAccount, lines: int, invoices: int, rounds: int) -> None:
    """Everything that needs no Prefect server."""
    async with bare(here) as http:
        await seed(http, lines)
        await compare_sync(here, http, rounds)
        await compare_invoices(here, http, invoices)


def main() -> None:
    """Compare on one server, then read on servers of every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--invoices", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--only", choices=["reading"])
    parser.add_argument("--memory", choices=["bare", "ours"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        with server() as here:
            asyncio.run(remember(asked.memory, here))
        return
    with tempfile.TemporaryDirectory() as folder, prefect_server():
        os.environ["FTE_HOME"] = folder
        if not asked.only:
            with server() as here:
                asyncio.run(compare(here, asked.lines, asked.invoices, asked.rounds))
                compare_memory(here)
        measure_growth(asked.sizes, asked.rounds)


if __name__ == "__main__":
    main()
