"""kill -9 at every boundary: nothing lost, nothing twice, and the audit log whole."""

import json
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.employee_fixture import Employee, receipt
from tests.journeys.test_decisions import ask, ended

BOUNDARIES: dict[str, dict[str, Any]] = {
    "before the intent": {"path": "res.partner/search_read"},
    "after the intent": {"path": "account.move/load"},
    "after the draft is committed": {"path": "ir.attachment/load"},
    "after the attachment is committed": {"path": "account.move/action_post"},
    "after the bill is posted": {"path": "account.move/read$"},
    "after the receipt": {"path": "account.move/read$", "skip": 1},
}


def flow_processes(employee: Employee) -> list[psutil.Process]:
    assert employee.up is not None
    family = psutil.Process(employee.up.pid).children(recursive=True)
    return [process for process in family if "prefect.engine" in " ".join(words(process))]


def words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def kill_flow_runs(employee: Employee) -> None:
    doomed = flow_processes(employee)
    assert doomed
    for process in doomed:
        process.kill()
    psutil.wait_procs(doomed, timeout=30)


def fault_in_force(employee: Employee) -> bool:
    """Whether the one fault has met its request: a rule that is used up is gone."""
    return not httpx.get(f"{employee.sandbox}/_sandbox/faults", timeout=10).json()["faults"]


def settle(employee: Employee, number: str) -> None:
    """Have the open tasks worked until this one is in Done/."""

    def is_done() -> bool:
        employee.fte("run", "work_tasks", ok=False)
        return bool(employee.note_with("Done", number))

    employee.until(is_done, 90)


def posted_once(employee: Employee, number: str) -> None:
    assert [bill["state"] for bill in employee.bills(number)] == ["posted"]
    attached = [["res_model", "=", "account.move"], ["res_id", "=", employee.bills(number)[0]["id"]]]
    assert employee.odoo("ir.attachment", "search_count", domain=attached) == 1
    employee.fte("audit", "verify")


@pytest.mark.parametrize(
    ("number", "boundary"), list(enumerate(BOUNDARIES, start=3001)), ids=list(BOUNDARIES)
)
def test_a_run_killed_at_a_boundary_books_exactly_once(
    employee: Employee, number: int, boundary: str
) -> None:
    name = f"CBH-{number}"
    employee.fault(kind="latency", seconds=8, **BOUNDARIES[boundary])
    try:
        employee.drop(f"{name}.txt", receipt("Cloudberry Hosting Inc.", f"{number % 10 + 1}.40", name))
        employee.until(lambda: fault_in_force(employee))
        kill_flow_runs(employee)
    finally:
        httpx.delete(f"{employee.sandbox}/_sandbox/faults", timeout=10)
    settle(employee, name)
    posted_once(employee, name)


def test_an_answer_lost_after_the_effect_is_reconciled(employee: Employee) -> None:
    employee.fault(kind="drop_after_effect", path="account.move/(load|action_post)", times=2)
    employee.drop("lost.txt", receipt("Cloudberry Hosting Inc.", "3.15", "CBH-3100"))
    settle(employee, "CBH-3100")
    posted_once(employee, "CBH-3100")


@pytest.mark.parametrize(
    ("number", "operation"),
    [("CBH-3201", "os.rename /Done/"), ("CBH-3202", "os.link /Done/"), ("CBH-3203", "os.rename /Plans/")],
)
def test_a_run_killed_while_moving_a_note_loses_nothing(
    stopped_employee: Employee, tmp_path: Path, number: str, operation: str
) -> None:
    mark = tmp_path / "crashed"
    stopped_employee.extra = {
        "PYTHONPATH": str(Path(__file__).parent.parent / "crashing"),
        "CRASH_ON": operation,
        "CRASH_MARK": str(mark),
    }
    stopped_employee.start()
    stopped_employee.drop("moved.txt", receipt("Cloudberry Hosting Inc.", "4.10", number))
    settle(stopped_employee, number)
    if operation.startswith("os.rename /Plans/"):
        assert mark.exists()
    posted_once(stopped_employee, number)
    names = [name for folder in ("Needs_Action", "Done") for name in stopped_employee.notes(folder)]
    assert len(names) == len(set(names)) == 1


def test_a_power_cut_while_a_person_is_asked_keeps_the_question(stopped_employee: Employee) -> None:
    stopped_employee.start()
    request = ask(stopped_employee, "HSO-3301")
    stopped_employee.kill()
    stopped_employee.start()
    assert stopped_employee.bills("HSO-3301") == []
    stopped_employee.fte("approvals", "approve", request["id"], "--approver", "Owner")
    stopped_employee.until(lambda: ended(stopped_employee, request["id"], "Approved"), 90)
    posted_once(stopped_employee, "HSO-3301")
    late = stopped_employee.runs(flow_runs={"state": {"name": {"any_": ["Late"]}}})
    assert len(late) <= 1


def test_a_server_killed_under_a_run_comes_back_and_the_run_is_counted(stopped_employee: Employee) -> None:
    stopped_employee.start()
    stopped_employee.fault(kind="latency", seconds=6, path="account.move/load")
    stopped_employee.drop("server.txt", receipt("Cloudberry Hosting Inc.", "5.10", "CBH-3401"))
    stopped_employee.until(lambda: fault_in_force(stopped_employee))
    assert stopped_employee.up is not None
    for process in psutil.Process(stopped_employee.up.pid).children(recursive=True):
        if "server" in words(process):
            process.kill()
    settle(stopped_employee, "CBH-3401")
    posted_once(stopped_employee, "CBH-3401")
    running = stopped_employee.runs(flow_runs={"state": {"type": {"any_": ["RUNNING"]}}})
    assert json.dumps(running) == "[]" or len(running) <= len(flow_processes(stopped_employee))
