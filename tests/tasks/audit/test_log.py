import json
import multiprocessing
import os
import signal
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import AuditLog, AuditUnavailableError
from tasks.audit.retain import AuditUnprovenError, retain
from tasks.audit.search import ExportFormat, Query, export_audit_data, generate_audit_report, search_audit_log
from tasks.audit.verify import VerificationState, verify_audit_log

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "Vault", tmp_path / "state" / "keys")


def event(action: str = "odoo.record_bill", **changes: object) -> AuditEvent:
    return AuditEvent.model_validate({"action": action, "status": AuditStatus.SUCCESS} | changes)


def fill(log: AuditLog, count: int = 6, days: int = 3) -> None:
    for number in range(count):
        log.append(event(resource=f"file-{number}"), NOW + timedelta(days=number * days // count))


def verified(log: AuditLog) -> VerificationState:
    return verify_audit_log(log.folder.parent, log.keys).state


def test_an_empty_log_is_intact(log: AuditLog) -> None:
    assert verified(log) is VerificationState.INTACT


def test_a_record_has_the_given_format_and_its_place(log: AuditLog) -> None:
    log.append(event(details={"total": "8.40"}, approved_by="Owner", approver_channel="ui"), NOW)
    record = json.loads((log.folder / "audit_2026-11-20.jsonl").read_text())
    for name in (
        "timestamp",
        "action",
        "actor",
        "domain",
        "resource",
        "status",
        "details",
        "approval_required",
    ):
        assert name in record
    assert (record["timestamp"], record["sequence"]) == ("2026-11-20T12:00:00.000Z", 1)
    assert stat.S_IMODE((log.folder / "audit_2026-11-20.jsonl").stat().st_mode) == 0o600


def test_the_chain_goes_on_over_midnight(log: AuditLog) -> None:
    fill(log)
    assert len(log.files()) == 3
    assert verified(log) is VerificationState.INTACT


def test_a_clock_set_back_goes_on_in_the_latest_file(log: AuditLog) -> None:
    log.append(event(), NOW)
    log.append(event(), NOW - timedelta(days=3))
    assert [path.name for path in log.files()] == ["audit_2026-11-20.jsonl"]
    assert verified(log) is VerificationState.INTACT


def test_private_content_stays_out_of_the_chain_and_can_be_erased(log: AuditLog) -> None:
    event_id = log.append(event(private={"subject": "a very private subject"}), NOW)
    assert "very private" not in log.files()[0].read_text()
    assert log.erase_private(event_id, NOW)
    assert "very private" not in "".join(path.read_text() for path in log.folder.rglob("*.jsonl"))
    assert verified(log) is VerificationState.INTACT


def change_line(path: Path) -> None:
    path.write_text(path.read_text().replace("file-2", "file-9"))


def remove_line(path: Path) -> None:
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


def swap_lines(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[1], lines[0], *lines[2:]]))


@pytest.mark.parametrize("harm", [change_line, remove_line, swap_lines, Path.unlink])
def test_a_change_in_the_middle_is_found(log: AuditLog, harm: Callable[[Path], None]) -> None:
    fill(log)
    harm(log.files()[1])
    assert verified(log) is VerificationState.BROKEN


def test_a_cut_tail_is_found(log: AuditLog) -> None:
    fill(log)
    path = log.files()[-1]
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert verified(log) is VerificationState.TAIL_TRUNCATED


def test_a_log_written_anew_without_the_key_is_forged(log: AuditLog, tmp_path: Path) -> None:
    fill(log)
    other = AuditLog(tmp_path / "Other", tmp_path / "other-state" / "keys")
    for number in range(6):
        other.append(event(resource=f"forged-{number}"), NOW)
    for path in log.files():
        path.unlink()
    other.files()[0].rename(log.folder / "audit_2026-11-20.jsonl")
    assert verified(log) is VerificationState.FORGED


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_found(log: AuditLog, data: st.DataObject) -> None:
    if not log.files():
        fill(log, count=3, days=1)
    path = log.files()[0]
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    found = verified(log)
    path.write_bytes(whole)
    assert found is not VerificationState.INTACT


def test_a_torn_line_is_set_aside_and_the_chain_goes_on(log: AuditLog) -> None:
    fill(log, count=2, days=1)
    with log.files()[0].open("ab") as file:
        file.write(b'{"timestamp": "2026-')
    log.append(event(), NOW)
    assert [row["action"] for row in search_audit_log(log.folder.parent, Query(text="torn"))] == [
        "audit.torn_tail"
    ]
    assert verified(log) is VerificationState.INTACT


def test_a_full_disk_leaves_no_half_line(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(log, count=2, days=1)
    before = log.files()[0].read_bytes()
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        write(descriptor, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(AuditUnavailableError, match="free disk space"):
        log.append(event(), NOW)
    monkeypatch.undo()
    assert log.files()[0].read_bytes() == before


def append_many(vault: Path, keys: Path, count: int) -> None:
    for _ in range(count):
        AuditLog(vault, keys).append(event(), NOW)


def test_four_processes_write_one_chain(log: AuditLog) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(log.folder.parent, log.keys, 10)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.rows) == (VerificationState.INTACT, 40)


def test_a_killed_writer_leaves_a_chain_that_goes_on(log: AuditLog) -> None:
    writer = multiprocessing.get_context("spawn").Process(
        target=append_many, args=(log.folder.parent, log.keys, 100_000)
    )
    writer.start()
    while not log.files() or log.files()[0].stat().st_size < 5_000:
        assert writer.is_alive()
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join(30)
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT


def test_retention_drops_old_days_and_says_so(log: AuditLog) -> None:
    fill(log)
    dropped = retain(log, NOW + timedelta(days=100), days=99)
    assert dropped == ["audit_2026-11-20.jsonl"]
    assert verified(log) is VerificationState.FRONT_TRUNCATED


def test_days_removed_without_retention_are_found(log: AuditLog) -> None:
    fill(log)
    log.files()[0].unlink()
    assert verified(log) is VerificationState.BROKEN


def test_retention_leaves_a_harmed_log_alone(log: AuditLog) -> None:
    fill(log)
    change_line(log.files()[1])
    with pytest.raises(AuditUnprovenError, match="broken"):
        retain(log, NOW + timedelta(days=100), days=1)
    assert len(log.files()) == 3


def test_search_binds_its_text(log: AuditLog) -> None:
    log.append(event(resource="file-1"), NOW)
    assert search_audit_log(log.folder.parent, Query(text="' OR 1=1 --")) == []
    assert [row["resource"] for row in search_audit_log(log.folder.parent, Query(text="FILE-1"))] == [
        "file-1"
    ]


def test_the_report_names_approvers_and_failures(log: AuditLog) -> None:
    log.append(event(resource="file-1", approved_by="Owner", approver_channel="vault"), NOW)
    log.append(event(resource="file-2", status=AuditStatus.UNKNOWN, error="the answer was lost"), NOW)
    text = generate_audit_report(log.folder.parent, Query())
    assert "| Owner | vault |" in text
    assert "the answer was lost" in text


@pytest.mark.parametrize("export", list(ExportFormat))
def test_every_record_is_exported(log: AuditLog, tmp_path: Path, export: ExportFormat) -> None:
    fill(log)
    target = tmp_path / f"audit.{export.value}"
    assert export_audit_data(log.folder.parent, Query(), export, target) == 6
    assert target.stat().st_size > 100
