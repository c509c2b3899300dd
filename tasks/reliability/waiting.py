"""What waits and how everything is, for the commands that have to answer at once, without SQLAlchemy."""

from datetime import UTC, datetime
from typing import Any

from blocks.ledger_look import as_json, as_time, look
from domain.approvals.request import ApprovalRequest
from domain.health.spell import HealthStanding, Spell
from domain.reliability.look import Look, LookResult

TIMES = tuple(
    f"{what}_at"
    for what in ("created", "expires", "remind", "escalate", "decided", "finished", "reminded", "escalated")
)
VALUES = ("asked", "inputs", "reasons")
COLUMNS = ", ".join(ApprovalRequest.model_fields)
ORDER = "ORDER BY created_at, id"


def waiting_requests() -> list[ApprovalRequest]:
    """Requests that wait for a person, oldest first."""
    return _requests("WHERE state = 'pending'")


def all_requests() -> list[ApprovalRequest]:
    """All requests ever, newest last."""
    return _requests("")


def waiting_writes() -> dict[str, int]:
    """How many writes wait, by service."""
    rows = look("SELECT service, COUNT(*) AS waiting FROM parcels GROUP BY service ORDER BY service")
    return {row["service"]: row["waiting"] for row in rows}


def last_looks() -> list[Look]:
    """The last look at each channel."""
    rows = look("SELECT channel, every_seconds, looked_at, found, problem FROM looks ORDER BY channel")
    return [
        Look(
            **row
            | {"looked_at": as_time(row["looked_at"]), "found": row["found"] and LookResult(row["found"])}
        )
        for row in rows
    ]


def spells(since: datetime) -> list[Spell]:
    """How the services were since a moment, by service and time; spells that begin before it are whole."""
    return [spell_of(row) for row in spell_rows(since)]


def spell_rows(since: datetime) -> list[dict[str, Any]]:
    """The same as it is on record: nobody has looked yet whether it can be right."""
    rows = look(
        "SELECT service, since, until, standing, said, seconds, slowest FROM spells "  # noqa: S608 (our own time)
        f"WHERE until > '{time_literal(since)}' ORDER BY service, since"
    )
    return [_timed(row, "since", "until") for row in rows]


def spell_of(row: dict[str, Any]) -> Spell:
    """A spell as it is on record."""
    return Spell(**row | {"standing": HealthStanding(row["standing"])})


def first_spells() -> dict[str, datetime]:
    """Since when there is something on record of each service."""
    rows = look("SELECT service, MIN(since) AS since FROM spells GROUP BY service")
    return {row["service"]: moment for row in rows if (moment := as_time(row["since"]))}


def _timed(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return row | {name: as_time(row[name]) for name in names}


def time_literal(moment: datetime) -> str:
    """A time in SQL: SQLite compares it as text with what it keeps, in UTC, PostgreSQL as a time."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}+00:00"


def _requests(where: str) -> list[ApprovalRequest]:
    rows = look(f"SELECT {COLUMNS} FROM approval_requests {where} {ORDER}")  # noqa: S608 (our own words)
    return [
        ApprovalRequest.model_validate(
            row | {name: as_time(row[name]) for name in TIMES} | {name: as_json(row[name]) for name in VALUES}
        )
        for row in rows
    ]
