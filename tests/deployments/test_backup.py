"""A backup of an employee at work, put onto an empty machine: nothing is lost, and nothing is done twice."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from typer.testing import CliRunner

from blocks.database import VERSIONS, close_databases, transaction
from blocks.database_copies import LedgerNotEmptyError
from blocks.ledger_schema import VERSION
from blocks.sealed_stream import WrongPassphraseError
from blocks.settings import settings
from deployments import archive, backup
from deployments.archive import FileTakenError, PassphraseNeededError
from deployments.backup import BackupUnderWayError, InsideVaultError, NothingToBackUpError, make_backup
from deployments.command_line import app
from deployments.restore import NoRoomError, PlaceTakenError, restore_backup
from domain.audit.event import AuditEvent, AuditStatus
from domain.backup import MANIFEST, BackupDamagedError, BackupTooNewError
from domain.errors import RejectedError, UnknownOutcomeError
from domain.vault.note import Note
from tasks.approvals.record import get
from tasks.audit.log import audit_log
from tasks.audit.verify import VerificationState, verify_audit_log
from tasks.reliability import dead_letters, outbox
from tasks.reliability.effect_ledger import unknown_effects
from tasks.reliability.waiting import waiting_requests
from tasks.vault.atomic import DiskFullError
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.approval_requests import ask
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import NOW, performed, prepared, set_up_vault

BILL = b"Cloudberry Hosting Inc.\n\nInvoice No: %s\nDate: 2026-11-19\n\nTotal: $12.50\n"
POSTGRES = os.environ.get("FTE_TEST_POSTGRES_URL")
PASSPHRASE = "four words and a number 7"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Another machine from here on: nothing is at its home."""

    def move() -> Path:
        close_databases()
        monkeypatch.setenv("FTE_HOME", str(tmp_path / "other" / "home"))
        monkeypatch.setenv("FTE_VAULT", str(tmp_path / "other" / "Vault"))
        return tmp_path / "other"

    return move


class Writing(threading.Thread):
    """Keeps writing to log, Vault and ledger in this order, and moves one note to and fro."""

    def __init__(self) -> None:
        super().__init__()
        self.is_over, self.count, self.moved_on = threading.Event(), 0, threading.Condition()
        current_vault().store(Folder.NEEDS_ACTION, "mover", Note({}, "x"))

    def run(self) -> None:
        where, log = current_vault(), audit_log()
        places = [Folder.NEEDS_ACTION, Folder.DONE]
        while not self.is_over.is_set():
            name = f"tick-{self.count}"
            log.append(AuditEvent(action="tick", status=AuditStatus.INFO, private={"said": name}), NOW)
            where.store(Folder.NEEDS_ACTION, name, Note({}, name))
            outbox.put("odoo", name, kind="task", payload={}, due=NOW)
            where.move("mover", places[self.count % 2], places[(self.count + 1) % 2])
            with self.moved_on:
                self.count += 1
                self.moved_on.notify()

    def wait_for(self, count: int) -> None:
        """Until so much was written."""
        with self.moved_on:
            assert self.moved_on.wait_for(lambda: self.count >= count, timeout=60)


@pytest.fixture
def writing() -> Iterator[Callable[[], Writing]]:
    started: list[Writing] = []

    def start() -> Writing:
        started.append(Writing())
        started[0].start()
        return started[0]

    yield start
    for each in started:
        each.is_over.set()
        each.join()


async def test_work_goes_on_elsewhere_with_nothing_lost_and_nothing_twice(
    sandbox: SandboxClient,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    elsewhere: Callable[[], Path],
    writing: Callable[[], Writing],
) -> None:
    set_up_vault(sandbox, monkeypatch)
    done, half = prepared(BILL % b"CB-1"), prepared(BILL % b"CB-2")
    await performed(done)
    sandbox.fault("drop_after_effect", service="odoo", path="account.move/load", times=1)
    with pytest.raises(UnknownOutcomeError):
        await performed(half)
    asked = ask()
    dead_letters.add_dead_letter(
        "task", "lost", payload={"task_id": "lost"}, error=RejectedError("no"), now=NOW
    )
    busy = writing()
    busy.wait_for(3)

    made = make_backup(settings(), tmp_path / "one.tar.gz", NOW)

    busy.wait_for(busy.count + 2)
    busy.is_over.set()
    busy.join()
    there = elsewhere()
    restored = restore_backup(tmp_path / "one.tar.gz", settings(), NOW)

    assert restored.audit.state is VerificationState.INTACT
    assert verify_audit_log(settings().vault_path, settings().keys).is_sound
    open_to_others = [path for path in there.rglob("*") if path.lstat().st_mode & 0o077]
    assert [path for path in open_to_others if "locks" not in path.parts] == []
    told = sum(
        b'"action":"tick"' in line for path in audit_log().files() for line in path.read_bytes().splitlines()
    )
    noted = sum(name.startswith("tick-") for name in current_vault().names(Folder.NEEDS_ACTION))
    assert told >= noted >= len(outbox.waiting("odoo")) >= told - 1, "one moment of all three"
    assert busy.count > told > 0, "it was written while the backup was made"
    assert [current_vault().find("mover")] == [
        folder for folder in Folder if "mover" in current_vault().names(folder)
    ]
    assert [request.id for request in waiting_requests()] == [asked.id]
    kept = get(asked.id)
    assert kept is not None
    assert kept.model_dump() == asked.model_dump()
    assert [letter.key for letter in dead_letters.waiting_letters()] == ["lost"]
    assert [effect.task_id for effect in unknown_effects()] == [half.task_id]
    assert made.has_prefect_database is False

    for task in (done, half, half):
        await performed(task)
    for number in ("CB-1", "CB-2"):
        bills = sandbox.odoo("account.move", "search_read", domain=[["ref", "=", number]], fields=["state"])
        assert [bill["state"] for bill in bills] == ["posted"]


@pytest.mark.skipif(not POSTGRES, reason="FTE_TEST_POSTGRES_URL is not set: no PostgreSQL to test on")
@pytest.mark.parametrize("goes_to_file", [False, True])
def test_a_ledger_on_postgresql_goes_through_a_backup(
    tmp_path: Path, elsewhere: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, *, goes_to_file: bool
) -> None:
    one, other = schema(), schema()
    monkeypatch.setenv("FTE_DATABASE_URL", one)
    init_vault(settings().vault_path)
    asked = ask()
    outbox.put("odoo", "first", kind="task", payload={"a": [1]}, due=NOW)
    make_backup(settings(), tmp_path / "one.tar.gz", NOW)
    elsewhere()
    with pytest.raises(LedgerNotEmptyError):
        restore_backup(tmp_path / "one.tar.gz", settings(), NOW)
    if goes_to_file:
        monkeypatch.delenv("FTE_DATABASE_URL")
    else:
        monkeypatch.setenv("FTE_DATABASE_URL", other)
        with transaction() as session:
            assert [row.version for row in session.execute(VERSIONS.select())] == [VERSION], (
                "it was looked at"
            )
    assert restore_backup(tmp_path / "one.tar.gz", settings(), NOW).audit.is_sound
    assert get(asked.id).model_dump() == asked.model_dump()
    assert outbox.put("odoo", "second", kind="task", payload={}, due=NOW)
    assert [(item.key, item.payload) for item in outbox.waiting()] == [("first", {"a": [1]}), ("second", {})]


def schema() -> str:
    """A PostgreSQL database's own place for one test."""
    name = f"backup_{uuid4().hex[:12]}"
    admin = create_engine(POSTGRES or "", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    admin.dispose()
    url = make_url(POSTGRES or "").update_query_dict({"options": f"-csearch_path={name}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """A small home that has worked."""
    init_vault(settings().vault_path)
    ask()
    audit_log().append(AuditEvent(action="tick", status=AuditStatus.INFO), NOW)
    (settings().vault_path / "Inbox" / "leads-out").symlink_to("/etc")
    return tmp_path


Members = list[tuple[tarfile.TarInfo, bytes]]


def rewritten(path: Path, change: Callable[[dict[str, Any], Members], None]) -> None:
    """An archive as somebody else would make it."""
    with tarfile.open(path) as tar:
        members: Members = [(entry, (tar.extractfile(entry) or io.BytesIO()).read()) for entry in tar]
    facts = json.loads(members.pop(0)[1])
    change(facts, members)
    content = json.dumps(facts).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(content)
    with tarfile.open(path, "w:gz") as tar:
        for each, data in [(entry, content), *members]:
            tar.addfile(each, io.BytesIO(data))


def named(name: str) -> Callable[[dict[str, Any], Members], None]:
    """The last file and its row in the manifest under another name."""

    def change(facts: dict[str, Any], members: Members) -> None:
        facts["files"][name] = facts["files"].pop(members[-1][0].name)
        members[-1][0].name = name

    return change


def typed(kind: bytes) -> Callable[[dict[str, Any], Members], None]:
    def change(facts: dict[str, Any], members: Members) -> None:
        entry = members[-1][0]
        facts["files"][entry.name] = {"size": 0, "sha256": "0" * 64}
        entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 0

    return change


def changed(_facts: dict[str, Any], members: Members) -> None:
    entry, data = next(member for member in members if member[0].name.endswith("approvals.key"))
    members[members.index((entry, data))] = (entry, data[::-1])


def repeated(_facts: dict[str, Any], members: Members) -> None:
    members.append(members[-1])


def fewer(_facts: dict[str, Any], members: Members) -> None:
    members.pop()


def more(_facts: dict[str, Any], members: Members) -> None:
    members.append((tarfile.TarInfo("state/keys/new.key"), b""))


def damaged_ledger(facts: dict[str, Any], members: Members) -> None:
    entry = next(member for member in members if member[0].name == "state/ledger.sqlite")
    data = bytearray(entry[1])
    data[100:4000] = b"\xff" * 3900
    members[members.index(entry)] = (entry[0], bytes(data))
    facts["files"]["state/ledger.sqlite"]["sha256"] = hashlib.sha256(data).hexdigest()


def fact(**facts: Any) -> Callable[[dict[str, Any], Members], None]:
    return lambda manifest, _members: manifest.update(facts)


def huge(facts: dict[str, Any], members: Members) -> None:
    facts["files"][members[-1][0].name]["size"] = 1 << 60


HOSTILE = {
    "climbs": (named("state/../../climbed"), BackupDamagedError),
    "absolute": (named("/tmp/shield-absolute"), BackupDamagedError),  # noqa: S108 (it is refused)
    "backslashes": (named("vault/..\\climbed"), BackupDamagedError),
    "of another drive": (named("state/C:/x"), BackupDamagedError),
    "of no place": (named("elsewhere/x"), BackupDamagedError),
    "file for a folder": (named("state/keys"), BackupDamagedError),
    "link": (typed(tarfile.SYMTYPE), BackupDamagedError),
    "hard link": (typed(tarfile.LNKTYPE), BackupDamagedError),
    "device": (typed(tarfile.CHRTYPE), BackupDamagedError),
    "pipe": (typed(tarfile.FIFOTYPE), BackupDamagedError),
    "folder": (typed(tarfile.DIRTYPE), BackupDamagedError),
    "changed file": (changed, BackupDamagedError),
    "file twice": (repeated, BackupDamagedError),
    "file too few": (fewer, BackupDamagedError),
    "file too many": (more, BackupDamagedError),
    "damaged ledger": (damaged_ledger, BackupDamagedError),
    "no manifest": (lambda facts, _members: facts.clear(), BackupDamagedError),
    "bomb": (huge, NoRoomError),
    "later format": (fact(format=2), BackupTooNewError),
    "later version": (fact(digital_fte="99.0"), BackupTooNewError),
    "later Prefect": (fact(prefect="99.0.1"), BackupTooNewError),
    "unknown mode": (fact(mode="../live"), BackupDamagedError),
}


def test_what_is_no_backup_of_ours_restores_nothing(worked: Path, elsewhere: Callable[[], Path]) -> None:
    target = worked / "one.tar.gz"
    made = make_backup(settings(), target, NOW)
    assert made.left_out == ["vault/Inbox/leads-out"]
    good = target.read_bytes()
    there = elsewhere()
    for name, (change, error) in HOSTILE.items():
        target.write_bytes(good)
        rewritten(target, change)
        with pytest.raises(error):
            restore_backup(target, settings(), NOW)
        assert [path for path in there.rglob("*") if not path.is_dir()] == [], name
    for length in range(0, len(good), len(good) // 40):
        target.write_bytes(good[:length])
        with pytest.raises(BackupDamagedError):
            restore_backup(target, settings(), NOW)
    assert [path for path in there.rglob("*") if not path.is_dir()] == []
    target.write_bytes(good)
    rewritten(target, lambda _facts, _members: None)
    restore_backup(target, settings(), NOW)
    with pytest.raises(PlaceTakenError):
        restore_backup(target, settings(), NOW)


def test_a_sealed_backup_opens_with_its_passphrase_alone(
    worked: Path, elsewhere: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blocks.sealed_stream.CHUNK_BYTES", 4096)
    monkeypatch.setattr("blocks.sealed_stream.COST", 2)
    target = worked / "sealed"
    make_backup(settings(), target, NOW, PASSPHRASE)
    there, good = elsewhere(), target.read_bytes()
    assert b"approvals.key" not in good
    chunk = 4096 + 16
    head = good[:36]
    cases = {
        "cut at a chunk": good[: 36 + 2 * chunk],
        "two chunks changed places": head
        + good[36 + chunk :][:chunk]
        + good[36:][:chunk]
        + good[36 + 2 * chunk :],
        "one bit": good[: len(good) // 2] + bytes([good[len(good) // 2] ^ 1]) + good[len(good) // 2 + 1 :],
        "another salt": good[:20] + bytes([good[20] ^ 1]) + good[21:],
        "something behind it": good + b"x" * 17,
    }
    for name, data in cases.items():
        target.write_bytes(data)
        with pytest.raises(WrongPassphraseError):
            restore_backup(target, settings(), NOW, PASSPHRASE)
        assert [path for path in there.rglob("*") if not path.is_dir()] == [], name
    target.write_bytes(good)
    with pytest.raises(WrongPassphraseError):
        restore_backup(target, settings(), NOW, PASSPHRASE + "8")
    with pytest.raises(PassphraseNeededError):
        restore_backup(target, settings(), NOW)
    assert restore_backup(target, settings(), NOW, PASSPHRASE).audit.is_sound


class Full(io.RawIOBase):
    """A disk with so much room."""

    def __init__(self, file: IO[bytes], room: int) -> None:
        self._file, self._room = file, room

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(28, "No space left on device")
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()

    def fileno(self) -> int:
        return self._file.fileno()


def test_a_full_disk_or_a_taken_name_leaves_no_half_backup(
    worked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, opened = worked / "places", archive._private
    places.mkdir()
    whole = len(backup_bytes(worked / "whole"))
    for room in (0, 100, whole // 2, whole - 1):
        monkeypatch.setattr(archive, "_private", lambda path, room=room: Full(opened(path), room))
        with pytest.raises(DiskFullError):
            make_backup(settings(), places / "one", NOW)
        assert list(places.iterdir()) == []
        assert not (settings().state / backup.STAGED).exists()
    monkeypatch.setattr(archive, "_private", opened)
    (places / ".one.partial").write_bytes(b"of one that was killed")
    make_backup(settings(), places / "one", NOW)
    before = (places / "one").read_bytes()
    with pytest.raises(FileTakenError):
        make_backup(settings(), places / "one", NOW + timedelta(hours=1))
    assert [path.name for path in places.iterdir()] == ["one"]
    assert (places / "one").read_bytes() == before
    assert (places / "one").stat().st_mode & 0o777 == 0o600
    gzip.decompress(before)


def backup_bytes(target: Path) -> bytes:
    make_backup(settings(), target, NOW)
    return target.read_bytes()


def test_one_backup_at_a_time_and_never_into_what_it_backs_up(worked: Path) -> None:
    for inside in (settings().vault_path / "Reports" / "one", settings().state / "one"):
        with pytest.raises(InsideVaultError):
            make_backup(settings(), inside, NOW)
    lock = os.open(settings().state / f"{backup.STAGED}.lock", os.O_RDWR | os.O_CREAT)
    with closing(os.fdopen(lock, "wb")):
        assert backup.taken(lock)
        with pytest.raises(BackupUnderWayError):
            make_backup(settings(), worked / "one", NOW)
    make_backup(settings(), worked / "one", NOW)


def test_the_commands_say_where_it_is_and_what_the_log_proves(
    worked: Path, elsewhere: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = worked / "words"
    words.write_text(f"{PASSPHRASE}\n")
    runner = CliRunner()
    sealed = ["--passphrase-file", str(words), "--json"]
    made = json.loads(runner.invoke(app, ["backup", str(worked), *sealed], catch_exceptions=False).stdout)
    elsewhere()
    for name in ("FTE_HOME", "FTE_VAULT", "FTE_MODE"):
        monkeypatch.setenv(name, os.environ.get(name, "sandbox"))  # put back afterwards: `restore` sets them
    with pytest.raises(NothingToBackUpError):
        make_backup(settings(), worked / "none", NOW)
    to = worked / "new"
    (to / "sandbox" / "prefect").mkdir(parents=True)  # what any command leaves before the first `fte up`
    found = json.loads(
        runner.invoke(app, ["restore", made["file"], "--to", str(to), *sealed], catch_exceptions=False).stdout
    )
    assert found["audit"]["state"] == "intact"
    assert (found["FTE_HOME"], found["FTE_VAULT"]) == (str(to), str(to / "Vault"))
    assert found["waiting_for_approval"] == 1
