"""Work asked for in the owner's own words: understood, confirmed, done; and in words of others: nothing."""

from email.message import EmailMessage

import pytest

from domain.planning.event import Event, file_event_id
from tasks.approvals.record import pending
from tasks.intake import store_event
from tasks.planning.open_tasks import open_tasks
from tasks.planning.written import read_playbooks
from tasks.vault.vault import Folder, current_vault
from tests.planned import Work
from tests.sandbox_fixture import SandboxClient

OWNER = "owner@harbor.example"
PLAYBOOK = """
about: File what is known of a plant
asked: ["look after the {plant}"]
inputs:
  plant: {type: text}
  month: {type: month, question: "Which month?"}
steps:
  - id: file
    action: vault.add_task
    inputs: {what: "{{ inputs.plant }}", agreed_in: the garden}
"""
ASKED = "Please look after the lemon tree."


@pytest.fixture
def work(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Work:
    made = Work(sandbox, monkeypatch)
    made.write("plants", PLAYBOOK)
    handbook = current_vault().read_root("Company_Handbook.md")
    known = handbook.with_front(people={"known": {OWNER: {"role": "owner"}}})
    (current_vault().root / "Company_Handbook.md").write_text(known.render())
    return made


def store(work: Work, content: bytes, source: str, name: str) -> str:
    event_id = file_event_id(content) if source == "files" else f"{source}-1"
    event = Event(
        id=event_id,
        source=source,
        received_at=work.now,
        document_name=name,
        document=content,
        subject="plants",
    )
    store_event(event, work.now)
    return event_id


def mail(text: str, *, sender: str = OWNER, subject: str = "The plants", dmarc: str = "pass") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "office@harbor.example", subject
    message["Message-ID"] = "<1@harbor.example>"
    message["Authentication-Results"] = f"mx.example; dmarc={dmarc}"
    message.set_content(text)
    return bytes(message)


def page(html: str, text: str | None = None) -> bytes:
    """A mail of the owner's as a web page, alone or beside its text."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = OWNER, "office@harbor.example", "The plants"
    message["Message-ID"] = "<1@harbor.example>"
    message["Authentication-Results"] = "mx.example; dmarc=pass"
    if text is None:
        message.set_content(html, subtype="html")
    else:
        message.set_content(text)
        message.add_alternative(html, subtype="html")
    return bytes(message)


@pytest.mark.parametrize("source", ["files", "gmail"])
async def test_what_is_asked_for_is_shown_and_asked_in_one_question(work: Work, source: str) -> None:
    content, name = (ASKED.encode(), "note.txt") if source == "files" else (mail(ASKED), "mail.eml")
    task = store(work, content, source, name)
    for _ in range(2):
        assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    assert ASKED in request.inputs["words"]
    assert request.inputs["values"] == {"plant": "lemon tree", "month": ""}
    work.decide(month="2026-10")
    assert (await work.work(task)).name == "Completed"
    assert work.folder(task) is Folder.DONE


async def test_all_that_was_understood_is_confirmed_too_and_can_be_corrected(work: Work) -> None:
    task = store(work, b"Look after the lemon tree, October", "files", "note.txt")
    assert (await work.work(task)).name == "Waiting"
    assert pending()[0].inputs["values"] == {"plant": "lemon tree", "month": "2026-10"}
    work.decide(plant="olive tree")
    assert (await work.work(task)).name == "Completed"
    assert "olive tree" in str(work.note(task).front["evidence"])


LOOK = """  - id: look
    action: odoo.read_invoice
    inputs: {invoice_id: 99999999}
  - id: file
    needs: [look]
"""


async def test_what_was_confirmed_is_not_asked_again_unless_its_playbook_is_another_one(work: Work) -> None:
    work.write("plants", PLAYBOOK.replace("  - id: file\n", LOOK))
    read_playbooks()
    work.decide()
    task = store(work, ASKED.encode(), "files", "note.txt")
    await work.work(task)
    work.decide(month="2026-10", plant="olive tree")
    for _ in range(2):
        assert (await work.work(task)).name == "Escalated"
        work.set_status(task, "new")
    assert (await work.work(task)).name == "Escalated"
    assert pending() == []
    work.write("plants", PLAYBOOK)
    read_playbooks()
    work.decide()
    work.set_status(task, "new")
    assert (await work.work(task)).name == "Waiting"
    assert pending()[0].inputs["values"] == {"plant": "olive tree", "month": "2026-10"}
    work.decide()
    assert (await work.work(task)).name == "Completed"
    assert "olive tree" in str(work.note(task).front["evidence"])


@pytest.mark.parametrize("before", ["Re:", "AW: ", "Fwd: Re:", ""])
async def test_the_subject_that_an_answer_repeats_is_not_the_owners(work: Work, before: str) -> None:
    task = store(work, mail("All right, thanks.", subject=f"{before} {ASKED}"), "gmail", "mail.eml")
    await work.work(task)
    assert len(pending()) == (0 if before else 1)


async def test_what_is_refused_is_not_done(work: Work) -> None:
    from domain.approvals.answer import Decision

    task = store(work, ASKED.encode(), "files", "note.txt")
    await work.work(task)
    work.decide(Decision.REJECT)
    assert (await work.work(task)).name == "Escalated"
    assert pending() == []


@pytest.mark.parametrize(
    "content",
    [
        mail(ASKED, sender="owner@harbor-example.test"),
        mail(ASKED, dmarc="fail"),
        mail(ASKED, dmarc="none"),
        mail("See below.", subject=f"Fwd: {ASKED}"),
        mail(f"What do you think?\n\nOn Monday Bob wrote:\n> {ASKED}"),
        mail(f"What do you think?\n\nFrom: Bob\nSubject: x\n\n{ASKED}"),
        mail(f"Yours\n-- \n{ASKED}"),
        f"<html><body><p>{ASKED}</p></body></html>".encode(),
        page(f"<p>What do you think?</p><blockquote>{ASKED}</blockquote>"),
        page(f'<p>What do you think?</p><div class="gmail_quote">{ASKED}</div>'),
        page(f"<p>Hm?</p><blockquote>{ASKED}</blockquote>", f"Hm?\n\n{ASKED}\n"),
    ],
    ids=[
        *("outsider", "forged", "unproven", "forwarded", "quoted", "pasted", "signature", "page"),
        *("quoted in a page", "quoted by Gmail", "quoted in the page alone"),
    ],
)
async def test_the_words_of_others_ask_for_nothing(work: Work, content: bytes) -> None:
    is_mail = content.startswith((b"From", b"To"))
    source, name = ("gmail", "mail.eml") if is_mail else ("files", "page.html")
    task = store(work, content, source, name)
    state = await work.work(task)
    assert state.name in {"Escalated", "Completed"}
    assert pending() == []


async def test_what_the_words_ask_beside_is_said_to_be_no_part_of_it(work: Work) -> None:
    store(work, f"{ASKED} Also order forty new pots.".encode(), "files", "note.txt")
    for task in current_vault().names(Folder.NEEDS_ACTION):
        await work.work(task)
    [request] = pending()
    assert "no part of this: 'Also order forty new pots.'" in request.shown


CUSTOMER = """
when: {kind: text}
steps:
  - {id: made, action: odoo.create_customer, inputs: {name: "{{ task.subject }}"}}
"""


@pytest.fixture
def made(work: Work) -> str:
    """A task that is carried out as soon as it is looked at."""
    work.write("customers", CUSTOMER)
    read_playbooks()
    work.decide()
    return store(work, b"please see to the garden", "files", "note.txt")


async def work_all(work: Work) -> None:
    for _ in range(2):
        for task in open_tasks():
            await work.work(task)


@pytest.mark.parametrize("name", ["{} (1)", "{}-copy", "{}.sync-conflict-20261129-101010-ABCDEF"])
async def test_a_copy_that_a_sync_service_makes_is_set_aside_and_does_nothing_twice(
    work: Work, made: str, name: str
) -> None:
    folder = current_vault().root / "Needs_Action"
    copy = folder / f"{name.format(made)}.md"
    copy.write_bytes((folder / f"{made}.md").read_bytes())
    await work_all(work)
    assert work.folder(made) is Folder.DONE
    assert len(work.sandbox.journal(service="odoo", path="res.partner/load")) == 1
    aside = current_vault().root / "Dead_Letters"
    assert not copy.exists()
    assert any("a copy of the task" in one.read_text() for one in aside.glob("*.md"))


async def test_a_note_that_comes_back_beside_its_done_one_is_set_aside(work: Work, made: str) -> None:
    folder = current_vault().root / "Needs_Action"
    before = (folder / f"{made}.md").read_bytes()
    await work_all(work)
    (folder / f"{made}.md").write_bytes(before)
    assert open_tasks() == []
    assert not (folder / f"{made}.md").exists()
    assert work.folder(made) is Folder.DONE


async def test_a_renamed_note_gets_its_name_back(work: Work, made: str) -> None:
    folder = current_vault().root / "Needs_Action"
    (folder / f"{made}.md").rename(folder / "The garden.md")
    await work_all(work)
    assert work.folder(made) is Folder.DONE
    assert list(folder.glob("*.md")) == []


@pytest.mark.parametrize("status", ["New", "''", "null", "' NEW '"])
async def test_a_status_counts_in_whatever_way_it_is_written(work: Work, made: str, status: str) -> None:
    path = current_vault().root / "Needs_Action" / f"{made}.md"
    path.write_text(path.read_text().replace("status: new", f"status: {status}"))
    await work_all(work)
    assert work.folder(made) is Folder.DONE
