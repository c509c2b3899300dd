"""Telling the owner: never fails the work, never repeats itself within a window, never more than the limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.errors import DigitalFteError
from domain.reliability.rate_limits import RateLimitedError
from tasks.audit.log import audit_log
from tasks.clock import present
from tasks.reliability.rate_limits import reserve_turn
from tasks.reliability.serialised import serialised

BLOCK = "owner"
"""Name of the `owner-notifications` block that holds the addresses."""

SERVICE = "owner-notifications"
WINDOW = timedelta(minutes=30)
"""The same notice is told once in this time; what was held back is counted in the next one."""

Urgency = Literal["info", "warning", "failure"]


class NotifyStatus(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    NOT_CONFIGURED = "not-configured"
    HELD_BACK = "held-back"
    FAILED = "failed"


@dataclass(frozen=True)
class NotifyOutcome:
    """What became of a notice, for the audit log; `detail` holds no address and no secret."""

    status: NotifyStatus
    detail: str = ""


class Messenger(Protocol):
    """What delivers a notice: the block `OwnerNotifications`, or a test's own."""

    async def send(self, title: str, body: str, kind: str) -> None:
        """Deliver, or raise a DigitalFteError."""


class Notice(Base):
    """When a notice was last told, and how often it was held back since."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_back: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class NewNotice:
    """What the owner is to be told. Notices with one `key` (the title when empty) are the same notice.

    Attributes:
        window: The same notice is told once in this time.
    """

    title: str
    body: str
    urgency: Urgency = "info"
    key: str = ""
    window: timedelta = WINDOW

    @property
    def identity(self) -> str:
        """What makes two notices the same one."""
        return self.key or self.title


async def notify_owner(title: str, body: str, *, urgency: Urgency = "info", key: str = "") -> NotifyOutcome:
    """Tell the owner; whatever goes wrong is in the outcome, for the caller to audit.

    Args:
        title: One line.
        body: Plain text, without secrets.
        urgency: How it is marked.
        key: What makes two notices the same one; the title when empty.
    """
    return await deliver(NewNotice(title, body, urgency, key), now=present())


async def deliver(notice: NewNotice, *, now: datetime, messenger: Messenger | None = None) -> NotifyOutcome:
    """`notify_owner` with a clock and, in place of the saved block, a messenger."""
    try:
        held_back = _take_word(notice, now)
        if held_back is None:
            return NotifyOutcome(NotifyStatus.HELD_BACK, "the same notice was told a short while ago")
        outcome = await _send(notice, held_back, now, messenger)
        if outcome.status is not NotifyStatus.SENT:
            held = held_back + (outcome.status is NotifyStatus.HELD_BACK)
            _give_word_back(notice, held, now)
    except DigitalFteError as error:
        return NotifyOutcome(NotifyStatus.FAILED, str(error))
    return outcome


async def _send(
    notice: NewNotice, held_back: int, now: datetime, messenger: Messenger | None
) -> NotifyOutcome:
    try:
        messenger = messenger or await _saved_messenger()
        if messenger is None:
            return NotifyOutcome(NotifyStatus.NOT_CONFIGURED, f"no notification block '{BLOCK}' is saved")
        reserve_turn(SERVICE, now=now, patience_seconds=0)
        more = f"\n\n({held_back} more of the same were held back.)" if held_back else ""
        await messenger.send(notice.title, notice.body + more + _audit_mark(), notice.urgency)
    except RateLimitedError as error:
        return NotifyOutcome(NotifyStatus.HELD_BACK, str(error))
    except DigitalFteError as error:
        return NotifyOutcome(NotifyStatus.FAILED, str(error))
    return NotifyOutcome(NotifyStatus.SENT)


def _audit_mark() -> str:
    """The audit log's newest record: away from this machine it shows later whether an older copy was put back."""
    try:
        head = audit_log().head()
    except OSError:
        return ""
    return f"\n\nAudit log: {head.sequence}:{head.hash}" if head else ""


async def _saved_messenger() -> Messenger | None:
    from blocks.notifications import saved_notifications  # imports prefect

    return await saved_notifications(BLOCK)


def _take_word(notice: NewNotice, now: datetime) -> int | None:
    """Claim the telling of this notice: how many were held back since the last, None when it is too soon."""

    def take(session: Session) -> int | None:
        row = session.get(Notice, notice.identity)
        if row is None:
            session.add(Notice(key=notice.identity, told_at=now, held_back=0))
            return 0
        if (
            abs(now - row.told_at) < notice.window
        ):  # what was told by a clock that ran far ahead holds nothing back
            row.held_back += 1
            return None
        held_back, row.held_back, row.told_at = row.held_back, 0, now
        return held_back

    return serialised(take)


def _give_word_back(notice: NewNotice, held_back: int, now: datetime) -> None:
    """It was not told after all: the next one may be."""

    def give(session: Session) -> None:
        row = session.get(Notice, notice.identity)
        if row is not None:
            row.told_at, row.held_back = now - notice.window, row.held_back + held_back

    serialised(give)
