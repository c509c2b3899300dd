"""The effect ledger: the intent on disk before a call, its receipt after, one row per key, kept for good.

It decides who may perform an effect and remembers how it ended. It performs nothing itself.
"""

import threading
import weakref
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from domain.approvals.hashing import content_hash
from domain.errors import TransientError
from domain.learning.outcome import Sort
from domain.reliability.effect import (
    SPENDING,
    BeginResult,
    BeginStatus,
    EffectKeyReusedError,
    EffectMissingError,
    EffectState,
    EffectTransitionError,
    NewEffect,
    begin_result,
    is_allowed,
)
from tasks.reliability.claims import refuse_lost
from tasks.reliability.intents import is_our_intent, seal_intent
from tasks.reliability.outcomes_due import outcome_due
from tasks.reliability.processes import (
    Performer,
    is_busy_elsewhere,
    is_dead,
    is_elsewhere,
    performer,
    this_process,
)
from tasks.reliability.serialised import find_row, find_rows, finds_any, serialised
from tasks.reliability.table import Effect

SETTLED = frozenset({EffectState.DONE, EffectState.REFUSED, EffectState.COMPENSATED})
"""States in which nobody performs an effect."""

ELSEWHERE_SECONDS = 600
"""How long a worker on another machine, whose life cannot be seen from here, is taken to be at work."""


READ_BACK = "read_back"
"""In a receipt: when it was last read back, and what was read (`facts`); None: it is not proven yet."""
GOES_OUT = "goes_out"
"""In a receipt: when the service does by itself what it was given ahead, by no more than `LONGEST_AHEAD`."""
LONGEST_AHEAD = timedelta(days=30)


class EffectUnderWayError(TransientError):
    """Another worker, alive, is performing this very effect."""

    def __init__(self, key: str, worker: str) -> None:
        super().__init__(f"effect {key!r} is under way in {worker}; wait for its outcome")


def _allow(_session: Session) -> None:
    """No cumulative policy."""


def begin_effect(
    effect: NewEffect, *, now: datetime, check: Callable[[Session], None] = _allow
) -> BeginResult:
    """Write the intent, or say what is already known about this key.

    Args:
        effect: what is about to be done.
        now: the present, aware.
        check: looks at the ledger in the same transaction as the intent's writing and raises to refuse;
            it runs only for an intent (not for a known effect, unless somebody else wrote its row), and again
            when the database asks for it.

    Raises:
        ClaimLostError: another worker has taken over what it is done for.
        EffectUnderWayError: a live worker is performing it.
        EffectKeyReusedError: the key stands for another content.
    """

    def begin(session: Session) -> BeginResult:
        refuse_lost(session)
        row = session.get(Effect, effect.key)
        if row is not None and row.content_hash != effect.content_hash:
            raise EffectKeyReusedError(effect.key, row.content_hash, effect.content_hash)
        if row is None or row.state == EffectState.WITHDRAWN:
            check(session)
            return _write_intent(session, row, effect, now)
        _refuse_second_worker(row, now)
        if row.state in (EffectState.INTENT, EffectState.UNKNOWN):
            if not is_our_intent(session, row):
                check(session)
            row.worker, row.updated_at, row.attempts = this_process(), now, row.attempts + 1
        return begin_result(EffectState(row.state), row.receipt, row.error, row.attempts)

    with _performers_lock:
        begun = serialised(begin)
        if begun.kind in (BeginStatus.NEW, BeginStatus.UNFINISHED):
            _performers[effect.key] = weakref.ref(performer())
    return begun


def settled(row: Effect | None, content_hash: str, now: datetime) -> BeginResult | None:
    """How a finished effect stands; None for one that is new, unfinished or withdrawn, which has to be begun.

    Raises:
        EffectUnderWayError: a live worker is performing it.
        EffectKeyReusedError: the key stands for another content.
    """
    if row is None:
        return None
    if EffectState(row.state) not in SETTLED:
        _refuse_second_worker(row, now)
        return None
    if row.content_hash != content_hash:
        raise EffectKeyReusedError(row.key, row.content_hash, content_hash)
    return begin_result(EffectState(row.state), row.receipt, row.error, row.attempts)


def _write_intent(session: Session, row: Effect | None, effect: NewEffect, now: datetime) -> BeginResult:
    if row is None:
        row = Effect(key=effect.key, created_at=now, attempts=0)
        session.add(row)
    row.task_id, row.step_id, row.action = effect.task_id, effect.step_id, effect.action
    row.inputs, row.content_hash = effect.inputs, effect.content_hash
    row.amount, row.currency, row.payee = effect.amount, effect.currency, effect.payee
    row.approval_id, row.state = effect.approval_id, EffectState.INTENT
    row.receipt = row.error = None
    row.attempts += 1
    row.worker, row.begun_at, row.updated_at = this_process(), now, now
    seal_intent(session, row)
    return BeginResult(BeginStatus.NEW, attempts=row.attempts)


_performers: dict[str, "weakref.ref[Performer]"] = {}
_performers_lock = threading.Lock()


def _refuse_second_worker(row: Effect, now: datetime) -> None:
    """Two workers that reconcile at once could both find nothing and both repeat."""
    if row.worker is None:
        return
    if row.worker == this_process():
        first = _performers.get(row.key, lambda: None)()
        busy = first is not None and is_busy_elsewhere(first)
    elif is_elsewhere(row.worker):
        busy = row.updated_at + timedelta(seconds=ELSEWHERE_SECONDS) > now
    else:
        busy = not is_dead(row.worker)
    if busy:
        raise EffectUnderWayError(row.key, row.worker)


def finish_effect(key: str, receipt: dict[str, Any], now: datetime) -> None:
    """It happened: keep the receipt. Saying the same twice is harmless.

    Raises:
        EffectMissingError, EffectTransitionError: the ledger knows otherwise.
    """

    def finish(session: Session) -> None:
        row = _row(session, key)
        if row.state == EffectState.DONE and row.receipt == receipt:
            return
        _move(row, EffectState.DONE, now)
        row.receipt, row.error = receipt, None

    _end(key, finish)


def keep_read_back(key: str, facts: dict[str, Any] | None, now: datetime) -> None:
    """Keep what was read back of what was done; None: it could not be proven yet."""

    def keep(session: Session) -> None:
        row = _row(session, key)
        read_back = {"at": now.isoformat(timespec="seconds"), "facts": facts}
        row.receipt = {**(row.receipt or {}), READ_BACK: read_back}

    serialised(keep)


def facts_read(effect: Effect) -> dict[str, Any]:
    """What was read back of what is public; empty: it is not proven yet."""
    return ((effect.receipt or {}).get(READ_BACK) or {}).get("facts") or {}


def refuse_effect(key: str, error: str, now: datetime) -> None:
    """The service understood it and refused: final under this key until it is withdrawn."""
    _end(key, lambda session: _fail(session, key, EffectState.REFUSED, error, now))


def mark_unknown(key: str, error: str, now: datetime) -> None:
    """Nobody knows whether it happened: the next attempt reconciles first."""
    _end(key, lambda session: _fail(session, key, EffectState.UNKNOWN, error, now))


def withdraw_effect(key: str, now: datetime) -> None:
    """It provably never happened: it may be begun again under the same key."""
    _end(key, lambda session: _fail(session, key, EffectState.WITHDRAWN, None, now))


def compensate_effect(key: str, receipt: dict[str, Any], now: datetime) -> None:
    """It was done and has been undone; `receipt` is the evidence of the undoing."""

    def compensate(session: Session) -> None:
        row = _row(session, key)
        _move(row, EffectState.COMPENSATED, now)
        row.receipt = {**(row.receipt or {}), "compensation": receipt}

    _end(key, compensate)


def reopen_refused(session: Session, keys: Sequence[str], now: datetime) -> None:
    """Withdraw the refused effects with these keys or of these tasks, so that they may be begun again."""
    query = select(Effect).where(
        or_(Effect.key.in_(keys), Effect.task_id.in_(keys)), Effect.state == EffectState.REFUSED.value
    )
    for row in session.scalars(query):
        _move(row, EffectState.WITHDRAWN, now)


def try_refused_again(task_id: str, now: datetime) -> None:
    """What its service refused of a task may be begun again; most tasks have nothing of the kind, and are only read."""
    if any(one.state == EffectState.REFUSED for one in effects_of(task_id)):
        serialised(lambda session: reopen_refused(session, [task_id], now))


def _end(key: str, work: Callable[[Session], None]) -> None:
    with _performers_lock:
        serialised(work)
        _performers.pop(key, None)


def _row(session: Session, key: str) -> Effect:
    row = session.get(Effect, key)
    if row is None:
        raise EffectMissingError(key)
    return row


def _move(row: Effect, wanted: EffectState, now: datetime) -> None:
    if not is_allowed(EffectState(row.state), wanted):
        raise EffectTransitionError(row.key, EffectState(row.state), wanted)
    if wanted in SETTLED or row.state in SETTLED:
        outcome_due(row, Sort.EFFECT, row.key)
    row.state, row.worker, row.updated_at = wanted, None, now


def _fail(session: Session, key: str, wanted: EffectState, error: str | None, now: datetime) -> None:
    row = _row(session, key)
    _refuse_second_worker(row, now)
    _move(row, wanted, now)
    row.error = error


def is_named_elsewhere(key: str, fields: Sequence[str], record_id: int) -> bool:
    """Whether another effect that was begun and not undone was given this record of the books, or named it.

    Args:
        key: The effect that made it.
        fields: What inputs and receipts call it.
        record_id: In the books.
    """
    named = [
        column[name].as_integer() == record_id
        for column in (Effect.inputs, Effect.receipt)
        for name in fields
    ]
    states = [state.value for state in SPENDING]
    return finds_any(select(Effect.key).where(Effect.key != key, Effect.state.in_(states), or_(*named)))


def find_effect(key: str) -> Effect | None:
    """The effect with this key."""
    return find_row(Effect, key)


def approved_before(action: str, payee: str) -> list[dict[str, Any]]:
    """The inputs of this action that a person approved for a payee and that were done; only what we wrote ourselves.

    Args:
        action: Of the catalogue.
        payee: Its `party_key`.
    """
    decided = (Effect.state == EffectState.DONE, Effect.approval_id.is_not(None))
    return [one.inputs for one in effects_for(action, payee, *decided)]


def effects_for(action: str, payee: str, *conditions: ColumnElement[bool]) -> list[Effect]:
    """Every effect of this action for a payee (its `party_key`), oldest first; only what we wrote ourselves."""

    def find(session: Session) -> list[Effect]:
        wanted = (Effect.action == action, Effect.payee == payee, *conditions)
        query = select(Effect).where(*wanted).order_by(Effect.begun_at)
        return [
            row
            for row in session.scalars(query)
            if is_our_intent(session, row) and content_hash(row.action, row.inputs) == row.content_hash
        ]

    return serialised(find)


def effects_of(task_id: str) -> list[Effect]:
    """Every effect of a task, oldest first."""
    query = select(Effect).where(Effect.task_id == task_id).order_by(Effect.created_at, Effect.key)
    return find_rows(query)


def done_between(since: datetime, until: datetime) -> list[Effect]:
    """What was done from one moment on and before another; what a service does at its time by itself is done then."""
    query = select(Effect).where(
        Effect.state == EffectState.DONE,
        Effect.updated_at >= since - LONGEST_AHEAD,
        Effect.updated_at < until,
    )
    rows = find_rows(query)
    return [row for row in rows if since <= _done_at(row) < until]


def _done_at(effect: Effect) -> datetime:
    goes_out = (effect.receipt or {}).get(GOES_OUT)
    return datetime.fromisoformat(goes_out) if goes_out else effect.updated_at


def unknown_effects() -> list[Effect]:
    """Effects to reconcile: unknown outcomes, and intents whose worker on this machine died."""
    query = (
        select(Effect)
        .where(Effect.state.in_([EffectState.UNKNOWN.value, EffectState.INTENT.value]))
        .order_by(Effect.begun_at, Effect.key)
    )
    rows = find_rows(query)
    return [
        row for row in rows if row.state == EffectState.UNKNOWN or row.worker is None or is_dead(row.worker)
    ]
