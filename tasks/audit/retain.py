"""Retention: whole days older than the limit are dropped, and the chain says so first."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import AuditLog
from tasks.audit.verify import verify_audit_log

DAYS = 90


class _Range:
    def __init__(self, files: list[Path]) -> None:
        import json

        lines = [line for path in files for line in path.read_bytes().splitlines()]
        first, last = json.loads(lines[0]), json.loads(lines[-1])
        self.details = {
            "files": [path.name for path in files],
            "rows": len(lines),
            "first": first["sequence"],
            "last": last["sequence"],
            "head": last["hash"],
        }


def retain(log: AuditLog, now: datetime, days: int = DAYS) -> list[str]:
    """Drop what is older than `days`; the newest file always stays.

    The event with the dropped range is written before anything is removed: a crash between the two leaves
    too much, never too little. A log that does not verify is left alone, since it is evidence.

    Returns:
        The names of the dropped files.
    """
    oldest = now.astimezone(UTC).date() - timedelta(days=days)
    doomed = [
        path for path in log.files()[:-1] if date.fromisoformat(path.stem.removeprefix("audit_")) < oldest
    ]
    if not doomed or not verify_audit_log(log.folder.parent, log.keys).is_sound:
        return []
    details = _Range(doomed).details
    log.append(
        AuditEvent(action="audit.retention", status=AuditStatus.SUCCESS, actor="audit", details=details), now
    )
    for path in doomed:
        private = log.folder / "private" / f"{path.stem.removeprefix('audit_')}.jsonl"
        private.unlink(missing_ok=True)
        path.unlink()
    return [path.name for path in doomed]
