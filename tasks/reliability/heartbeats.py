"""The employee's heartbeat: every five minutes a row that says it was at work, and how full its machine was.

What is not there was not at work: nothing else records that. Rows are kept for 90 days.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psutil
from sqlalchemy import BigInteger, Row, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from blocks.settings import settings
from domain.briefing.recorded import slot_of
from domain.reliability.look import LookResult
from tasks.reliability.serialised import serialised

KEPT = timedelta(days=90)


class Heartbeat(Base):
    """One slot of five minutes in which the employee was at work.

    Attributes:
        slot: Its first moment.
        cpu_percent: How busy all processors were since the look before; None at the first look of a process.
        memory_percent: How much of the machine's memory was in use.
        disk_free_bytes: What was free on the disk of the Vault and its audit log.
    """

    __tablename__ = "heartbeats"

    slot: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    cpu_percent: Mapped[float | None]
    memory_percent: Mapped[float]
    disk_free_bytes: Mapped[int] = mapped_column(BigInteger)


class Heart:
    """Beats for one process; between two looks it remembers how long the processors had worked."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._slot: datetime | None = None
        self._before: tuple[float, float] | None = None

    def beat(self, now: datetime) -> LookResult:
        """Write this slot's row where it has none, and drop what is too old."""
        if self._slot != slot_of(now):
            _keep(now, self._cpu_percent())
            self._slot = slot_of(now)
        return LookResult.NOTHING

    def _cpu_percent(self) -> float | None:
        """Of all processors since the row before.

        `psutil.cpu_percent` remembers by thread, and each look has a thread of its own.
        """
        times = psutil.cpu_times()
        twice = getattr(times, "guest", 0.0) + getattr(
            times, "guest_nice", 0.0
        )  # Linux: in user and nice, too
        whole, idle = sum(times) - twice, times.idle + getattr(times, "iowait", 0.0)
        before, self._before = self._before, (whole, idle)
        if before is None or whole <= before[0]:
            return None
        return round(100 * (1 - (idle - before[1]) / (whole - before[0])), 1)


def _keep(now: datetime, cpu_percent: float | None) -> None:
    row = Heartbeat(
        slot=slot_of(now),
        cpu_percent=cpu_percent,
        memory_percent=psutil.virtual_memory().percent,
        disk_free_bytes=psutil.disk_usage(str(settings().vault_path)).free,
    )

    def keep(session: Session) -> None:
        if session.get(Heartbeat, row.slot) is None:
            session.add(row)
        session.execute(delete(Heartbeat).where(Heartbeat.slot < now - KEPT))

    serialised(keep)


def first_heartbeat() -> datetime | None:
    """When the oldest row that is kept begins."""
    return serialised(
        lambda session: session.scalar(select(Heartbeat.slot).order_by(Heartbeat.slot).limit(1))
    )


def heartbeats(since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """The columns of each row from one moment on and before another, oldest first."""
    columns = Heartbeat.__table__.columns
    query = select(*columns).where(Heartbeat.slot >= since, Heartbeat.slot < until).order_by(Heartbeat.slot)
    return serialised(lambda session: session.execute(query).all())
