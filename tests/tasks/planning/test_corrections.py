"""A person puts a task right: kept once, told without what is personal, taught to the next, and forgotten again."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from blocks.database import LedgerUnavailableError
from domain.planning.event import Event
from domain.policy.handbook import Handbook
from domain.vault.note import Note
from tasks.audit.search import Query, search_audit_log
from tasks.intake import store_event
from tasks.planning.corrections import (
    CORRECTED,
    CorrectionMissingError,
    all_corrections,
    forget_corrections,
    keep_corrections,
    record_corrections,
    remember_filed,
)
from tasks.planning.plan_outcome import PlanOutcome
from tasks.planning.prepare import Prepared, prepare_task
from tasks.planning.progress import escalate
from tasks.reliability import serialised
from tasks.vault.vault import Folder, current_vault, init_vault

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MAIL = """From: Rowing Crew <{sender}>
To: office@northwind.example
Subject: {subject}
{headers}MIME-Version: 1.0

{text}
"""


@pytest.fixture(autouse=True)
def vault() -> None:
    init_vault(current_vault().root)


def arrives(
    number: int, sender: str = "crew@rowing.example", headers: str = "", text: str = "The boats are dry."
) -> str:
    """A mail comes, and is worked until it is handed to a person."""
    subject = f"{sender.partition('@')[0]} note {number}"
    mail = MAIL.format(sender=sender, subject=subject, headers=headers, text=text)
    event = Event(
        id=f"gmail-{number:04}",
        source="gmail",
        received_at=NOW,
        sender=f"Rowing Crew <{sender}>",
        subject=subject,
        document_name=f"{number}.eml",
        document=mail.encode(),
    )
    store_event(event, NOW)
    worked(event.id)
    return event.id


def worked(task_id: str) -> Prepared:
    prepared = prepare_task(task_id, note_of(task_id), Handbook())
    escalate(prepared, prepared.problems, PlanOutcome(), NOW)
    return prepared


def note_of(task_id: str) -> Note:
    return current_vault().read(Folder.NEEDS_ACTION, task_id)


def writes(task_id: str, **values: str) -> None:
    """A person changes the note, and the employee looks."""
    current_vault().update(Folder.NEEDS_ACTION, task_id, lambda note: note.with_front(**values))
    keep_corrections([task_id], NOW)


def test_a_changed_value_is_kept_once_and_told_without_who_wrote() -> None:
    task = arrives(1)
    writes(task, kind="Family", domain="personal")
    keep_corrections([task], NOW)
    record_corrections(task, note_of(task), NOW)
    assert [(one.field, one.old, one.new) for one in all_corrections()] == [
        ("domain", "both", "personal"),
        ("kind", "other", "family"),
    ]
    rows = search_audit_log(current_vault().root, Query(action=CORRECTED))
    assert [row["details"]["field"] for row in rows] == ["domain", "kind"]
    assert "rowing" not in json.dumps(rows)
    assert worked(task).triage.kind == "family"
    keep_corrections([task], NOW)
    assert len(all_corrections()) == 2, "what is worked again stays corrected"
    assert note_of(task).front["routed"]["kind"] == "other"


def test_what_is_put_back_is_forgotten() -> None:
    task = arrives(1)
    writes(task, kind="family", priority="high")
    writes(task, kind="other")
    assert [one.field for one in all_corrections()] == ["priority"]
    writes(task, priority="normal")
    assert all_corrections() == []


def test_a_crash_at_any_write_loses_no_correction_and_keeps_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    task = arrives(1)
    current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(kind="family"))
    whole = serialised.serialised
    for survived in range(3):
        left = iter([whole] * survived)

        def dying(work: Callable[[Session], Any], left: Iterator[Any] = left) -> Any:
            write = next(left, None)
            if write is None:
                raise LedgerUnavailableError("ledger", "killed")
            return write(work)

        monkeypatch.setattr(serialised, "serialised", dying)
        with suppress(LedgerUnavailableError):
            record_corrections(task, note_of(task), NOW)
    monkeypatch.setattr(serialised, "serialised", whole)
    record_corrections(task, note_of(task), NOW)
    assert [(one.field, one.new) for one in all_corrections()] == [("kind", "family")]
    assert search_audit_log(current_vault().root, Query(action=CORRECTED))


@pytest.mark.parametrize("word", ["receipt", "order", "nonsense", ""])
def test_no_word_makes_a_bill_or_is_guessed_at(word: str) -> None:
    task = arrives(1)
    writes(task, kind=word)
    assert all_corrections() == []
    assert worked(task).triage.kind == "other"


def test_three_teach_the_fourth_and_forgetting_them_ends_it() -> None:
    tasks = [arrives(number) for number in range(3)]
    for task in tasks:
        writes(task, kind="family", domain="personal", priority="low")
    taught = worked(arrives(3)).triage
    assert (taught.kind, taught.domain, taught.priority) == ("family", "personal", "low")
    assert "family: because you corrected 3 like it (from crew@rowing.example)" in taught.reasons
    assert worked(arrives(4, "other@else.example")).triage.kind == "other"
    assert len(forget_corrections(tasks[0], NOW)) == 3
    assert note_of(tasks[0]).front["kind"] == "other"
    keep_corrections(tasks, NOW)
    assert worked(arrives(5)).triage.kind == "other"
    with pytest.raises(CorrectionMissingError):
        forget_corrections(tasks[0], NOW)


def test_a_task_that_was_filed_away_and_moved_back_is_corrected_and_open_again() -> None:
    task = arrives(1)
    changes = {
        "status": "done",
        "done": "2026-11-20",
        "kind": "newsletter",
        "evidence": {},
        "routed": {"kind": "newsletter"},
    }
    current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(**changes))
    assert record_corrections(task, note_of(task), NOW).front["status"] == "done", "a crash before the move"
    assert all_corrections() == []
    remember_filed(task, "newsletter")
    for _ in range(2):
        note = record_corrections(task, note_of(task), NOW)
    assert note.front["status"] == "new"
    [kept] = all_corrections()
    assert (kept.old, kept.new, kept.how) == ("newsletter", "other", "move")


LIST = "List-Id: <boats.rowing.example>\nList-Unsubscribe: <https://rowing.example/u>\n"
INPUTS = {"sender": "me@b.example", "to": ["a@b.example"], "subject": "x", "text": "y"}
PLAYBOOK = {
    "when": {"kind": "complaint"},
    "steps": [{"id": "say", "action": "mail.send_email", "inputs": INPUTS}],
}


def test_what_was_taught_never_does_more_than_the_rules_alone_would() -> None:
    current_vault().save(Folder.PLAYBOOKS, "answer", Note.new(PLAYBOOK))
    for number in range(3):
        writes(arrives(number), kind="complaint", domain="business")
    prepared = worked(arrives(3))
    assert prepared.plan is None
    assert prepared.triage.kind == "other"
    assert "because you corrected 3 like it" in prepared.problems[0]
    fourth = "gmail-0003"
    writes(fourth, kind="complaint")
    prepared = prepare_task(fourth, note_of(fourth), Handbook())
    assert prepared.plan is not None, "a person's word on this very task"


def test_a_doubted_kind_that_was_taught_is_still_not_acted_on_where_the_rules_alone_would_not() -> None:
    current_vault().save(Folder.PLAYBOOKS, "answer", Note.new(PLAYBOOK | {"when": {"kind": "quote_request"}}))
    text = "The letters are loose again. When can you come by, and what would new ones cost?"
    for number in range(3):
        writes(arrives(number, text=text), kind="quote_request")
    prepared = worked(arrives(3, text=text))
    assert (prepared.plan, prepared.triage.kind) == (None, "other")
    [asked] = [one for one in prepared.problems if one.startswith("perhaps ")]
    assert asked.startswith("perhaps a request for a quote (")
    assert asked.endswith(". Write what it is into this note (kind: quote_request, with status: new)")


def test_a_list_is_filed_away_once_it_was_taught_and_a_bill_or_fraud_of_it_is_not() -> None:
    for number in range(3):
        writes(arrives(number, headers="List-Id: <boats.rowing.example>\n"), kind="newsletter")
    prepared = worked(arrives(3, headers="List-Id: <boats.rowing.example>\n"))
    assert prepared.triage.kind == "newsletter"
    assert [step.action for step in prepared.plan.steps] == ["vault.file_away"] if prepared.plan else False
    fraud = worked(
        arrives(4, headers=LIST, text="Please note our bank account has changed. Pay to the new IBAN.")
    )
    assert fraud.triage.kind == "phishing"
