"""What leaves the house of a week: one mail to the owner, and one post that a person is asked about."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from blocks.gmail.credentials import GmailCredentials
from blocks.odoo.credentials import OdooCredentials
from blocks.settings import settings
from blocks.social.credentials import BLOCKS
from domain.social.post import Platform
from flows.publish_post import publish_post
from flows.weekly_audit import weekly_audit
from tasks.approvals.record import pending
from tasks.briefing.kept import kept_briefing
from tasks.mail import send_mail
from tasks.reliability import outbox
from tasks.vault.vault import Folder, current_vault
from tests.flows.test_weekly_audit import LAST, _at_work, connect, pytestmark
from tests.gmail_world import account
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN
from tests.tasks.actions.test_mail import OWN, SEND, sent
from tests.tasks.briefing.test_post import done, may_tell

__all__ = ["_at_work", "pytestmark"]
ROOT = Path(__file__).parents[2]
DYING = """
import asyncio
from datetime import timedelta
from flows.weekly_audit import weekly_audit
from tasks.mail import send_mail
from tasks.reliability import outbox
from tests.mail_worker import die_after

send_mail.SETTLING = timedelta(0)
die_after({boundary!r})
asyncio.run(weekly_audit())
"""


@pytest.fixture(autouse=True)
async def _not_connected() -> AsyncIterator[None]:
    """The Prefect server is that of many tests."""
    await disconnect()
    yield
    await disconnect()


async def disconnect() -> None:
    linkedin = BLOCKS[Platform.LINKEDIN]
    for block, name in ((OdooCredentials, "odoo"), (GmailCredentials, "gmail"), (linkedin, "linkedin")):
        with suppress(ValueError):
            await block.adelete(name)


@pytest.fixture
async def mailbox(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """Books and mailbox connected; what may have been sent can be looked for at once."""
    await connect(sandbox)
    await GmailCredentials(**account(sandbox.url).model_dump()).save("gmail", overwrite=True)
    monkeypatch.setattr(send_mail, "SETTLING", timedelta(0))
    return sandbox


async def look_back(**asked: Any) -> str:
    """What the run says at its end."""
    state = await weekly_audit(**asked, return_state=True)
    assert state.is_completed()
    return str(state.message)


def body_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def owner_reads_at(address: str) -> None:
    """The owner writes an address into the handbook."""
    path = settings().vault_path / "Company_Handbook.md"
    text = path.read_text().replace("  known: {}", f"  known: {{{address}: {{role: owner}}}}")
    path.write_text(text)


def names_in_the_books(sandbox: SandboxClient) -> set[str]:
    domain, fields = [["partner_id", "!=", False]], ["partner_id"]
    lines = sandbox.odoo("account.move.line", "search_read", domain=domain, fields=fields)
    return {line["partner_id"][1] for line in lines}


async def test_the_owner_gets_one_mail_with_every_number_charts_and_the_pdf(mailbox: SandboxClient) -> None:
    assert f"sent to {OWN}" in await look_back()
    [mail] = sent(mailbox)
    briefing = kept_briefing(LAST)
    for number in briefing.numbers:
        assert number.text in body_of(mail, "plain").replace("\\", "")
    for kind in ("plain", "html"):
        assert briefing.audit_hash in body_of(mail, kind)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds.count("application/pdf") == 1
    assert "image/png" in kinds
    assert pending() == []
    await look_back()
    await look_back(anew=True)
    assert len(sent(mailbox)) == 1


@pytest.mark.long
async def test_the_mail_goes_where_the_handbook_says_that_the_owner_reads(mailbox: SandboxClient) -> None:
    owner_reads_at("olga@home.example")
    assert "sent to olga@home.example" in await look_back()
    assert [str(mail["To"]) for mail in sent(mailbox)] == ["olga@home.example"]


@pytest.mark.long
async def test_where_the_owner_wants_to_be_asked_the_mail_waits_for_a_person(mailbox: SandboxClient) -> None:
    path = settings().vault_path / "Company_Handbook.md"
    path.write_text(path.read_text().replace("always_ask: []", "always_ask: [mail.send_email]"))
    assert f"the mail to {OWN}: nothing is done; a person has to decide" in await look_back()
    await look_back()
    assert [request.action for request in pending()] == ["mail.send_email"]
    assert sent(mailbox) == []


async def test_while_the_mailbox_is_away_the_mail_waits_in_its_outbox(mailbox: SandboxClient) -> None:
    owner_reads_at("olga@home.example")
    mailbox.fault("status", path="/gmail/", status=503, times=100)
    assert "the mail to olga@home.example: it is queued" in await look_back()
    assert [item.service for item in outbox.waiting()] == ["gmail"]
    assert sent(mailbox) == []


@pytest.mark.long
async def test_a_week_of_long_ago_is_no_news(mailbox: SandboxClient) -> None:
    said = await look_back(week=LAST.previous(3).number)
    assert "sent" not in said
    assert "post" not in said
    assert sent(mailbox) == []
    assert current_vault().names(Folder.POSTS) == []


async def test_without_a_mailbox_and_linkedin_the_run_says_so_and_is_no_failure() -> None:
    said = await look_back()
    assert "not sent by mail: no mailbox is connected; a person has to run: fte connect gmail" in said
    assert (
        "no post for LinkedIn: LinkedIn is not connected; a person has to run: fte connect linkedin" in said
    )


async def test_an_answer_that_is_lost_sends_no_second_mail(mailbox: SandboxClient) -> None:
    mailbox.fault("drop_after_effect", path=SEND)
    await look_back()
    assert f"sent before to {OWN}" in await look_back()
    assert len(mailbox.journal(path=SEND, effect=True)) == len(sent(mailbox)) == 1


@pytest.mark.long
@pytest.mark.parametrize("boundary", ["intent", "answer"])
async def test_a_run_that_is_killed_and_repeated_sends_one_mail(
    mailbox: SandboxClient, boundary: str
) -> None:
    script = DYING.format(boundary=boundary)
    dying = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=ROOT, stderr=PIPE)
    _, said = await dying.communicate()
    assert dying.returncode == -signal.SIGKILL, said
    assert f"sent to {OWN}" in await look_back()
    assert len(sent(mailbox)) == 1


@pytest.mark.long
@pytest.mark.usefixtures("mailbox")
async def test_a_person_is_asked_once_about_a_post_that_names_nobody(sandbox: SandboxClient) -> None:
    await LINKEDIN.access(sandbox).save("linkedin", overwrite=True)
    done("file-1", "odoo.record_bill", LAST.since + timedelta(days=1))
    done("order-1", "odoo.create_invoice", LAST.since + timedelta(days=2))
    may_tell("tasks done", "bills booked")
    name = f"linkedin-{LAST.number}"
    assert f"Posts/{name} is to be decided on" in await look_back()
    await publish_post()
    [request] = pending()
    assert request.action == "social.publish"
    [post] = request.inputs["publications"]
    assert "Tasks done: 2\nBills booked: 1" in post["parts"][0]
    names = names_in_the_books(sandbox)
    assert names
    assert [name for name in names if name in request.shown or name in str(request.inputs)] == []
    assert not any("Tasks done" in one for one in LINKEDIN.public(sandbox))
    assert "has its post for LinkedIn already" in await look_back()
    await publish_post()
    assert [one.id for one in pending()] == [request.id]


@pytest.mark.long
@pytest.mark.usefixtures("mailbox")
async def test_where_nothing_may_be_told_nobody_is_asked(sandbox: SandboxClient) -> None:
    await LINKEDIN.access(sandbox).save("linkedin", overwrite=True)
    may_tell()
    assert "no post for LinkedIn: there is nothing to tell of the week" in await look_back()
    assert current_vault().names(Folder.POSTS) == []
