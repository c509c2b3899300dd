"""Odoo is away, comes back, and processes are killed while what waited is booked: all of it once, and in order."""

import json

import psutil
import pytest

from tests.employee_fixture import Employee, receipt
from tests.journeys.test_crashes import flow_processes, posted_once

pytestmark = pytest.mark.long

VENDORS = (
    "Cloudberry Hosting Inc.",
    "Pixelforge Software LLC",
    "Paper & Pine Supplies",
    "Bluebird Insurance Group",
)
EACH = 3
KILLS = 3


def queued(employee: Employee) -> int:
    waiting: dict[str, int] = json.loads(employee.fte("status", "--json").stdout)["waiting_for_services"]
    return waiting.get("odoo", 0)


def done(employee: Employee, number: str) -> str:
    return employee.note_with("Done", number)


def test_what_waited_is_booked_once_and_each_vendor_s_in_order_with_kills_in_the_middle(
    employee: Employee,
) -> None:
    numbers = {vendor: [f"OUT-{place}{turn}" for turn in range(EACH)] for place, vendor in enumerate(VENDORS)}
    before = queued(employee)
    employee.fault(kind="refuse_before", service="odoo", times=100_000)
    try:
        for turn in range(EACH):
            for vendor, theirs in numbers.items():
                employee.drop(f"{theirs[turn]}.txt", receipt(vendor, f"2.{turn}0", theirs[turn]))
            employee.until(lambda turn=turn: queued(employee) - before == (turn + 1) * len(VENDORS))
    finally:
        employee.clear_faults()
    every = [number for theirs in numbers.values() for number in theirs]
    for kill in range(KILLS):
        employee.until(lambda kill=kill: sum(bool(employee.bills(number)) for number in every) > kill)
        doomed = flow_processes(employee)
        for process in doomed:
            process.kill()
        psutil.wait_procs(doomed, timeout=30)
    employee.until(lambda: all(done(employee, number) for number in every))
    for number in every:
        posted_once(employee, number)
    for theirs in numbers.values():
        ids = [employee.bills(number)[0]["id"] for number in theirs]
        assert ids == sorted(ids), "each vendor's bills were booked in the order in which they came"
    assert queued(employee) == before
