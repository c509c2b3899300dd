"""kill -9 at every boundary: nothing lost, nothing twice, and the audit log whole."""

from typing import Any

import httpx
import psutil
import pytest

from tests.employee_fixture import Employee, receipt
from tests.journeys.test_decisions import ask, ended

pytestmark = pytest.mark.long

BOUNDARIES: dict[str, dict[str, Any]] = {
    "before the intent": {"path": "res.partner/search_read"},
    "after the intent": {"path": "account.move/load"},
    "after the draft is committed": {"path": "ir.attachment/load"},
    "after the attachment is committed": {"path": "account.move/action_post"},
    "after the bill is posted": {"path": "account.move/read$"},
    "after the receipt": {"path": "account.move/read$", "skip": 1},
}

TOLD = {
    "files.event_stored success",
    "odoo.record_bill intent",
    "odoo.record_bill success",
    "task.done success",
}
"""What the audit log has to say of each; a file whose storing was cut off is stored, and told of, a little later."""


def flow_processes(employee: Employee) -> list[psutil.Process]:
    assert employee.up is not None
    family = psutil.Process(employee.up.pid).children(recursive=True)
    forking = [process for process in family if "from multiprocessing.forkserver" in " ".join(words(process))]
    return [process for process in forking if process.ppid() in {server.pid for server in forking}]


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


def done_task(employee: Employee, number: str) -> str:
    """The finished task about this document; empty while there is none."""
    tasks = (name for name in employee.notes("Done") if name.startswith("file-"))
    return next((name for name in tasks if number in employee.note("Done", name)), "")


def settle(employee: Employee, number: str) -> None:
    """Have the open tasks worked until this one is in Done/."""

    def is_done() -> bool:
        employee.work("work-tasks")
        return bool(done_task(employee, number))

    employee.until(is_done, 90)


def posted_once(employee: Employee, number: str) -> None:
    assert [bill["state"] for bill in employee.bills(number)] == ["posted"]
    attached = [["res_model", "=", "account.move"], ["res_id", "=", employee.bills(number)[0]["id"]]]
    assert employee.odoo("ir.attachment", "search_count", domain=attached) == 1
    task = done_task(employee, number)
    employee.until(lambda: set(employee.audited(task)) >= TOLD)


@pytest.mark.parametrize(
    ("number", "boundary"), list(enumerate(BOUNDARIES, start=3001)), ids=list(BOUNDARIES)
)
def test_a_run_killed_at_a_boundary_books_exactly_once(
    employee: Employee, number: int, boundary: str
) -> None:
    name = f"CBH-{number}"
    employee.fault(kind="latency", seconds=5, **BOUNDARIES[boundary])
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
    [
        ("CBH-3201", "open /Needs_Action None"),
        ("CBH-3202", "os.rename /Plans/"),
        ("CBH-3203", "open /Done None"),
    ],
)
def test_a_run_killed_while_it_moves_its_note_loses_nothing(
    employee: Employee, number: str, operation: str
) -> None:
    employee.crash_at(operation)
    employee.drop(f"{number}.txt", receipt("Cloudberry Hosting Inc.", "4.10", number))
    employee.until(lambda: not employee.crash_orders.exists())
    settle(employee, number)
    posted_once(employee, number)
    notes = [name for folder in ("Done", "Needs_Action") for name in employee.notes(folder)]
    assert len(notes) == len(set(notes))


def test_a_killed_server_and_then_a_power_cut_lose_nothing(employee: Employee) -> None:
    request_id = ask(employee, "HSO-3301")["HSO-3301"]
    employee.fault(kind="latency", seconds=6, path="account.move/load")
    employee.drop("server.txt", receipt("Cloudberry Hosting Inc.", "5.10", "CBH-3401"))
    employee.until(lambda: fault_in_force(employee))
    assert employee.up is not None
    for process in psutil.Process(employee.up.pid).children(recursive=True):
        if "server" in words(process):
            process.kill()
    employee.until(lambda: answers(f"{employee.api}/health"))
    settle(employee, "CBH-3401")
    posted_once(employee, "CBH-3401")

    employee.kill()
    employee.start()
    assert employee.bills("HSO-3301") == []
    late = employee.runs(flow_runs={"state": {"name": {"any_": ["Late"]}}})
    assert len(late) <= 1
    employee.fte("approvals", "approve", request_id, "--approver", "Owner")
    employee.until(lambda: ended(employee, request_id, "Approved"))
    employee.until(lambda: done_task(employee, "HSO-3301"))
    posted_once(employee, "HSO-3301")
    alive = {pid for process in flow_processes(employee) for pid in [process.pid]}
    running = employee.runs(flow_runs={"state": {"type": {"any_": ["RUNNING"]}}})
    assert len([run for run in running if not run["parent_task_run_id"]]) <= len(alive) + 1
    employee.fte("audit", "verify")


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        return False
