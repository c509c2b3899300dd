"""Answers continue the task that they belong to: once, whatever dies in between, and nobody else's."""

from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from blocks.settings import settings
from domain.planning.plan import effect_key
from domain.reliability.effect import NewEffect
from domain.vault.folder import Folder
from domain.vault.note import Note
from tasks import intake
from tasks.mail import threads
from tasks.mail.send_mail import message_id_for
from tasks.mail.take_mail import TakenMail, take_part
from tasks.reliability.effect_ledger import begin_effect, finish_effect
from tasks.vault.vault import Vault, current_vault, init_vault
from tests.gmail_world import client_of, deliver
from tests.sandbox_fixture import SandboxClient

ADA, EVE = "Ada <ada@brewing.example>", "Eve <eve@elsewhere.example>"
ASKED = "<ask-1@brewing.example>"
APART = "Gmail keeps it in another conversation"
QUESTION = "Could you tell me whether the workshop of Friday takes place?\n"
THANKS = "Thank you, that is perfect!\n"
PDF = {"name": "terms.pdf", "type": "application/pdf", "content": b64encode(b"%PDF-1.4 no bill").decode()}


class PowerCutError(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def _vault() -> None:
    init_vault(settings().vault_path)


async def take(sandbox: SandboxClient, tell: Any = threads.tell_nobody) -> TakenMail:
    async with client_of(sandbox) as client:
        taken, more = TakenMail(), True
        while more:
            part, more = await take_part(client, frozenset(), clock=lambda: datetime.now(UTC), tell=tell)
            taken.add(part)
    return taken


async def ask(sandbox: SandboxClient, **fields: Any) -> str:
    """A question that came in; its task."""
    key = deliver(
        sandbox, **{"sender": ADA, "subject": "Workshop", "text": QUESTION, "message_id": ASKED} | fields
    )
    await take(sandbox)
    return f"gmail-{key}"


def answer(sandbox: SandboxClient, text: str = QUESTION, *, to: str = ASKED, **fields: Any) -> str:
    """An answer; the task that it would be."""
    headers = {"In-Reply-To": to, "References": to}
    given = {"sender": ADA, "subject": "Re: Workshop", "text": text, "headers": headers}
    return f"gmail-{deliver(sandbox, **given | fields)}"


def note(task: str, folder: Folder = Folder.NEEDS_ACTION) -> Note:
    return current_vault().read(folder, task)


def names(folder: Folder = Folder.NEEDS_ACTION) -> list[str]:
    return current_vault().names(folder)


def put(task: str, **front: Any) -> None:
    current_vault().update(Folder.NEEDS_ACTION, task, lambda one: one.with_front(**front))


async def test_an_answer_is_added_to_its_task_which_is_taken_up_again(sandbox: SandboxClient) -> None:
    task = await ask(sandbox)
    put(task, status="escalated")
    mail = answer(sandbox, "And who brings the **keys**?\n")
    told: list[dict[str, Any]] = []
    taken = await take(sandbox, lambda front, _now: told.append(front))
    assert taken.task_ids == names() == [task]
    found = note(task)
    assert (found.front["status"], list(found.front["continued_by"])) == ("new", [mail])
    assert found.body.count("And who brings the") == 1
    kept = found.body.rpartition("[Document](<../")[2].partition(">)")[0]
    raw = sandbox.http.get(f"/_sandbox/gmail/messages/{mail.removeprefix('gmail-')}").json()["raw"]
    assert current_vault().document(kept) == raw.encode("latin-1")
    assert [one["thread"] for one in told] == [found.front["thread"]]
    assert (await take(sandbox)).task_ids == []


async def test_the_answer_to_an_answer_belongs_to_the_same_task(sandbox: SandboxClient) -> None:
    task = await ask(sandbox, headers={"Cc": "Bob <bob@brewing.example>"})
    first = answer(sandbox, message_id="<second@brewing.example>", sender="Bob <BOB@brewing.example>")
    await take(sandbox)
    second = answer(sandbox, "And when does it begin, then?\n", to="<second@brewing.example>")
    await take(sandbox)
    assert names() == [task]
    assert list(note(task).front["continued_by"]) == [first, second]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"sender": EVE}, "eve@elsewhere.example had no part in that conversation"),
        ({"sender": "Ada <ada@brewing.example.evil.example>"}, "had no part"),
        ({"sender": "ada@brewing.example <eve@elsewhere.example>"}, "had no part"),
        ({"authentic": False}, "the proof that it comes from ada@brewing.example fails"),
        ({"sender": "New <new@brewing.example>", "authentic": False}, "fails"),
        ({"text": "Our bank account has changed. Please wire the payment urgently today to IBAN DE02.\n"}, "fraud"),
        ({"subject": "Something else"}, APART),
    ],
    ids=lambda one: str(one)[:50],
)  # fmt: skip
@pytest.mark.parametrize("folder", [Folder.NEEDS_ACTION, Folder.DONE])
async def test_a_forged_answer_touches_no_task_and_says_why_it_is_one_itself(
    sandbox: SandboxClient, fields: dict[str, Any], why: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await ask(sandbox)
    if folder is Folder.DONE:
        current_vault().move(task, Folder.NEEDS_ACTION, Folder.DONE)
    before = note(task, folder).render()
    if why == APART:
        monkeypatch.setattr("sandbox.gmail.mailbox.Mailbox._thread_of", lambda *_: None)
    forged = answer(sandbox, **fields)
    assert (await take(sandbox)).task_ids == [forged]
    assert note(task, folder).render() == before
    said = note(forged).front["own_task_because"]
    assert said.startswith(f"it names a mail of {task}, but ")
    assert why in said


async def test_a_borrowed_message_id_leads_to_nobody_else(sandbox: SandboxClient) -> None:
    task = await ask(sandbox)
    borrowed = deliver(
        sandbox, sender=EVE, subject="Mine", text=QUESTION, message_id="<mine@elsewhere.example>"
    )
    await take(sandbox)
    async with client_of(sandbox) as client:
        raw = (await client.raw(borrowed)).replace(b"<mine@elsewhere.example>", ASKED.encode())
    forged = threads.FetchedMail("ff" * 8, borrowed, ("INBOX",), datetime.now(UTC), raw)
    from tasks.mail.take_mail import event_of

    threads.store_in_thread(forged, event_of(forged), threads.tell_nobody, datetime.now(UTC))
    mail = answer(sandbox)
    await take(sandbox)
    assert list(note(task).front["continued_by"]) == [mail]


async def test_a_colleague_whose_origin_is_proven_may_answer(sandbox: SandboxClient) -> None:
    task = await ask(sandbox)
    mail = answer(sandbox, sender="New <new@brewing.example>")
    await take(sandbox)
    assert names() == [task]
    assert list(note(task).front["continued_by"]) == [mail]
    free = await ask(sandbox, sender="a@gmail.com", message_id="<free@gmail.com>", subject="Free")
    other = answer(sandbox, sender="b@gmail.com", to="<free@gmail.com>", subject="Re: Free")
    await take(sandbox)
    assert names() == sorted([task, free, other])


async def test_an_answer_to_what_is_done_is_a_new_task_only_where_it_asks(sandbox: SandboxClient) -> None:
    task = await ask(sandbox)
    current_vault().move(task, Folder.NEEDS_ACTION, Folder.DONE)
    current_vault().update(Folder.DONE, task, lambda one: one.with_front(status="done"))
    thanks = answer(sandbox, f"{THANKS}\n> {QUESTION}")
    robot = answer(sandbox, headers={"In-Reply-To": ASKED, "Auto-Submitted": "auto-replied"})
    assert (await take(sandbox)).task_ids == names() == []
    asks = answer(sandbox)
    assert (await take(sandbox)).task_ids == [asks]
    done = note(task, Folder.DONE).front
    assert (list(done["continued_by"]), list(done["followed_by"])) == ([thanks, robot, asks], [asks])
    assert note(asks).front["follows"] == task


@pytest.mark.parametrize("status", ["new", "escalated", "waiting", "later", "working", "mine"])
async def test_a_document_in_an_answer_is_never_lost_beside_another(
    sandbox: SandboxClient, status: str
) -> None:
    task = await ask(sandbox)
    put(task, status=status)
    mail = answer(sandbox, THANKS, attachments=[PDF])
    assert (await take(sandbox)).task_ids == [mail]
    assert note(task).front["status"] == status
    assert list(note(task).front["followed_by"]) == [mail]
    assert b64encode(b"%PDF-1.4 no bill") in current_vault().document(note(mail).front["document"])


@pytest.mark.parametrize("what", ["waiting", "later", "working", "planned", "bill"])
async def test_what_goes_its_way_by_a_plan_is_not_taken_up_for_an_answer(
    sandbox: SandboxClient, what: str
) -> None:
    bill = "Invoice CB-7\nInvoice date: 2026-11-02\nTotal due: $120.00\nPlease pay by 2026-12-01\n"
    task = await ask(sandbox, **({"text": bill, "subject": "Invoice CB-7"} if what == "bill" else {}))
    status = "escalated" if what in {"planned", "bill"} else what
    put(task, status=status)
    if what == "planned":
        current_vault().save(Folder.PLANS, task, Note.new({"task": task}, "\n# Plan\n"))
    mail = answer(sandbox, subject="Re: Invoice CB-7" if what == "bill" else "Re: Workshop")
    assert (await take(sandbox)).task_ids == [mail]
    assert note(task).front["status"] == status
    assert note(mail).front["follows"] == task


async def test_an_answer_to_what_we_sent_continues_the_task_it_was_sent_for(sandbox: SandboxClient) -> None:
    sender = "studio@northwindlane.example"
    inputs = {"sender": sender, "to": ["ada@brewing.example"], "subject": "The workshop", "text": "It does."}
    key = effect_key("order-1", "send", "mail.send_email", inputs)
    sent = message_id_for(key, sender)
    mail = deliver(sandbox, sender=sender, to=ADA, subject="The workshop", message_id=sent, labels=["SENT"])
    now = datetime.now(UTC)
    effect = NewEffect(
        key=key, task_id="order-1", step_id="send", action="mail.send_email", inputs=inputs, content_hash="0"
    )
    begin_effect(effect, now=now)
    finish_effect(key, {"message_id": sent, "gmail_id": mail, "thread_id": mail}, now)
    current_vault().save(Folder.DONE, "order-1", Note.new({"id": "order-1", "status": "done"}, "\n# Mail\n"))
    forged = answer(sandbox, to=sent, subject="Re: The workshop", sender=EVE)
    reply = answer(sandbox, to=sent, subject="Re: The workshop")
    await take(sandbox)
    assert note(reply).front["follows"] == "order-1"
    assert list(note("order-1", Folder.DONE).front["continued_by"]) == [reply]
    assert "had no part" in note(forged).front["own_task_because"]


STEPS = [
    ("continues", threads, "_remember"),
    ("continues", Vault, "attach"),
    ("continues", threads, "_add"),
    ("continues", threads, "audit_log"),
    ("continues", threads, "mark_seen"),
    ("follows", threads, "_add"),
    ("follows", Vault, "store"),
    ("follows", intake, "_audit"),
    ("follows", intake, "mark_seen"),
]


@pytest.mark.parametrize(("kind", "where", "name"), STEPS, ids=lambda one: str(one)[:20])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_at_any_point_loses_nothing_and_adds_nothing_twice(  # noqa: PLR0913, PLR0917 (a table)
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, kind: str, where: Any, name: str, when: str
) -> None:
    task = await ask(sandbox)
    if kind == "follows":
        current_vault().move(task, Folder.NEEDS_ACTION, Folder.DONE)
    mail = answer(sandbox)
    genuine = getattr(where, name)

    def dies(*given: Any, **named: Any) -> Any:
        if when == "after":
            genuine(*given, **named)
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(where, name, dies)
        with suppress(PowerCutError):
            await take(sandbox)
    if kind == "continues":  # a person puts it away before the next run
        current_vault().move(task, Folder.NEEDS_ACTION, Folder.DONE)
    was_added = mail in (note(task, Folder.DONE).front.get("continued_by") or [])
    await take(sandbox)
    found = note(task, Folder.DONE)
    assert list(found.front["continued_by"]) == [mail]
    assert found.body.count("whether the workshop") == 2
    assert names() == ([] if kind == "continues" and was_added else [mail])
    assert (await take(sandbox)).task_ids == []


async def test_a_long_thread_stays_one_task(sandbox: SandboxClient) -> None:
    task = await ask(sandbox)
    ids = [ASKED, *(f"<turn-{number}@brewing.example>" for number in range(12))]
    mails = [answer(sandbox, to=before, message_id=own) for before, own in pairwise(ids)]
    await take(sandbox)
    assert names() == [task]
    assert list(note(task).front["continued_by"]) == mails
