import json
import multiprocessing
import os
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.audit import lines
from tasks.audit.log import AuditLog, AuditUnavailableError
from tasks.audit.seal import seal_path
from tasks.audit.verify import VerificationState, verify_audit_log
from tests.audit_records import NOW, event, fill, verified


def actions(log: AuditLog) -> list[str]:
    return [json.loads(line)["action"] for path in log.files() for line in path.read_bytes().splitlines()]


def test_a_record_has_the_given_format_and_its_place(log: AuditLog) -> None:
    log.append(event(details={"total": "8.40"}, approved_by="Owner", approver_channel="ui"), NOW)
    path = log.folder / "audit_2026-11-20.jsonl"
    record = json.loads(path.read_bytes())
    given = ["timestamp", "action", "actor", "domain", "resource", "status", "details", "error"]
    given += ["approval_required", "approved_by"]
    assert [name for name in given if name not in record] == []
    assert (record["timestamp"], record["sequence"]) == ("2026-11-20T12:00:00.000Z", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_text_of_a_record_is_redacted(log: AuditLog) -> None:
    secret = "Bearer abcdef1234567890"
    log.append(event(resource=secret, error=secret, approved_by=secret, private={"body": secret}), NOW)
    assert "abcdef1234567890" not in "".join(path.read_text() for path in log.folder.rglob("*.jsonl"))


def test_too_long_a_record_says_what_it_leaves_out(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.audit.log.LONGEST_LINE_BYTES", 2_000)
    log.append(event(details={"items": ["long"] * 500}), NOW)
    assert json.loads(log.files()[0].read_bytes())["details"]["left_out_bytes"] > 2_000
    assert verified(log) is VerificationState.INTACT


def test_the_chain_goes_on_over_midnight(log: AuditLog) -> None:
    fill(log)
    assert len(log.files()) == 3
    assert verified(log) is VerificationState.INTACT


def test_a_clock_set_back_goes_on_in_the_latest_file(log: AuditLog) -> None:
    log.append(event(), NOW)
    log.append(event(private={"subject": "late"}), NOW - timedelta(days=3))
    assert [path.name for path in log.files()] == ["audit_2026-11-20.jsonl"]
    assert [path.name for path in log.private.iterdir()] == ["audit_2026-11-20.jsonl"]
    assert verified(log) is VerificationState.INTACT


def test_private_content_stays_out_of_the_chain_and_can_be_erased(log: AuditLog) -> None:
    other = log.append(event(private={"subject": "another"}), NOW)
    event_id = log.append(event(private={"subject": "a very private subject"}), NOW)
    assert "very private" not in log.files()[0].read_text()
    assert log.erase_private(event_id, NOW)
    kept = "".join(path.read_text() for path in log.folder.rglob("*.jsonl"))
    assert "very private" not in kept
    assert "another" in kept
    assert actions(log)[-1] == "audit.private_erased"
    assert verified(log) is VerificationState.INTACT
    assert not log.erase_private(event_id, NOW)
    assert log.erase_private(other, NOW)


def test_a_torn_private_line_does_not_harm_the_next(log: AuditLog) -> None:
    log.append(event(private={"subject": "first"}), NOW)
    with (log.private / "audit_2026-11-20.jsonl").open("ab") as file:
        file.write(b'{"event_id":"0')
    event_id = log.append(event(private={"subject": "second"}), NOW)
    assert log.erase_private(event_id, NOW)


@pytest.mark.parametrize("days_later", [0, 1])
def test_a_torn_line_is_taken_out_and_the_chain_goes_on(log: AuditLog, days_later: int) -> None:
    fill(log, count=2, days=1)
    with log.files()[0].open("ab") as file:
        file.write(b'{"timestamp":"2026-')
    assert verified(log) is VerificationState.INTACT
    log.append(event(), NOW + timedelta(days=days_later))
    assert actions(log)[-2:] == ["audit.torn_tail", "odoo.record_bill"]
    assert verified(log) is VerificationState.INTACT


def test_a_torn_first_line_is_taken_out(log: AuditLog) -> None:
    log.folder.mkdir(parents=True)
    first = log.folder / "audit_2026-11-20.jsonl"
    first.write_bytes(b'{"timest')
    first.chmod(0o600)
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT


@pytest.mark.parametrize("length", [lines.TAIL_BYTES - 1, lines.TAIL_BYTES, 3 * lines.TAIL_BYTES])
def test_the_last_line_is_found_however_long_it_is(tmp_path: Path, length: int) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"first\n" + b"x" * length + b"\ntorn")
    assert lines.tail(path) == (b"x" * length + b"\n", b"torn")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The kernel writes up to this size and refuses the rest, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_half_line(log: AuditLog) -> None:
    fill(log, count=2, days=1)
    before = log.files()[0].read_bytes()
    with largest_file(len(before) + 100), pytest.raises(AuditUnavailableError, match="free disk space"):
        log.append(event(), NOW)
    assert log.files()[0].read_bytes() == before
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT


def test_a_disk_that_does_not_sync_leaves_no_line(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(log, count=2, days=1)
    before = log.files()[0].read_bytes()

    def fails(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fails)
        with pytest.raises(AuditUnavailableError, match="Input/output error"):
            log.append(event(), NOW)
    assert log.files()[0].read_bytes() == before


def test_an_unwritable_seal_is_said_and_the_chain_goes_on(log: AuditLog) -> None:
    fill(log, count=2, days=1)
    kept = seal_path(log.keys).read_bytes()
    seal_path(log.keys).unlink()
    seal_path(log.keys).mkdir()
    with pytest.raises(AuditUnavailableError):
        log.append(event(), NOW)
    seal_path(log.keys).rmdir()
    seal_path(log.keys).write_bytes(kept)
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT


@pytest.mark.parametrize("day", ["2026-11-20", "9999-12-31"])
def test_a_link_among_the_days_gives_away_and_destroys_no_key(log: AuditLog, day: str) -> None:
    secret = log.keys / "approvals.key"
    log.keys.mkdir(parents=True, exist_ok=True)
    secret.write_text("the key")
    for folder in (log.folder, log.private):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"audit_{day}.jsonl").symlink_to(secret)
    log.append(event(private={"subject": "x"}), NOW)
    assert secret.read_text() == "the key"
    assert "the key" not in "".join(path.read_text() for path in log.files())
    found = verify_audit_log(log.folder.parent, log.keys)
    if (
        found.state is not VerificationState.INTACT
    ):  # the link of a day that was not written to is still there
        assert (found.file, found.why) == (
            f"private/audit_{day}.jsonl",
            "no record names this file; look at it and remove it",
        )
        (log.private / f"audit_{day}.jsonl").unlink()
    assert verified(log) is VerificationState.INTACT


def test_a_pipe_in_a_days_place_is_not_waited_for(log: AuditLog) -> None:
    log.folder.mkdir(parents=True)
    os.mkfifo(log.folder / "audit_2026-11-20.jsonl")
    log.append(event(), NOW)
    assert actions(log)[0] == "audit.unknown_file_set_aside"
    assert verified(log) is VerificationState.INTACT


def append_many(vault: Path, keys: Path, count: int) -> None:
    for _ in range(count):
        AuditLog(vault, keys).append(event(private={"subject": "x" * 5_000}), NOW)


def test_four_processes_write_one_chain(log: AuditLog) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(log.folder.parent, log.keys, 10)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.rows) == (VerificationState.INTACT, 40)


def test_an_empty_seal_is_that_of_a_killed_first_writer_and_of_nobody_else(log: AuditLog) -> None:
    log.append(event(), NOW)
    os.truncate(seal_path(log.keys), 0)
    assert verified(log) is VerificationState.INTACT
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT
    os.truncate(seal_path(log.keys), 0)
    assert verified(log) is VerificationState.FORGED


def test_a_killed_writer_leaves_a_chain_that_goes_on(log: AuditLog) -> None:
    context = multiprocessing.get_context("spawn")
    for size in (1, 20_000):
        writer = context.Process(target=append_many, args=(log.folder.parent, log.keys, 100_000))
        writer.start()
        while not log.files() or log.files()[0].stat().st_size < size:
            assert writer.is_alive()
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join(30)
        assert verified(log) is VerificationState.INTACT
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT
