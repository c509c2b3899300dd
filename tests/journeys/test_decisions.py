"""A big bill waits for a person; three doors, one decision, one bill."""

import time

import pytest

from tests.employee_fixture import Employee, receipt

BIG = "2480.00"
Asked = dict[str, str]
"""Number of a bill -> id of the request about it."""


def ask(employee: Employee, *numbers: str, total: str = BIG) -> Asked:
    """Drop big bills and wait until their notes lie there and their runs are suspended."""
    for number in numbers:
        employee.drop(f"{number}.txt", receipt("Harbor Street Offices", total, number))
    return {number: _asked(employee, number) for number in numbers}


def _asked(employee: Employee, number: str) -> str:
    request_id: str = employee.until(lambda: employee.note_with("Pending_Approval", number))
    employee.until(lambda: suspended(employee, request_id))
    return request_id


@pytest.fixture(scope="module")
def asked(employee: Employee) -> Asked:
    """A request for each of these tests."""
    return ask(employee, "HSO-1001", "HSO-1003", "HSO-1004", "HSO-1005")


def suspended(employee: Employee, request_id: str) -> list[dict]:
    found = employee.runs(flow_runs={"state": {"name": {"any_": ["Suspended"]}}})
    return [run for run in found if run["parameters"].get("request_id") == request_id]


def ended(employee: Employee, request_id: str, name: str) -> bool:
    runs = employee.runs(flow_runs={"state": {"name": {"any_": [name]}}})
    return any(run["parameters"].get("request_id") == request_id for run in runs)


def booked(employee: Employee, number: str) -> list[dict]:
    """Its bills; the request's run may end before them, where another run already works the task."""
    found: list[dict] = employee.until(lambda: employee.bills(number))
    return found


def test_nothing_is_booked_before_the_decision_and_once_after_it(employee: Employee, asked: Asked) -> None:
    request_id = asked["HSO-1001"]
    assert employee.bills("HSO-1001") == []
    employee.fte("approvals", "approve", request_id, "--approver", "Owner", "--comment", "rent")
    bill = employee.until(lambda: employee.bills("HSO-1001"))
    employee.until(lambda: ended(employee, request_id, "Approved"))
    assert [b["state"] for b in employee.bills("HSO-1001")] == ["posted"]
    assert bill[0]["amount_total"] == float(BIG)


@pytest.mark.long
def test_an_edited_bill_is_booked_as_edited(employee: Employee, asked: Asked) -> None:
    request_id = asked["HSO-1003"]
    employee.fte("approvals", "approve", request_id, "--approver", "Owner", "--set", "total=2000.00")
    employee.until(lambda: ended(employee, request_id, "Approved"))
    assert [b["amount_total"] for b in booked(employee, "HSO-1003")] == [2000.0]


def test_a_note_moved_to_approved_decides(employee: Employee, asked: Asked) -> None:
    request_id = asked["HSO-1004"]
    note = next(n for n in employee.notes("Pending_Approval") if request_id in n)
    (employee.vault / "Pending_Approval" / f"{note}.md").rename(employee.vault / "Approved" / f"{note}.md")
    employee.until(lambda: ended(employee, request_id, "Approved"))
    assert len(booked(employee, "HSO-1004")) == 1


@pytest.mark.long
def test_a_tampered_note_decides_nothing_and_a_rejected_bill_is_never_booked(
    employee: Employee, asked: Asked
) -> None:
    request_id = asked["HSO-1005"]
    name = next(n for n in employee.notes("Pending_Approval") if request_id in n)
    path = employee.vault / "Pending_Approval" / f"{name}.md"
    path.write_text(path.read_text().replace("2,480.00", "24.80").replace("2480.00", "24.80"))
    path.rename(employee.vault / "Approved" / f"{name}.md")
    employee.until(lambda: name in employee.notes("Pending_Approval"))
    assert employee.bills("HSO-1005") == []
    assert suspended(employee, request_id)
    employee.fte("approvals", "reject", request_id, "--approver", "Owner", "--comment", "not ours")
    employee.until(lambda: ended(employee, request_id, "Rejected"))
    assert employee.bills("HSO-1005") == []


def test_a_forged_note_is_set_aside(employee: Employee) -> None:
    forged = employee.vault / "Approved" / "req-forged.md"
    forged.write_text("---\nrequest: req-forged\ndecision: approve\napprover: Owner\n---\nPay 9,999.00\n")
    employee.until(lambda: not forged.exists())
    assert any("forged" in name for name in employee.notes("Dead_Letters"))


@pytest.mark.long
def test_silence_expires_the_request_and_books_nothing(employee: Employee) -> None:
    with employee.rule("expire_hours: 72", "expire_hours: 0.003"):
        employee.drop("HSO-1006.txt", receipt("Harbor Street Offices", BIG, "HSO-1006"))
        request_id = employee.until(lambda: employee.note_with("Pending_Approval", "HSO-1006"))
    expired = time.monotonic() + 0.003 * 3600
    employee.until(lambda: time.monotonic() > expired)
    employee.fte("run", "collect_decisions", ok=False)
    employee.until(lambda: ended(employee, request_id, "Expired"))
    assert employee.bills("HSO-1006") == []
    late = employee.fte("approvals", "approve", request_id, "--approver", "Owner", ok=False)
    assert late.returncode != 0
    assert employee.bills("HSO-1006") == []
