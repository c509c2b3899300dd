"""How far each source has been read, kept in the ledger. A watermark moves only after the notes are stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from tasks.reliability.serialised import find_row, serialised


class WatermarkRow(Base):
    """One source's cursor; text, because Gmail's history ids outgrow 64-bit integers."""

    __tablename__ = "watermarks"

    source: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str]
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Watermark:
    """Everything up to `cursor` is stored; at `moved_at` that was all there was."""

    cursor: str
    moved_at: datetime


def read_watermark(source: str) -> Watermark | None:
    """The source's watermark; None when it was never read."""
    row = find_row(WatermarkRow, source)
    return Watermark(row.cursor, row.moved_at) if row else None


def move_watermark(source: str, *, before: Watermark | None, cursor: str, now: datetime) -> bool:
    """Move a watermark from where the caller found it; False, and it stays, if another process moved it meanwhile."""

    def move(session: Session) -> bool:
        row = session.get(WatermarkRow, source)
        if (row.cursor if row else None) != (before.cursor if before else None):
            return False
        if row is None:
            session.add(WatermarkRow(source=source, cursor=cursor, moved_at=now))
        else:
            row.cursor, row.moved_at = cursor, now
        return True

    return serialised(move)
