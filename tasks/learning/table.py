"""The tables of what was learned: in the ledger's database, and able to be made anew from it and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.learning.outcome import Outcome, OutcomeEnd, Sort


class LearnedOutcome(Base):
    """One outcome; its columns are those of `domain.learning.outcome.Outcome`."""

    __tablename__ = "learned_outcomes"

    id: Mapped[str] = mapped_column(primary_key=True)
    sort: Mapped[str]
    how: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    task_id: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    counterparty: Mapped[str]
    kind: Mapped[str]
    playbook: Mapped[str]
    lasted_ms: Mapped[int | None] = mapped_column(BigInteger)
    retries: Mapped[int]

    __table_args__ = (
        Index("learned_outcomes_all", "sort", "at"),
        Index("learned_outcomes_kind", "sort", "kind", "at"),
        Index("learned_outcomes_playbook", "sort", "playbook", "at"),
    )


class LearnedTask(Base):
    """What is known of a task before its end.

    Attributes:
        came_at: When it arrived, by the audit log.
        planned_at: When it was understood first; None: it never was.
        expected: What was to be expected of it then (`domain.learning.estimate`).
    """

    __tablename__ = "learned_tasks"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(default="")
    playbook: Mapped[str] = mapped_column(default="")
    planned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expected: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class LearnedPlace(Base):
    """How far the audit log was learned from, and since when.

    Attributes:
        offset: In the file: all before it has been counted.
        since: What ended before is not learned from; None: all is.
    """

    __tablename__ = "learned_place"

    name: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(default="")
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)


def task_row(session: Session, task_id: str) -> LearnedTask:
    """The task's row; a new one where it has none."""
    row = session.get(LearnedTask, task_id)
    if row is None:
        row = LearnedTask(task_id=task_id, kind="", playbook="")
        session.add(row)
    return row


def outcomes_where(session: Session, *conditions: Any) -> list[Outcome]:
    """The fitting outcomes, the newest first."""
    return [outcome_in(row) for row in rows_where(session, *conditions)]


def rows_where(session: Session, *conditions: Any) -> list[Any]:
    """The same as they are kept."""
    query = select(*COLUMNS).where(*conditions).order_by(LearnedOutcome.at.desc(), LearnedOutcome.id.desc())
    return list(session.execute(query))


COLUMNS = tuple(LearnedOutcome.__table__.columns)


def outcome_in(row: Any) -> Outcome:
    """The outcome in a row."""
    return Outcome(
        id=row.id,
        sort=Sort(row.sort),
        how=OutcomeEnd(row.how),
        at=row.at,
        task_id=row.task_id,
        action=row.action,
        counterparty=row.counterparty,
        kind=row.kind,
        playbook=row.playbook,
        lasted_ms=row.lasted_ms,
        retries=row.retries,
    )
