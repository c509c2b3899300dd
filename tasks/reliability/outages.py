"""Incidents: what does not do its work, kept for 90 days; their owner is told in one message, daily, and of the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base, UtcDateTime
from domain.dashboard.services import service_name
from domain.health.spell import EMPLOYEE, HealthStanding, Spell, latest
from domain.policy.health import HealthRules
from domain.reliability.breaker import Breaker, BreakerState
from domain.reliability.outage import (
    Outage,
    OutageNotice,
    ToldOutage,
    is_notice_due,
    notice_of,
    observed,
    told,
)
from tasks.reliability.breakers import breaker_states
from tasks.reliability.notify import Messenger, NewNotice, NotifyStatus, deliver
from tasks.reliability.outbox import SCHEDULE, OutboxItem, waiting
from tasks.reliability.serialised import serialised
from tasks.reliability.waiting import spells

KEPT = timedelta(days=90)
LOOKED_BACK = timedelta(hours=2)


class IncidentRow(Base):
    """An outage as it is kept; a service's newest one is the one that may last."""

    __tablename__ = "incidents"

    service: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_settled: Mapped[bool] = mapped_column(default=False)
    turns: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")

    def outage(self) -> Outage:
        """The pure state."""
        return Outage(self.since, self.told_at, self.over_at, self.is_settled, self.turns)

    def become(self, outage: Outage) -> None:
        """Take its state on; since when it is stays the row's name."""
        self.told_at, self.over_at = outage.told_at, outage.over_at
        self.is_settled, self.turns = outage.is_settled, outage.turns


def lasting_outages() -> dict[str, datetime]:
    """Services that do not do their work, each with since when."""
    open_ones = select(IncidentRow).where(IncidentRow.is_settled.is_(False), IncidentRow.over_at.is_(None))
    return serialised(lambda session: {row.service: row.since for row in session.scalars(open_ones)})


@dataclass(frozen=True)
class _Seen:
    """What is away now, what is known of it, and of what nobody knows whether it still is."""

    queued: Mapping[str, list[OutboxItem]] = field(default_factory=dict)
    shut: Mapping[str, Breaker] = field(default_factory=dict)
    down: Mapping[str, Spell] = field(default_factory=dict)
    undecided: frozenset[str] = frozenset()

    @property
    def away(self) -> set[str]:
        return {*self.queued, *self.shut, *self.down}

    def reason(self, service: str) -> str | None:
        """How the last look, call or task failed."""
        if service in self.down:
            return self.down[service].said or None
        breaker, items = self.shut.get(service), self.queued.get(service, [])
        return breaker.reason if breaker else next((item.error for item in items if item.error), None)


async def notify_outages(
    now: datetime, messenger: Messenger | None = None, rules: HealthRules | None = None
) -> OutageNotice | None:
    """Look at every service, and tell the owner in one message what is due; what could not be sent is due again.

    A service is away while its circuit is not closed, while tasks wait for it, and while the five-minute look finds
    it down. A message that tells of one for the first time tells of all that are away by then.

    Returns:
        What was told.
    """
    rules, seen = rules or HealthRules(), _seen(now)
    found = _observe(seen, now)
    due = {name: one for name, one in found.items() if _is_due(one, now, rules)}
    if any(one.told_at is None for one in due.values()):
        due |= {name: one for name, one in found.items() if one.told_at is None and one.over_at is None}
    if not due:
        return None
    word = notice_of([_told(name, one, seen) for name, one in sorted(due.items())])
    key = "; ".join(
        f"outage of {name} since {one.since.isoformat()}, over {one.over_at}" for name, one in due.items()
    )
    urgency = "info" if all(one.over_at for one in due.values()) else "warning"
    outcome = await deliver(NewNotice(word.title, word.body, urgency, key), now=now, messenger=messenger)  # type: ignore[arg-type]
    if outcome.status is not NotifyStatus.SENT:
        return None
    _keep_told(due, now)
    return word


def _is_due(outage: Outage, now: datetime, rules: HealthRules) -> bool:
    first, again = timedelta(minutes=rules.tell_after_minutes), timedelta(hours=rules.remind_hours)
    return is_notice_due(outage, now, first, again)


def _seen(now: datetime) -> _Seen:
    queued: dict[str, list[OutboxItem]] = {}
    for item in waiting():
        if item.service != SCHEDULE:
            queued.setdefault(item.service, []).append(item)
    shut = {name: one for name, one in breaker_states().items() if one.state is not BreakerState.CLOSED}
    kept = spells(now - LOOKED_BACK)
    last = latest(kept, now)
    down = {
        name: one for name, one in last.items() if one.standing is HealthStanding.DOWN and name != EMPLOYEE
    }
    undecided = {name for name, one in last.items() if one.standing is HealthStanding.UNKNOWN}
    if EMPLOYEE not in last:  # nobody has looked for a while
        newest = {one.service: one for one in kept}
        undecided |= {name for name, one in newest.items() if one.standing is not HealthStanding.UP}
    return _Seen(queued, shut, down, frozenset(undecided))


def _observe(seen: _Seen, now: datetime) -> dict[str, Outage]:
    """Every outage that is not settled, brought up to date."""

    def observe(session: Session) -> dict[str, Outage]:
        session.execute(delete(IncidentRow).where(IncidentRow.is_settled, IncidentRow.over_at < now - KEPT))
        newest = {
            row.service: row for row in session.scalars(select(IncidentRow).order_by(IncidentRow.since))
        }
        found = {}
        for service in seen.away | (newest.keys() - seen.undecided):
            row = newest.get(service)
            outage = observed(row.outage() if row else None, is_away=service in seen.away, now=now)
            if outage is None:
                continue
            _keep(session, service, row, outage, seen.reason(service))
            if not outage.is_settled:
                found[service] = outage
        return found

    return serialised(observe)


def _keep(
    session: Session, service: str, row: IncidentRow | None, outage: Outage, reason: str | None
) -> None:
    if row is None or (row.is_settled and not outage.is_settled):
        row = IncidentRow(service=service, since=outage.since, reason="")
        session.add(row)
    elif row.since > outage.since:  # the clock was set back
        row.since = outage.since
    row.become(outage)
    row.reason = reason or row.reason


def _told(service: str, outage: Outage, seen: _Seen) -> ToldOutage:
    items = seen.queued.get(service, [])
    return ToldOutage(service, service_name(service), outage, len(items), seen.reason(service))


def _keep_told(due: Iterable[str], now: datetime) -> None:
    services = list(due)

    def keep(session: Session) -> None:
        open_ones = select(IncidentRow).where(
            IncidentRow.service.in_(services), IncidentRow.is_settled.is_(False)
        )
        for row in session.scalars(open_ones):
            row.become(told(row.outage(), now))

    serialised(keep)
