"""The skill for WhatsApp as an agent uses it: a customer's question until its answer is proven, and what is wrong."""

from functools import partial

import psutil

from deployments.listening import is_healthy
from domain.whatsapp.message import event_id
from tests.employee_fixture import Employee
from tests.sandbox_fixture import SandboxClient
from tests.skills.scripts import run_script
from tests.whatsapp_world import written

run = partial(run_script, "watching-whatsapp")


def problems(employee: Employee, *words: str) -> tuple[int, str]:
    """What verify.py ends with, and what it says is wrong."""
    status, proofs = run(employee, "verify.py", *words)
    assert (status == 0) == all(proof["holds"] for proof in proofs)
    return status, "; ".join(proof["said"] for proof in proofs if not proof["holds"])


def receiver_of(employee: Employee) -> psutil.Process:
    """The process that the employee started for its webhooks."""
    assert employee.up is not None
    family = psutil.Process(employee.up.pid).children(recursive=True)
    (found,) = [process for process in family if "deployments.webhooks" in process.cmdline()]
    return found


def test_a_question_is_heard_answered_once_approved_and_proven(employee: Employee) -> None:
    sandbox = SandboxClient(employee.sandbox)
    said = {"from": "436607654321", "name": "Kim Park", "text": "Do you repair lamps?"}
    name = event_id(sandbox.http.post("/_sandbox/whatsapp/posts", json=said).json()["post"]["id"])
    employee.until(lambda: name in employee.notes("Needs_Action"))
    status, found = run(employee, "run.py")
    assert status == 0, found
    (row,) = [row for row in found["open"] if row["name"] == name]
    assert (row["sender"], row["said"]) == ("+436607654321", "Do you repair lamps?")
    status, ordered = run(employee, "run.py", "reply", name, "--text", "We do, bring it along.")
    assert status == 0
    task = ordered.split()[0]
    assert name in employee.notes("Done")
    request = str(employee.until(lambda: employee.note_with("Pending_Approval", task)))
    assert problems(employee, task)[0] != 0
    assert written(sandbox) == []
    employee.fte("approvals", "approve", request, "--approver", "Owner")
    employee.until(lambda: task in employee.notes("Done"))
    (message,) = written(sandbox)
    assert (message["to"], message["text"]) == ("436607654321", "We do, bring it along.")
    assert problems(employee, task) == (0, "")
    failed = {"id": message["id"], "status": "failed", "code": 131026, "title": "Message undeliverable"}
    sandbox.http.post("/_sandbox/whatsapp/statuses", json=failed)
    employee.until(lambda: [one for one in employee.notes("Needs_Action") if "undelivered" in one])
    assert "did not deliver it" in problems(employee, task)[1]


def test_a_receiver_that_is_gone_is_found_and_started_again(employee: Employee) -> None:
    receiver = receiver_of(employee)
    receiver.suspend()
    try:
        status, said = problems(employee)
        assert (status, "does not answer" in said) == (1, True)
    finally:
        receiver.kill()
    employee.until(lambda: is_healthy(f"http://127.0.0.1:{employee.webhook_port}/health"))
    assert problems(employee) == (0, "")
    assert run(Employee(employee.root), "run.py")[0] == 3
    assert problems(employee, "order-0123456789abcdef")[0] == 4
