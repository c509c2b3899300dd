"""Outcomes are counted once, whatever dies or runs beside it, and can be made anew to the byte."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from blocks.database import transaction
from domain.approvals.answer import Answer
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError
from domain.learning.outcome import OutcomeEnd, Sort
from domain.learning.statistics import statistics
from domain.policy.handbook import Handbook
from domain.reliability.effect import NewEffect
from tasks.approvals.decide import record_answer
from tasks.approvals.record import of_task
from tasks.audit.log import audit_log
from tasks.learning.estimates import calibrated, expected_of
from tasks.learning.record import forget, learn, learned, rebuild
from tasks.reliability import effect_ledger
from tasks.reliability.outcomes_due import OutcomeDue
from tests.approval_requests import ask, bill

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BILL = "odoo.record_bill"
MOMENTS = ("do_orm_execute", "before_flush", "before_commit")


class KilledError(Exception):
    """The process ended here."""


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def tell(action: str, task: str, minute: int) -> None:
    audit_log().append(AuditEvent(action=action, status=AuditStatus.SUCCESS, resource=task), at(minute))


def effect(task: str) -> NewEffect:
    return NewEffect(
        key=f"key-{task}", task_id=task, step_id="s", action=BILL, inputs={}, content_hash="h", payee="acme"
    )


def answered(decision: str, task: str, minute: int) -> None:
    for request in of_task(task):
        changes = {"category": "travel"} if decision == "edit" else {}
        said = Answer(decision=decision, approver="Ann", channel="cli", changes=changes)
        record_answer(request.id, said, at(minute), Handbook)


def killed_at(statement: int) -> None:
    """Learn, and die at the so-manyth moment at which the ledger is read, written or closed."""
    left = [statement]

    def die(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KilledError

    for moment in MOMENTS:
        event.listen(Session, moment, die)
    try:
        with contextlib.suppress(KilledError):
            learn()
    finally:
        for moment in MOMENTS:
            event.remove(Session, moment, die)


def two_at_once() -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: learn(), range(2)))


def replayed(task: str, minute: int) -> None:
    with transaction() as session:
        effect_ledger.reopen_refused(session, [task], at(minute))


STEPS = {
    "arrive": lambda task, minute: tell("gmail.event_stored", task, minute),
    "plan": lambda task, minute: expected_of(task, "receipt", "receipt", at(minute)),
    "plan otherwise": lambda task, minute: expected_of(task, "other", "", at(minute)),
    "begin": lambda task, minute: effect_ledger.begin_effect(effect(task), now=at(minute)),
    "finish": lambda task, minute: effect_ledger.finish_effect(f"key-{task}", {"id": 1}, at(minute)),
    "refuse": lambda task, minute: effect_ledger.refuse_effect(f"key-{task}", "no", at(minute)),
    "unknown": lambda task, minute: effect_ledger.mark_unknown(f"key-{task}", "lost", at(minute)),
    "undo": lambda task, minute: effect_ledger.compensate_effect(f"key-{task}", {}, at(minute)),
    "ask": lambda task, minute: ask(now=at(minute), task_id=task),
    "ask otherwise": lambda task, minute: ask(now=at(minute), task_id=task, inputs=bill(total="9.00")),
    "approve": lambda task, minute: answered("approve", task, minute),
    "edit": lambda task, minute: answered("edit", task, minute),
    "reject": lambda task, minute: answered("reject", task, minute),
    "escalate": lambda task, minute: tell("task.escalated", task, minute),
    "done": lambda task, minute: tell("task.done", task, minute),
    "replay": replayed,
    "learn": lambda _task, _minute: learn(),
    "learn, killed": lambda _task, minute: killed_at(minute % 12),
    "learn, twice at once": lambda _task, _minute: two_at_once(),
}
USUAL = ["arrive", "plan", "begin", "finish", "ask", "approve", "done"]


def as_bytes() -> bytes:
    outcomes = sorted(learned(), key=lambda one: one.id)
    rows = [asdict(one) for one in outcomes] + [asdict(one) for one in statistics(outcomes)]
    return json.dumps([*rows, asdict(calibrated())], default=str).encode()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.tuples(st.sampled_from([*USUAL, *STEPS]), st.sampled_from(["file-1", "file-2"])), max_size=40
    )
)
def test_what_was_counted_on_the_way_is_what_is_made_anew(
    history: list[tuple[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = tmp_path_factory.mktemp("history")
    monkeypatch.setenv("FTE_HOME", str(fresh / "home"))
    monkeypatch.setenv("FTE_VAULT", str(fresh / "Vault"))
    learn()
    for minute, (step, task) in enumerate(history):
        with contextlib.suppress(DigitalFteError):  # what cannot follow here does not happen
            STEPS[step](task, minute)
    learn()
    on_the_way = as_bytes()
    with transaction() as session:
        assert not list(session.scalars(select(OutcomeDue)))
    assert learn() == 0
    assert as_bytes() == on_the_way
    rebuild()
    assert as_bytes() == on_the_way


def test_an_outcome_has_what_is_known_of_it() -> None:
    learn()
    steps = ["arrive", "plan", "ask", "edit", "begin", "unknown", "begin", "finish", "done"]
    for minute, step in enumerate(steps):
        STEPS[step]("file-1", minute)
    learn()
    found = {one.sort: one for one in learned()}
    assert found[Sort.EFFECT].how is OutcomeEnd.DONE
    assert (found[Sort.EFFECT].retries, found[Sort.EFFECT].seconds) == (1, 180)
    assert found[Sort.DECISION].how is OutcomeEnd.EDITED
    assert found[Sort.DECISION].counterparty == "harbor offices street"
    assert found[Sort.TASK].how is OutcomeEnd.HELPED
    assert found[Sort.TASK].seconds == 480
    assert {(one.kind, one.playbook) for one in found.values()} == {("receipt", "receipt")}


def test_lines_that_are_not_ours_teach_nothing() -> None:
    learn()
    tell("gmail.event_stored", "file-1", 0)
    tell("task.done", "file-1", 1)
    path = audit_log().files()[0]
    line = path.read_bytes().splitlines(keepends=True)[-1]
    path.write_bytes(path.read_bytes() + line.replace(b'"resource":"file-1"', b'"resource":"file-2"'))
    learn()
    path.write_bytes(b"no record\n{}\n" + path.read_bytes())
    rebuild()
    assert [one.task_id for one in learned()] == ["file-1"]


def test_ends_older_than_the_log_stay_when_all_is_made_anew() -> None:
    learn()
    for task, minute in (("file-1", 0), ("file-2", 60 * 24 * 3)):
        tell("gmail.event_stored", task, minute)
        tell("task.done", task, minute + 1)
    learn()
    before = as_bytes()
    audit_log().files()[0].unlink()  # as retention does
    learn()
    rebuild()
    assert as_bytes() == before
    assert len(learned()) == 2


def test_what_was_forgotten_does_not_come_back() -> None:
    learn()
    tell("task.done", "file-1", 0)
    STEPS["begin"]("file-1", 0)
    STEPS["finish"]("file-1", 0)
    learn()
    assert forget(at(1)) == 2
    STEPS["undo"]("file-1", 0)
    tell("task.done", "file-2", 2)
    learn()
    rebuild()
    assert [one.task_id for one in learned()] == ["file-2"]


def test_what_was_expected_is_kept_as_it_was_said() -> None:
    learn()
    assert expected_of("file-0", "receipt", "receipt", NOW) is None
    for number in range(1, 13):
        task = f"file-{number}"
        tell("gmail.event_stored", task, 60 * number)
        expected_of(task, "receipt", "receipt", at(60 * number))
        tell("task.done", task, 60 * number + number)
        learn()
    said = expected_of("file-20", "receipt", "receipt", at(900))
    assert said is not None
    assert said.alone.n == 12
    assert said.complexity == "simple"
    assert said.lasts is not None
    assert said.lasts.low == pytest.approx(72, abs=20)
    assert said.lasts.high == pytest.approx(700, abs=40)
    tell("task.escalated", "file-20", 901)
    learn()
    assert expected_of("file-20", "receipt", "receipt", at(1000)) == said
    found = calibrated()
    assert sum(one.n for one in found.bins) == 12
    assert found.timed == 3
