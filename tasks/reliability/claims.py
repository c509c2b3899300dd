"""Claims: one worker at a time on a named thing, freed by release, by time, or by the owner's death.

A power cut ends every owner, so none waits for the disk.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, LedgerUnavailableError, UtcDateTime
from domain.errors import TransientError
from tasks.clock import Clock, present
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.serialised import find_row, serialised_unsynced

__all__ = [
    "Claim",
    "ClaimTakenError",
    "claim",
    "held",
    "is_claimed",
    "release",
    "renewed",
    "task_claim",
    "this_process",
]


_log = logging.getLogger(__name__)
HELD_SECONDS, LOOKS, LOOK_SECONDS = 120, 300, 0.1
RENEWALS = 4
"""How often a claim is renewed in the time that it is taken for."""


class ClaimTakenError(TransientError):
    """Another worker has held it for long."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another worker is still at {name}; it is tried again by itself")


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


@asynccontextmanager
async def renewed(name: str, *, owner: str, seconds: float, clock: Clock = present) -> AsyncIterator[None]:
    """Keep what was claimed for as long as the work inside takes; it is released at its end."""
    loop, pause = asyncio.get_running_loop(), seconds / RENEWALS
    timer: asyncio.TimerHandle

    def renew() -> None:
        nonlocal timer
        try:
            claim(name, owner=owner, now=clock(), seconds=seconds)
        except LedgerUnavailableError as error:
            _log.warning("the claim of %s could not be renewed, and is tried again: %s", name, error)
        timer = loop.call_later(pause, renew)

    timer = loop.call_later(pause, renew)
    try:
        yield
    finally:
        timer.cancel()
        release(name, owner=owner)


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
