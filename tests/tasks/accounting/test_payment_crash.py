"""Processes die between Odoo's commit and our receipt, or pay at the same moment: one payment, says Odoo."""

import asyncio
import json
import os
import signal
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tasks.accounting.payments import payment_inputs
from tests.odoo_world import OdooWorld
from tests.warm_programs import WarmPrograms

ROOT = Path(__file__).parents[3]


async def orders_for(world: OdooWorld) -> dict[str, Any]:
    """An invoice, and what a worker needs to pay it."""
    async with world.client() as client:
        invoice = await world.debt(client)
        inputs = await payment_inputs(
            client, invoice, amount=Decimal("500.00"), method="bank", paid_on=date(2026, 11, 20)
        )
    return {
        "url": world.account.url,
        "database": world.account.database,
        "login": world.rpc_account().login if world.is_older else "",
        "inputs": inputs.model_dump(mode="json"),
        "task": world.token,
        "dies_at": None,
    }


def start(warm: WarmPrograms, world: OdooWorld, orders: dict[str, Any]) -> "subprocess.Popen[str]":
    worker = subprocess.Popen(
        warm.command("-m", "tests.payment_worker"),
        cwd=ROOT,
        text=True,
        env={**os.environ, "WORKER_ODOO_KEY": world.account.api_key.get_secret_value()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdin
    worker.stdin.write(json.dumps(orders) + "\n")
    worker.stdin.flush()
    return worker


async def booked(world: OdooWorld, orders: dict[str, Any]) -> list[float]:
    async with world.client() as client:
        found = await client.call(
            "account.payment",
            "search_read",
            domain=[
                ["partner_id.name", "=", orders["inputs"]["partner"]],
                ["state", "in", ["in_process", "paid"]],
            ],
            fields=["amount"],
        )
    return [row["amount"] for row in found]


@pytest.mark.parametrize("dies_at", range(3), ids=["created", "posted", "matched"])
async def test_a_killed_process_leaves_one_payment(
    running_odoo: OdooWorld, warm_workers: WarmPrograms, dies_at: int
) -> None:
    orders = await orders_for(running_odoo)
    dying = start(warm_workers, running_odoo, {**orders, "dies_at": dies_at})
    await asyncio.to_thread(dying.communicate)
    assert dying.returncode == -signal.SIGKILL
    said, complaint = await asyncio.to_thread(start(warm_workers, running_odoo, orders).communicate)
    assert json.loads(said)["invoice_payment_state"] == "paid", complaint
    assert await booked(running_odoo, orders) == [500.0]


@pytest.mark.parametrize("tasks", [("same", "same"), ("one", "other")], ids=["one-task", "two-tasks"])
async def test_two_processes_at_once_pay_once(
    running_odoo: OdooWorld, warm_workers: WarmPrograms, tasks: tuple[str, str]
) -> None:
    orders = await orders_for(running_odoo)
    crew = [
        start(warm_workers, running_odoo, {**orders, "task": f"{running_odoo.token}-{task}"})
        for task in tasks
    ]
    said = [await asyncio.to_thread(worker.communicate) for worker in crew]
    assert any(worker.returncode == 0 for worker in crew), said
    assert await booked(running_odoo, orders) == [500.0]
