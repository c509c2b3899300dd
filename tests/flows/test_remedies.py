"""Steps that the books refuse: what is proposed instead, who decides about it, and what is left for a person."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.planning.order import Order, ToolCall
from domain.policy.handbook import Handbook
from flows.work_task import work_once
from tasks.accounting.chart import LOCKS
from tasks.approvals.decide import record_answer
from tasks.approvals.record import pending
from tasks.planning.orders import take_order
from tasks.vault.vault import Folder, current_vault
from tests.approval_requests import answer
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import set_up_vault

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]

TODAY = datetime.now(UTC).date()
ISSUED, CLOSED = TODAY - timedelta(days=40), TODAY - timedelta(days=30)


@pytest.fixture(autouse=True)
def worked_vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


@pytest.fixture
def customer(sandbox: SandboxClient) -> str:
    name = "Saltmarsh Boatyard Ltd"
    sandbox.odoo(
        "res.partner",
        "create",
        vals_list=[{"name": name, "email": "office@saltmarsh-boatyard.example", "customer_rank": 1}],
    )
    return name


async def ordered(sandbox: SandboxClient, **changed: Any) -> str:
    """An invoice that was ordered while Odoo was away, so that nobody has looked at it yet; its task."""
    inputs = {
        "customer": "Saltmarsh Boatyard Ltd",
        "items": [{"description": "Winter storage", "quantity": "1", "price": "80.00", "tax_percent": "0"}],
        "issued_on": ISSUED.isoformat(),
        "due_date": TODAY.isoformat(),
        "currency": "USD",
        "total": "80.00",
        **changed,
    }
    sandbox.fault("refuse_before", service="odoo", times=100)
    call = ToolCall(source="mcp", tool="create_invoice", arguments=inputs)
    order = Order(source="mcp", action="odoo.create_invoice", inputs=inputs)
    await take_order(call, order, datetime.now(UTC))
    sandbox.clear_faults()
    return call.task_id


def close_books(sandbox: SandboxClient, until: date) -> None:
    """Sales are closed, as Odoo would say it to whoever reads the company's locks."""
    locks = dict.fromkeys((*LOCKS, "tax_lock_date"), False)
    company = {"id": 1, **locks, "sale_lock_date": until.isoformat()}
    matched = {"path": "res.company/read", "body": "sale_lock_date"}
    sandbox.fault("wrong_json", service="odoo", times=100, content=json.dumps([company]), **matched)


def invoices(sandbox: SandboxClient, customer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.odoo(
        "account.move",
        "search_read",
        domain=[["partner_id.name", "=", customer], ["move_type", "=", "out_invoice"]],
        fields=["invoice_date", "state"],
    )
    return found


async def test_a_closed_day_is_proposed_as_the_next_open_one_and_booked_once_it_is_approved(
    sandbox: SandboxClient, customer: str
) -> None:
    task = await ordered(sandbox)
    close_books(sandbox, CLOSED)
    for _ in range(2):  # asked once, however often it is worked
        assert (await work_once(task, worker="test")).name == "Waiting"
        assert invoices(sandbox, customer) == []
    [request] = pending()
    proposed = CLOSED + timedelta(days=1)
    assert request.inputs["issued_on"] == proposed.isoformat()
    assert f"doubtful: the books are closed on {ISSUED}" in str(request.reasons)
    record_answer(request.id, answer(), datetime.now(UTC), Handbook)
    assert (await work_once(task, worker="test")).name == "Completed"
    assert invoices(sandbox, customer) == [
        {"id": invoices(sandbox, customer)[0]["id"], "invoice_date": proposed.isoformat(), "state": "posted"}
    ]
    assert "first day that is open" in str(current_vault().read(Folder.DONE, task).front["tried"])


@pytest.mark.parametrize(
    "said",
    [
        {"customer": "Saltmarsch Boatyard"},
        {"customer": "Salt Marsh Yachts", "customer_email": "bills@saltmarsh-boatyard.example"},
    ],
    ids=["misspelt", "at-its-domain"],
)
async def test_the_only_customer_near_to_the_name_is_proposed(
    sandbox: SandboxClient, customer: str, said: dict[str, str]
) -> None:
    task = await ordered(sandbox, **said)
    assert (await work_once(task, worker="test")).name == "Waiting"
    [request] = pending()
    assert request.inputs["customer"] == customer
    assert f"Odoo has no customer '{said['customer']}'" in str(request.reasons)
    assert invoices(sandbox, customer) == []
    record_answer(request.id, answer(), datetime.now(UTC), Handbook)
    assert (await work_once(task, worker="test")).name == "Completed"
    assert len(invoices(sandbox, customer)) == 1


async def test_a_refused_proposal_is_not_booked_and_not_asked_again(
    sandbox: SandboxClient, customer: str
) -> None:
    task = await ordered(sandbox, customer="Saltmarsch Boatyard")
    await work_once(task, worker="test")
    [request] = pending()
    record_answer(request.id, answer("reject"), datetime.now(UTC), Handbook)
    assert (await work_once(task, worker="test")).name == "Escalated"
    assert (pending(), invoices(sandbox, customer)) == ([], [])


async def test_of_several_near_customers_a_person_says_which(sandbox: SandboxClient, customer: str) -> None:
    other = "Saltmarsh Boat Hire"
    sandbox.odoo("res.partner", "create", vals_list=[{"name": other, "customer_rank": 1}])
    task = await ordered(sandbox, customer="Saltmarsh Boat")
    assert (await work_once(task, worker="test")).name == "Escalated"
    front = current_vault().read(Folder.NEEDS_ACTION, task).front
    assert customer in front["why"][0]
    assert other in front["why"][0]
    assert "set status: new" in front["would_help"]
    assert (pending(), invoices(sandbox, other), invoices(sandbox, customer)) == ([], [], [])
