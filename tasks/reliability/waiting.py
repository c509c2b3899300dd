"""What waits, for the commands that have to answer at once: requests for a person, writes for a service."""

from blocks.ledger_look import as_json, as_time, look
from domain.approvals.request import ApprovalRequest
from domain.reliability.look import Found, Look

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
        Look(**row | {"looked_at": as_time(row["looked_at"]), "found": row["found"] and Found(row["found"])})
        for row in rows
    ]


def _requests(where: str) -> list[ApprovalRequest]:
    rows = look(f"SELECT {COLUMNS} FROM approval_requests {where} {ORDER}")  # noqa: S608 (our own words)
    return [
        ApprovalRequest.model_validate(
            row | {name: as_time(row[name]) for name in TIMES} | {name: as_json(row[name]) for name in VALUES}
        )
        for row in rows
    ]
