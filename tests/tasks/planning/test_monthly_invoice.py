"""The monthly invoice end to end: hours, rates, invoice, PDF, mail, opportunity, and back again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from blocks.gmail import credentials
from blocks.gmail.credentials import GmailCredentials, SavedMailbox
from domain.approvals.answer import Answer, Channel, Decision
from domain.vault.folder import Folder
from tasks.approvals.decide import record_answer
from tasks.approvals.record import pending
from tasks.clock import present
from tasks.mail.take_mail import take_part
from tasks.policy.handbook import read_handbook
from tasks.reliability.effect_ledger import effects_of
from tasks.vault.vault import current_vault
from tests.forged_replies import OWNER
from tests.gmail_world import account, client_of, deliver
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient, sent

RATES = "  hour:                    # any other hour"


@pytest.fixture
def work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Work:
    """The mailbox and the books connected; an hour costs 90."""
    own = Work(sandbox, monkeypatch)
    own.now = datetime.now(UTC)  # what waits for its turn at a service has one clock with what is done there
    saved_access = GmailCredentials(**account(sandbox.url).model_dump())

    async def saved(_name: str) -> SavedMailbox:
        return SavedMailbox(saved_access, own.now)

    monkeypatch.setattr(credentials, "saved_mailbox", saved)
    handbook = current_vault().root / "Company_Handbook.md"
    text = handbook.read_text(encoding="utf-8")
    assert RATES in text
    handbook.write_text(text.replace(RATES, "  hour: 90.00"), encoding="utf-8")
    return own


class Books:
    """A customer's hours of October, from outside."""

    def __init__(self, sandbox: SandboxClient, name: str, email: str | None, *hours: float) -> None:
        self.sandbox, self.name = sandbox, name
        self.customer = self._made("res.partner", name=name, email=email or False, is_company=True)
        project = self._made("project.project", name=f"{name}'s fence", partner_id=self.customer)
        ann = self._made("hr.employee", name="Ann")
        self.entries = [
            self._made(
                "account.analytic.line", name="/", date=f"2026-10-{day:02}", unit_amount=worked,
                project_id=project, employee_id=ann,
            )
            for day, worked in enumerate(hours, start=1)
        ]  # fmt: skip
        self.lead = self._made("crm.lead", name=f"{name}'s fence", partner_id=self.customer, stage_id=2)

    def _made(self, model: str, **values: Any) -> int:
        return int(self.sandbox.odoo(model, "create", vals_list=[values])[0])

    @property
    def moves(self) -> list[dict[str, Any]]:
        """The customer's invoices."""
        found: list[dict[str, Any]] = self.sandbox.odoo(
            "account.move",
            "search_read",
            domain=[["partner_id", "=", self.customer]],
            fields=["state", "amount_total", "name"],
        )
        return found

    @property
    def marks(self) -> set[str | bool]:
        """What the entries carry."""
        rows = self.sandbox.odoo("account.analytic.line", "read", ids=self.entries, fields=["ref"])
        return {row["ref"] for row in rows}

    @property
    def stage(self) -> str:
        """Where the opportunity is."""
        (row,) = self.sandbox.odoo("crm.lead", "read", ids=[self.lead], fields=["stage_id"])
        return str(row["stage_id"][1])


async def worked(work: Work, task: str, rounds: int = 8) -> str:
    """Work on, approving what is asked, until nothing waits any more; the last state."""
    for _ in range(rounds):
        state = await work.work(task)
        if not pending():
            return str(state.name)
        work.decide()
    raise AssertionError("it never ends")


async def test_what_the_owner_writes_after_asking_is_asked_about_before_anything_is_done(
    work: Work, sandbox: SandboxClient
) -> None:
    handbook = current_vault().read_root("Company_Handbook.md")
    known = handbook.with_front(people={"known": {OWNER: {"role": "owner"}}})
    (current_vault().root / "Company_Handbook.md").write_text(known.render())
    Books(sandbox, "Larch & Sons", "billing@larch.example", 7.5)

    async def written(text: str, **fields: Any) -> list[str]:
        deliver(sandbox, sender=OWNER, subject="Invoice", text=text, **fields)
        async with client_of(sandbox) as client:
            taken, _ = await take_part(client, frozenset(), clock=present, read_handbook=read_handbook)
        return taken.task_ids

    [task] = await written(
        "Please send the monthly invoice to Larch & Sons for September.", message_id="<1@x.example>"
    )
    assert (await work.work(task)).name == "Waiting"
    [asked] = pending()
    to = {"headers": {"In-Reply-To": "<1@x.example>", "References": "<1@x.example>"}}
    follows, again = await written("Sorry, I meant October.", **to)
    assert again == task
    answer = Answer(decision=Decision.APPROVE, approver="Ann", channel=Channel.CLI)
    assert record_answer(asked.id, answer, work.now, read_handbook).reason, (
        "the question of before was answered"
    )
    assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    assert "wrote later: 'Sorry, I meant October.'" in request.shown
    assert await written("Thank you!", **to) == []
    assert pending() == [request]
    current_vault().move(follows, Folder.NEEDS_ACTION, Folder.DONE)
    later, _ = await written("forget that", **to)
    await work.work(task)
    [request] = pending()
    assert "forget that" in request.shown
    assert "October" not in request.shown, "it was read meanwhile"
    assert later in str(request.reasons)


async def test_the_monthly_invoice_is_made_sent_and_noted_once(work: Work, sandbox: SandboxClient) -> None:
    books = Books(sandbox, "Larch & Sons", "billing@larch.example", 7.5, 2.25)
    task = work.ask("monthly_invoice", customer="larch and sons", month="2026-10")
    assert (await work.work(task)).name == "Waiting"  # another name than Odoo's is asked about, never guessed
    assert pending()[0].inputs["slots"][0]["one_of"] == ["Larch & Sons"]
    work.decide(Decision.REJECT)
    assert (await work.work(task)).name == "Escalated"
    assert books.moves == []
    task = work.ask("monthly_invoice", key="2", customer="Larch & Sons", month="2026-10", stage="Won")
    asked = []
    for _ in range(2):
        await work.work(task)
        (request,) = pending()
        asked.append(request.action)
        assert "1,009.13" in request.shown or "1009.13" in request.shown
        if request.action == "odoo.invoice_hours":
            assert "the handbook's rates.hour" in request.shown
            assert "2026-10-02 Ann: 2.25 h" in request.shown
        work.decide()
    assert asked == ["odoo.invoice_hours", "mail.send_email"]  # the sum is above the handbook's limit
    assert await worked(work, task) == "Completed", work.note(task).render()
    (invoice,) = books.moves
    assert (invoice["state"], invoice["amount_total"]) == ("posted", 1009.13)
    (mail,) = sent(sandbox)
    assert (mail["To"], mail["Subject"]) == ("billing@larch.example", f"Invoice {invoice['name']}")
    (file,) = mail.iter_attachments()
    assert file.get_content().startswith(b"%PDF-")
    assert books.stage == "Won"
    assert len(books.marks) == 1
    assert False not in books.marks
    notes = sandbox.odoo("mail.message", "search_read", domain=[["res_id", "=", books.lead]], fields=["body"])
    assert [f"Invoice {invoice['name']} over 1,009.13 USD" in note["body"] for note in notes] == [True]
    assert work.folder(task) is Folder.DONE
    evidence = work.note(task).front["evidence"]
    assert {"customer", "hours", "invoice", "pdf", "letter", "send", "note"} <= set(evidence)
    again = work.ask("monthly_invoice", key="3", customer="Larch & Sons", month="2026-10")
    assert await worked(work, again) == "Completed"
    assert (len(books.moves), len(sent(sandbox))) == (1, 1)
    first, second = books.entries
    sandbox.odoo("account.analytic.line", "write", ids=[first], vals={"unit_amount": 9.0})
    sandbox.odoo("account.analytic.line", "unlink", ids=[second])
    later = work.ask("monthly_invoice", key="4", customer="Larch & Sons", month="2026-10")
    assert await worked(work, later) == "Completed"
    told = work.note(later).front["evidence"]["hours"]["told"]
    assert (
        "7.5 h on 2026-10-01 (Ann, Larch & Sons's fence) were changed after they were invoiced: 9 h" in told
    )
    assert "2.25 h on 2026-10-02 (Ann, Larch & Sons's fence) were deleted after they were invoiced" in told


async def test_a_refused_mail_gives_the_hours_back(work: Work, sandbox: SandboxClient) -> None:
    books = Books(sandbox, "Larch", "billing@larch.example", 4)
    task = work.ask("monthly_invoice", customer="Larch", month="2026-10")
    await work.work(task)
    work.decide(Decision.REJECT)
    assert await worked(work, task) == "Escalated"
    assert [move["state"] for move in books.moves] == ["cancel"]
    assert books.marks == {False}
    assert (sent(sandbox), books.stage) == ([], "Qualified")
    states = {effect.step_id: effect.state for effect in effects_of(task) if "invoice" in effect.action}
    assert set(states.values()) == {"compensated"}


async def test_every_customer_with_hours_gets_theirs_and_what_fails_keeps_nobody(
    work: Work, sandbox: SandboxClient
) -> None:
    rows = sandbox.odoo("account.analytic.line", "search", domain=[])
    sandbox.odoo("account.analytic.line", "unlink", ids=rows)  # the demo's own
    named = [Books(sandbox, name, f"{name.lower()}@sender.example", 2) for name in ("Ash", "Birch")]
    silent = Books(sandbox, "Cedar", None, 2)
    task = work.ask("monthly_invoices", month="2026-10")
    assert await worked(work, task) == "Escalated"
    assert [[move["state"] for move in one.moves] for one in named] == [["posted"], ["posted"]]
    assert silent.moves == []
    assert sorted(mail["To"] for mail in sent(sandbox)) == ["ash@sender.example", "birch@sender.example"]
    assert "what is the e-mail address of Cedar?" in work.note(task).render()


async def test_without_a_rate_nothing_is_made_and_it_is_asked(work: Work, sandbox: SandboxClient) -> None:
    handbook = current_vault().root / "Company_Handbook.md"
    text = handbook.read_text(encoding="utf-8")
    handbook.write_text(text.replace("  hour: 90.00", RATES), encoding="utf-8")
    books = Books(sandbox, "Larch", "billing@larch.example", 4)
    task = work.ask("monthly_invoice", customer="Larch", month="2026-10")
    assert await worked(work, task) == "Escalated"
    assert "what does an hour cost for Larch's fence (Ann)?" in work.note(task).render()
    assert (books.moves, books.marks) == ([], {False})
