"""Claims: one worker at a time on a named thing, freed by release, by time, or by the owner's death.

A power cut ends every owner, so none waits for the disk.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.errors import TransientError
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.serialised import find_row, serialised_unsynced

__all__ = [
    "Claim",
    "ClaimTakenError",
    "claim",
    "held",
    "is_claimed",
    "release",
    "task_claim",
    "this_process",
]


HELD_SECONDS, LOOKS, LOOK_SECONDS = 120, 300, 0.1


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
async def held(name: str, *, owner: str) -> AsyncIterator[None]:
    """Hold `name` inside, after whoever has it now.

    Raises:
        ClaimTakenError: it stays taken.
    """
    for _look in range(LOOKS):
        if claim(name, owner=owner, now=datetime.now(UTC), seconds=HELD_SECONDS):
            break
        await asyncio.sleep(LOOK_SECONDS)
    else:
        raise ClaimTakenError(name)
    try:
        yield
    finally:
        release(name, owner=owner)
