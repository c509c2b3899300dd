"""Plans made a second, a plan of 50 steps in 10 branches beside the bare calls that it makes, memory over many tasks.

`python -m benchmarks.planning [--plans 10000] [--tasks 1000] [--rounds 5] [--latency 0.05]`, in a temporary folder,
with a stand-in Odoo in a process of its own that answers at once, or after as long as a real one takes (`--latency`,
seconds). Ours and the bare calls are measured in turn, so that a machine whose speed drifts favours neither.
Memory over 10,000 whole tasks takes about half an hour of a processor to itself, on a disk in memory:
`TMPDIR=/dev/shm python -m benchmarks.planning --plans 0 --tasks 10000 --rounds 1 --latency 0`.
"""

import argparse
import asyncio
import gc
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from domain.planning.catalogue import CATALOGUE
from domain.planning.order import ToolCall
from domain.planning.playbook import Playbook, parse_playbook
from domain.planning.program import program_of
from domain.planning.unfold import unfold
from flows import work_task
from tasks.actions import connected, effects, reader
from tasks.actions.performers import performer_of
from tasks.planning.playbooks_by_name import find_playbook, take_playbook
from tasks.reliability import outbox
from tasks.reliability.kept_plans import begin_plan, keep_step
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxProcess

BRANCHES, BILLS = 10, 2
PLANS = 2_000
SHOWN = (500, 1_000, 2_000, 5_000, 10_000)
"""After so many the memory is printed."""


def bill(branch: int, number: int) -> dict[str, Any]:
    """A small bill; its number is its own in every round."""
    return {
        "vendor": "Cloudberry Hosting Inc.",
        "number": f"{uuid4().hex[:12]}-{branch}-{number}",
        "issued_on": datetime.now(UTC).date().isoformat(),
        "currency": "USD",
        "total": "0.10",
        "category": "hosting",
    }


def wide(name: str, invoice: int) -> Playbook:
    """Ten branches of five steps, each after the one before: three reads, two bills."""
    steps: list[dict[str, Any]] = []
    for branch in range(BRANCHES):
        before: list[str] = []
        for number in range(2 * BILLS + 1):
            step: dict[str, Any] = {"id": f"b{branch}s{number}", "needs": before}
            if number % 2:
                step |= {"action": "odoo.record_bill", "inputs": bill(branch, number)}
            else:
                step |= {"action": "odoo.read_invoice", "inputs": {"invoice_id": invoice}}
            steps.append(step)
            before = [str(step["id"])]
    return parse_playbook(name, {"steps": steps})


def write(book: Playbook) -> None:
    """The playbook's note, as the first start finds it."""
    import json

    note = f"---\n{json.dumps(book.plain(), indent=1)[1:-1]}\n---\n"
    (current_vault().root / "Playbooks" / f"{book.name}.md").write_text(note)


async def ours(name: str) -> float:
    """Seconds of the plan, from its task's note to its evidence."""
    call = ToolCall(
        source="cli", tool="benchmark", arguments={"playbook": name}, key=uuid4().hex, sender="benchmark"
    )
    take_playbook(call, find_playbook(name), {}, datetime.now(UTC))
    begun = time.perf_counter()
    state = await work_task.work_once(call.task_id, worker="benchmark")
    taken = time.perf_counter() - begun
    if state.name != "Completed":
        raise SystemExit(f"{state.name}: {state.message}")
    return taken


async def bare(book: Playbook) -> float:
    """Seconds of the same looks, reads, bills and readings back, as many side by side, and nothing else."""
    turns = asyncio.Semaphore(outbox.TOGETHER)

    async def branch(number: int) -> None:
        for step in book.steps[number * (2 * BILLS + 1) : (number + 1) * (2 * BILLS + 1)]:
            async with turns:
                await bare_step(step.action, step.inputs)

    begun = time.perf_counter()
    await asyncio.gather(*map(branch, range(BRANCHES)))
    return time.perf_counter() - begun


async def bare_step(action: str, said: dict[str, Any]) -> None:
    """The calls of one step."""
    if action not in CATALOGUE:
        from tasks.actions.performers import reader_of

        known = reader_of(action)
        from domain.planning.reads import READS

        async with await known.connect() as client:
            await known.read(client, READS[action].inputs.model_validate(said))
        return
    inputs, key = CATALOGUE[action].inputs.model_validate(said), uuid4().hex
    async with performer_of(action).with_one_client() as performer:
        await performer.look(key, inputs)
        receipt = await performer.perform(key, inputs)
        await performer.read_back(receipt, inputs)


def connect(url: str) -> None:
    """The stand-in as the employee's Odoo; nothing waits for a turn, which is no part of the plan."""
    account = OdooAccount(url=url, database="demo", api_key=SecretStr("sandbox-odoo-key"))

    async def client() -> OdooClient:
        return OdooClient(account, transport=httpx.AsyncHTTPTransport())

    async def nothing(*_args: object, **_named: object) -> None:
        """What only Prefect shows, and turns."""

    connected.odoo_client = client
    work_task.show_late_results = nothing  # type: ignore[assignment]
    effects.wait_turn = reader.wait_turn = nothing  # type: ignore[attr-defined, assignment]


async def compare(sandbox: SandboxProcess, books: list[Playbook], latency: float) -> None:
    """One warm-up, then in turn."""
    invoice = books[0].steps[0].inputs["invoice_id"]
    if latency:
        sandbox.fault("latency", service="odoo", seconds=latency, times=1_000_000)
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for number, book in enumerate(books):
        mine, theirs = await ours(book.name), await bare(wide("bare", invoice))
        if number:
            times["ours"].append(mine)
            times["bare"].append(theirs)
    sandbox.clear_faults()
    mine, theirs = (statistics.median(times[name]) for name in ("ours", "bare"))
    said = f"Odoo answers after {latency * 1e3:.0f} ms" if latency else "Odoo answers at once"
    print(f"50 steps in 10 branches, {said}: {mine:.2f} s, bare calls {theirs:.2f} s, {mine / theirs:.2f} x")


def make_plans(invoice: int) -> None:
    """From a playbook's front matter to a plan whose steps stand."""
    front = wide("wide", invoice).plain()
    begun = time.perf_counter()
    for number in range(PLANS):
        book = parse_playbook("wide", front)
        program = program_of(book, [book], {"task": {"id": str(number)}})
        unfold(program, f"task-{number}", {})
    print(f"plans of 50 steps made: {PLANS / (time.perf_counter() - begun):.0f} a second")


def small() -> Playbook:
    """Two steps, one after the other."""
    first = {"id": "one", "action": "vault.file_away", "inputs": {"reason": "one of many"}}
    return parse_playbook(
        "small",
        {"steps": [first, {**first, "id": "two", "inputs": {"reason": "{{ task.id }}"}, "needs": ["one"]}]},
    )


async def many(count: int) -> None:
    """Memory while so many tasks of two steps are worked, one after another."""
    process, begun = psutil.Process(), time.perf_counter()
    await ours("small")
    for number in range(1, count + 1):
        await ours("small")
        if number in {*SHOWN, count}:
            gc.collect()
            speed = number / (time.perf_counter() - begun)
            print(f"{number:6} tasks: {process.memory_info().rss / 1e6:.0f} MB, {speed:.1f} tasks a second")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


def keep_many(count: int) -> None:
    """Memory of the planner alone over so many plans: each kept, unfolded to its end, its steps kept."""
    process, begun, now = psutil.Process(), time.perf_counter(), datetime.now(UTC)
    for number in range(1, count + 1):
        book, task_id = small(), f"kept-{number}"
        kept = begin_plan(task_id, program_of(book, [book], {"task": {"id": task_id}}), now)
        facts = kept.facts
        while ready := unfold(kept.program, task_id, facts).ready:
            facts[ready[0]] = keep_step(task_id, ready[0], now, facts={"filed": task_id}).facts or {}
        if number in {*SHOWN, count}:
            gc.collect()
            speed = number / (time.perf_counter() - begun)
            print(f"{number:6} plans kept: {process.memory_info().rss / 1e6:.0f} MB, {speed:.0f} a second")


def in_a_home_of_its_own(work: Callable[[SandboxProcess], Awaitable[None]]) -> None:
    """A Vault, a ledger and a stand-in Odoo that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="planner-") as root:
        os.environ |= {"FTE_HOME": f"{root}/home", "FTE_VAULT": f"{root}/Vault", "FTE_PORT": "9"}
        init_vault(Path(root) / "Vault")
        sandbox = SandboxProcess(Path(root) / "sandbox")
        try:
            connect(sandbox.url)
            asyncio.run(work(sandbox))
        finally:
            sandbox.kill()
            sandbox.close()


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--tasks", type=int, default=1_000, help="worked whole, with notes and audit log")
    words.add_argument("--plans", type=int, default=10_000, help="planned and kept alone")
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--latency", type=float, default=0.05)
    chosen = words.parse_args()

    async def work(sandbox: SandboxProcess) -> None:
        [invoice] = sandbox.odoo(
            "account.move", "search", domain=[["move_type", "=", "out_invoice"]], limit=1
        )
        sets = [[wide(f"{name}{number}", invoice) for number in range(chosen.rounds + 1)] for name in "ab"]
        for book in [*sets[0], *sets[1], small()]:
            write(book)
        make_plans(invoice)
        await compare(sandbox, sets[0], 0)
        if chosen.latency:
            await compare(sandbox, sets[1], chosen.latency)
        if chosen.plans:
            keep_many(chosen.plans)
        if chosen.tasks:
            await many(chosen.tasks)

    in_a_home_of_its_own(work)


if __name__ == "__main__":
    main()
