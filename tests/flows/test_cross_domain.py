"""Both domains in one Vault, over the sandbox: what one tells the other, and tasks that wait for each other."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from prefect import State
from pydantic import SecretStr
from typer.testing import CliRunner

from blocks.gmail.credentials import GmailCredentials
from blocks.odoo.credentials import OdooCredentials
from blocks.settings import settings
from deployments.command_line import app
from domain.planning.event import Event, file_event_id
from domain.reliability.look import LookResult
from domain.vault.note import Note
from flows.watch_gmail import watch_gmail
from flows.work_tasks import work_tasks
from tasks.approvals.record import pending
from tasks.audit.search import Query, search_audit_log
from tasks.dashboard.look import Keeper
from tasks.intake import store_event
from tasks.planning import concerned, cross_domain
from tasks.planning.look import look_for_tasks
from tasks.planning.progress import close_ended
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.employee_fixture import receipt
from tests.gmail_world import deliver
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]

CUSTOMER = "Copperline Brewing <ap@copperlinebrewing.example>"
"""Pays 45 days too late, so that some invoice is always overdue."""
RENT = "rent@harborstreetoffices.example"
RULES = {
    "people": {"owner": "Olga", "known": {RENT: {"role": "landlord"}}},
    "absences": [{"from": "2026-12-01", "until": "2026-12-04", "why": "trade fair"}],
    "hours": {"days": ["mon", "tue", "wed", "thu", "fri"]},
}


@pytest.fixture
async def world(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The demo company's books and mailbox connected; the handbook knows the landlord and an absence."""
    monkeypatch.setattr(concerned, "LOOK_SECONDS", 60.0)  # a machine that is busy with other tests is slow
    monkeypatch.setattr(cross_domain, "LOOK_SECONDS", 60.0)
    init_vault(settings().vault_path)
    where = current_vault()
    where.save_root("Company_Handbook.md", where.read_root("Company_Handbook.md").with_front(**RULES))
    await OdooCredentials(
        url=sandbox.url, database="demo", login="fte", api_key=SecretStr("sandbox-odoo-key")
    ).save("odoo", overwrite=True)
    await GmailCredentials(
        client_id="sandbox-client",
        client_secret=SecretStr("sandbox-secret"),
        refresh_token=SecretStr("sandbox-refresh"),
        token_url=f"{sandbox.url}/token",
        api_url=sandbox.url,
    ).save("gmail", overwrite=True)
    return sandbox


async def arrives(world: SandboxClient, sender: str, subject: str, text: str) -> str:
    """A mail comes and is worked; its task."""
    key = deliver(world, sender=sender, subject=subject, text=text)
    await watch_gmail(return_state=True)
    return f"gmail-{key}"


async def work() -> State:
    state: State = await work_tasks(return_state=True)
    return state


def drop(number: str) -> str:
    """A small bill of a known vendor arrives, and nobody has looked at it yet."""
    content = receipt("Cloudberry Hosting Inc.", f"8.{number[-2:]}", number).encode()
    event = Event(
        id=file_event_id(content),
        source="files",
        received_at=datetime.now(UTC),
        subject=f"Bill {number}",
        document_name=f"{number}.txt",
        document=content,
    )
    store_event(event, datetime.now(UTC))
    return event.id


def front(task_id: str) -> Mapping[str, Any]:
    return current_vault().read(Folder.NEEDS_ACTION, task_id).front


def write(task_id: str, **values: Any) -> None:
    """A person writes into the task's note."""
    current_vault().update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(**values))


def audited(text: str) -> list[dict[str, Any]]:
    return list(search_audit_log(settings().vault_path, Query(text=text)))


def oldest_overdue(world: SandboxClient, customer: str) -> dict[str, Any]:
    """By a way of the test's own: all invoices of the customer, sorted here."""
    found = world.odoo(
        "account.move",
        "search_read",
        domain=[["move_type", "=", "out_invoice"], ["state", "=", "posted"]],
        fields=["name", "partner_id", "amount_residual", "invoice_date_due"],
    )
    today = str(datetime.now(UTC).date())
    late = [
        row
        for row in found
        if row["partner_id"][1] == customer and row["amount_residual"] and row["invoice_date_due"] < today
    ]
    return dict(min(late, key=lambda row: str(row["invoice_date_due"])))


QUESTION = "Good morning, is the studio open next week? We would like to come by. Best, Sam"


async def test_the_mail_of_an_overdue_customer_rises_with_the_invoice_as_its_reason(
    world: SandboxClient,
) -> None:
    late = oldest_overdue(world, "Copperline Brewing")
    text = f"{QUESTION}\nIs {late['name']} still open? And INV/1999/00001?"
    task = await arrives(world, CUSTOMER, "A visit", text)
    days = (datetime.now(UTC).date() - date.fromisoformat(late["invoice_date_due"])).days
    found = front(task)
    assert (found["kind"], found["priority"], found["domain"]) == ("appointment", "high", "business")
    assert found["people"] == ["Copperline Brewing (the books know the address)"]
    assert found["records"] == [f"{late['name']} of Copperline Brewing, not paid (the mail names it)"]
    [sorted_as] = [one for one in audited(task) if one["action"] == "task.routed"]
    assert sorted_as["details"]["kind"] == "appointment"
    assert "Copperline" not in json.dumps(sorted_as)
    said = f"{late['name']} of Copperline Brewing, {late['amount_residual']:,.2f} USD, is {days} days overdue"
    [reason] = [one for one in found["reasons"] if "overdue_customer" in one]
    assert said in reason
    [row] = [one for one in audited(task) if one["action"] == "cross_domain.applied"]
    assert row["details"] == {"rules": ["overdue_customer"], "domain": "business", "priority": "high"}


@pytest.mark.long
async def test_a_payment_without_its_bill_asks_which_one_it_is_for(world: SandboxClient) -> None:
    late = oldest_overdue(world, "Copperline Brewing")
    said = "A deposit of ${:,.2f} was credited to your account on {:%B %d, %Y}.".format
    bank = "Harbor Bank <notices@harborbank.example>"
    today = datetime.now(UTC)
    task = await arrives(world, bank, "Money has arrived", said(late["amount_residual"], today))
    other = await arrives(world, bank, "Money has arrived", said(31337.31, today))
    found, unknown = front(task), front(other)
    assert [(one["kind"], one["status"]) for one in (found, unknown)] == [("bank", "waiting")] * 2
    asked = {one.task_id: one.inputs for one in pending()}
    assert late["name"] in [one["number"] for one in asked[task]["fits"]]
    assert (asked[other]["fits"], asked[other]["document"]) == ([], None)
    assert world.journal(service="odoo", path="account.payment/load") == []


@pytest.mark.long
@pytest.mark.parametrize(
    "sender",
    [
        "Juno <juno@elsewhere.example>",
        '"ap@copperlinebrewing.example" <ap@copperlinebrewing.example.evil.example>',
    ],
)
async def test_the_mail_of_anybody_else_stays_as_it_is(world: SandboxClient, sender: str) -> None:
    task = await arrives(world, sender, "A visit", QUESTION)
    assert front(task)["priority"] != "high" or front(task)["kind"] == "phishing"
    assert not [one for one in audited(task) if one["action"].startswith("cross_domain")]


async def test_a_mail_that_claims_to_be_of_the_customer_gets_attention_and_nothing_else(
    world: SandboxClient,
) -> None:
    where = current_vault()
    playbook = {
        "when": {"kind": ["other", "request"], "priority": "high"},
        "steps": [{"id": "file", "action": "vault.file_away", "inputs": {"reason": "{{ task.why }}"}}],
    }
    where.save(Folder.PLAYBOOKS, "eager", Note.new(playbook))
    task = await arrives(world, CUSTOMER, "A visit", QUESTION)
    found = front(task)
    assert (found["priority"], found["status"]) == ("high", "escalated"), "no playbook of high mails took it"
    assert where.find(task, [Folder.PLANS]) is None


async def test_books_that_are_away_say_nothing_and_hold_nothing_up(world: SandboxClient) -> None:
    world.fault("status", service="odoo", times=1000)
    task = await arrives(world, CUSTOMER, "A visit", QUESTION)
    found = front(task)
    assert (found["priority"], found["status"]) == ("normal", "escalated")
    assert not any("overdue" in one for one in found["reasons"])


async def test_the_landlords_bill_is_both_and_is_asked_about_like_any_bill(world: SandboxClient) -> None:
    bill = (
        "Harbor Street Offices\nINVOICE\nInvoice number: HSO-90001\nInvoice date: November 2, 2026\n"
        "Office rent for November\nTotal: $2,400.00\nPlease pay by November 30, 2026.\n"
    )
    task = await arrives(world, f"Harbor Street Offices <{RENT}>", "Invoice HSO-90001", bill)
    found = front(task)
    assert (found["kind"], found["domain"]) == ("receipt", "both")
    assert any(one.endswith("(rule landlords_bill)") for one in found["reasons"])
    assert found["status"] == "waiting", "the sum asks as it always does"


async def test_an_absence_moves_a_promised_day_and_says_so(world: SandboxClient) -> None:
    task = await arrives(world, "Juno <juno@elsewhere.example>", "A visit", QUESTION)
    write(task, promised="2026-12-03")
    moment = datetime.now(UTC)
    Keeper().write(moment)
    found = front(task)
    assert (found["promised"], found["due"]) == ("2026-12-03", "2026-12-07")
    assert "absence 2026-12-01 to 2026-12-04 (trade fair)" in found["due_because"]
    [row] = [one for one in audited(task) if one["action"] == "cross_domain.moved"]
    assert row["details"] == {"rules": ["promise_in_absence"], "promised": "2026-12-03", "due": "2026-12-07"}
    Keeper().write(moment + timedelta(minutes=1))
    assert len([one for one in audited(task) if one["action"] == "cross_domain.moved"]) == 1
    where = current_vault()
    where.save_root("Company_Handbook.md", where.read_root("Company_Handbook.md").with_front(absences=[]))
    Keeper().write(moment + timedelta(minutes=2))
    assert (front(task)["due"], front(task).get("due_because")) == ("2026-12-03", None)


async def test_a_bill_waits_for_a_personal_mail_and_goes_on_once_that_is_done(world: SandboxClient) -> None:
    lease = await arrives(world, "Juno <juno@elsewhere.example>", "The new lease", QUESTION)
    bill = drop("CBH-70041")
    write(bill, depends_on=[f"[[{lease}]]"])
    assert (await work()).name == "Completed"
    found = front(bill)
    assert (found["status"], found["kind"]) == ("later", "receipt")
    [said] = found["delays"]
    domain = front(lease)["domain"]
    assert said.startswith(f"it waits for {lease} ({domain}: The new lease), which needs you: perhaps ")
    plan = current_vault().read(Folder.PLANS, bill)
    assert plan.front["depends_on"] == [lease]
    assert f"Only after [[{lease}]]." in plan.body
    listed = json.loads(CliRunner().invoke(app, ["tasks", "--json"]).stdout)
    assert {row["id"]: (row["domain"], row["depends_on"]) for row in listed} == {
        lease: (domain, []),
        bill: ("business", [lease]),
    }
    shown = CliRunner().invoke(app, ["tasks"], env={"COLUMNS": "400"}).stdout
    assert all(why in shown for why in (said, *front(lease)["why"])), "why each is not done"
    assert look_for_tasks(datetime.now(UTC)) is LookResult.NOTHING
    assert world.journal(service="odoo", path="account.move/load") == []
    current_vault().move(lease, Folder.NEEDS_ACTION, Folder.DONE)
    assert look_for_tasks(datetime.now(UTC)) is LookResult.WORK
    await work()
    assert current_vault().find(bill) is Folder.DONE
    assert "delays" not in current_vault().read(Folder.DONE, bill).front
    assert [one["action"] for one in audited(bill)].count("dependency.waiting") == 1


@pytest.mark.long
async def test_a_mail_about_an_open_bill_says_what_perhaps_comes_before_it_and_waits_for_nothing(
    world: SandboxClient,
) -> None:
    lease = await arrives(world, "Juno <juno@elsewhere.example>", "The new lease", QUESTION)
    bill = drop("CBH-70041")
    write(bill, depends_on=lease)
    await work()
    mail = await arrives(
        world, "Cloudberry <ap@cloudberry.example>", "CBH-70041", "Your bill CBH-70041 is a mistake."
    )
    found = front(mail)
    assert found["perhaps_after"] == [f"[[{bill}]]: it speaks of CBH-70041, the number of that bill"]
    assert (found["status"], "depends_on" in found) == ("escalated", False), "nothing waits by a mail's claim"
    listed = json.loads(CliRunner().invoke(app, ["tasks", "--json"]).stdout)
    assert {row["id"]: row["perhaps_after"] for row in listed} == {lease: [], bill: [], mail: [bill]}
    assert f"perhaps {bill}" in CliRunner().invoke(app, ["tasks"], env={"COLUMNS": "400"}).stdout
    current_vault().move(bill, Folder.NEEDS_ACTION, Folder.DONE)
    write(mail, status="new")
    await work()
    assert "perhaps_after" not in front(mail)


@pytest.mark.long
async def test_a_bill_asks_when_what_it_waits_for_is_cancelled(world: SandboxClient) -> None:
    lease = await arrives(world, "Juno <juno@elsewhere.example>", "The new lease", QUESTION)
    bill = drop("CBH-70041")
    write(bill, depends_on=lease)
    await work()
    close_ended(lease, "cancelled", datetime.now(UTC))
    await work()
    found = front(bill)
    assert found["status"] == "escalated"
    [why] = found["why"]
    assert "which will not be done: it was cancelled; take it out of depends_on" in why
    write(bill, depends_on=[], status="new")
    await work()
    assert current_vault().find(bill) is Folder.DONE


@pytest.mark.usefixtures("world")
async def test_a_circle_and_an_unknown_task_are_said_in_words() -> None:
    one, other, lost = drop("CBH-70041"), drop("CBH-70042"), drop("CBH-70043")
    write(one, depends_on=other)
    write(other, depends_on=one)
    write(lost, depends_on=["../gmail-gone", "a/../.."])
    await work()
    assert [front(task)["status"] for task in (one, other, lost)] == ["escalated"] * 3
    assert f"in a circle: {one} -> {other} -> {one}" in front(one)["why"][0]
    assert "gmail-gone, and there is no such task: correct depends_on" in front(lost)["why"][0]
    assert not current_vault().names(Folder.PLANS)
