"""From the telephone, end to end: a big bill is asked about by mail or on WhatsApp, answered there, and booked once."""

import base64
import sys
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pyotp
import pytest
from prefect import State

from blocks.settings import settings
from deployments.looking import _requests
from domain.approvals.request import ApprovalRequest
from flows.watch_gmail import watch_gmail
from flows.watch_whatsapp import watch_whatsapp
from flows.work_tasks import work_tasks
from tasks.approvals.ask import open_again
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.record import get, pending
from tasks.mail import send_mail
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.employee_fixture import receipt
from tests.flows.approval_runs import deploy, execute, run_id, show
from tests.flows.test_watch_gmail import connect as connect_mailbox
from tests.flows.test_work_tasks import booked, connect, store
from tests.forged_replies import OWNER, replied
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import ANN, receiver, receiver_server, write, written
from tests.whatsapp_world import connect as connect_whatsapp

__all__ = ["receiver", "receiver_server"]
pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture
async def world(sandbox: SandboxClient) -> SandboxClient:
    """Odoo and the mailbox connected, and an owner whose address the handbook names."""
    vault = settings().vault_path
    init_vault(vault)
    handbook = vault / "Company_Handbook.md"
    handbook.write_text(
        handbook.read_text().replace(
            "known: {} ", f"known: {{{OWNER}: {{role: owner}}, '+{ANN}': {{role: owner}}}} "
        )
    )
    await connect(sandbox)
    await connect_mailbox(sandbox)
    await deploy()
    await watch()  # what the demo mailbox brings by itself
    return sandbox


@pytest.fixture
def secret() -> str:
    enrolment, first = begin_enrolment("Ann Lee"), datetime.now(UTC) - timedelta(hours=1)
    confirm_enrolment(enrolment, pyotp.TOTP(enrolment.secret).at(first), first)
    return enrolment.secret


async def watch() -> State:
    state: State = await watch_gmail(return_state=True)
    return state


async def ask(number: str) -> ApprovalRequest:
    """A big bill arrives, and its request waits in a run."""
    store(receipt("Harbor Street Offices", "2480.00", number).encode(), number)
    await work_tasks(return_state=True)
    request = next(one for one in pending() if one.inputs["number"] == number)
    assert (await execute(run_id(request))).state_name == "Suspended"
    return request


def sent(sandbox: SandboxClient, subject: str) -> list[EmailMessage]:
    """The mails that were sent with this in their subject."""
    found = sandbox.http.get("/_sandbox/gmail/messages").json()["messages"]
    raws = [
        sandbox.http.get(f"/_sandbox/gmail/messages/{one['id']}").json()["raw"]
        for one in reversed(found)
        if "SENT" in one["labels"]
    ]
    mails = [message_from_bytes(raw.encode("latin-1"), policy=default) for raw in raws]
    return [mail for mail in mails if subject in mail["Subject"]]


def reply(sandbox: SandboxClient, raw: bytes) -> None:
    raw = raw.replace(b"<r1@phone.example>", f"<{uuid4().hex}@phone.example>".encode())
    sandbox.http.post(
        "/_sandbox/gmail/deliver", json={"raw": base64.b64encode(raw).decode()}
    ).raise_for_status()


@pytest.mark.parametrize("fails", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_a_reply_from_the_telephone_books_the_bill_once(
    world: SandboxClient,
    secret: str,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,  # noqa: FBT001 (a case)
) -> None:
    monkeypatch.setattr(send_mail, "SETTLING", timedelta(0))
    number = f"HSO-{uuid4().int % 10**6}"
    if fails:
        world.fault("drop_after_effect", path="/messages/send$")
    request = await ask(number)
    if fails:
        await _requests(datetime.now(UTC))
    [asked] = sent(world, request.id)
    assert asked["To"] == OWNER
    total = "2480.00" if fails else "2000.00"
    change = "" if fails else f" total: {total}"
    reply(
        world, replied(asked["Message-ID"], f"Yes {pyotp.TOTP(secret).now()}{change}\n\nSent from my iPhone")
    )
    if fails:
        world.fault("drop_after_effect", path="/messages/send$")
        world.fault("drop_after_effect", path="account.move/load")
    seen = time.monotonic()
    state = await watch()
    assert (await execute(run_id(request))).state_name == "Approved"
    sys.stdout.write(f"from the reply seen to the bill booked: {time.monotonic() - seen:.1f} s\n")
    assert (get(request.id).approver, get(request.id).channel) == ("Ann Lee", "mail")
    assert booked(world, [number]) == [number]
    [bill] = world.odoo("account.move", "search_read", domain=[["ref", "=", number]], fields=["amount_total"])
    assert bill["amount_total"] == float(total)
    assert current_vault().find(request.task_id) is Folder.DONE
    await watch()
    asked_again, *answers = sent(world, request.id)
    assert asked_again["Message-ID"] == asked["Message-ID"]
    assert [mail.get_content().splitlines()[0][:14] for mail in answers] == ["It is approved"]
    assert not [name for name in current_vault().names(Folder.NEEDS_ACTION) if name.startswith("gmail-")]
    assert state.is_completed()


@pytest.mark.usefixtures("receiver")
async def test_a_reply_on_whatsapp_books_the_bill_once(
    world: SandboxClient, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_whatsapp(monkeypatch, world)
    write(world, "Good morning")
    await watch_whatsapp(return_state=True)
    number = f"HSO-{uuid4().int % 10**6}"
    request = await ask(number)
    [asked] = written(world)
    write(world, f"Yes {pyotp.TOTP(secret).now()}", answers=asked["id"], times=2)
    world.fault("drop_after_effect", path="account.move/load")
    seen = time.monotonic()
    for _ in range(2):
        await watch_whatsapp(return_state=True)
    assert (await execute(run_id(request))).state_name == "Approved"
    sys.stdout.write(f"from the reply seen to the bill booked: {time.monotonic() - seen:.1f} s\n")
    assert (get(request.id).approver, get(request.id).channel) == ("Ann Lee", "whatsapp")
    assert booked(world, [number]) == [number]
    assert current_vault().find(request.task_id) is Folder.DONE
    assert [row["text"][:14] for row in written(world)[1:]] == ["It is approved"]


async def test_a_no_without_a_code_only_delays(world: SandboxClient, secret: str) -> None:
    number = f"HSO-{uuid4().int % 10**6}"
    request = await ask(number)
    [asked] = sent(world, request.id)
    reply(world, replied(asked["Message-ID"], "No"))
    await watch()
    assert (await execute(run_id(request))).state_name == "Rejected"
    again = open_again(request.id, datetime.now(UTC), read_handbook())
    assert (await show(again)).state_name == "Suspended"
    [asked_again] = sent(world, again.id)
    reply(world, replied(asked["Message-ID"], f"yes {pyotp.TOTP(secret).now()}"))
    await watch()
    assert get(again.id).is_open, "that was about the earlier one"
    later = datetime.now(UTC) + timedelta(seconds=30)
    reply(world, replied(asked_again["Message-ID"], f"yes {pyotp.TOTP(secret).at(later)}"))
    await watch()
    assert (await execute(run_id(again))).state_name == "Approved"
    assert booked(world, [number]) == [number]
