"""Words of the owner's that fit no playbook's phrase: a model's plan is confirmed, checked and judged like others."""

import json
from typing import Any

import pytest

from domain.approvals.answer import Decision
from domain.planning.catalogue import FILL_IN
from tasks.approvals.record import pending
from tasks.audit.log import audit_log
from tasks.vault.vault import Folder
from tests.hostile_inputs import confirm_what_was_meant, let_the_model_help, told_of_model
from tests.model_stand_in import tell
from tests.planned import Work
from tests.tasks.planning.test_monthly_invoice import sent
from tests.tasks.planning.test_monthly_invoice import work as connected
from tests.tasks.planning.test_words import PLAYBOOK, mail, store

WORDS = "The lemon tree wants some care in October, would you?"
WRITE = "Could you let ann@harbor.example know that we moved?"
MAIL = {"to": ["ann@harbor.example"], "subject": "We moved", "text": "Dear Ann, we moved. Kind regards"}


__all__ = ["connected"]


@pytest.fixture
def work(connected: Work, monkeypatch: pytest.MonkeyPatch) -> Work:
    connected.write("plants", PLAYBOOK)
    let_the_model_help(connected.sandbox, monkeypatch)
    return connected


def says(work: Work, **plan: Any) -> None:
    tell(work.sandbox, "scripted", json.dumps(plan))


def steps(**inputs: Any) -> dict[str, Any]:
    return {"steps": [{"id": "tell", "action": "mail.send_email", "inputs": inputs}]}


def asked(work: Work) -> int:
    return len(work.sandbox.journal(service="model", path="completions"))


async def test_a_playbook_that_fits_is_confirmed_with_the_words_and_asked_for_once(work: Work) -> None:
    says(work, playbook="plants", inputs={"plant": "lemon tree", "month": "2026-09"})
    task = store(work, WORDS.encode(), "files", "note.txt")
    for _ in range(2):
        assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    assert WORDS in request.inputs["words"]
    assert "sandbox-model takes this for: the playbook plants" in request.inputs["words"]
    assert request.inputs["values"] == {"plant": "lemon tree", "month": ""}, (
        "a month that nobody said is asked for"
    )
    work.decide(month="2026-10")
    assert (await work.work(task)).name == "Completed"
    assert work.folder(task) is Folder.DONE
    assert asked(work) == 1


async def test_steps_are_confirmed_and_then_asked_about_as_the_policy_wants(work: Work) -> None:
    says(work, **steps(**MAIL))
    task = store(work, WRITE.encode(), "files", "note.txt")
    assert (await work.work(task)).name == "Waiting"
    [request] = pending()
    assert (request.action, request.inputs["playbook"]) == (FILL_IN, "Send a mail")
    assert request.inputs["values"]["tell_to_1"] == "ann@harbor.example"
    assert confirm_what_was_meant(work, task)
    await work.work(task)
    [request] = pending()
    assert request.action == "mail.send_email", "a mail to somebody new is asked about, whoever planned it"
    assert sent(work.sandbox) == []
    work.decide()
    assert (await work.work(task)).name == "Completed"
    assert [one["To"] for one in sent(work.sandbox)] == ["ann@harbor.example"]
    assert asked(work) == 1


async def test_what_words_may_do_at_once_a_model_may_not(work: Work) -> None:
    says(work, playbook="pause_reminders", inputs={"who": "Harbor"})
    task = store(work, b"Would you leave Harbor in peace with those letters?", "files", "note.txt")
    assert (await work.work(task)).name == "Waiting", work.note(task).render()
    [request] = pending()
    assert (request.action, request.inputs["values"]["who"]) == (FILL_IN, "Harbor")
    assert work.sandbox.journal(service="odoo", path="message_post") == []


async def test_what_is_not_confirmed_is_not_done(work: Work) -> None:
    says(work, **steps(**MAIL))
    task = store(work, WRITE.encode(), "files", "note.txt")
    await work.work(task)
    work.decide(Decision.REJECT)
    assert (await work.work(task)).name == "Escalated"
    assert pending() == []


@pytest.mark.parametrize("help_of_it", ["refused", "nonsense", "away", "nothing"])
async def test_a_model_that_is_of_no_help_leaves_the_task_as_it_is(work: Work, help_of_it: str) -> None:
    wrong = steps(**MAIL, cc=["m@evil.example"])
    says(work, **({"playbook": "", "steps": []} if help_of_it == "nothing" else wrong))
    if help_of_it == "nonsense":
        tell(work.sandbox, "nonsense")
    if help_of_it == "away":
        work.sandbox.fault("status", service="model", status=503, times=9)
    task = store(work, WRITE.encode(), "files", "note.txt")
    assert (await work.work(task)).name == "Escalated"
    assert pending() == []
    assert told_of_model()[1]["model.plan_refused"] == (help_of_it == "refused")
    written = " ".join(path.read_text() for path in audit_log().folder.glob("*.jsonl"))
    assert "evil.example" not in written, "its words are private"


@pytest.mark.parametrize(
    "content",
    [
        mail(WRITE, sender="x@collector.example"),
        mail(f"What do you think?\n\nOn Monday Bob wrote:\n> {WRITE}"),
        f"<html><body><p>{WRITE}</p></body></html>".encode(),
    ],
    ids=["outsider", "quoted", "page"],
)
async def test_the_words_of_others_are_never_asked_about(work: Work, content: bytes) -> None:
    says(work, **steps(**MAIL))
    is_mail = not content.startswith(b"<")
    task = store(work, content, *(("gmail", "mail.eml") if is_mail else ("files", "page.html")))
    await work.work(task)
    assert pending() == []
    assert "task.plan" not in told_of_model()[0]
