"""Circuit breakers, one per service, shared by all processes and kept over restarts."""

import itertools
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, LedgerUnavailableError, UtcDateTime
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.reliability.backoff import named_delay
from domain.reliability.breaker import Breaker, BreakerState, abandoned, admit, failed, succeeded
from domain.reliability.rate_limits import DueLaterError, RateLimitedError
from tasks.clock import Clock, present
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.rate_limits import postpone
from tasks.reliability.serialised import find_rows, serialised

NOT_THE_SERVICE = (LedgerUnavailableError, RateLimitedError, DueLaterError)
"""Transient failures of our own making: they say nothing about the service."""

Step = Callable[..., Breaker]
"""From a breaker and `now` to the next breaker."""

_calls = itertools.count()
_inside: ContextVar[frozenset[str]] = ContextVar("services under guard", default=frozenset())
_log = logging.getLogger(__name__)


class ServiceUnavailableError(TransientError):
    """The service failed so often that it is left alone for a while."""

    def __init__(self, service: str, until: datetime, reason: str | None = None) -> None:
        because = f" (last failure: {reason})" if reason else ""
        super().__init__(
            f"{service} is taken to be down until {until.isoformat(timespec='seconds')}{because}; "
            "the work waits, or `fte doctor` says what is wrong"
        )
        self.service = service
        self.until = until


class BreakerRow(Base):
    """A breaker as it is kept."""

    __tablename__ = "breakers"

    service: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    score: Mapped[int]
    open_seconds: Mapped[float]
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    prober: Mapped[str | None]
    reason: Mapped[str | None]

    def breaker(self) -> Breaker:
        """The pure state."""
        return Breaker(
            BreakerState(self.state), self.score, self.open_seconds, self.until, self.prober, self.reason
        )


def breaker_state(service: str) -> Breaker:
    """The service's breaker now; a closed one when it never failed."""
    return serialised(lambda session: breaker_in(session, service))


def is_up(service: str) -> bool:
    """Whether its circuit is closed."""
    return breaker_state(service).state is BreakerState.CLOSED


def close_circuit(service: str) -> None:
    """The service was seen to be back: everybody may call it."""
    serialised(lambda session: _keep(session, service, breaker_in(session, service), Breaker()))


def breaker_states() -> dict[str, Breaker]:
    """Every breaker that ever left its first state, by service."""
    rows = find_rows(select(BreakerRow).order_by(BreakerRow.service))
    return {row.service: row.breaker() for row in rows}


def breaker_in(session: Session, service: str) -> Breaker:
    """`breaker_state` as a part of the caller's transaction."""
    row = session.get(BreakerRow, service)
    return row.breaker() if row else Breaker()


def _keep(session: Session, service: str, before: Breaker, after: Breaker) -> None:
    """Writes changes only: the calls of a healthy service cost no write."""
    if after == before:
        return
    session.merge(
        BreakerRow(
            service=service,
            state=after.state.value,
            score=after.score,
            open_seconds=after.open_seconds,
            until=after.until,
            prober=after.prober,
            reason=after.reason,
        )
    )


def enter(service: str, caller: str, now: datetime) -> None:
    """Let `caller` call the service.

    Raises:
        ServiceUnavailableError: the circuit is open, or another caller is probing it.
    """

    def ask(session: Session) -> Breaker | None:
        before = breaker_in(session, service)
        current = before
        if current.prober is not None and is_dead(current.prober):
            current = abandoned(current, current.prober, now)
        after = admit(current, caller, now)
        _keep(session, service, before, after or current)
        return None if after else current

    refused = serialised(ask)
    if refused is not None:
        raise ServiceUnavailableError(service, refused.until or now, refused.reason)


def _count_success(breaker: Breaker, *, caller: str, now: datetime) -> Breaker:  # noqa: ARG001 (a Step)
    return succeeded(breaker, caller)


@asynccontextmanager
async def guarded(
    service: str, *, clock: Clock = present, well: Step = _count_success
) -> AsyncIterator[None]:
    """A call to the service: refused while its circuit is open, counted by how it ends.

    TransientError and UnknownOutcomeError are the service's failures; RejectedError is an answer, and so
    is an error with `retry_after`, which postpones everybody's next turn instead. Inside a guarded call the
    same service may be guarded again: it is one call, and a probe is not refused by itself. What it says about the
    service to end `well` is another thing where it may have asked nothing: then it is `abandoned`.

    Raises:
        ServiceUnavailableError: before the call, when the circuit is open.
    """
    if service in _inside.get():
        yield
        return
    token = _inside.set(_inside.get() | {service})
    try:
        async with _counted(service, clock, well):
            yield
    finally:
        _inside.reset(token)


@asynccontextmanager
async def _counted(service: str, clock: Clock, well: Step) -> AsyncIterator[None]:
    caller = f"{this_process()}#{next(_calls)}"
    enter(service, caller, clock())
    settle: Step = partial(
        abandoned, caller=caller
    )  # a bug or a cancellation: nothing learnt, a probe given up
    try:
        yield
        settle = partial(well, caller=caller)
    except NOT_THE_SERVICE:
        raise
    except RejectedError:
        settle = partial(_count_success, caller=caller)
        raise
    except (TransientError, UnknownOutcomeError) as error:
        settle = _failure(service, caller, error, clock())
        raise
    finally:
        _settle(service, settle, clock())


def _failure(service: str, caller: str, error: Exception, now: datetime) -> Step:
    seconds = named_delay(error)
    if seconds is None:
        return partial(failed, caller=caller, reason=str(error))
    _quietly(service, partial(postpone, service, now + timedelta(seconds=seconds)))
    return partial(_count_success, caller=caller)


def _settle(service: str, step: Step, now: datetime) -> None:
    def apply(session: Session) -> None:
        before = breaker_in(session, service)
        _keep(session, service, before, step(before, now=now))

    _quietly(service, partial(serialised, apply))


def _quietly(service: str, bookkeeping: Callable[[], object]) -> None:
    """The call has ended; a ledger that fails now must not turn its success into a retry."""
    try:
        bookkeeping()
    except LedgerUnavailableError as error:
        _log.warning("the breaker of %s was not updated: %s", service, error)
