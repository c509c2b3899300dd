import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from domain.audit.chain import START, chained, link_of
from tasks.audit.log import AuditLog
from tasks.audit.seal import seal_path
from tasks.audit.verify import SOUND, VerificationState, verify_audit_log
from tests.audit_records import NOW, event, fill, verified

places = st.integers(0, 10**6)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[AuditLog, list[bytes]]:
    """A log of one day, whose file each example writes anew, and its lines."""
    root = tmp_path_factory.mktemp("whole")
    log = AuditLog(root / "Vault", root / "state" / "keys")
    fill(log, count=6, days=1)
    return log, log.files()[0].read_bytes().splitlines(keepends=True)


def state_with(log: AuditLog, lines: list[bytes]) -> VerificationState:
    log.files()[0].write_bytes(b"".join(lines))
    return verified(log)


def test_an_empty_log_is_intact(log: AuditLog) -> None:
    assert verified(log) is VerificationState.INTACT


@examples(max_examples=200, deadline=None)
@given(place=places, flip=st.integers(1, 255))
def test_any_changed_byte_is_found(whole: tuple[AuditLog, list[bytes]], place: int, flip: int) -> None:
    log, lines = whole
    content = bytearray(b"".join(lines))
    content[place % len(content)] ^= flip
    assert state_with(log, [bytes(content)]) not in SOUND


@examples(max_examples=50, deadline=None)
@given(place=places)
def test_any_removed_line_is_found(whole: tuple[AuditLog, list[bytes]], place: int) -> None:
    log, lines = whole
    place %= len(lines)
    assert state_with(log, lines[:place] + lines[place + 1 :]) not in SOUND


@examples(max_examples=50, deadline=None)
@given(one=st.integers(0, 5), other=st.integers(0, 5))
def test_any_swapped_lines_are_found(whole: tuple[AuditLog, list[bytes]], one: int, other: int) -> None:
    log, lines = whole
    swapped = list(lines)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert (state_with(log, swapped) in SOUND) == (one == other)


@examples(max_examples=100, deadline=None)
@given(place=st.integers(0, 6), again=st.integers(0, 5), text=st.binary(max_size=40))
def test_any_inserted_line_is_found(
    whole: tuple[AuditLog, list[bytes]], place: int, again: int, text: bytes
) -> None:
    log, lines = whole
    forged = chained({"action": "x"}, link_of(lines[place - 1]) if place else START, b"not the key")
    for line in (text + b"\n", lines[again], forged):
        assert state_with(log, [*lines[:place], line, *lines[place:]]) not in SOUND


@examples(max_examples=100, deadline=None)
@given(place=places)
def test_any_cut_tail_is_found(whole: tuple[AuditLog, list[bytes]], place: int) -> None:
    log, lines = whole
    content = b"".join(lines)
    assert state_with(log, [content[: place % len(content)]]) is VerificationState.TAIL_TRUNCATED


@examples(max_examples=50, deadline=None)
@given(kept=st.integers(0, 5), count=st.integers(1, 8))
def test_any_rewriting_without_the_key_is_forged(
    whole: tuple[AuditLog, list[bytes]], kept: int, count: int
) -> None:
    log, lines = whole
    head = link_of(lines[kept - 1]) if kept else START
    forged = []
    for number in range(count):
        forged.append(chained({"action": f"forged {number}"}, head, b"not the key"))
        head = link_of(forged[-1])
    assert state_with(log, lines[:kept] + forged) is VerificationState.FORGED


def change_line(path: Path) -> None:
    path.write_text(path.read_text().replace("file-2", "file-9"))


def add_blank_line(path: Path) -> None:
    path.write_text(path.read_text() + "\n")


def change_line_ends(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def cut_last_line_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


@pytest.mark.parametrize(
    "harm", [change_line, add_blank_line, change_line_ends, cut_last_line_short, Path.unlink]
)
def test_a_change_in_the_middle_names_file_and_line(log: AuditLog, harm: Callable[[Path], None]) -> None:
    fill(log)
    harm(log.files()[1])
    found = verify_audit_log(log.folder.parent, log.keys)
    assert found.state is VerificationState.BROKEN
    assert found.file in {"audit_2026-11-21.jsonl", "audit_2026-11-22.jsonl"}
    assert found.line


def test_a_cut_tail_stays_found_when_the_log_goes_on(log: AuditLog) -> None:
    fill(log, days=1)
    path = log.files()[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    log.append(event(), NOW)
    assert verified(log) is VerificationState.BROKEN


def test_a_rewriting_stays_found_when_the_log_goes_on(log: AuditLog) -> None:
    fill(log, days=1)
    log.files()[0].write_bytes(chained({"action": "forged"}, START, b"not the key"))
    log.append(event(), NOW)
    assert verified(log) is VerificationState.BROKEN


def test_a_log_that_is_gone_stays_found_when_it_goes_on(log: AuditLog) -> None:
    fill(log, days=1)
    log.files()[0].unlink()
    assert verified(log) is VerificationState.TAIL_TRUNCATED
    log.append(event(), NOW)
    assert verified(log) is VerificationState.BROKEN


def test_a_log_with_another_key_is_forged(log: AuditLog) -> None:
    fill(log)
    (log.keys / "audit.key").write_bytes(os.urandom(32))
    assert verify_audit_log(log.folder.parent, log.keys).state is VerificationState.FORGED


def test_a_seal_made_without_the_key_is_forged(log: AuditLog) -> None:
    fill(log, days=1)
    path, lines = log.files()[0], log.files()[0].read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    head = link_of(lines[-2])
    seal_path(log.keys).write_text(f"{head.sequence:020d} {head.hash} {'0' * 64}\n")
    assert verified(log) is VerificationState.FORGED


def test_a_missing_seal_is_found_and_recorded(log: AuditLog) -> None:
    fill(log, days=1)
    seal_path(log.keys).unlink()
    assert verified(log) is VerificationState.FORGED
    log.append(event(), NOW)
    assert '"action":"audit.seal_missing"' in log.files()[0].read_text()


def test_an_older_seal_after_a_power_cut_is_no_forgery(log: AuditLog) -> None:
    fill(log, count=2, days=1)
    older = seal_path(log.keys).read_bytes()
    fill(log, count=3, days=1)
    seal_path(log.keys).write_bytes(older)
    assert verified(log) is VerificationState.INTACT
    log.append(event(), NOW)
    assert verified(log) is VerificationState.INTACT


def test_a_crash_before_the_first_seal_is_no_forgery(log: AuditLog) -> None:
    log.append(event(), NOW)
    seal_path(log.keys).unlink()
    assert verified(log) is VerificationState.INTACT
