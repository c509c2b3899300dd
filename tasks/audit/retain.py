"""Retention: whole days older than the limit are dropped, and the chain says so first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.audit.chain import before, link_of
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import RejectedError
from tasks.audit.lines import tail
from tasks.audit.log import RETENTION, AuditLog
from tasks.audit.verify import Verification, verify_audit_log

DAYS = 90


class AuditUnprovenError(RejectedError):
    """A log that does not verify is evidence: nothing of it is dropped."""

    def __init__(self, found: Verification) -> None:
        super().__init__(
            f"the audit log is {found.state.value}, and nothing of it is dropped; look at `fte audit verify`"
        )


def retain(log: AuditLog, now: datetime, days: int = DAYS) -> list[str]:
    """Drop what is older than `days`; the newest file always stays.

    The event with the dropped range is written before anything is removed, and the oldest goes first: a crash
    leaves too much, never too little, and the chain whole.

    Returns:
        The names of the dropped files.

    Raises:
        AuditUnprovenError: the log does not verify.
    """
    oldest = f"audit_{now.astimezone(UTC).date() - timedelta(days=days)}.jsonl"
    with log.locked():
        doomed = [path for path in log.files()[:-1] if path.name < oldest]
        if doomed:
            found = verify_audit_log(log.folder.parent, log.keys)
            if not found.is_sound:
                raise AuditUnprovenError(found)
            log.append(_dropping(doomed), now)
        for path in doomed:
            (log.private / path.name).unlink(missing_ok=True)
            path.unlink()
    return [path.name for path in doomed]


def _dropping(doomed: list[Path]) -> AuditEvent:
    with doomed[0].open("rb") as file:
        follows = before(file.readline())
    last = link_of(tail(doomed[-1])[0])
    details = {
        "files": [path.name for path in doomed],
        "first": follows.sequence + 1,
        "last": last.sequence,
        "head": last.hash,
    }
    return AuditEvent(action=RETENTION, status=AuditStatus.SUCCESS, actor="audit", details=details)
