"""A customer's question about an invoice: answered in its thread, to nobody but that customer."""

from base64 import b64encode
from email.message import EmailMessage
from email.utils import make_msgid

from domain.vault.folder import Folder
from tasks.clock import present
from tasks.mail.take_mail import take_part
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import current_vault
from tests.gmail_world import client_of, deliver
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_monthly_invoice import sent, work, worked
from tests.tasks.planning.test_payment_reminders import late, only

__all__ = ["work"]


async def asked(work: Work, sender: str, subject: str, reply_to: str = "") -> str:
    """A mail that a person calls a question about an invoice; its task."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "studio@northwindlane.example", subject
    mail["Message-ID"] = make_msgid()
    if reply_to:
        mail["Reply-To"] = reply_to
    mail.set_content("Hello, what is open? Regards, Ash")
    key = deliver(work.sandbox, raw=b64encode(mail.as_bytes()).decode())
    async with client_of(work.sandbox) as client:
        await take_part(client, frozenset(), clock=present, read_handbook=read_handbook)
    task = f"gmail-{key}"
    await work.work(task)
    current_vault().update(
        Folder.NEEDS_ACTION, task, lambda note: note.with_front(kind="invoice_question", status="new")
    )
    return task


async def test_a_question_is_answered_in_its_thread_with_what_is_open(
    work: Work, sandbox: SandboxClient
) -> None:
    only(work)
    first = late(work, "Ash", "ash@sender.example", 5, 1234.5)
    late(work, "Birch", "birch@sender.example", 5, 77.0)
    (row,) = sandbox.odoo("account.move", "read", ids=[first], fields=["name"])
    task = await asked(work, sender="Ash <ash@sender.example>", subject=f"Question about {row['name']}")
    assert await worked(work, task) == "Completed", work.note(task).render()
    (mail,) = sent(sandbox)
    body = mail.get_body(("plain",))
    assert body is not None
    said = str(body.get_content())
    assert (mail["To"], mail["Subject"]) == ("ash@sender.example", f"Re: Question about {row['name']}")
    assert mail["In-Reply-To"]
    assert f"{row['name']} of " in said
    assert "1,234.50 USD to pay, 5 days overdue" in said
    assert "Open in all: 1,234.50 USD" in said
    assert "77" not in said
    assert len(list(mail.iter_attachments())) == 1


async def test_somebody_unknown_is_told_nothing(work: Work, sandbox: SandboxClient) -> None:
    only(work)
    late(work, "Ash", "ash@sender.example", 5, 1234.5)
    task = await asked(work, "Ash <unknown@else.example>", "Invoice of Ash")
    assert await worked(work, task) == "Escalated"
    assert "nobody in Odoo has it" in work.note(task).render()
    assert sent(sandbox) == []


async def test_an_answer_goes_to_the_customer_whatever_the_mail_asks_to_answer_to(
    work: Work, sandbox: SandboxClient
) -> None:
    only(work)
    late(work, "Ash", "ash@sender.example", 5, 1234.5)
    forged = '"ash@sender.example" <unknown@else.example>'
    for sender in ("ash@sender.example", forged):
        task = await asked(work, sender, "Invoices", reply_to="unknown@else.example")
        await worked(work, task)
    assert {(mail["To"], mail["Cc"]) for mail in sent(sandbox)} == {("ash@sender.example", None)}
