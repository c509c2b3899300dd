"""How posts did, as it is kept on this machine: for each account generations of Parquet files.

`posts` has what each post says, `moves` its counts at each reading that found them changed (they only grow, so they are
added to and never loaded as rows), `days` what was counted of the account. Unlike a copy of the books this cannot be
fetched again: a platform tells how many follow it now, not then.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Field

from blocks.settings import settings
from domain.errors import ContractError
from domain.social.history import Days, PublicHistory
from domain.social.measured import ContentKind, MeasuredPost, Metric
from domain.social.post import Platform
from domain.social.published import PublicAccount, Published
from tasks.frames.generations import GenerationManifest, Generations
from tasks.vault.locks import locked

POSTS_AT_ONCE, READ_BYTES = 500, 1 << 16
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


def load_history(
    platform: Platform, account_id: str | None = None
) -> tuple[InsightsManifest, PublicHistory] | None:
    """All of it in memory, posts by their id.

    Raises:
        InsightsDamagedError: as `open_insights`.
    """
    kept = open_insights(platform, account_id)
    if kept is None:
        return None
    return kept.manifest, PublicHistory(posts={one.post.id: one for one in kept.posts}, days=kept.days)


def store_history(
    platform: Platform, manifest: InsightsManifest, history: PublicHistory, *, before: InsightsManifest | None
) -> bool:
    """Put this in force, its moves after those of `before`, unless somebody stored another since; whether it is now.

    Raises:
        InsightsDamagedError: the moves that are kept cannot be used.
    """
    with locked(settings().state, "insights"):
        if kept_manifest(platform, manifest.account.id) != before:
            return False
        kept, tables = _kept(platform, manifest.account.id), _tables(history)
        if before is not None:
            tables["moves"] = _after(kept.file(before, "moves"), tables["moves"])
        kept.store(manifest, tables, before)
    return True


def _folder(platform: Platform) -> Path:
    return settings().state / "insights" / platform.value


def _kept(platform: Platform, account_id: str) -> Generations[InsightsManifest]:
    return _kept_in(_folder(platform) / re.sub(r"\W+", "-", account_id))


def _kept_in(folder: Path) -> Generations[InsightsManifest]:
    return Generations(folder, InsightsManifest, partial(InsightsDamagedError, folder))


def _tables(history: PublicHistory) -> dict[str, Any]:
    import pyarrow as pa

    moment, text, count = pa.timestamp("us", tz="UTC"), pa.string(), pa.int64()
    posts = [_post_row(one) for one in history.posts.values()]
    moves = [
        {"post_id": move.post_id, "taken_at": move.taken_at, **_columns(move.counts)}
        for move in history.moves
    ]
    days = [
        {"day": day, "metric": metric.value, "count": found}
        for day, counts in history.days.items()
        for metric, found in counts.items()
    ]
    columns = {metric.value: count for metric in Metric}
    post = {
        "id": text,
        "created_at": moment,
        "kind": text,
        "text": text,
        "url": text,
        "answers": text,
    } | columns
    return {
        "posts": pa.Table.from_pylist(posts, schema=pa.schema(post)),
        "moves": pa.Table.from_pylist(
            moves, schema=pa.schema({"post_id": text, "taken_at": moment} | columns)
        ),
        "days": pa.Table.from_pylist(
            days, schema=pa.schema({"day": pa.date32(), "metric": text, "count": count})
        ),
    }


def _after(kept: Path, table: Any) -> Any:
    """The rows of a kept file, then these; as columns, which take a hundredth of the memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables([pq.read_table(kept), table], promote_options="default")


def _post_row(one: MeasuredPost) -> dict[str, Any]:
    facts = one.post.model_dump(include={"id", "created_at", "text", "url", "answers"})
    return {**facts, "kind": one.kind.value, **_columns(one.counts)}


def _columns(counts: Mapping[Metric, int]) -> dict[str, int]:
    return {metric.value: count for metric, count in counts.items()}


def _open(platform: Platform, manifest: InsightsManifest) -> KeptInsights:
    import pyarrow.parquet as pq

    kept = _kept(platform, manifest.account.id)
    files = {name: kept.file(manifest, name) for name in ("posts", "days", "moves")}
    days: dict[Any, dict[Metric, int]] = {}
    for row in pq.read_table(files["days"]).to_pylist():
        days.setdefault(row["day"], {})[Metric(row["metric"])] = row["count"]
    posts = pq.ParquetFile(files["posts"], buffer_size=READ_BYTES)
    return KeptInsights(manifest, _posts(posts), days)


def _posts(file: Any) -> Iterator[MeasuredPost]:
    with file:
        for batch in file.iter_batches(batch_size=POSTS_AT_ONCE):
            yield from map(_measured, batch.to_pylist())


def _measured(row: Mapping[str, Any]) -> MeasuredPost:
    facts = {name: row[name] for name in ("id", "text", "created_at", "url", "answers")}
    return MeasuredPost(post=Published(**facts), kind=ContentKind(row["kind"]), counts=_counts(row))


def _counts(row: Mapping[str, Any]) -> dict[Metric, int]:
    return {metric: row[name] for name, metric in METRICS.items() if row.get(name) is not None}
