from datetime import timedelta
from pathlib import Path

import pytest

from tasks.audit.log import AuditLog, AuditUnavailableError
from tasks.audit.retain import AuditUnprovenError, retain
from tasks.audit.verify import VerificationState, verify_audit_log
from tests.audit_records import NOW, event, fill, verified

LATER = NOW + timedelta(days=100)


def test_retention_drops_old_days_and_says_so(log: AuditLog) -> None:
    fill(log)
    assert retain(log, LATER, days=99) == ["audit_2026-11-20.jsonl"]
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.first, found.last) == (VerificationState.FRONT_TRUNCATED, 3, 7)


def test_retention_again_and_again_stays_provable(log: AuditLog) -> None:
    fill(log)
    for days in (99, 98, 1):
        retain(log, LATER, days=days)
        log.append(event(), LATER)
        assert verified(log) is VerificationState.FRONT_TRUNCATED
    assert [path.name for path in log.files()] == ["audit_2027-02-28.jsonl"]


def test_nothing_older_changes_nothing(log: AuditLog) -> None:
    fill(log)
    before = [path.read_bytes() for path in log.files()]
    assert retain(log, NOW, days=90) == []
    assert [path.read_bytes() for path in log.files()] == before


def test_private_content_goes_with_its_day(log: AuditLog) -> None:
    log.append(event(private={"subject": "old"}), NOW)
    log.append(event(private={"subject": "new"}), LATER)
    retain(log, LATER)
    assert [path.name for path in log.private.iterdir()] == ["audit_2027-02-28.jsonl"]


def test_a_crash_while_dropping_leaves_a_provable_log(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(log)
    unlink = Path.unlink

    def fails_at_the_second(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "audit_2026-11-21.jsonl" and path.parent == log.folder:
            raise OSError(5, "Input/output error")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", fails_at_the_second)
        with pytest.raises(AuditUnavailableError):
            retain(log, LATER, days=98)
    assert verified(log) is VerificationState.FRONT_TRUNCATED
    assert retain(log, LATER, days=98) == ["audit_2026-11-21.jsonl"]
    assert verified(log) is VerificationState.FRONT_TRUNCATED


def test_days_removed_without_retention_are_found(log: AuditLog) -> None:
    fill(log)
    log.files()[0].unlink()
    assert verified(log) is VerificationState.BROKEN


def test_a_day_more_than_retention_says_is_found(log: AuditLog) -> None:
    fill(log)
    retain(log, LATER, days=99)
    log.files()[0].unlink()
    assert verified(log) is VerificationState.BROKEN


def test_retention_leaves_a_harmed_log_alone(log: AuditLog) -> None:
    fill(log)
    log.files()[1].write_bytes(log.files()[1].read_bytes().replace(b"file-2", b"file-9"))
    with pytest.raises(AuditUnprovenError, match="broken"):
        retain(log, LATER, days=1)
    assert len(log.files()) == 3
