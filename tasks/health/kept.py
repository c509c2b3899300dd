"""How everything is, from what is kept alone: nobody is asked for it, so it answers at once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from blocks.ledger_look import as_json, as_time, look
from blocks.settings import Mode, settings
from domain.briefing.recorded import SLOT, slot_of
from domain.health.page import WINDOWS, HealthPage, HealthRow, Incident, Machine, Queue
from domain.health.spell import (
    DISK,
    EMPLOYEE,
    LEDGER,
    MEMORY,
    MISSED_SLOTS,
    PREFECT,
    PROCESSORS,
    WATCHER,
    HealthStanding,
    Spell,
    down_since,
    uptime,
)
from domain.policy.health import HealthRules
from domain.reliability.ending import Ending
from tasks.reliability.waiting import first_spells, spells, time_literal, waiting_requests, waiting_writes

KEPT = timedelta(days=90)
FIRST, LAST = (EMPLOYEE, PREFECT, LEDGER), (DISK, MEMORY, PROCESSORS)


def health_page(now: datetime, rules: HealthRules | None = None) -> HealthPage:
    """How everything is and was.

    Raises:
        LedgerUnreadableError: nobody knows.
    """
    kept = spells(now - KEPT)
    as_of = max(
        (one.until - SLOT for one in kept if one.service == EMPLOYEE and one.since <= now), default=None
    )
    return HealthPage(
        now=now,
        as_of=as_of,
        is_fresh=as_of is not None and as_of > slot_of(now) - MISSED_SLOTS * SLOT,
        rows=[] if as_of is None else _rows(kept, as_of, now),
        incidents=list(_incidents()),
        machine=next(reversed(machine_since(now - timedelta(hours=1))), None),
        queues=list(_queues()),
        endings=list(_endings()),
        rules=rules or HealthRules(),
        is_sandbox=settings().mode is Mode.SANDBOX,
    )


def _rows(kept: Sequence[Spell], as_of: datetime, now: datetime) -> list[HealthRow]:
    by_service: dict[str, list[Spell]] = {}
    for spell in kept:
        if spell.since <= now:
            by_service.setdefault(spell.service, []).append(spell)
    begun, breakers, waiting = first_spells(), _breakers(), waiting_writes()
    found = []
    for service, its in by_service.items():
        last = its[-1]
        if last.until < as_of - MISSED_SLOTS * SLOT:
            continue  # it is no longer connected
        day = [
            one for one in its if one.standing is HealthStanding.UP and one.since >= now - timedelta(days=1)
        ]
        slots = sum((one.until - one.since) // SLOT for one in day)
        found.append(
            HealthRow(
                service=service,
                last=last,
                since=down_since(its, last) if last.standing is HealthStanding.DOWN else None,
                uptimes={
                    window: uptime(its, now - timedelta(days=days), now, begun.get(service))
                    for window, days in WINDOWS.items()
                },
                seconds=sum(one.seconds for one in day) / slots if slots and _is_asked(service) else None,
                slowest=max((one.slowest for one in day), default=None) if _is_asked(service) else None,
                breaker=breakers.get(service, ""),
                waiting=waiting.get(service, 0),
            )
        )
    return sorted(found, key=_place)


def _is_asked(service: str) -> bool:
    """Whether its answers take time."""
    return not service.startswith(WATCHER) and service not in (EMPLOYEE, *LAST)


def _place(row: HealthRow) -> tuple[int, str]:
    """The whole first, then services, the machine, the watchers."""
    if row.service in FIRST:
        return FIRST.index(row.service), ""
    rank = 5 if row.service.startswith(WATCHER) else 4 if row.service in LAST else 3
    return rank, row.service


def _breakers() -> dict[str, str]:
    return {
        row["service"]: row["state"]
        for row in look("SELECT service, state FROM breakers WHERE state <> 'closed'")
    }


def _incidents() -> Iterator[Incident]:
    columns = "service, since, over_at, is_settled, turns, reason"
    for row in look(f"SELECT {columns} FROM incidents ORDER BY since"):  # noqa: S608 (our own words)
        since = as_time(row["since"])
        if since is not None:
            yield Incident(
                row["service"],
                since,
                as_time(row["over_at"]),
                bool(row["is_settled"]),
                row["turns"],
                row["reason"],
            )


def machine_since(since: datetime) -> list[Machine]:
    """The machine at each heartbeat since a moment, the oldest first."""
    rows = look(
        "SELECT slot, cpu_percent, memory_percent, disk_free_bytes FROM heartbeats "  # noqa: S608 (our own time)
        f"WHERE slot >= '{time_literal(since)}' ORDER BY slot"
    )
    return [
        Machine(at, row["cpu_percent"], row["memory_percent"], row["disk_free_bytes"] / 1e9)
        for row in rows
        if (at := as_time(row["slot"]))
    ]


def _queues() -> Iterator[Queue]:
    requests = waiting_requests()
    yield Queue("Approvals", len(requests), min((one.created_at for one in requests), default=None))
    letters = look(
        "SELECT COUNT(*) AS n, MIN(first_buried_at) AS oldest FROM dead_letters WHERE state <> 'resolved'"
    )
    yield Queue("Dead letters", *((letters[0]["n"], as_time(letters[0]["oldest"])) if letters else (0, None)))
    lasting = {one.service: one.since for one in _incidents() if one.over_at is None}
    for service, count in waiting_writes().items():
        yield Queue(f"Outbox of {service}", count, lasting.get(service))


def _endings() -> Iterator[Ending]:
    for row in look("SELECT endings FROM connections WHERE is_connected ORDER BY account"):
        for what, ends in as_json(row["endings"]):
            yield Ending(what, date.fromisoformat(ends))
