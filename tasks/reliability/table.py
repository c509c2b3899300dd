"""The effects' table: one row per key, kept for good."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base, DecimalText, UtcDateTime


class Effect(Base):
    """One change to the outside world. `worker` is set while somebody performs or reconciles it."""

    __tablename__ = "effects"

    key: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(index=True)
    step_id: Mapped[str]
    action: Mapped[str]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), index=True)
    amount: Mapped[Decimal | None] = mapped_column(DecimalText)
    currency: Mapped[str | None]
    payee: Mapped[str | None]
    approval_id: Mapped[str | None]
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=1)
    worker: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("effects_money", "currency", "begun_at"),)
