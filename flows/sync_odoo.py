"""sync_odoo: a snapshot of the books on this machine, for reports and notebooks."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks.odoo.credentials import OdooCredentials, saved_books
from blocks.settings import settings
from domain.accounting.copied_books import CopiedBooks
from domain.accounting.doubt import Doubt
from domain.errors import TransientError
from domain.reliability.limits import RateLimitedError
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import (
    SnapshotStatus,
    Source,
    confirm_snapshot,
    snapshot_status,
    snapshot_words,
    store_snapshot,
)
from tasks.reliability.breakers import ServiceUnavailableError, guarded
from tasks.reliability.notify import notify_owner
from tasks.reliability.retries import TRANSIENT_RETRIES

BLOCK = "odoo"
Checked = tuple[CopiedBooks, tuple[Doubt, ...]]


@flow(name="sync-odoo", flow_run_name="Bring the copy of the books up to date")
async def sync_odoo() -> State:
    """Bring the snapshot of the books up to date.

    Trigger: every hour. Effects: the snapshot in the state folder; Odoo is only read: what was written since the
    last run, and the ids of everything; once a day, after damage and for another database or company, all of it.
    Named end states: `Completed`; `Degraded` when Odoo is away (the old snapshot stays, with its age) or when some of
    its records break an expectation: they are left out or marked, the reports that would use them say so, and the
    owner is told once of each; `NotConnected` when there are no books.
    """
    credentials = await saved_books(BLOCK)
    if credentials is None:
        return Completed(
            name="NotConnected", message="no Odoo is connected; to connect one: fte connect odoo"
        )
    now, there, source = _now(), snapshot_status(), _source(credentials)
    old = there.basis(source, now)
    try:
        books = await fetch_books(lambda: _fetch(credentials, old))
    except TransientError as error:
        return Completed(name="Degraded", message=f"{error}; the snapshot stays: {snapshot_words(now)}")
    if there.manifest and not there.manifest.doubts and there.holds(books, source):
        confirm_snapshot(there.manifest, taken_at=now, is_whole=old is None)
        return Completed(message=f"nothing new; {snapshot_words(now)}")
    sound, doubts = await check_books(lambda: _check(books))
    await notify_doubts(doubts, there.manifest.doubts if there.manifest else ())
    if there.manifest and there.holds(sound, source, doubts):
        confirm_snapshot(there.manifest, taken_at=now, is_whole=old is None)
        return Completed(name="Degraded", message=f"nothing new; {snapshot_words(now)}")
    is_kept = store_snapshot(sound, source, before=there, taken_at=now, doubts=doubts)
    is_whole = old is None or old.company != books.company
    return _end(there, now, is_whole=is_whole, is_kept=is_kept, doubts=doubts)


async def notify_doubts(doubts: Sequence[Doubt], told: Sequence[Doubt]) -> None:
    """Tell the owner of records that cannot be right, once of each."""
    body = "\n".join(doubt.said for doubt in doubts if not doubt.is_known(told))
    if body:
        await notify_owner("Records in the books cannot be right", body, urgency="warning", key=body)


async def _is_worth_waiting(_task: Any, _run: Any, state: State) -> bool:
    """A service that is known to be away or limited is tried again by the next run, not waited for in this one."""
    failure = await state.aresult(raise_on_failure=False)
    return isinstance(failure, TransientError) and not isinstance(
        failure, ServiceUnavailableError | RateLimitedError
    )


@task(**TRANSIENT_RETRIES | {"retry_condition_fn": _is_worth_waiting}, cache_policy=NO_CACHE)
async def fetch_books(fetch: Callable[[], Awaitable[CopiedBooks]]) -> CopiedBooks:
    """Read from Odoo. A function and not the books: the Prefect server looks through everything that it passes on."""
    return await fetch()


@task(cache_policy=NO_CACHE)
async def check_books(check: Callable[[], Checked]) -> Checked:
    """Validate what was read: what of it is sound, and what is doubted."""
    return check()


async def _fetch(credentials: OdooCredentials, old: CopiedBooks | None) -> CopiedBooks:
    async with guarded("odoo", clock=_now), credentials.client() as client:
        return await read_books(client, old)


def _check(books: CopiedBooks) -> Checked:
    from tasks.accounting.snapshot_suite import sound_books

    sound, doubts = sound_books(books)
    _ = sound.ledger
    return sound, doubts


def _source(credentials: OdooCredentials) -> Source:
    return Source(mode=settings().mode.value, url=credentials.url, database=credentials.database)


def _now() -> datetime:
    return datetime.now(UTC)


def _end(
    there: SnapshotStatus, now: datetime, *, is_whole: bool, is_kept: bool, doubts: Sequence[Doubt]
) -> State:
    said = [f"read {'all' if is_whole else 'what is new'}; {snapshot_words(now)}"]
    if not is_kept:
        said = [f"another run was faster; {snapshot_words(now)}"]
    if there.damage:
        said.append(f"before: {there.damage}")
    return Completed(name="Degraded" if doubts else None, message="; ".join(said))
