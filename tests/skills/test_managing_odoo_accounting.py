"""The skill as an agent uses it: its scripts run as commands, checked against what is in Odoo."""

from functools import partial
from pathlib import Path

import pytest

from domain.planning.event import file_event_id
from mcp_servers.odoo_connector import TOOLS
from tests.employee_fixture import Employee, receipt
from tests.skills.scripts import run_script

SKILL = "managing-odoo-accounting"
EXPENSE = {
    "category": "office supplies",
    "amount": "23.40",
    "description": "Paper",
    "date": "2026-11-20",
    "vendor": "Paper & Pine Supplies",
    "number": "SK-1",
}


run = partial(run_script, SKILL)


def test_what_was_ordered_is_proven_and_no_longer_when_somebody_cancels_it(employee: Employee) -> None:
    status, done = run(employee, "run.py", "record_expense", EXPENSE)
    assert (status, done["status"]) == (0, "done")
    again = run(employee, "run.py", "record_expense", EXPENSE)
    assert (again[0], again[1]["task_id"], again[1]["is_repeat"]) == (0, done["task_id"], True)
    status, (proof,) = run(employee, "verify.py", done["task_id"])
    assert (status, proof["holds"]) == (0, True)
    assert proof["facts"]["amount_total"] == "23.40"
    bill = proof["facts"]["bill_id"]
    assert [one["id"] for one in employee.bills("SK-1")] == [bill]
    employee.odoo("account.move", "button_draft", ids=[bill])
    employee.odoo("account.move", "button_cancel", ids=[bill])
    status, (proof,) = run(employee, "verify.py", done["task_id"])
    assert (status, proof["holds"]) == (1, False)
    assert "cancel" in proof["said"]


def test_a_dropped_document_is_proven_with_its_attachment_and_a_second_booking_is_found(
    employee: Employee, tmp_path: Path
) -> None:
    document = tmp_path / "receipt.txt"
    document.write_text(receipt("Cloudberry Hosting Inc.", "27.90", "SK-3"))
    employee.drop("skill.txt", document.read_text())
    task_id = file_event_id(document.read_bytes())
    employee.until(
        lambda: task_id in employee.notes("Done"), 60, lambda: employee.note("Needs_Action", task_id)
    )
    status, (proof,) = run(employee, "verify.py", str(document))
    assert (status, proof["holds"], proof["facts"]["attachment_count"]) == (0, True, 1)
    line = {"name": "Hosting", "quantity": 1, "price_unit": 27.9, "tax_ids": [[6, 0, []]]}
    twin = {
        "move_type": "in_invoice",
        "partner_id": proof["facts"]["vendor_id"],
        "ref": "sk-3",
        "invoice_line_ids": [[0, 0, line]],
    }
    (made,) = employee.odoo("account.move", "create", vals_list=[twin])
    status, (proof,) = run(employee, "verify.py", str(document))
    assert (status, proof["holds"]) == (1, False)
    assert f"(id {made})" in proof["said"]
    employee.odoo("account.move", "button_cancel", ids=[made])
    assert run(employee, "verify.py", str(document))[0] == 0


def test_what_waits_or_is_refused_or_wrong_has_its_own_exit_status(employee: Employee) -> None:
    status, waits = run(
        employee, "run.py", "record_expense", EXPENSE | {"amount": "4999.00", "number": "SK-2"}
    )
    assert (status, waits["status"]) == (3, "waiting_for_approval")
    status, (proof,) = run(employee, "verify.py", waits["task_id"])
    assert (status, proof["holds"]) == (3, False)
    employee.fte("approvals", "reject", waits["approvals"][0]["request_id"], "--approver", "Owner")
    employee.until(lambda: "reject" in employee.note("Needs_Action", waits["task_id"]))
    assert run(employee, "run.py", "get_task_status", {"task_id": waits["task_id"]})[0] == 4
    assert run(employee, "verify.py", waits["task_id"])[0] == 4
    status, refused = run(employee, "run.py", "record_expense", EXPENSE | {"amount": "-1"})
    assert (status, refused["status"]) == (4, "refused")
    assert run(employee, "run.py", "approve", {})[0] == 2
    assert run(employee, "run.py", "check_health", "[1]")[0] == 2
    status, tools = run(employee, "run.py")
    assert (status, len(tools)) == (0, len(TOOLS["reads"]) + len(TOOLS["makes"]) + len(TOOLS["finals"]))


def test_the_installation_is_proven_by_reading_the_books(employee: Employee) -> None:
    status, proofs = run(employee, "verify.py")
    assert (status, [proof["holds"] for proof in proofs]) == (0, [True, True, True]), proofs


@pytest.mark.parametrize("words", [[], ["order-0123456789abcdef"]])
def test_an_installation_that_is_not_at_work_proves_nothing(tmp_path: Path, words: list[str]) -> None:
    status, proofs = run(Employee(tmp_path), "verify.py", *words)
    assert (status, proofs[0]["holds"]) == (3 if words else 1, False)
    assert "fte up" in proofs[0]["said"]
