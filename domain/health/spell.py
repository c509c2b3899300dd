"""How long a service was how, in slots of five minutes, and what of it was up: the one definition of uptime.

A slot counts as up only where a look in it found the service up. What nobody looked at, or could not tell, is not
known: it is neither up nor down, and lowers the uptime as an outage does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.briefing.number import Record
from domain.briefing.recorded import SLOT, slot_of
from domain.times import shown_time
from domain.vault.overview import LONGEST_DETAIL

EMPLOYEE = "employee"
"""The whole of it: up while it looks, and nothing of its own is down."""
WATCHER = "watcher of "
PREFECT, LEDGER, DISK, MEMORY, PROCESSORS = "prefect", "ledger", "disk", "memory", "processors"
OWN = frozenset({PREFECT, LEDGER, DISK})
"""What the employee cannot work without, besides its watchers."""
STRAIN = {DISK: "nearly full", MEMORY: "nearly full", PROCESSORS: "busy"}
"""What of the machine is beyond its threshold is not down, but this."""
MISSED_SLOTS = 3
"""Looks that may be missing before the last one no longer tells how something is."""


class HealthStanding(StrEnum):
    """How something is."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Spell:
    """Slots on end in which a service was found to be the same.

    Attributes:
        since: The first moment of the first slot.
        until: The end of the last slot.
        said: What it answered last, or why it is not up.
        seconds: How long all answers together took, those that it gave.
        slowest: The longest of them.
    """

    service: str
    since: datetime
    until: datetime
    standing: HealthStanding
    said: str = ""
    seconds: float = 0.0
    slowest: float = 0.0

    @property
    def at(self) -> datetime:
        """When it began, as a row of what was recorded."""
        return self.since

    def record(self) -> Record:
        """In `fte health`."""
        count = (self.until - self.since) // SLOT
        words = [self.service, self.standing.value, f"{count} looks", self.said[:LONGEST_DETAIL]]
        return Record(
            id=f"health {self.service} {shown_time(self.since)}", said=" · ".join(filter(None, words))
        )

    def within(self, since: datetime, until: datetime) -> int:
        """How many of its slots begin between two moments."""
        return max((min(self.until, until) - max(self.since, since)) // SLOT, 0)

    def slots(self) -> Iterator[datetime]:
        """The first moments of its slots."""
        return (self.since + SLOT * number for number in range((self.until - self.since) // SLOT))


@dataclass(frozen=True)
class Uptime:
    """Slots by what was found in them; those of `whole` that are neither up nor down are not known."""

    up: int
    down: int
    whole: int

    @property
    def unknown(self) -> int:
        """Slots of which nobody knows."""
        return self.whole - self.up - self.down

    @property
    def share(self) -> Decimal | None:
        """The part that was up, 0 to 1; None where nothing is to be known yet."""
        return Decimal(self.up) / self.whole if self.whole else None


def uptime(spells: Iterable[Spell], since: datetime, until: datetime, begun: datetime | None) -> Uptime:
    """The uptime of one service between two moments.

    Args:
        spells: The service's.
        since: The first moment.
        until: The end; the slot that lasts then is not counted.
        begun: When it was first looked at: before that there is nothing to be known.
    """
    until = slot_of(until)
    since = max(slot_of(since), begun or until)
    found = dict.fromkeys(HealthStanding, 0)
    for spell in spells:
        found[spell.standing] += spell.within(since, until)
    return Uptime(found[HealthStanding.UP], found[HealthStanding.DOWN], max((until - since) // SLOT, 0))


def up_slots(spells: Iterable[Spell]) -> set[datetime]:
    """The first moments of the slots in which the employee was up."""
    found = (one for one in spells if one.service == EMPLOYEE and one.standing is HealthStanding.UP)
    return {slot for one in found for slot in one.slots()}


def standing_word(service: str, standing: HealthStanding) -> str:
    """How something is, as a person says it: processors that have much to do are busy, not down."""
    if standing is HealthStanding.DOWN:
        return STRAIN.get(service, "down")
    return "up" if standing is HealthStanding.UP else "not known"


def latest(spells: Iterable[Spell], now: datetime) -> dict[str, Spell]:
    """How each service is by the newest look at it, where that is not too long ago; ordered by name."""
    oldest = slot_of(now) - MISSED_SLOTS * SLOT
    found: dict[str, Spell] = {}
    for spell in sorted(spells, key=lambda one: (one.service, one.since)):
        if oldest < spell.until and spell.since <= slot_of(now):
            found[spell.service] = spell
    return found


def down_since(spells: Iterable[Spell], last: Spell) -> datetime:
    """Since when a service is down without a gap, whose last spell is one of being down."""
    since = last.since
    for spell in sorted((one for one in spells if one.service == last.service), key=lambda one: one.since)[
        ::-1
    ]:
        if spell.standing is HealthStanding.DOWN and spell.until >= since:
            since = min(since, spell.since)
    return since


def whole(found: Iterable[tuple[str, HealthStanding]]) -> HealthStanding:
    """How the employee is where its parts are so: it is at work, since it looks."""
    ill = any(
        standing is HealthStanding.DOWN and (name in OWN or name.startswith(WATCHER))
        for name, standing in found
    )
    return HealthStanding.DOWN if ill else HealthStanding.UP


def hour_of(moment: datetime) -> datetime:
    """Its hour's first moment: a spell is kept by the hour, so that answers can be compared over time."""
    return moment.replace(minute=0, second=0, microsecond=0)


def by_hour(spells: Iterable[Spell], since: datetime, until: datetime) -> dict[datetime, float]:
    """How long answers took in each hour, in seconds, of the hours that have some."""
    sums: dict[datetime, list[float]] = {}
    for spell in spells:
        if spell.standing is HealthStanding.UP and since <= spell.since < until:
            total = sums.setdefault(hour_of(spell.since), [0.0, 0.0])
            total[0] += spell.seconds
            total[1] += (spell.until - spell.since) / SLOT
    return {hour: seconds / count for hour, (seconds, count) in sorted(sums.items())}


def days_between(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Days of 24 hours up to a moment, the oldest first."""
    day = timedelta(days=1)
    count = -(-(until - since) // day)
    return ((until - day * (number + 1), until - day * number) for number in reversed(range(count)))
