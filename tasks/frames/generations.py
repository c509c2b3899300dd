"""Parquet files of one generation, and the manifest that points at it.

Files are written beside and never changed; the manifest is replaced last, in one step. So a reader sees a whole
generation, a crash leaves the old one, and what was left half-written is removed by the next writer.
"""

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, Field, ValidationError

from blocks.files import synced_file
from domain.errors import ContractError
from tasks.vault.atomic import disk_errors, put_over, sync_folder, write_beside

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST = "manifest.json"
TAG = "frames"
ROWS_AT_ONCE = 10_000  # a reader of a part holds so many of a column


class GenerationManifest(BaseModel, frozen=True):
    """What every manifest says: which generation is in force, and the digests of its files by name."""

    generation: str = Field(default_factory=lambda: secrets.token_hex(8))
    sha256: dict[str, str] = {}


Manifest = TypeVar("Manifest", bound=GenerationManifest)


@dataclass(frozen=True)
class Generations(Generic[Manifest]):
    """One folder of generations; its writers hold a lock of their own.

    Attributes:
        folder: Where they lie.
        model: What its manifests say.
        damaged: The error for files that are not what was written.
    """

    folder: Path
    model: type[Manifest]
    damaged: Callable[[str], ContractError]

    def manifest(self) -> Manifest | None:
        """What is in force; None: nothing was written yet.

        Raises:
            ContractError: as `damaged` makes it.
        """
        path = self.folder / MANIFEST
        try:
            with disk_errors(path):
                return self.model.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise self.damaged(f"{MANIFEST} is not readable") from error

    def store(
        self,
        manifest: Manifest,
        tables: "Mapping[str, pa.Table | pa.RecordBatchReader]",
        old: Manifest | None,
    ) -> Manifest:
        """Put a generation in force. The one before stays for a reader that is at it.

        Args:
            manifest: What it says.
            tables: By name, written in their order; of a reader no more than a part is held.
            old: What was in force.
        """
        folder = self.folder / manifest.generation
        with disk_errors(folder):
            folder.mkdir(parents=True)
        hashes = {name: _write(folder / f"{name}.parquet", table) for name, table in tables.items()}
        sync_folder(folder)
        manifest = manifest.model_copy(update={"sha256": hashes})
        self.point(manifest)
        self._remove_older({manifest.generation, (old or manifest).generation})
        return manifest

    def point(self, manifest: Manifest) -> None:
        """Replace the manifest alone."""
        path = self.folder / MANIFEST
        put_over(write_beside(path, manifest.model_dump_json(indent=1).encode(), TAG), path)

    def file(self, manifest: Manifest, name: str) -> Path:
        """The file of a table, as it was written.

        Raises:
            ContractError: it is missing, or is not what was written.
        """
        path = self.folder / manifest.generation / f"{name}.parquet"
        try:
            with disk_errors(path), path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise self.damaged(f"{path.name} is missing") from error
        if digest != manifest.sha256.get(name):
            raise self.damaged(f"{path.name} is not what was written")
        return path

    def _remove_older(self, kept: set[str]) -> None:
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
            elif path.suffix == ".tmp":
                with suppress(OSError):
                    path.unlink()


def age_words(taken_at: datetime, now: datetime) -> str:
    """For instance `as of 2026-03-02 08:00 UTC, 3 h old`."""
    minutes = (now - taken_at) // timedelta(minutes=1)
    age = f"{minutes} min old" if minutes < 120 else f"{minutes // 60} h old"  # noqa: PLR2004 (two hours)
    if minutes < 0:
        age = "by a clock that was set back since"
    return f"as of {taken_at.astimezone(UTC):%Y-%m-%d %H:%M UTC}, {age}"


def _write(path: Path, rows: "pa.Table | pa.RecordBatchReader") -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_memory_pool(
        pa.system_memory_pool()
    )  # Arrow's own keeps what was freed, 1.5 MB more at each growing file
    with disk_errors(path):
        with synced_file(path) as file, pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
            for table in [rows] if isinstance(rows, pa.Table) else _parts(rows):
                writer.write_table(table, row_group_size=ROWS_AT_ONCE)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _parts(rows: "pa.RecordBatchReader") -> "Iterator[pa.Table]":
    """The batches put together, until there are about so many rows as a part has."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    for batch in rows:
        held.append(batch)
        if sum(map(len, held)) >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(held)
            held = []
    yield pa.Table.from_batches(held, rows.schema)
