"""A backup of one installation, as it stands at one moment, while the employee works.

Everything is copied once beside the work. Then, for as long as it takes to look at each file's stamp, all locks of the
Vault are held: what changed meanwhile is copied again with the audit log, its seal and the ledger. What that gives is
what a power cut at that moment would leave, from which every step of the work can go on.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import walk_packages

from blocks.database_copies import copy_sqlite, copy_to_file, file_of, is_sqlite_file
from blocks.file_lock import taken
from blocks.settings import Settings
from deployments.archive import described, write_archive
from domain.audit.event import AuditEvent, AuditStatus
from domain.backup import FORMAT, LEDGER, STATE, VAULT, BackupManifest
from domain.errors import RejectedError, TransientError
from tasks.audit.log import AuditLog
from tasks.audit.seal import seal_path
from tasks.vault.atomic import TEMPORARY, disk_errors
from tasks.vault.locks import PRIVATE_FOLDER, locked_whole

STAGED = "backing-up"
"""Where a backup is put together, in the state folder; what a killed one left there the next one clears."""

OF_NOW = frozenset(
    {STAGED, f"{STAGED}.lock", "ready", "runner-ready", "up.json", "up.lock", "logs", "sandbox"}
)
"""In the state folder: what says who is at work, what they print, and the stand-in services' own world."""

LOCKS = frozenset({f"{PRIVATE_FOLDER}/locks"})
BESIDE_DATABASES = ("-wal", "-shm", "-journal")
PREFECT_DATABASE = "prefect/prefect.db"


class BackupUnderWayError(TransientError):
    """One backup of an installation at a time."""

    def __init__(self) -> None:
        super().__init__("another backup of this installation is under way; try again when it is done")


class NothingToBackUpError(RejectedError):
    """There is no installation."""

    def __init__(self, here: Settings) -> None:
        super().__init__(
            f"there is no work to back up: no keys at {here.state} or no Vault at {here.vault_path}; name others "
            "with FTE_HOME, FTE_VAULT and FTE_MODE"
        )


class InsideVaultError(RejectedError):
    """A backup would lie where it is read, synchronised and backed up itself."""

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} lies in the Vault or in the state folder; write the backup elsewhere")


@dataclass
class Copying:
    """One folder and its copy."""

    source: Path
    target: Path
    skipped: frozenset[str] = frozenset()
    stamps: dict[str, tuple[int, ...]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def catch_up(self) -> None:
        """Copy what is new or changed since the last time, and drop what is gone."""
        seen: dict[str, tuple[int, ...]] = {}
        self.left_out = []
        for name, found in self._files():
            stamp = (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
            if self.stamps.get(name) == stamp or self._copied(name):
                seen[name] = stamp
        for name in self.stamps.keys() - seen.keys():
            (self.target / name).unlink(missing_ok=True)
        self.stamps = seen

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder, below, names in os.walk(self.source):
            place = Path(folder).relative_to(self.source)
            below[:] = [name for name in below if not self._is_skipped(place / name)]
            for name in [*names, *below]:
                path = place / name
                try:
                    found = (self.source / path).lstat()
                except FileNotFoundError:
                    continue
                if self._is_skipped(path) or stat.S_ISDIR(found.st_mode):
                    continue
                if stat.S_ISREG(found.st_mode):
                    yield path.as_posix(), found
                else:
                    self.left_out.append(path.as_posix())

    def _is_skipped(self, path: Path) -> bool:
        text = path.as_posix()
        return text in self.skipped or path.name.startswith(TEMPORARY) or text.endswith(BESIDE_DATABASES)

    def _copied(self, name: str) -> bool:
        source, target = self.source / name, self.target / name
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                if is_sqlite_file(source):
                    copy_sqlite(source, target)
                else:
                    shutil.copyfile(source, target, follow_symlinks=False)
            except FileNotFoundError:
                return False
            target.chmod(0o600)
        return True


def make_backup(here: Settings, target: Path, now: datetime, passphrase: str | None = None) -> BackupManifest:
    """Write a backup of this mode's installation.

    Raises:
        NothingToBackUpError, InsideVaultError, BackupUnderWayError: nothing was written.
        NoteBusyError: the Vault is changed without a pause.
        DiskFullError, DiskRefusesError: nothing is left behind.
    """
    here.check_vault()
    if not (here.keys.is_dir() and here.vault_path.is_dir()):
        raise NothingToBackUpError(here)
    if any(target.resolve().is_relative_to(place.resolve()) for place in (here.vault_path, here.state)):
        raise InsideVaultError(target)
    with _staging(here) as staging:
        left_out = _copy_all(here, staging)
        manifest = _manifest(here, staging, now, left_out)
        write_archive(staging, manifest, target, passphrase)
    facts = {"file": target.name, "files": len(manifest.files), "bytes": manifest.size}
    event = AuditEvent(action="backup.made", status=AuditStatus.INFO, details=facts)
    AuditLog(here.vault_path, here.keys).append(event, now)
    return manifest


@contextmanager
def _staging(here: Settings) -> Iterator[Path]:
    with disk_errors(here.state):
        lock = os.open(here.state / f"{STAGED}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not taken(lock):
            raise BackupUnderWayError
        folder = here.state / STAGED
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(lock)


def _copy_all(here: Settings, staging: Path) -> list[str]:
    """Copy both folders and the ledger; what is neither file nor folder is left out, and named."""
    ledger = file_of(here.ledger_url)
    unread = (
        {ledger.relative_to(here.state).as_posix()} if ledger and ledger.is_relative_to(here.state) else set()
    )
    state = Copying(here.state, staging / STATE, OF_NOW | unread | LOCKS)
    vault = Copying(here.vault_path, staging / VAULT, LOCKS)
    if ledger is None:
        know_every_table()
    for copying in (state, vault):
        copying.catch_up()
    with locked_whole(here.vault_path):
        state.skipped |= {PREFECT_DATABASE}  # it is large, and its moment need not be the others'
        state.stamps.pop(PREFECT_DATABASE, None)
        for copying in (vault, state):
            copying.catch_up()
        with disk_errors(staging / LEDGER):
            _copy_ledger(here, ledger, staging / LEDGER)
    return [
        f"{place}/{name}" for place, copying in ((STATE, state), (VAULT, vault)) for name in copying.left_out
    ]


def _copy_ledger(here: Settings, ledger: Path | None, target: Path) -> None:
    if ledger is None:
        copy_to_file(here.ledger_url, target)
    elif ledger.exists():
        copy_sqlite(ledger, target)
    else:
        return
    target.chmod(0o600)


def know_every_table() -> None:
    """Another database than SQLite is copied table by table, and each stands beside the code that owns it."""
    import tasks

    for module in walk_packages(tasks.__path__, "tasks."):
        import_module(module.name)


def _manifest(here: Settings, staging: Path, now: datetime, left_out: list[str]) -> BackupManifest:
    log = AuditLog(staging / VAULT, staging / STATE / here.keys.name)
    head = log.head() if seal_path(log.keys).exists() else None
    return BackupManifest(
        format=FORMAT,
        made_at=now,
        mode=here.mode.value,
        digital_fte=version("digital-fte"),
        prefect=version("prefect"),
        audit_head=f"{head.sequence}:{head.hash}" if head else "",
        has_prefect_database=(staging / STATE / PREFECT_DATABASE).exists(),
        left_out=left_out,
        files=described(staging),
    )
