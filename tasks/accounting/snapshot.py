"""The books' snapshot on this machine: generations of Parquet files, one file for each part.

Nothing here is the books: it may be deleted at any time and is fetched again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, BaseModel

from blocks.settings import settings
from domain.accounting.copied_books import (
    AMOUNTS,
    LISTS,
    BooksCompany,
    CopiedBooks,
    CopiedPart,
    Rows,
    ledger_of,
)
from domain.accounting.doubt import Doubt
from domain.accounting.ledger import Ledger
from domain.accounting.ledger_rows import Column, Columns
from domain.errors import ContractError, RejectedError
from tasks.frames import generations
from tasks.frames.generations import GenerationManifest, Generations
from tasks.vault.locks import locked

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

WHOLE_EVERY = timedelta(days=1)
"""After that everything is read again, whatever the records' dates say."""


class SnapshotMissingError(RejectedError):
    """Nothing was fetched yet."""

    def __init__(self) -> None:
        super().__init__(
            "the books were not copied yet: that is done a minute after they are connected, or at once by "
            "fte run sync_odoo"
        )


class SnapshotDamagedError(ContractError):
    """The files are not what was written."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"the copy of the books is damaged ({problem}); copy them anew: fte run sync_odoo")


class SnapshotSource(BaseModel, frozen=True):
    """Where a snapshot comes from; another one is another snapshot."""

    mode: str
    """`sandbox` or `live`."""
    url: str
    database: str


class SnapshotManifest(GenerationManifest):
    """What a generation holds, and of when it is."""

    source: SnapshotSource
    company: BooksCompany
    watermark: str
    """The newest `write_date`, by Odoo's clock."""
    taken_at: AwareDatetime
    """When its reading began, by this machine's clock."""
    whole_at: AwareDatetime
    """When everything was read for the last time."""
    counts: dict[str, int]
    doubts: tuple[Doubt, ...] = ()
    """Records that cannot be right; what of them is left out."""


@dataclass(frozen=True)
class Snapshot:
    """A whole snapshot: the records as they were read, and the ledger that they make."""

    manifest: SnapshotManifest
    tables: "Mapping[CopiedPart, pa.Table]"

    @cached_property
    def books(self) -> CopiedBooks:
        """The records, to be compared or read on from."""
        parts = {part: {row["id"]: row for row in table.to_pylist()} for part, table in self.tables.items()}
        return CopiedBooks(self.manifest.company, parts)

    @cached_property
    def ledger(self) -> Ledger:
        """The typed rows, made from the columns: in half the time of those that are made from the records.

        Raises:
            LedgerError: they do not fit together.
        """
        return ledger_of(
            self.manifest.company, {part: _columns(table) for part, table in self.tables.items()}
        )


@dataclass(frozen=True)
class SnapshotStatus:
    """What a synchronisation finds: a manifest may be there without usable files."""

    manifest: SnapshotManifest | None = None
    snapshot: Snapshot | None = None
    damage: str = ""

    def basis(self, source: SnapshotSource, now: datetime) -> CopiedBooks | None:
        """The books to read on from; None when everything is to be read."""
        if self.snapshot is None or self.snapshot.manifest.source != source:
            return None
        age = now - self.snapshot.manifest.whole_at
        is_due = not timedelta() <= age < WHOLE_EVERY  # negative: this machine's clock was set back
        return None if is_due else self.snapshot.books

    def holds(self, books: CopiedBooks, source: SnapshotSource, doubts: tuple[Doubt, ...] = ()) -> bool:
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


def read_manifest() -> SnapshotManifest:
    """What there is, without the records.

    Raises:
        SnapshotMissingError: nothing was fetched yet.
        SnapshotDamagedError: the manifest cannot be read.
    """
    manifest = _kept().manifest()
    if manifest is None:
        raise SnapshotMissingError
    return manifest


def store_snapshot(
    books: CopiedBooks,
    source: SnapshotSource,
    *,
    before: SnapshotStatus,
    taken_at: datetime,
    doubts: tuple[Doubt, ...] = (),
) -> bool:
    """Make this reading the snapshot, unless somebody stored one since `before`; whether it is now.

    The day of the last whole reading stays where this one only added to it.
    """
    old = before.manifest
    manifest = SnapshotManifest(
        source=source,
        company=books.company,
        watermark=books.watermark,
        taken_at=taken_at,
        whole_at=old.whole_at if old and before.basis(source, taken_at) else taken_at,
        counts={part.name.lower(): len(rows) for part, rows in books.parts.items()},
        doubts=doubts,
    )
    with locked(settings().state, "books"):
        if _manifest_or_none() != old:
            return False
        tables = {part.name.lower(): _table(part, rows) for part, rows in books.parts.items()}
        _kept().store(manifest, tables, old)
    return True


def confirm_snapshot(before: SnapshotManifest, *, taken_at: datetime, is_whole: bool) -> bool:
    """Say that the snapshot is still what Odoo has; only the manifest is written."""
    whole = {"whole_at": taken_at} if is_whole else {}
    with locked(settings().state, "books"):
        if _manifest_or_none() != before:
            return False
        _kept().point(before.model_copy(update={"taken_at": taken_at, **whole}))
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


def age_words(manifest: SnapshotManifest, now: datetime) -> str:
    """For instance `as of 2026-03-02 08:00 UTC, 1 h old, 812 lines`."""
    lines = manifest.counts[CopiedPart.LINES.name.lower()]
    return f"{generations.age_words(manifest.taken_at, now)}, {lines} lines{doubt_words(manifest)}"


def doubt_words(manifest: SnapshotManifest) -> str:
    """What cannot be right in it, to be said after the rest; nothing when all is well."""
    return "".join(f"; {doubt.said.removesuffix('.')}" for doubt in manifest.doubts)


def manifest_of(source: SnapshotSource) -> SnapshotManifest | None:
    """The copy of these books, if there is one."""
    manifest = _manifest_or_none()
    return manifest if manifest and manifest.source == source else None


def _manifest_or_none() -> SnapshotManifest | None:
    try:
        return read_manifest()
    except (SnapshotMissingError, SnapshotDamagedError):
        return None


def _kept() -> Generations[SnapshotManifest]:
    return Generations(snapshot_folder(), SnapshotManifest, SnapshotDamagedError)


def _table(part: CopiedPart, rows: Rows) -> Any:
    import pyarrow as pa

    schema = pa.schema([(name, _type(name)) for name in part.fields])
    return pa.Table.from_pylist(list(rows.values()), schema=schema)


def _type(name: str) -> Any:
    import pyarrow as pa

    if name in AMOUNTS:
        return pa.decimal128(24, 6)
    if name in LISTS:
        return pa.list_(pa.int64())
    return pa.int64() if name in ("id", "tax_line_id") or name.endswith("_id") else pa.string()


def _load(manifest: SnapshotManifest) -> Snapshot:
    import pyarrow.parquet as pq

    return Snapshot(manifest, {part: pq.read_table(part_file(manifest, part)) for part in CopiedPart})


def part_file(manifest: SnapshotManifest, part: CopiedPart) -> Path:
    """The file of one part, as it was written.

    Raises:
        SnapshotDamagedError: it is missing, or is not what was written.
    """
    return _kept().file(manifest, part.name.lower())


def _columns(table: "pa.Table") -> Columns:
    return {name: _column(table.column(name).combine_chunks()) for name in table.column_names}


def _column(values: Any) -> Column:
    import pyarrow as pa

    if pa.types.is_integer(values.type) and not values.null_count:
        return Column.plain(values.to_numpy().tolist())
    if pa.types.is_list(values.type):
        return Column.plain(values.to_pylist())
    encoded = values.dictionary_encode("encode")
    return Column(encoded.dictionary.to_pylist(), encoded.indices.to_numpy().tolist())
