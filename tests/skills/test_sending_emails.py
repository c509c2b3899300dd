"""The skill for mail as an agent uses it: scripts run as commands, checked against the sent mails."""

import json
from typing import Any

import pytest

from tests.employee_fixture import Employee
from tests.sandbox_fixture import SandboxClient
from tests.skills.scripts import run_script
from tests.skills.test_posting import edited
from tests.tasks.actions.test_mail import OWN, sent

SKILL = "sending-emails"
HOLDS = (0, "")


def run(employee: Employee, *words: Any) -> tuple[int, Any]:
    return run_script(SKILL, employee, "run.py", *words)


def problem(employee: Employee, *words: str) -> tuple[int, str]:
    """What verify.py ends with, and what it says is wrong."""
    status, proofs = run_script(SKILL, employee, "verify.py", *words)
    assert (status == 0) == all(proof["holds"] for proof in proofs)
    return status, "; ".join(proof["said"] for proof in proofs if not proof["holds"])


def approved(employee: Employee, **mail: Any) -> str:
    """The task of a mail that was asked about, approved and sent."""
    status, asked = run(employee, "send_email", mail)
    assert (status, asked["status"]) == (3, "waiting_for_approval")
    assert "a person decides" in asked["next"]
    employee.fte("approvals", "approve", asked["approvals"][0]["request_id"], "--approver", "Owner")
    employee.until(lambda: asked["task_id"] in employee.notes("Done"))
    return str(asked["task_id"])


def test_a_sent_mail_is_proven_until_it_is_gone(employee: Employee) -> None:
    sandbox = SandboxClient(employee.sandbox)
    task_id = approved(employee, to=["ann@sender.example"], subject="Proof", body="See you on Monday.")
    assert problem(employee, task_id) == HOLDS
    status, done = run(employee, "get_task_status", {"task_id": task_id})
    assert status == 0
    assert [str(mail["Message-ID"]) for mail in sent(sandbox) if mail["Subject"] == "Proof"] == [
        done["evidence"]["message_id"]
    ]
    key = done["evidence"]["gmail_id"]
    sandbox.http.delete(f"/_sandbox/gmail/messages/{key}").raise_for_status()
    status, said = problem(employee, task_id)
    assert (status, "it was deleted in the mailbox" in said) == (1, True)


def test_a_mail_to_others_is_proven_only_by_a_genuine_approval(employee: Employee) -> None:
    task_id = approved(employee, to=["bo@sender.example"], subject="Forged", body="See you on Tuesday.")
    assert problem(employee, task_id) == HOLDS
    listed = json.loads(employee.fte("approvals", "list", "--all", "--json").stdout)
    request = next(one["id"] for one in listed if one["task_id"] == task_id)
    with edited(employee, "effects", "task_id", task_id, "approval_id = null"):
        status, said = problem(employee, task_id)
        assert (status, "no person's approval" in said) == (1, True)
    with edited(employee, "approval_requests", "id", request, "approver = 'Nobody'"):
        status, said = problem(employee, task_id)
        assert (status, "no person's approval" in said) == (1, True)
    with edited(employee, "effects", "task_id", task_id, "inputs = replace(inputs, 'Tuesday', 'Friday')"):
        status, said = problem(employee, task_id)
        assert (status, "its text is not as it was to be sent" in said) == (1, True)
    assert problem(employee, task_id) == HOLDS


def test_a_mail_to_the_owner_needs_no_approval_to_be_proven(employee: Employee) -> None:
    status, done = run(employee, "send_email", {"to": [OWN], "subject": "Hello", "body": "All is well."})
    assert (status, done["status"]) == (0, "done")
    assert problem(employee, done["task_id"]) == HOLDS


def test_a_broken_template_is_found(employee: Employee) -> None:
    assert problem(employee) == HOLDS
    broken = employee.vault / "Templates" / "Mail" / "broken.md"
    broken.write_text("---\nsubject: Hello\n---\n{% if name %}\n")
    try:
        status, said = problem(employee)
        listed = run(employee, "list_templates")[1]
    finally:
        broken.unlink()
    assert (status, "Templates/Mail/broken.md, line 4" in said) == (1, True)
    assert [said] == listed["problems"]


@pytest.mark.parametrize(
    ("tool", "inputs", "status"),
    [("approve", {}, 2), ("send_email", "[1]", 2), ("send_email", {"to": ["nobody"], "body": "b"}, 4)],
)
def test_what_is_wrong_has_its_own_exit_status(
    employee: Employee, tool: str, inputs: Any, status: int
) -> None:
    assert run(employee, tool, inputs)[0] == status


def test_what_was_rejected_says_so(employee: Employee) -> None:
    _, asked = run(employee, "send_email", {"to": ["no@sender.example"], "subject": "No", "body": "No."})
    status, said = problem(employee, asked["task_id"])
    assert (status, "a person has to decide" in said) == (3, True)
    employee.fte("approvals", "reject", asked["approvals"][0]["request_id"], "--approver", "Owner")
    employee.until(lambda: "reject" in employee.note("Needs_Action", asked["task_id"]))
    status, said = problem(employee, asked["task_id"])
    assert (status, "Owner rejected it" in said) == (4, True)
    assert problem(employee, "order-0123456789abcdef")[0] == 4
