"""Claims: one worker at a time on a named thing, freed by release, by time, or by the owner's death.

A worker that was frozen for longer than its claim finds out when it goes on: what it would change says `refuse_lost`.
A power cut ends every owner, so none waits for the disk.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, LedgerUnavailableError, UtcDateTime
from domain.errors import TransientError
from tasks.clock import Clock, present
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.serialised import find_row, serialised_unsynced

__all__ = [
    "Claim",
    "ClaimLostError",
    "ClaimTakenError",
    "claim",
    "held",
    "is_claimed",
    "is_lost",
    "refuse_lost",
    "release",
    "renewed",
    "see_not_lost",
    "task_claim",
    "this_process",
]


_log = logging.getLogger(__name__)
HELD_SECONDS, LOOKS, LOOK_SECONDS = 120, 300, 0.1
RENEWALS = 4
"""How often a claim is renewed in the time that it is taken for."""
_worked_under: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("worked_under", default=())
"""The claims, each with its owner, that the running work is done under."""


class ClaimTakenError(TransientError):
    """Another worker has held it for long."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another worker is still at {name}; it is tried again by itself")


class ClaimLostError(TransientError):
    """Another worker had it in the meantime: what this one has read and decided counts no more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another worker has had {name} since: this one was silent for too long")


class Claim(Base):
    """Who works on what, until when."""

    __tablename__ = "claims"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def task_claim(task_id: str) -> str:
    """The name of the claim of whoever works on a task."""
    return f"task:{task_id}"


def claim(name: str, *, owner: str, now: datetime, seconds: float) -> bool:
    """Take `name` for a while; false when somebody else, alive, has it.

    The owner may take again what it has. `owner` is `this_process()`, so that a dead process's claim on
    this host is free at once; any other text is freed by time alone.
    """

    def take(session: Session) -> bool:
        held = session.get(Claim, name)
        if held is None:
            session.add(Claim(name=name, owner=owner, until=now + timedelta(seconds=seconds)))
            return True
        if held.owner != owner and held.until > now and not is_dead(held.owner):
            return False
        held.owner, held.until = owner, now + timedelta(seconds=seconds)
        return True

    return serialised_unsynced(take)


def is_claimed(name: str, now: datetime) -> bool:
    """Whether somebody, alive, has it."""
    held = find_row(Claim, name)
    return held is not None and held.until > now and not is_dead(held.owner)


def release(name: str, *, owner: str) -> bool:
    """Give `name` back; false when it was not the owner's."""

    def free(session: Session) -> bool:
        held = session.get(Claim, name)
        if held is None or held.owner != owner:
            return False
        session.delete(held)
        return True

    return serialised_unsynced(free)


def refuse_lost(session: Session) -> None:
    """In the transaction that changes something: not by a worker whose claim another one has had since.

    Raises:
        ClaimLostError: as said.
    """
    for name, owner in _worked_under.get():
        held = session.get(Claim, name)
        if held is None or held.owner != owner:
            raise ClaimLostError(name)


def see_not_lost() -> None:
    """The same, before what is no row of the ledger is changed."""
    if _worked_under.get():
        serialised_unsynced(refuse_lost)


def is_lost(name: str, owner: str) -> bool:
    """Whether another worker has had it since the owner claimed it."""
    held = find_row(Claim, name)
    return held is None or held.owner != owner


@asynccontextmanager
async def renewed(name: str, *, owner: str, seconds: float, clock: Clock = present) -> AsyncIterator[None]:
    """Keep what was claimed for as long as the work inside takes; it is released at its end, and never taken back."""
    loop, pause = asyncio.get_running_loop(), seconds / RENEWALS
    timer: asyncio.TimerHandle

    def renew() -> None:
        nonlocal timer
        try:
            _extend(name, owner, clock() + timedelta(seconds=seconds))
        except LedgerUnavailableError as error:
            _log.warning("the claim of %s could not be renewed, and is tried again: %s", name, error)
        timer = loop.call_later(pause, renew)

    timer = loop.call_later(pause, renew)
    outside = _worked_under.set((*_worked_under.get(), (name, owner)))
    try:
        yield
    finally:
        _worked_under.reset(outside)
        timer.cancel()
        release(name, owner=owner)


def _extend(name: str, owner: str, until: datetime) -> None:
    def extend(session: Session) -> None:
        held = session.get(Claim, name)
        if held is not None and held.owner == owner:
            held.until = until

    serialised_unsynced(extend)


@asynccontextmanager
async def held(name: str, *, owner: str) -> AsyncIterator[None]:
    """Hold `name` inside, after whoever has it now.

    Raises:
        ClaimTakenError: it stays taken.
    """
    for _look in range(LOOKS):
        if claim(name, owner=owner, now=present(), seconds=HELD_SECONDS):
            break
        await asyncio.sleep(LOOK_SECONDS)
    else:
        raise ClaimTakenError(name)
    async with renewed(name, owner=owner, seconds=HELD_SECONDS):
        yield
