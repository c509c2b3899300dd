"""What the language model cost in the last 24 hours, kept in the ledger's database and shared by all processes.

What a call may cost at most is taken before it is made and put right after it. A call whose end nobody knows counts as
its most: the limit errs towards asking less.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, DecimalText, UtcDateTime
from domain.errors import RejectedError
from tasks.reliability.serialised import change_row, serialised

WINDOW = timedelta(hours=24)
ZERO = Decimal(0)


class ModelOverBudgetError(RejectedError):
    """One more call could cost more than the owner allows."""

    def __init__(self, spent: Decimal, most: Decimal, limit: Decimal) -> None:
        super().__init__(
            f"the language model has cost {spent:.4f} USD in 24 hours, and one more answer could cost {most:.4f}: more "
            f"than the limit of {limit:f} USD"
        )


class ModelCall(Base):
    """One call, with what it cost, or may have."""

    __tablename__ = "model_calls"

    id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    usd: Mapped[Decimal] = mapped_column(DecimalText)


def spent_usd(now: datetime) -> Decimal:
    """Dollars of the last 24 hours."""
    return serialised(lambda session: _spent(session, now))


def reserve_usd(most: Decimal, limit: Decimal, now: datetime) -> str:
    """Take what a call costs at most from the limit; the reservation's id.

    Raises:
        ModelOverBudgetError: the limit does not have it.
    """
    row = ModelCall(id=uuid4().hex, asked_at=now, usd=most)

    def reserve(session: Session) -> str:
        spent = _spent(session, now)
        if limit <= 0 or spent + most > limit:
            raise ModelOverBudgetError(spent, most, limit)
        session.execute(delete(ModelCall).where(ModelCall.asked_at <= now - WINDOW))
        session.merge(row)
        return row.id

    return serialised(reserve)


def settle_usd(reserved: str, usd: Decimal) -> None:
    """Put a reservation right: what the call cost."""
    change_row(ModelCall, reserved, usd=usd)


def _spent(session: Session, now: datetime) -> Decimal:
    query = select(ModelCall.usd).where(ModelCall.asked_at > now - WINDOW)
    return sum(session.scalars(query), ZERO)
