import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event
from sqlalchemy.orm import Session

from blocks.database import transaction
from domain.errors import RejectedError
from domain.reliability.effect import (
    SPENDING,
    BeginStatus,
    EffectKeyReusedError,
    EffectMissingError,
    EffectState,
    EffectTransitionError,
    NewEffect,
    is_allowed,
)
from tasks.reliability import effect_ledger
from tasks.reliability.claims import claim, release
from tasks.reliability.effect_ledger import EffectUnderWayError, begin_effect, find_effect
from tasks.reliability.moved import Payee, moved
from tasks.reliability.rate_limits import reserve_turn

if TYPE_CHECKING:
    from subprocess import Popen


def an_effect(**changes: Any) -> NewEffect:
    facts = {
        "key": "k1",
        "task_id": "file-1",
        "step_id": "book",
        "action": "record_bill",
        "content_hash": "h1",
        "inputs": {"total": "12.50"},
        "amount": Decimal("12.50"),
        "currency": "USD",
        "payee": "Acme",
    }
    return NewEffect(**(facts | changes))


def test_a_new_effect_is_begun_and_its_receipt_is_given_to_whoever_asks_again(now: datetime) -> None:
    assert begin_effect(an_effect(), now=now).kind is BeginStatus.NEW
    effect_ledger.finish_effect("k1", {"bill": 7}, now)
    again = begin_effect(an_effect(), now=now)
    assert (again.kind, again.receipt) == (BeginStatus.DONE, {"bill": 7})


def test_intents_and_receipts_wait_for_the_disk_and_what_dies_with_the_machine_does_not(
    database: str, now: datetime
) -> None:
    if database != "sqlite":
        pytest.skip("PostgreSQL always waits")
    begin_effect(an_effect(key="k0"), now=now)
    with transaction() as session:
        bind = session.get_bind()
    waits: list[int] = []

    def look(connection: Any) -> None:
        waits.append(connection.connection.execute("PRAGMA synchronous").fetchone()[0])

    event.listen(bind, "commit", look)
    begin_effect(an_effect(), now=now)
    effect_ledger.finish_effect("k1", {"bill": 7}, now)
    assert waits == [2, 2]
    claim("task:file-1", owner="worker", now=now, seconds=60)
    reserve_turn("odoo", now=now)
    release("task:file-1", owner="worker")
    assert waits == [2, 2, 1, 1, 1]


def test_an_intent_without_an_end_must_be_reconciled(now: datetime) -> None:
    begin_effect(an_effect(), now=now)
    assert begin_effect(an_effect(), now=now).kind is BeginStatus.UNFINISHED
    effect_ledger.mark_unknown("k1", "timed out", now)
    begun = begin_effect(an_effect(), now=now)
    assert (begun.kind, begun.error, begun.attempts) == (BeginStatus.UNFINISHED, "timed out", 3)


def test_what_provably_did_not_happen_is_begun_anew_and_checked_anew(now: datetime) -> None:
    checks: list[str] = []
    begin_effect(an_effect(), now=now, check=lambda _: checks.append("first"))
    effect_ledger.withdraw_effect("k1", now)
    later = now + timedelta(days=1)
    assert (
        begin_effect(an_effect(), now=later, check=lambda _: checks.append("second")).kind is BeginStatus.NEW
    )
    assert checks == ["first", "second"]
    row = find_effect("k1")
    assert row is not None
    assert (row.created_at, row.begun_at, row.attempts) == (now, later, 2)


def test_a_refusal_stays_until_it_is_withdrawn(now: datetime) -> None:
    begin_effect(an_effect(), now=now)
    effect_ledger.refuse_effect("k1", "the journal is closed", now)
    begun = begin_effect(an_effect(), now=now)
    assert (begun.kind, begun.error) == (BeginStatus.REFUSED, "the journal is closed")
    effect_ledger.withdraw_effect("k1", now)
    assert begin_effect(an_effect(), now=now).kind is BeginStatus.NEW


def test_a_compensated_effect_is_never_begun_again(now: datetime) -> None:
    begin_effect(an_effect(), now=now)
    effect_ledger.finish_effect("k1", {"bill": 7}, now)
    effect_ledger.compensate_effect("k1", {"cancelled": True}, now)
    begun = begin_effect(an_effect(), now=now)
    assert begun.kind is BeginStatus.COMPENSATED
    assert begun.receipt == {"bill": 7, "compensation": {"cancelled": True}}


def test_a_policy_that_refuses_leaves_no_trace(now: datetime) -> None:
    class TooMuchError(RejectedError):
        pass

    def refuse(_session: Session) -> None:
        raise TooMuchError

    with pytest.raises(TooMuchError):
        begin_effect(an_effect(), now=now, check=refuse)
    assert find_effect("k1") is None


def test_a_key_cannot_stand_for_another_content(now: datetime) -> None:
    begin_effect(an_effect(), now=now)
    with pytest.raises(EffectKeyReusedError, match="needs a key of its own"):
        begin_effect(an_effect(content_hash="h2"), now=now)


def test_outcomes_of_unknown_or_ended_effects_are_refused(now: datetime) -> None:
    with pytest.raises(EffectMissingError):
        effect_ledger.finish_effect("never", {}, now)
    begin_effect(an_effect(), now=now)
    effect_ledger.finish_effect("k1", {"bill": 7}, now)
    effect_ledger.finish_effect("k1", {"bill": 7}, now)  # saying it twice is harmless
    with pytest.raises(EffectTransitionError, match="done and cannot become withdrawn"):
        effect_ledger.withdraw_effect("k1", now)
    with pytest.raises(EffectTransitionError):
        effect_ledger.finish_effect("k1", {"bill": 8}, now)


def spent(session: Session, currency: str, since: datetime, payee: Payee | None = None) -> Decimal:
    found = moved(session, currency=currency, since=since)
    return sum((one.amount for one in found if payee is None or one.is_of(payee)), Decimal(0))


def test_spent_counts_what_left_or_may_have_left(now: datetime) -> None:
    ends: dict[str, Callable[[str], None]] = {
        "done": lambda key: effect_ledger.finish_effect(key, {}, now),
        "unknown": lambda key: effect_ledger.mark_unknown(key, "?", now),
        "refused": lambda key: effect_ledger.refuse_effect(key, "no", now),
        "withdrawn": lambda key: effect_ledger.withdraw_effect(key, now),
    }
    begin_effect(an_effect(key="intent", amount=Decimal(1)), now=now)
    for place, (key, end) in enumerate(ends.items(), 1):
        begin_effect(an_effect(key=key, amount=Decimal(10**place)), now=now)
        end(key)
    begin_effect(an_effect(key="eur", amount=Decimal(5), currency="EUR"), now=now)
    begin_effect(an_effect(key="free", amount=None, currency=None), now=now)
    begin_effect(an_effect(key="old", amount=Decimal(9)), now=now - timedelta(days=3))
    begin_effect(an_effect(key="other", amount=Decimal("0.1"), payee="Brown"), now=now)
    since = now - timedelta(days=1)
    with transaction() as session:
        assert spent(session, "USD", since) == Decimal("111.1")
        assert spent(session, "USD", since, Payee("ACME Inc.")) == Decimal(111)
        assert spent(session, "JPY", since) == Decimal(0)


def test_a_task_s_effects_and_the_ones_to_reconcile_are_listed(now: datetime) -> None:
    begin_effect(an_effect(), now=now)
    begin_effect(an_effect(key="k2"), now=now + timedelta(seconds=1))
    begin_effect(an_effect(key="k3", task_id="file-2"), now=now)
    effect_ledger.mark_unknown("k2", "cut", now)
    assert [row.key for row in effect_ledger.effects_of("file-1")] == ["k1", "k2"]
    assert [row.key for row in effect_ledger.unknown_effects()] == [
        "k2"
    ]  # the intents' worker, this process, lives


async def test_a_second_asyncio_task_of_this_process_waits_for_the_first(now: datetime) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        begin_effect(an_effect(), now=now)
        begun.set()
        await done.wait()

    worker = asyncio.create_task(first())
    await begun.wait()
    with pytest.raises(EffectUnderWayError):
        begin_effect(an_effect(), now=now)
    with pytest.raises(EffectUnderWayError):
        effect_ledger.withdraw_effect("k1", now)
    done.set()
    await worker
    assert begin_effect(an_effect(), now=now).kind is BeginStatus.UNFINISHED


def test_a_worker_on_another_machine_is_given_time(now: datetime) -> None:
    begin_effect(an_effect(), now=now)
    with transaction() as session:
        row = session.get(effect_ledger.Effect, "k1")
        assert row is not None
        row.worker = "another-host/abcd/1:77:12.00"
    with pytest.raises(EffectUnderWayError, match="another-host"):
        begin_effect(an_effect(), now=now + timedelta(seconds=effect_ledger.ELSEWHERE_SECONDS - 1))
    late = now + timedelta(seconds=effect_ledger.ELSEWHERE_SECONDS)
    assert begin_effect(an_effect(), now=late).kind is BeginStatus.UNFINISHED


class LedgerMachine(RuleBasedStateMachine):
    """Any order of outcomes: the ledger and the table of followers agree, and money is counted once."""

    def __init__(self) -> None:
        super().__init__()
        self.effect = an_effect(key=uuid.uuid4().hex, payee=uuid.uuid4().hex)
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.state: EffectState | None = None
        self.performed = 0

    @rule()
    def begin(self) -> None:
        kind = begin_effect(self.effect, now=self.now).kind
        assert (kind is BeginStatus.NEW) is (self.state in (None, EffectState.WITHDRAWN))
        if kind is BeginStatus.NEW:
            self.state = EffectState.INTENT

    @rule(wanted=st.sampled_from([state for state in EffectState if state is not EffectState.INTENT]))
    def report(self, wanted: EffectState) -> None:
        reports: dict[EffectState, Callable[[str], None]] = {
            EffectState.DONE: lambda key: effect_ledger.finish_effect(key, {"try": self.performed}, self.now),
            EffectState.REFUSED: lambda key: effect_ledger.refuse_effect(key, "no", self.now),
            EffectState.UNKNOWN: lambda key: effect_ledger.mark_unknown(key, "cut", self.now),
            EffectState.WITHDRAWN: lambda key: effect_ledger.withdraw_effect(key, self.now),
            EffectState.COMPENSATED: lambda key: effect_ledger.compensate_effect(key, {}, self.now),
        }
        self.performed += 1
        if self.state is not None and is_allowed(self.state, wanted):
            reports[wanted](self.effect.key)
            self.state = wanted
        else:
            with pytest.raises((EffectMissingError, EffectTransitionError)):
                reports[wanted](self.effect.key)

    @invariant()
    def the_row_says_so(self) -> None:
        row = find_effect(self.effect.key)
        assert (row.state if row else None) == self.state
        with transaction() as session:
            total = spent(session, "USD", self.now, Payee(self.effect.payee or ""))
        assert total == (Decimal("12.50") if self.state in SPENDING else 0)


def test_the_ledger_keeps_to_its_states_in_any_order() -> None:
    run_state_machine_as_test(
        LedgerMachine, settings=settings(max_examples=20, stateful_step_count=12, deadline=None)
    )


BEGIN = """
from datetime import datetime, UTC
from decimal import Decimal
from tasks.reliability.effect_ledger import *
from tasks.reliability.moved import moved
now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
effect = NewEffect(key="k1", task_id="t", step_id="s", action="a", content_hash="h1",
                   amount=Decimal("12.50"), currency="USD", payee="Acme")
# go
"""


def test_of_many_processes_exactly_one_begins_an_effect(run_crew: Callable[..., list[str]]) -> None:
    said = run_crew(
        BEGIN
        + """
try:
    print(begin_effect(effect, now=now).kind)
except EffectUnderWayError:
    print("under way")
""",
        workers=4,
    )
    assert sorted(said) == ["new"] + ["under way"] * 3


def test_a_cumulative_limit_cannot_be_raced(run_crew: Callable[..., list[str]], now: datetime) -> None:
    """Four processes want 12.50 each of a limit of 30: two get it, on every database."""
    said = run_crew(
        BEGIN
        + """
import os
from dataclasses import replace
def check(session):
    if sum(one.amount for one in moved(session, currency="USD", since=now)) + effect.amount > 30:
        raise PermissionError
try:
    print(begin_effect(replace(effect, key=str(os.getpid())), now=now, check=check).kind)
except PermissionError:
    print("refused")
""",
        workers=4,
    )
    assert sorted(said) == ["new"] * 2 + ["refused"] * 2
    with transaction() as session:
        assert spent(session, "USD", now) == Decimal(25)


def test_a_killed_worker_s_effect_is_reconciled_by_the_next(
    start_worker: Callable[..., "Popen[str]"], now: datetime
) -> None:
    worker = start_worker(
        BEGIN + "print(begin_effect(effect, now=now).kind, flush=True)\nsys.stdin.readline()", is_own=True
    )
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("\n")
    worker.stdin.flush()
    assert [worker.stdout.readline() for _ in range(2)] == ["ready\n", "new\n"]
    mine = replace(an_effect(), task_id="t", step_id="s")
    with pytest.raises(EffectUnderWayError):
        begin_effect(mine, now=now)
    assert effect_ledger.unknown_effects() == []
    worker.kill()  # nobody waits for it: a zombie is dead too
    deadline = time.monotonic() + 10
    while not effect_ledger.unknown_effects():
        assert time.monotonic() < deadline
    assert begin_effect(mine, now=now).kind is BeginStatus.UNFINISHED
