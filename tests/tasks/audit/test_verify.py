import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from domain.audit.chain import START, chained, link_of
from tasks.audit.log import AuditLog
from tasks.audit.retain import retain
from tasks.audit.seal import seal_path
from tasks.audit.verify import SOUND, Remembered, VerificationState, WrongPlaceError, verify_audit_log
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


def with_private(log: AuditLog) -> list[str]:
    """Three days with private content; the events."""
    return [
        log.append(event(private={"sender": f"Vendor {number}"}), NOW + timedelta(days=number))
        for number in range(3)
    ]


def private_lines(log: AuditLog, day: int) -> Path:
    return sorted(log.private.glob("audit_*.jsonl"))[day]


@pytest.mark.parametrize("day", range(3))
def test_changed_private_content_is_found_with_its_record(log: AuditLog, day: int) -> None:
    with_private(log)
    assert verified(log) is VerificationState.INTACT
    path = private_lines(log, day)
    path.write_bytes(path.read_bytes().replace(b"Vendor", b"Vendee"))
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.file, found.line) == (VerificationState.PRIVATE_CHANGED, path.name, 1)
    assert "was changed" in str(found.why)


@pytest.mark.parametrize("how", ["file", "line"])
def test_removed_private_content_is_found(log: AuditLog, how: str) -> None:
    with_private(log)
    path = private_lines(log, 1)
    path.unlink() if how == "file" else path.write_bytes(b"")
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.file) == (VerificationState.PRIVATE_CHANGED, path.name)
    assert "is missing" in str(found.why)


def test_private_content_that_was_put_beside_the_true_one_is_found(log: AuditLog) -> None:
    with_private(log)
    path = private_lines(log, 0)
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b"Vendor", b"Vendee"))
    assert verified(log) is VerificationState.PRIVATE_CHANGED


def test_an_erasure_and_a_write_that_a_crash_cut_short_are_no_change(log: AuditLog) -> None:
    events = with_private(log)
    with private_lines(log, 2).open("ab") as file:
        file.write(b'{"event_id":"half')
    assert verified(log) is VerificationState.INTACT
    assert log.erase_private(events[1], NOW + timedelta(days=3))
    assert b"half" not in private_lines(log, 2).read_bytes()
    assert verified(log) is VerificationState.INTACT
    path = private_lines(log, 0)
    path.write_bytes(b"")
    assert verified(log) is VerificationState.PRIVATE_CHANGED


UNRECORDED = b'{"event_id":"%s","salt":"00","content":{"sender":"Nobody"}}\n' % (b"a" * 32)


@pytest.mark.parametrize("days_later", [2, 5])
def test_content_that_a_crash_kept_from_its_record_is_taken_out_and_said(
    log: AuditLog, days_later: int
) -> None:
    with_private(log)
    with private_lines(log, 2).open("ab") as file:
        file.write(UNRECORDED)
    assert verified(log) is VerificationState.INTACT
    log.append(event(private={"sender": "Next"}), NOW + timedelta(days=days_later))
    assert verified(log) is VerificationState.INTACT
    assert "Nobody" not in "".join(path.read_text() for path in log.private.iterdir())
    assert '"action":"audit.private_unrecorded"' in log.files()[-1].read_text()


@pytest.mark.parametrize("line", [b"anything at all\n", UNRECORDED + b"{}\n"])
@pytest.mark.parametrize("day", [0, 2])
def test_a_line_that_no_record_names_is_found_and_stays_found(log: AuditLog, day: int, line: bytes) -> None:
    with_private(log)
    with private_lines(log, day).open("ab") as file:
        file.write(line)
    for _ in range(2):
        found = verify_audit_log(log.folder.parent, log.keys)
        assert (found.state, found.file, found.line, found.why) == (
            VerificationState.PRIVATE_CHANGED,
            f"private/{private_lines(log, day).name}",
            2,
            "no record names this line",
        )
        log.append(event(), NOW + timedelta(days=2))


@pytest.mark.parametrize(
    "name", ["audit_2026-11-20.jsonl~", ".audit_2026-11-20.jsonl.new", "audit_1999-01-01.jsonl"]
)
def test_a_file_that_no_record_names_is_found(log: AuditLog, name: str) -> None:
    with_private(log)
    shutil.copy(private_lines(log, 0), log.private / name)
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.file) == (VerificationState.PRIVATE_CHANGED, f"private/{name}")


def test_erased_content_that_was_put_back_is_found(log: AuditLog) -> None:
    events = with_private(log)
    kept = private_lines(log, 0).read_bytes()
    log.erase_private(events[0], NOW + timedelta(days=3))
    private_lines(log, 0).write_bytes(kept)
    found = verify_audit_log(log.folder.parent, log.keys)
    assert found.state is VerificationState.PRIVATE_CHANGED
    assert "was erased and its content is there" in str(found.why)
    assert log.erase_private(events[0], NOW + timedelta(days=3))
    assert verified(log) is VerificationState.INTACT


@pytest.mark.parametrize(("place", "mode"), [("private", 0o750), ("private/a day", 0o640), ("a day", 0o604)])
def test_a_file_that_others_may_open_is_found(log: AuditLog, place: str, mode: int) -> None:
    with_private(log)
    path = log.folder / place.replace("a day", private_lines(log, 1).name)
    path.chmod(mode)
    found = verify_audit_log(log.folder.parent, log.keys)
    assert (found.state, found.why) == (VerificationState.EXPOSED, f"chmod -R go= {path}")


def test_private_content_that_retention_dropped_is_not_missed(log: AuditLog) -> None:
    with_private(log)
    later = NOW + timedelta(days=100)
    log.append(event(), later)
    retain(log, later)
    assert verified(log) is VerificationState.FRONT_TRUNCATED


@pytest.mark.parametrize("said", ["{number}:{hash}", "{hash}", "{short}", "{number}:{short}"])
def test_an_older_copy_of_log_and_seal_is_found_by_what_left_the_machine(
    log: AuditLog, tmp_path: Path, said: str
) -> None:
    fill(log, count=3, days=1)
    copies = [(log.folder, tmp_path / "old"), (log.keys.parent, tmp_path / "old state")]
    for folder, copy in copies:
        shutil.copytree(folder, copy)
    log.append(event(), NOW + timedelta(days=1))
    head = log.head()
    assert head
    told = said.format(number=head.sequence, hash=head.hash, short=head.hash[:16])
    log.append(event(), NOW + timedelta(days=2))
    assert state_against(log, told) is VerificationState.INTACT
    for folder, copy in copies:
        shutil.rmtree(folder)
        shutil.copytree(copy, folder)
    assert verified(log) is VerificationState.INTACT, "from inside it cannot be seen"
    assert state_against(log, told) is VerificationState.RESTORED
    for number in range(5):  # written on, so that it is as long as before
        log.append(event(), NOW + timedelta(days=3 + number))
    assert state_against(log, told) is VerificationState.RESTORED


def state_against(log: AuditLog, told: str) -> VerificationState:
    return verify_audit_log(log.folder.parent, log.keys, Remembered.parse(told)).state


def test_a_hash_under_another_number_is_not_the_one_that_was_told(log: AuditLog) -> None:
    fill(log)
    head = log.head()
    assert head
    assert state_against(log, f"{head.sequence - 1}:{head.hash}") is VerificationState.RESTORED


def test_what_retention_dropped_cannot_be_compared_but_what_it_kept_can(log: AuditLog) -> None:
    log.append(event(), NOW)
    old = log.head()
    later = NOW + timedelta(days=100)
    log.append(event(), later - timedelta(days=95))
    edge = log.head()
    log.append(event(), later)
    retain(log, later)
    assert old
    assert edge
    assert state_against(log, f"{edge.sequence}:{edge.hash}") is VerificationState.FRONT_TRUNCATED
    with pytest.raises(WrongPlaceError, match="older than what retention has kept"):
        state_against(log, f"{old.sequence}:{old.hash}")


@pytest.mark.parametrize("said", ["", "12", "12:", "xyz", "5f0c", "-1:" + "0" * 64, "0" * 65])
def test_what_is_no_hash_is_refused_with_what_to_give(said: str) -> None:
    with pytest.raises(WrongPlaceError, match="a notification ends with"):
        Remembered.parse(said)


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
