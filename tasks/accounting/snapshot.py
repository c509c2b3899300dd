"""The books' snapshot on this machine: Parquet files of one generation, and the manifest that points at it.

Files are written beside and never changed; the manifest is replaced last, in one step. So a reader sees a whole
generation, a crash leaves the old one, and what was left half-written is removed by the next writer. Nothing here
is the books: it may be deleted at any time and is fetched again.
"""

import hashlib
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from blocks.files import write_synced
from blocks.settings import settings
from domain.accounting.copied_books import AMOUNTS, LISTS, BooksCompany, CopiedBooks, Part, Rows
from domain.accounting.doubt import Doubt
from domain.errors import ContractError, RejectedError
from tasks.vault.atomic import disk_errors, put_over, sync_folder, write_beside
from tasks.vault.locks import locked

MANIFEST = "manifest.json"
WHOLE_EVERY = timedelta(days=1)
"""After that everything is read again, whatever the records' dates say."""


class SnapshotMissingError(RejectedError):
    """Nothing was fetched yet."""

    def __init__(self) -> None:
        super().__init__("there is no snapshot of the books yet; fetch it from Odoo: fte run sync_odoo")


class SnapshotDamagedError(ContractError):
    """The files are not what was written."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the snapshot of the books is damaged ({problem}); fetch it anew: fte run sync_odoo"
        )


class Source(BaseModel):
    """Where a snapshot comes from; another one is another snapshot."""

    model_config = ConfigDict(frozen=True)

    mode: str
    """`sandbox` or `live`."""
    url: str
    database: str


class Manifest(BaseModel):
    """What a generation holds, and of when it is."""

    model_config = ConfigDict(frozen=True)

    generation: str
    source: Source
    company: BooksCompany
    watermark: str
    """The newest `write_date`, by Odoo's clock."""
    taken_at: AwareDatetime
    """When its reading began, by this machine's clock."""
    whole_at: AwareDatetime
    """When everything was read for the last time."""
    counts: dict[str, int]
    sha256: dict[str, str]
    doubts: tuple[Doubt, ...] = ()
    """Records that cannot be right; what of them is left out."""


@dataclass(frozen=True)
class Snapshot:
    """A whole snapshot."""

    manifest: Manifest
    books: CopiedBooks


@dataclass(frozen=True)
class SnapshotStatus:
    """What a synchronisation finds: a manifest may be there without usable files."""

    manifest: Manifest | None = None
    snapshot: Snapshot | None = None
    damage: str = ""

    def basis(self, source: Source, now: datetime) -> CopiedBooks | None:
        """The books to read on from; None when everything is to be read."""
        if self.snapshot is None or self.snapshot.manifest.source != source:
            return None
        age = now - self.snapshot.manifest.whole_at
        is_due = not timedelta() <= age < WHOLE_EVERY  # negative: this machine's clock was set back
        return None if is_due else self.snapshot.books

    def holds(self, books: CopiedBooks, source: Source, doubts: tuple[Doubt, ...] = ()) -> bool:
        """Whether these are just the books that are kept, and these the doubts."""
        kept = self.snapshot
        return (
            kept is not None
            and (kept.manifest.source, kept.manifest.doubts) == (source, doubts)
            and kept.books == books
        )


def snapshot_folder() -> Path:
    """Where it lies: in the state of this mode, not in the Vault."""
    return settings().state / "books"


def load_snapshot() -> Snapshot:
    """The records and their manifest; once more when the generation was replaced while it was read.

    Raises:
        SnapshotMissingError: nothing was fetched yet.
        SnapshotDamagedError: what was fetched cannot be used.
    """
    manifest = read_manifest()
    try:
        return _load(manifest)
    except SnapshotDamagedError:
        again = read_manifest()
        if again.generation == manifest.generation:
            raise
        return _load(again)


def read_manifest() -> Manifest:
    """What there is, without the records.

    Raises:
        SnapshotMissingError: nothing was fetched yet.
        SnapshotDamagedError: the manifest cannot be read.
    """
    path = snapshot_folder() / MANIFEST
    try:
        with disk_errors(path):
            return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise SnapshotMissingError from None
    except ValidationError as error:
        raise SnapshotDamagedError(f"{MANIFEST} is not readable") from error


def store_snapshot(
    books: CopiedBooks,
    source: Source,
    *,
    before: SnapshotStatus,
    taken_at: datetime,
    doubts: tuple[Doubt, ...] = (),
) -> bool:
    """Make this reading the snapshot, unless somebody stored one since `before`; whether it is now.

    The day of the last whole reading stays where this one only added to it.
    """
    old = before.manifest
    generation = secrets.token_hex(8)
    manifest = Manifest(
        generation=generation,
        source=source,
        company=books.company,
        watermark=books.watermark,
        taken_at=taken_at,
        whole_at=old.whole_at if old and before.basis(source, taken_at) else taken_at,
        counts={part.name.lower(): len(rows) for part, rows in books.parts.items()},
        sha256={},
        doubts=doubts,
    )
    with locked(settings().state, "books"):
        if _manifest_or_none() != old:
            return False
        folder = snapshot_folder() / generation
        with disk_errors(folder):
            folder.mkdir(parents=True)
        hashes = {part.name.lower(): _write(folder, part, rows) for part, rows in books.parts.items()}
        sync_folder(folder)
        _point(manifest.model_copy(update={"sha256": hashes}))
        _remove_older({generation, old.generation if old else generation})
    return True


def confirm_snapshot(before: Manifest, *, taken_at: datetime, is_whole: bool) -> bool:
    """Say that the snapshot is still what Odoo has; only the manifest is written."""
    whole = {"whole_at": taken_at} if is_whole else {}
    with locked(settings().state, "books"):
        if _manifest_or_none() != before:
            return False
        _point(before.model_copy(update={"taken_at": taken_at, **whole}))
    return True


def snapshot_status() -> SnapshotStatus:
    """What is there now, damaged or not."""
    manifest = None
    try:
        manifest = read_manifest()
        return SnapshotStatus(manifest, load_snapshot())
    except SnapshotMissingError:
        return SnapshotStatus()
    except SnapshotDamagedError as error:
        return SnapshotStatus(manifest, damage=str(error))


def snapshot_words(now: datetime) -> str:
    """The snapshot's age in one line, for people."""
    try:
        return age_words(read_manifest(), now)
    except (SnapshotMissingError, SnapshotDamagedError) as error:
        return str(error)


def age_words(manifest: Manifest, now: datetime) -> str:
    """For instance `as of 2026-03-02 08:00 UTC, 1 h old, 812 lines`."""
    minutes = (now - manifest.taken_at) // timedelta(minutes=1)
    age = f"{minutes} min old" if minutes < 120 else f"{minutes // 60} h old"  # noqa: PLR2004 (two hours)
    if minutes < 0:
        age = "by a clock that was set back since"
    taken = manifest.taken_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"as of {taken}, {age}, {manifest.counts[Part.LINES.name.lower()]} lines{doubt_words(manifest)}"


def doubt_words(manifest: Manifest) -> str:
    """What cannot be right in it, to be said after the rest; nothing when all is well."""
    return "".join(f"; {doubt.said.removesuffix('.')}" for doubt in manifest.doubts)


def manifest_of(source: Source) -> Manifest | None:
    """The copy of these books, if there is one."""
    manifest = _manifest_or_none()
    return manifest if manifest and manifest.source == source else None


def _manifest_or_none() -> Manifest | None:
    try:
        return read_manifest()
    except (SnapshotMissingError, SnapshotDamagedError):
        return None


def _point(manifest: Manifest) -> None:
    path = snapshot_folder() / MANIFEST
    put_over(write_beside(path, manifest.model_dump_json(indent=1).encode(), "books"), path)


def _remove_older(kept: set[str]) -> None:
    """The generation before stays for a reader that is at it."""
    for path in snapshot_folder().iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == ".tmp":
            with suppress(OSError):
                path.unlink()


def _write(folder: Path, part: Part, rows: Rows) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _type(name)) for name in part.fields])
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows.values()), schema=schema), sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    path = folder / f"{part.name.lower()}.parquet"
    with disk_errors(path):
        write_synced(path, data)
    return hashlib.sha256(data).hexdigest()


def _type(name: str) -> Any:
    import pyarrow as pa

    if name in AMOUNTS:
        return pa.decimal128(24, 6)
    if name in LISTS:
        return pa.list_(pa.int64())
    return pa.int64() if name in ("id", "tax_line_id") or name.endswith("_id") else pa.string()


def _load(manifest: Manifest) -> Snapshot:
    parts = {part: _read(manifest, part) for part in Part}
    return Snapshot(manifest, CopiedBooks(manifest.company, parts))


def part_file(manifest: Manifest, part: Part) -> Path:
    """The file of one part, as it was written.

    Raises:
        SnapshotDamagedError: it is missing, or is not what was written.
    """
    name = part.name.lower()
    path = snapshot_folder() / manifest.generation / f"{name}.parquet"
    try:
        with disk_errors(path), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise SnapshotDamagedError(f"{path.name} is missing") from error
    if digest != manifest.sha256.get(name):
        raise SnapshotDamagedError(f"{path.name} is not what was written")
    return path


def _read(manifest: Manifest, part: Part) -> Rows:
    import pyarrow.parquet as pq

    return {row["id"]: row for row in pq.read_table(part_file(manifest, part)).to_pylist()}
