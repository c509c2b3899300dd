"""A backup put back onto an empty home, checked before anything of it counts and proven afterwards."""

import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from blocks.database_copies import check_sqlite, copy_from_file, file_of, is_sqlite_file
from blocks.settings import Mode, Settings
from deployments.archive import opened, sync_folders, unpack
from deployments.backup import know_every_table
from deployments.environment import PREFECTS
from domain.audit.event import AuditEvent, AuditStatus
from domain.backup import LEDGER, STATE, VAULT, BackupDamagedError, BackupManifest, check_versions
from domain.errors import RejectedError
from tasks.audit.log import AuditLog
from tasks.audit.verify import Remembered, Verification, verify_audit_log
from tasks.vault.atomic import disk_errors, rename_new

RESTORING = ".fte-restoring-"
"""How the folder is called, beside its place, that a backup is unpacked into."""


class PlaceTakenError(RejectedError):
    """A backup is never mixed with other work."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place} is not empty, and a backup is never mixed with other work; nothing was restored, name an empty "
            "place with --to, or with FTE_HOME and FTE_VAULT"
        )


class NoRoomError(RejectedError):
    """The disk is too small."""

    def __init__(self, place: Path, needed: int, free: int) -> None:
        super().__init__(f"the backup needs {needed >> 20} MB at {place}, and {free >> 20} are free")


@dataclass(frozen=True)
class Restored:
    """What was put back, where, and what its audit log proves."""

    manifest: BackupManifest
    home: Path
    vault: Path
    audit: Verification


def restore_backup(archive: Path, here: Settings, now: datetime, passphrase: str | None = None) -> Restored:
    """Put a backup into a home and a Vault that are empty or not there.

    Raises:
        PlaceTakenError, NoRoomError, BackupDamagedError, BackupTooNewError, LedgerNotEmptyError, PassphraseNeededError,
            WrongPassphraseError: nothing was restored.
    """
    with ExitStack() as undo:
        with opened(archive, passphrase) as (manifest, tar):
            check_versions(manifest, version("digital-fte"), version("prefect"))
            there = here.model_copy(update={"chosen_mode": Mode(manifest.mode)})
            places = {STATE: there.state, VAULT: there.vault_path.resolve()}
            folders = {name: _beside(place, undo) for name, place in places.items()}
            _refuse_small(manifest, folders[STATE])
            unpack(manifest, tar, folders)
        _check_databases(folders[STATE])
        _hand_over_ledger(there, folders[STATE] / Path(LEDGER).name)
        for name in (
            STATE,
            VAULT,
        ):  # in this order: whoever starts between them has a ledger that knows what was done
            _put(folders[name], places[name])
    audit = verify_audit_log(there.vault_path, there.keys, _remembered(manifest))
    facts = {"made_at": manifest.made_at.isoformat(timespec="seconds"), "audit_head": manifest.audit_head}
    event = AuditEvent(action="backup.restored", status=AuditStatus.INFO, details=facts)
    AuditLog(there.vault_path, there.keys).append(event, now)
    return Restored(manifest, there.home, there.vault_path, audit)


def _beside(place: Path, undo: ExitStack) -> Path:
    """A private folder from which everything is moved to its place at once; it is gone afterwards, come what may."""
    with suppress(
        OSError
    ):  # any command has Prefect make its folder; what is not empty stays, and is met below
        (place / PREFECTS).rmdir()
    if place.exists() and any(place.iterdir()):
        raise PlaceTakenError(place)
    with disk_errors(place):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(mkdtemp(prefix=RESTORING, dir=place.parent))
    undo.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _refuse_small(manifest: BackupManifest, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if manifest.size > free:
        raise NoRoomError(folder.parent, manifest.size, free)


def _check_databases(state: Path) -> None:
    for path in filter(is_sqlite_file, (path for path in state.rglob("*") if path.is_file())):
        if problem := check_sqlite(path):
            raise BackupDamagedError(f"the database {path.name} is damaged ({problem})")


def _hand_over_ledger(there: Settings, copy: Path) -> None:
    """Put the ledger where these settings keep it, when that is not the state folder."""
    ledger = file_of(there.ledger_url)
    if not copy.exists() or ledger == there.state / copy.name:
        return
    if ledger is None:
        know_every_table()
        copy_from_file(copy, there.ledger_url)
        copy.unlink()
    elif ledger.exists():
        raise PlaceTakenError(ledger)
    else:
        with disk_errors(ledger):
            ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(copy, ledger)


def _put(folder: Path, place: Path) -> None:
    sync_folders(folder)
    with disk_errors(place):
        if place.exists():
            place.rmdir()  # empty, and Windows does not rename over a folder
    rename_new(folder, place)


def _remembered(manifest: BackupManifest) -> Remembered | None:
    return Remembered.parse(manifest.audit_head) if manifest.audit_head else None
