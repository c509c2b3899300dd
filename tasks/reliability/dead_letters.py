"""Dead letters: work that was given up, kept with its cause until a replay of it succeeds.

A letter is never deleted here. A replay takes it out to be run again under the same effect key; the
letter is closed by `resolve` alone, and is back when the replay fails or dies.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.errors import RejectedError
from tasks.reliability.effect_ledger import reopen_refused
from tasks.reliability.processes import is_dead, this_process
from tasks.reliability.serialised import find_row, find_rows, serialised


class LetterState(StrEnum):
    """Where a dead letter is."""

    OPEN = "buried"
    REPLAYING = "replaying"
    RESOLVED = "resolved"


class LetterMissingError(RejectedError):
    """No dead letter has this number or cause."""

    def __init__(self, wanted: int | str) -> None:
        super().__init__(f"no dead letter {wanted!r} waits; `fte dead-letters list` shows those that do")


class DeadLetter(Base):
    """One piece of work that was given up. `kind` says who can run `payload`, `cause` is the error's name."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    cause: Mapped[str] = mapped_column(index=True)
    error: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=1)
    replayer: Mapped[str | None]
    first_buried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    buried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("kind", "key"), {"sqlite_autoincrement": True})


def add_dead_letter(kind: str, key: str, *, payload: dict[str, Any], error: Exception, now: datetime) -> int:
    """Keep work that was given up; the same work again is the same letter. Returns its number."""
    return serialised(
        lambda session: add_dead_letter_in(session, kind, key, payload=payload, error=error, now=now)
    )


def add_dead_letter_in(  # noqa: PLR0913 (`add_dead_letter` with the session of a transaction that is under way)
    session: Session, kind: str, key: str, *, payload: dict[str, Any], error: Exception, now: datetime
) -> int:
    """`add_dead_letter` as a part of the caller's transaction."""
    letter = session.scalar(select(DeadLetter).where(DeadLetter.kind == kind, DeadLetter.key == key))
    if letter is None:
        letter = DeadLetter(kind=kind, key=key, attempts=0, first_buried_at=now)
        session.add(letter)
    letter.payload, letter.cause, letter.error = payload, type(error).__name__, str(error)
    letter.state, letter.replayer, letter.resolved_at = LetterState.OPEN.value, None, None
    letter.buried_at = now
    letter.attempts += 1
    session.flush()
    return letter.id


def waiting_letters(cause: str | None = None) -> list[DeadLetter]:
    """The letters that are not resolved, oldest first."""
    query = select(DeadLetter).where(DeadLetter.state != LetterState.RESOLVED.value).order_by(DeadLetter.id)
    if cause is not None:
        query = query.where(DeadLetter.cause == cause)
    return find_rows(query)


def find_letter(number: int) -> DeadLetter | None:
    """One letter, resolved or not."""
    return find_row(DeadLetter, number)


def replay(wanted: int | str, now: datetime) -> list[DeadLetter]:
    """Take letters out to be run again, by number or by cause, under their own effect keys.

    The refused effects of a letter (its key names an effect or a task) are opened again; one whose outcome
    is unknown stays so and is reconciled by whoever runs it. Letters that another live process is replaying
    are left to it.

    Raises:
        LetterMissingError: nothing by that number or cause waits.
    """

    def take(session: Session) -> list[DeadLetter]:
        column = DeadLetter.id if isinstance(wanted, int) else DeadLetter.cause
        query = (
            select(DeadLetter)
            .where(column == wanted, DeadLetter.state != LetterState.RESOLVED.value)
            .order_by(DeadLetter.id)
        )
        letters = [letter for letter in session.scalars(query) if not _is_replayed(letter)]
        for letter in letters:
            letter.state, letter.replayer = LetterState.REPLAYING.value, this_process()
        reopen_refused(session, [letter.key for letter in letters], now)
        return letters

    letters = serialised(take)
    if not letters:
        raise LetterMissingError(wanted)
    return letters


def _is_replayed(letter: DeadLetter) -> bool:
    me = this_process()
    return letter.replayer is not None and letter.replayer != me and not is_dead(letter.replayer)


def resolve(number: int, now: datetime) -> None:
    """The replay succeeded: the letter is closed."""
    _close(number, LetterState.RESOLVED, None, now)


def resolve_work(kind: str, key: str, now: datetime) -> None:
    """The work was done by another way than a replay: its letter, if it has one, is closed."""

    def close(session: Session) -> None:
        letter = session.scalar(select(DeadLetter).where(DeadLetter.kind == kind, DeadLetter.key == key))
        if letter is not None and letter.state != LetterState.RESOLVED:
            letter.state, letter.replayer, letter.resolved_at = LetterState.RESOLVED.value, None, now

    serialised(close)


def put_back(number: int, error: Exception, now: datetime) -> None:
    """The replay failed: the letter waits again, with the new cause."""
    _close(number, LetterState.OPEN, error, now)


def _close(number: int, state: LetterState, error: Exception | None, now: datetime) -> None:
    def close(session: Session) -> None:
        letter = session.get(DeadLetter, number)
        if letter is None:
            raise LetterMissingError(number)
        letter.state, letter.replayer = state.value, None
        letter.resolved_at = now if state is LetterState.RESOLVED else None
        if error is not None:
            letter.cause, letter.error = type(error).__name__, str(error)
            letter.attempts += 1
            letter.buried_at = now

    serialised(close)
