"""When each channel was last looked at, and what came of it; one row a channel, so that looking leaves no trace."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.reliability.look import Look
from tasks.reliability.serialised import serialised

EXACTNESS = timedelta(seconds=10)
"""A look that came to the same as one so short ago is not written down: each write waits for the disk."""


class LookRow(Base):
    """A channel's last look; `since` is when it began to come to this."""

    __tablename__ = "looks"

    channel: Mapped[str] = mapped_column(primary_key=True)
    every_seconds: Mapped[float]
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found: Mapped[str | None]
    problem: Mapped[str | None]
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def record_look(look: Look) -> bool:
    """Write a look down.

    Returns:
        Whether a problem is new: the look before this one had none.
    """

    def keep(session: Session) -> bool:
        row = session.get(LookRow, look.channel)
        if row is None:
            session.add(_row(look, since=look.looked_at))
            return look.problem is not None
        is_new = look.problem is not None and row.problem is None
        if not is_new and _says_the_same(row, look):
            return False
        turned = (row.problem is None) != (look.problem is None)
        session.merge(_row(look, since=look.looked_at if turned else row.since))
        return is_new

    return serialised(keep)


def forget_looks(*, but_for: Collection[str]) -> None:
    """Nobody looks at the others any more."""
    gone = delete(LookRow).where(LookRow.channel.not_in(but_for))
    serialised(lambda session: session.execute(gone))


def _row(look: Look, *, since: datetime) -> LookRow:
    return LookRow(
        channel=look.channel,
        every_seconds=look.every_seconds,
        looked_at=look.looked_at,
        found=look.found.value if look.found else None,
        problem=look.problem,
        since=since,
    )


def _says_the_same(row: LookRow, look: Look) -> bool:
    same = (row.found, row.problem) == (look.found.value if look.found else None, look.problem)
    return same and abs(look.looked_at - row.looked_at) < EXACTNESS
