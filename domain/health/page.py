"""What there is to say of how everything is, and the same as Markdown and as JSON; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from domain.briefing.recorded import SLOT, slot_of
from domain.dashboard.services import ill_words, service_name
from domain.health.probed import Probed
from domain.health.spell import EMPLOYEE, STRAIN, HealthStanding, Spell, Uptime, standing_word, whole
from domain.policy.health import HealthRules
from domain.reliability.ending import Ending
from domain.reliability.outage import in_words
from domain.times import shown_there
from domain.vault.overview import LONGEST_DETAIL, one_line

PERCENT = Decimal(100)
WINDOWS = {"24 h": 1, "7 days": 7, "30 days": 30, "90 days": 90}
"""Days over which uptime is told."""
MOST_INCIDENTS = 20


@dataclass(frozen=True)
class HealthRow:
    """One service, or watcher, or part of the machine.

    Attributes:
        last: The newest look at it.
        since: Since when it is down; None: it is not.
        uptimes: By window, see WINDOWS.
        seconds: How long an answer took, over 24 hours; None where it gave none.
        slowest: The slowest answer of that time.
        breaker: How its circuit is, where it is not closed.
        waiting: How many writes wait for it.
    """

    service: str
    last: Spell
    since: datetime | None
    uptimes: dict[str, Uptime]
    seconds: float | None = None
    slowest: float | None = None
    breaker: str = ""
    waiting: int = 0

    @property
    def success(self) -> Decimal | None:
        """Of the answers of 24 hours those that were good, 0 to 1."""
        day = self.uptimes["24 h"]
        return Decimal(day.up) / (day.up + day.down) if day.up + day.down else None

    def marks(self, rules: HealthRules) -> list[str]:
        """What of it is beyond the handbook's thresholds."""
        share = self.uptimes["24 h"].share
        found = []
        if self.last.standing is not HealthStanding.UP:
            found.append(standing_word(self.service, self.last.standing))
        if self.seconds is not None and self.seconds > rules.slow_seconds:
            found.append("slow")
        if share is not None and share * PERCENT < Decimal(str(rules.uptime_percent)):
            found.append("uptime")
        return found


@dataclass(frozen=True)
class Incident:
    """An outage that lasts or was."""

    service: str
    since: datetime
    over_at: datetime | None
    is_settled: bool
    turns: int
    reason: str


@dataclass(frozen=True)
class Machine:
    """The machine at the last heartbeat: shares in per cent."""

    at: datetime
    cpu: float | None
    memory: float
    disk_free_gb: float


@dataclass(frozen=True)
class Queue:
    """Something that waits: how many, and since when the oldest."""

    name: str
    count: int
    oldest: datetime | None = None


@dataclass(frozen=True)
class HealthPage:
    """How everything is.

    Attributes:
        as_of: When it was last looked at; None: never.
        is_fresh: Whether that is not too long ago: else nothing of now is known.
        rows: The employee as a whole first, then the services, the machine and the watchers.
    """

    now: datetime
    as_of: datetime | None
    is_fresh: bool
    rows: Sequence[HealthRow] = ()
    incidents: Sequence[Incident] = ()
    machine: Machine | None = None
    queues: Sequence[Queue] = ()
    endings: Sequence[Ending] = ()
    rules: HealthRules = field(default_factory=HealthRules)
    is_sandbox: bool = False

    @property
    def down(self) -> list[HealthRow]:
        """What is down now; a machine that is busy or nearly full is not."""
        found = [row for row in self.rows if self.is_fresh and row.service not in STRAIN]
        return [row for row in found if row.last.standing is HealthStanding.DOWN]

    def summary(self) -> str:
        """One sentence."""
        if self.as_of is None:
            return "Nothing was looked at yet: is the employee at work? fte status"
        if not self.is_fresh:
            return f"Not known: nobody has looked since {shown_there(self.as_of)}. Is the employee at work? fte status"
        ill = ill_words((row.service, row.last.standing) for row in self.rows)
        return f"{ill[:1].upper()}{ill[1:]}." if ill else "Everything that is looked at is up."


def as_found(page: HealthPage, found: Iterable[Probed]) -> HealthPage:
    """The page with how everything was found just now, in place of the last look that is kept."""
    kept = {row.service: row for row in page.rows}
    slot, none = slot_of(page.now), dict.fromkeys(WINDOWS, Uptime(0, 0, 0))
    known = [(one.name, one.standing, one.said) for one in found if one.standing is not None]
    whole_now = whole((name, standing) for name, standing, _ in known)
    rows = []
    for name, standing, said in [(EMPLOYEE, whole_now, ""), *known]:
        spell = Spell(name, slot, slot + SLOT, standing, said)
        row = kept.get(name) or HealthRow(name, spell, None, none)
        rows.append(
            replace(row, last=spell, since=(row.since or slot) if standing is HealthStanding.DOWN else None)
        )
    return replace(page, rows=rows, as_of=page.now, is_fresh=True)


def share_words(uptime: Uptime) -> str:
    """Such as "99.65 %", with what of it is not known."""
    if uptime.share is None:
        return "not known yet"
    unknown = f" ({percent(Decimal(uptime.unknown) / uptime.whole)} not known)" if uptime.unknown else ""
    return f"{percent(uptime.share)}{unknown}"


def percent(share: Decimal) -> str:
    """For readers; never rounded up to a whole that it is not."""
    hundredths = int(share * PERCENT * PERCENT)
    return f"{hundredths / 100:.2f} %"


def seconds_words(seconds: float | None) -> str:
    """An answer's time."""
    return "" if seconds is None else f"{seconds:.2f} s"


def state_words(row: HealthRow, page: HealthPage, zone: tzinfo) -> str:
    """How it is now."""
    if not page.is_fresh:
        return "not known"
    if row.last.standing is HealthStanding.UP:
        return "up"
    since = f" since {shown_there(row.since.astimezone(zone))}" if row.since else ""
    word = standing_word(row.service, row.last.standing)
    return f"{word}{since}: {one_line(row.last.said, LONGEST_DETAIL)}" if row.last.said else f"{word}{since}"


def markdown(page: HealthPage, zone: tzinfo, *, narrow: bool = False) -> str:
    """The page for people, with fewer columns where it has to be narrow; foreign words come through `one_line`."""
    lines = ["# Health", "", one_line(page.summary(), LONGEST_DETAIL), ""]
    if page.is_sandbox:
        lines += ["> Sandbox: a demo company on stand-in services. Nothing here is real.", ""]
    if page.rows:
        lines += [*(_narrow_table(page, zone) if narrow else _table(page, zone)), ""]
    lines += ["## Incidents", "", *(_incidents(page, zone) or ["None in 90 days."]), ""]
    lines += ["## What waits", "", *_queues(page, zone), ""]
    lines += ["## Machine", "", *_machine(page), ""]
    lines += ["## Keys, consents and versions", "", *_endings(page, page.now.date()), ""]
    return "\n".join(lines)


def _table(page: HealthPage, zone: tzinfo) -> Iterator[str]:
    yield (
        "| | Now | "
        + " | ".join(f"Uptime {window}" for window in WINDOWS)
        + " | Answers good | Mean | Slowest |"
    )
    yield "| --- " * (len(WINDOWS) + 5) + "|"
    for row in page.rows:
        marks = ", ".join(row.marks(page.rules))
        good = "" if row.success is None else percent(row.success)
        cells = [
            f"{one_line(service_name(row.service))}{f' **({marks})**' if marks else ''}",
            state_words(row, page, zone) + "".join(f"; {said}" for said in _besides(row)),
            *(share_words(row.uptimes[window]) for window in WINDOWS),
            good,
            seconds_words(row.seconds),
            seconds_words(row.slowest),
        ]
        yield "| " + " | ".join(cells) + " |"


def _narrow_table(page: HealthPage, zone: tzinfo) -> Iterator[str]:
    """For a terminal: how it is, its day and how long an answer takes."""
    yield "| | Now | 24 h | Mean |"
    yield "| --- | --- | --- | --- |"
    for row in page.rows:
        now = "; ".join([state_words(row, page, zone), *_besides(row)])
        cells = (service_name(row.service), now, share_words(row.uptimes["24 h"]), seconds_words(row.seconds))
        yield "| " + " | ".join(one_line(cell, LONGEST_DETAIL) for cell in cells) + " |"


def _besides(row: HealthRow) -> Iterator[str]:
    if row.breaker:
        yield f"its circuit is {row.breaker}"
    if row.waiting:
        yield f"writes that wait: {row.waiting}"


def _incidents(page: HealthPage, zone: tzinfo) -> list[str]:
    return [f"- {said}" for said in incident_lines(page, zone)[:MOST_INCIDENTS]]


def incident_lines(page: HealthPage, zone: tzinfo) -> list[str]:
    """The incidents, the newest first, each with how long it lasted."""
    found = []
    for one in sorted(page.incidents, key=lambda one: one.since, reverse=True):
        until = one.over_at or page.now
        ended = (
            f"lasted {in_words(until - one.since)}"
            if one.over_at
            else f"lasts for {in_words(until - one.since)}"
        )
        turns = f", came and went {one.turns} times" if one.turns else ""
        why = f": {one_line(one.reason, LONGEST_DETAIL)}" if one.reason else ""
        begun = shown_there(one.since.astimezone(zone))
        found.append(f"{one_line(service_name(one.service))}, {begun}, {ended}{turns}{why}")
    return found


def _queues(page: HealthPage, zone: tzinfo) -> Iterable[str]:
    for queue in page.queues:
        oldest = f", the oldest since {shown_there(queue.oldest.astimezone(zone))}" if queue.oldest else ""
        late = " **(too long)**" if is_late(queue, page) else ""
        yield f"- {one_line(queue.name)}: {queue.count}{oldest}{late}"


def is_late(queue: Queue, page: HealthPage) -> bool:
    """Whether its oldest has waited longer than the handbook wants."""
    hours = (page.now - queue.oldest).total_seconds() / 3600 if queue.oldest else 0
    return hours > page.rules.waiting_hours


def _machine(page: HealthPage) -> list[str]:
    one = page.machine
    if one is None:
        return ["Not known yet."]
    cpu = "not known" if one.cpu is None else f"{one.cpu:.0f} %"
    return [f"Processors {cpu}, memory {one.memory:.0f} % in use, {one.disk_free_gb:.1f} GB free."]


def _endings(page: HealthPage, today: date) -> list[str]:
    if not page.endings:
        return ["None that ends on a known day."]
    near = sorted(page.endings, key=lambda ending: ending.ends)
    return [f"- {one_line(one.what)}: {(one.ends - today).days} days left, until {one.ends}" for one in near]


def as_json(page: HealthPage) -> dict[str, Any]:
    """The same for scripts and agents."""
    today = page.now.date()
    return {
        "summary": page.summary(),
        "as_of": page.as_of and page.as_of.isoformat(),
        "is_fresh": page.is_fresh,
        "services": [_row(row, page) for row in page.rows],
        "incidents": [
            {
                "service": one.service,
                "since": one.since.isoformat(),
                "over_at": one.over_at and one.over_at.isoformat(),
                "turns": one.turns,
                "reason": one.reason,
            }
            for one in page.incidents
        ],
        "machine": page.machine and {**vars(page.machine), "at": page.machine.at.isoformat()},
        "queues": [
            {
                "name": one.name,
                "count": one.count,
                "oldest": one.oldest and one.oldest.isoformat(),
                "too_long": is_late(one, page),
            }
            for one in page.queues
        ],
        "endings": [
            {"what": one.what, "ends": one.ends.isoformat(), "days_left": (one.ends - today).days}
            for one in page.endings
        ],
    }


def _row(row: HealthRow, page: HealthPage) -> dict[str, Any]:
    known = page.is_fresh
    return {
        "name": row.service,
        "standing": (row.last.standing if known else HealthStanding.UNKNOWN).value,
        "said": row.last.said if known else "",
        "since": row.since and row.since.isoformat(),
        "uptime": {
            window: {
                "share": None if one.share is None else round(float(one.share), 6),
                "up": one.up,
                "down": one.down,
                "unknown": one.unknown,
            }
            for window, one in row.uptimes.items()
        },
        "success": None if row.success is None else round(float(row.success), 6),
        "mean_seconds": row.seconds and round(row.seconds, 4),
        "slowest_seconds": row.slowest and round(row.slowest, 4),
        "breaker": row.breaker or "closed",
        "waiting": row.waiting,
        "marks": row.marks(page.rules),
    }
