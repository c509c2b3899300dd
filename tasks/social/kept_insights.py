"""How posts did, as it is kept on this machine: for each account generations of Parquet files.

`posts` has what each post says, `moves` its counts at each reading that found them changed, `days` what was counted of
the account. A reading is added a batch at a time: it takes no more memory as they grow. Unlike a copy of the books this
cannot be fetched again: a platform tells how many follow it now, not then.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field

from blocks.settings import settings
from domain.errors import ContractError
from domain.social.history import Days, with_reading
from domain.social.measured import AccountReading, ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from tasks.frames.generations import GenerationManifest, Generations
from tasks.vault.locks import locked

POSTS_AT_ONCE, READ_BYTES = 500, 1 << 16
TABLES = ("posts", "moves", "days")
METRICS = {metric.value: metric for metric in Metric}


class InsightsDamagedError(ContractError):
    """The files are not what was written."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(
            f"what is kept of how posts did is damaged ({problem}); put {folder} back from a backup, or remove it to "
            "begin anew: fte run collect_insights"
        )


class InsightsManifest(GenerationManifest):
    """Whose insights a generation holds, and of when they are.

    Attributes:
        mode: `sandbox` or `live`.
        began_at: The first reading: of followers nothing is known before it.
        taken_at: The last one.
        is_cut: The first reading did not reach the account's older posts.
        ended: Metrics that the platform no longer answers, by its own names.
        unread: What the last reading could not read.
    """

    mode: str
    account: PublicAccount
    began_at: AwareDatetime
    taken_at: AwareDatetime
    is_cut: bool = False
    ended: dict[str, Metric] = Field(default_factory=dict)
    unread: list[str] = Field(default_factory=list)


def kept_manifest(platform: Platform, account_id: str | None = None) -> InsightsManifest | None:
    """Of when the kept insights of an account are, or of the one that was read last; None: there are none.

    Raises:
        InsightsDamagedError: they cannot be read.
    """
    if account_id is not None:
        return _kept(platform, account_id).manifest()
    folders = [path for path in _folder(platform).glob("*") if path.is_dir()]
    found = [_kept_in(path).manifest() for path in folders]
    return max(filter(None, found), key=lambda manifest: manifest.taken_at, default=None)


@dataclass(frozen=True)
class KeptInsights:
    """An account's insights as they lie on the disk.

    Attributes:
        posts: Read as they are asked for, once; no more than a batch of them is held.
        days: What was counted of the account itself.
    """

    manifest: InsightsManifest
    posts: Iterator[MeasuredPost]
    days: Days


def open_insights(platform: Platform, account_id: str | None = None) -> KeptInsights | None:
    """What is kept of an account, or of the one that was read last; opened again when it was replaced meanwhile.

    Raises:
        InsightsDamagedError: it cannot be used.
    """
    manifest = kept_manifest(platform, account_id)
    if manifest is None:
        return None
    try:
        return _open(platform, manifest)
    except InsightsDamagedError:
        again = kept_manifest(platform, manifest.account.id)
        if again is None or again.generation == manifest.generation:
            raise
        return _open(platform, again)


def add_reading(
    platform: Platform,
    manifest: InsightsManifest,
    reading: AccountReading,
    *,
    before: InsightsManifest | None,
) -> bool:
    """Put what is kept and this reading in force, unless somebody stored another since; whether it is now.

    What the reading does not say stays as it was. No more of what is kept is held than a part.

    Raises:
        InsightsDamagedError: what is kept cannot be used.
    """
    with locked(settings().state, "insights"):
        if kept_manifest(platform, manifest.account.id) != before:
            return False
        kept = _kept(platform, manifest.account.id)
        files = {} if before is None else {name: kept.file(before, name) for name in TABLES}
        kept.store(manifest, _tables(files, reading, manifest.taken_at), before)
    return True


def _folder(platform: Platform) -> Path:
    return settings().state / "insights" / platform.value


def _kept(platform: Platform, account_id: str) -> Generations[InsightsManifest]:
    return _kept_in(_folder(platform) / re.sub(r"\W+", "-", account_id))


def _kept_in(folder: Path) -> Generations[InsightsManifest]:
    return Generations(folder, InsightsManifest, partial(InsightsDamagedError, folder))


def _tables(files: Mapping[str, Path], reading: AccountReading, taken_at: datetime) -> dict[str, Any]:
    """What stands in the files and this reading: its posts in place of the same ones, its counts after the others."""
    import pyarrow as pa

    moment, text, count = pa.timestamp("us", tz="UTC"), pa.string(), pa.int64()
    columns = {metric.value: count for metric in Metric}
    texts = dict.fromkeys(("kind", "text", "url", "answers"), text)
    posts = pa.schema({"id": text, "created_at": moment} | texts | columns)
    moves = pa.schema({"post_id": text, "taken_at": moment} | columns)
    ids = pa.array([one.post.id for one in reading.posts], text)
    old = {row["id"]: _counts(row) for row in _among(files, posts, ids)}
    moved = [
        {"post_id": one.post.id, "taken_at": taken_at, **_columns(one.counts)}
        for one in reading.posts
        if old.get(one.post.id) != one.counts
    ]
    days = [
        {"day": day, "metric": metric.value, "count": found}
        for day, counts in with_reading(_days(files.get("days")), reading, taken_at).items()
        for metric, found in counts.items()
    ]
    return {
        "posts": _then(_others(files, posts, ids), map(_post_row, reading.posts), posts),
        "moves": _then(_batches(files.get("moves"), moves), moved, moves),
        "days": pa.Table.from_pylist(
            days, schema=pa.schema({"day": pa.date32(), "metric": text, "count": count})
        ),
    }


def _then(kept: Iterator[Any], rows: Iterable[dict[str, Any]], schema: Any) -> Any:
    """The kept batches, then these rows."""
    import pyarrow as pa

    added = pa.RecordBatch.from_pylist(list(rows), schema=schema)
    return pa.RecordBatchReader.from_batches(schema, chain(kept, [added]))


def _among(files: Mapping[str, Path], schema: Any, ids: Any) -> Iterator[dict[str, Any]]:
    """The kept posts with one of these ids."""
    import pyarrow.compute as pc

    for batch in _batches(files.get("posts"), schema):
        yield from batch.filter(pc.is_in(batch["id"], ids)).to_pylist()


def _others(files: Mapping[str, Path], schema: Any, ids: Any) -> Iterator[Any]:
    """The kept posts without them, in batches."""
    import pyarrow.compute as pc

    for batch in _batches(files.get("posts"), schema):
        yield batch.filter(pc.invert(pc.is_in(batch["id"], ids)))


def _batches(path: Path | None, schema: Any) -> Iterator[Any]:
    """The rows of a kept file with the columns of today: what was not counted when it was written is missing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path is None:
        return
    with pq.ParquetFile(path, buffer_size=READ_BYTES) as file:
        for batch in file.iter_batches(batch_size=POSTS_AT_ONCE):
            names = set(batch.schema.names)
            columns = [
                batch[one.name] if one.name in names else pa.nulls(len(batch), one.type) for one in schema
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _post_row(one: MeasuredPost) -> dict[str, Any]:
    facts = one.post.model_dump(include={"id", "created_at", "text", "url", "answers"})
    return {**facts, "kind": one.kind.value, **_columns(one.counts)}


def _columns(counts: Mapping[Metric, int]) -> dict[str, int]:
    return {metric.value: count for metric, count in counts.items()}


def _open(platform: Platform, manifest: InsightsManifest) -> KeptInsights:
    import pyarrow.parquet as pq

    kept = _kept(platform, manifest.account.id)
    files = {name: kept.file(manifest, name) for name in TABLES}
    posts = pq.ParquetFile(files["posts"], buffer_size=READ_BYTES)
    return KeptInsights(manifest, _posts(posts), _days(files["days"]))


def _days(path: Path | None) -> Days:
    import pyarrow.parquet as pq

    days: dict[Any, dict[Metric, int]] = {}
    for row in pq.read_table(path).to_pylist() if path else ():
        days.setdefault(row["day"], {})[Metric(row["metric"])] = row["count"]
    return days


def _posts(file: Any) -> Iterator[MeasuredPost]:
    with file:
        for batch in file.iter_batches(batch_size=POSTS_AT_ONCE):
            yield from map(_measured, batch.to_pylist())


def _measured(row: Mapping[str, Any]) -> MeasuredPost:
    facts = {name: row[name] for name in ("id", "text", "created_at", "url", "answers")}
    return MeasuredPost(post=Published(**facts), kind=ContentKind(row["kind"]), counts=_counts(row))


def _counts(row: Mapping[str, Any]) -> dict[Metric, int]:
    return {metric: row[name] for name, metric in METRICS.items() if row.get(name) is not None}
