"""A mailbox's refused consent, kept in the ledger, so that nobody asks Google again each half minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base, UtcDateTime
from tasks.reliability.serialised import delete_row, find_row, keep_row

ASK_AGAIN = timedelta(hours=1)
"""A consent that was refused is tried again after this, or at once when the block was saved anew."""


class RefusedConsentRow(Base):
    """One mailbox's refusal; `saved_at` is when the block was saved whose consent was refused."""

    __tablename__ = "refused_consents"

    block: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str]


@dataclass(frozen=True)
class RefusedConsent:
    """What was said to the consent of the block that was saved at `saved_at`, and when last."""

    saved_at: datetime
    refused_at: datetime
    said: str

    def is_fresh(self, now: datetime) -> bool:
        """Whether it is too soon to ask again."""
        return now - self.refused_at < ASK_AGAIN


def refused_consent(block: str, saved_at: datetime) -> RefusedConsent | None:
    """The refusal of exactly this saving of the block; None when there is none."""
    row = find_row(RefusedConsentRow, block)
    if row is None or row.saved_at != saved_at:
        return None
    return RefusedConsent(row.saved_at, row.refused_at, row.said)


def remember_refusal(block: str, refused: RefusedConsent) -> None:
    """Keep the latest refusal; it stands until the block is saved anew or its consent works again."""
    keep_row(RefusedConsentRow(block=block, **vars(refused)))


def forget_refusal(block: str) -> None:
    """The consent works (again)."""
    delete_row(RefusedConsentRow, block)
