"""The archive of a backup: a gzipped tar with its manifest first, whole or not there, perhaps under a passphrase."""

import contextlib
import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from pydantic import ValidationError

from blocks.sealed_stream import MAGIC, SealedReader, SealedWriter, is_sealed
from domain.backup import MANIFEST, BackupDamagedError, BackupManifest, KeptFile, check_names
from domain.errors import RejectedError
from tasks.vault.atomic import disk_errors, rename_new, sync_folder

LONGEST_MANIFEST_BYTES = 256 << 20
BLOCK_BYTES = 1 << 20


class PassphraseNeededError(RejectedError):
    """The archive is sealed."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is sealed with a passphrase; name the file that holds it with --passphrase-file"
        )


class FileTakenError(RejectedError):
    """Nothing is written over."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"there is something at {path} already, and a backup never replaces it; name another"
        )


def write_archive(folder: Path, manifest: BackupManifest, target: Path, passphrase: str | None) -> None:
    """Write the manifest and its files, which lie below `folder`; the name appears once all is on the disk.

    Raises:
        NameTakenError: there is a file of this name.
        DiskFullError, DiskRefusesError: nothing is left behind.
    """
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)  # of one that was killed
    with contextlib.ExitStack() as undo:
        undo.callback(partial.unlink, missing_ok=True)
        with disk_errors(target), _private(partial) as file:
            _write(folder, manifest, file, passphrase)
            file.flush()
            os.fsync(file.fileno())
        try:
            rename_new(partial, target)
        except FileExistsError as error:
            raise FileTakenError(target) from error


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(folder: Path, manifest: BackupManifest, file: IO[bytes], passphrase: str | None) -> None:
    sealed = SealedWriter(file, passphrase) if passphrase else None
    inner = cast("IO[bytes]", sealed or file)
    with (
        gzip.GzipFile(fileobj=inner, mode="wb", compresslevel=6, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        facts = manifest.model_dump_json(indent=1).encode()
        tar.addfile(_entry(MANIFEST, len(facts), manifest), io.BytesIO(facts))
        for name, kept in manifest.files.items():
            with (folder / name).open("rb") as content:
                tar.addfile(_entry(name, kept.size, manifest), content)
    if sealed:
        sealed.finish()


def _entry(name: str, size: int, manifest: BackupManifest) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(manifest.made_at.timestamp())
    return entry


@contextmanager
def opened(path: Path, passphrase: str | None) -> Iterator[tuple[BackupManifest, tarfile.TarFile]]:
    """An archive's manifest, checked, and the archive behind it; what is damaged inside is said as such.

    Raises:
        PassphraseNeededError: it is sealed.
        WrongPassphraseError: with another passphrase, or it was changed.
        BackupDamagedError: it is no archive, holds what a manifest cannot, or ends too early.
    """
    with disk_errors(path), path.open("rb") as file:
        needs = is_sealed(file.read(len(MAGIC)))
        file.seek(0)
        if needs and not passphrase:
            raise PassphraseNeededError(path)
        inner = io.BufferedReader(SealedReader(file, passphrase)) if needs and passphrase else file
        try:
            with (
                gzip.GzipFile(fileobj=inner, mode="rb") as zipped,
                tarfile.open(fileobj=zipped, mode="r|") as tar,
            ):
                yield _manifest(tar), tar
                while zipped.read(BLOCK_BYTES):  # its checksum, and the last chunk's
                    pass
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BackupDamagedError(str(error) or "it ends too early") from error


def _manifest(tar: tarfile.TarFile) -> BackupManifest:
    entry = tar.next()
    if entry is None or entry.name != MANIFEST or not entry.isreg() or entry.size > LONGEST_MANIFEST_BYTES:
        raise BackupDamagedError(f"it does not begin with {MANIFEST}")
    content = tar.extractfile(entry)
    try:
        manifest = BackupManifest.model_validate_json(content.read() if content else b"")
    except ValidationError as error:
        raise BackupDamagedError(f"its {MANIFEST} cannot be read") from error
    check_names(list(manifest.files))
    return manifest


def unpack(manifest: BackupManifest, tar: tarfile.TarFile, folders: Mapping[str, Path]) -> None:
    """Write the archive's files, readable for this user alone, each as the manifest has it.

    Args:
        manifest: As `opened` gave it.
        tar: So too.
        folders: Where what a name begins with lies.

    Raises:
        BackupDamagedError: a link, a device, a file too many, too few, twice or other than the manifest says.
    """
    missing = dict(manifest.files)
    while (entry := tar.next()) is not None:
        kept = missing.pop(entry.name, None)
        if kept is None or entry.type != tarfile.REGTYPE or entry.size != kept.size:
            raise BackupDamagedError(f"{entry.name!r} is not what the manifest says")
        content = tar.extractfile(entry)
        place, _, name = entry.name.partition("/")
        if content is None or _written(content, folders[place] / name) != kept.sha256:
            raise BackupDamagedError(f"{entry.name!r} is not what the manifest says")
    if missing:
        raise BackupDamagedError(
            f"{len(missing)} files of the manifest are not in it, {min(missing)!r} first"
        )


def _written(content: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with disk_errors(target), _private(target) as file:
        while block := content.read(BLOCK_BYTES):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def described(folder: Path) -> dict[str, KeptFile]:
    """Every file below a folder, as a manifest has it, in the order of their names."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: _described(folder / name) for name in names}


def _described(path: Path) -> KeptFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return KeptFile(size=path.stat().st_size, sha256=digest)


def sync_folders(folder: Path) -> None:
    """Make the names below a folder survive a power cut."""
    for each in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        sync_folder(each)
