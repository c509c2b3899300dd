"""The skill for the employee's processes: what runs, what breaks is found, and one is started anew."""

import asyncio
from functools import partial
from pathlib import Path

import psutil
import pytest

from deployments.running import prove_running
from tests.employee_fixture import Employee
from tests.skills.scripts import run_script

run = partial(run_script, "managing-services")


async def wrong() -> dict[str, str]:
    """What does not hold."""
    return {proof.what: proof.said async for proof in prove_running() if not proof.holds}


def test_whatever_stands_still_is_found_and_can_be_started_anew(
    employee: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, seen = run(employee, "run.py")
    assert (status, seen["at_work"]) == (0, True)
    pids = {one["name"]: one["pid"] for one in seen["services"]}
    assert {"server", "runner", "webhooks", "sandbox"} <= set(pids)
    employee.until(lambda: run(employee, "verify.py")[0] == 0)
    for name, value in employee.environment.items():
        monkeypatch.setenv(name, value)
    for name, pid in pids.items():
        process = psutil.Process(pid)
        process.suspend()
        try:
            employee.until(lambda name=name: set(asyncio.run(wrong())) == {name})
        finally:
            process.resume()
    psutil.Process(pids["webhooks"]).suspend()
    assert run(employee, "verify.py", "webhooks")[0] == 1
    status, seen = run(employee, "run.py", "restart", "webhooks")
    assert status == 0, seen
    after = {one["name"]: one["pid"] for one in seen["services"]}
    assert {name for name in pids if after[name] != pids[name]} == {"webhooks"}
    employee.until(lambda: run(employee, "verify.py")[0] == 0)
    assert [run(employee, script, *words)[0] for script, *words in WRONG] == [4, 2, 4]


WRONG = (("run.py", "restart", "nobody"), ("run.py", "burn"), ("verify.py", "nobody"))


def test_without_the_employee_nothing_is_proven_or_started_anew(employee: Employee, tmp_path: Path) -> None:
    nobody = Employee(tmp_path, warm=employee.warm)
    assert (run(nobody, "run.py")[1]["at_work"], run(nobody, "verify.py")[0]) == (False, 3)
    assert run(nobody, "run.py", "restart", "webhooks")[0] == 3
