"""How the services were: a row for each hour, or less, in which one was the same; kept for 90 days.

`waiting.py` reads them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.briefing.recorded import SLOT, slot_of
from domain.health.probed import Probed
from domain.health.spell import EMPLOYEE, HealthStanding, hour_of, whole
from tasks.reliability.serialised import serialised

KEPT = timedelta(days=90)


class SpellRow(Base):
    """Slots on end, see `domain.health.spell.Spell`."""

    __tablename__ = "spells"

    service: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    standing: Mapped[str]
    said: Mapped[str]
    seconds: Mapped[float]
    slowest: Mapped[float]


def record_round(found: Iterable[Probed], now: datetime) -> None:
    """Write down what one look at everything came to; of a slot that is on record already the first look counts."""
    known = [one for one in found if one.standing is not None]
    slot = slot_of(now)
    standing = whole((one.name, one.standing) for one in known if one.standing)
    everything = [*known, Probed(EMPLOYEE, standing)]

    def keep(session: Session) -> None:
        session.execute(delete(SpellRow).where(SpellRow.until < slot - KEPT))
        near = select(SpellRow).where(SpellRow.since <= slot, SpellRow.until >= slot).order_by(SpellRow.since)
        rows = {row.service: row for row in session.scalars(near)}
        for one in everything:
            _keep(session, rows.get(one.name), one, slot)

    serialised(keep)


def _keep(session: Session, row: SpellRow | None, one: Probed, slot: datetime) -> None:
    if row is not None and row.until > slot:
        return
    standing = one.standing or HealthStanding.UNKNOWN
    goes_on = row is not None and row.standing == standing and hour_of(row.since) == hour_of(slot)
    if row is None or not goes_on or (standing is not HealthStanding.UP and row.said != one.said):
        row = SpellRow(service=one.name, since=slot, standing=standing.value, seconds=0.0, slowest=0.0)
        session.add(row)
    row.until, row.said = slot + SLOT, one.said
    row.seconds += one.seconds
    row.slowest = max(row.slowest, one.seconds)
