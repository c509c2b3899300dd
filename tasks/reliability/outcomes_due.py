"""What came to an end and has not been learned from: one row, written in the transaction that ends it."""

from sqlalchemy.orm import Mapped, mapped_column, object_session

from blocks.database import Base
from domain.learning.outcome import Sort


class OutcomeDue(Base):
    """An effect or a request whose outcome is to be counted, or counted anew."""

    __tablename__ = "outcomes_due"

    sort: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


def outcome_due(ended: Base, sort: Sort, key: str) -> None:
    """Remember, together with the change of this row, that it has an outcome now, or another one."""
    session = object_session(ended)
    if session is not None and session.get(OutcomeDue, (sort.value, key)) is None:
        session.add(OutcomeDue(sort=sort.value, key=key))
