"""sync_odoo: a snapshot of the books on this machine, for reports and notebooks."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks.odoo.credentials import OdooCredentials, saved_books
from blocks.settings import settings
from domain.accounting.copied_books import CopiedBooks
from domain.errors import TransientError
from domain.reliability.limits import RateLimitedError
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import (
    Source,
    Standing,
    confirm_snapshot,
    snapshot_words,
    standing,
    store_snapshot,
)
from tasks.reliability.breakers import ServiceUnavailableError, guarded
from tasks.reliability.retries import TRANSIENT_RETRIES

BLOCK = "odoo"


@flow(name="sync-odoo", flow_run_name="Bring the copy of the books up to date")
async def sync_odoo() -> State:
    """Bring the snapshot of the books up to date.

    Trigger: every hour. Effects: the snapshot in the state folder; Odoo is only read: what was written since the
    last run, and the ids of everything; once a day, after damage and for another database or company, all of it.
    Named end states: `Completed`; `Degraded` when Odoo is away (the old snapshot stays, with its age);
    `NotConnected` when there are no books. The run fails, and its owner is told, when Odoo's records break an
    expectation: the old snapshot stays.
    """
    credentials = await saved_books(BLOCK)
    if credentials is None:
        return Completed(
            name="NotConnected", message="no Odoo is connected; to connect one: fte connect odoo"
        )
    now, there, source = _now(), standing(), _source(credentials)
    old = there.basis(source, now)
    try:
        books = await fetch_books(lambda: _fetch(credentials, old))
    except TransientError as error:
        return Completed(name="Degraded", message=f"{error}; the snapshot stays: {snapshot_words(now)}")
    if there.holds(books, source) and there.manifest:
        confirm_snapshot(there.manifest, taken_at=now, is_whole=old is None)
        return Completed(message=f"nothing new; {snapshot_words(now)}")
    await check_books(lambda: _check(books, now))
    is_kept = store_snapshot(books, source, before=there, taken_at=now)
    is_whole = old is None or old.company != books.company
    return _end(there, now, is_whole=is_whole, is_kept=is_kept)


async def _is_worth_waiting(_task: Any, _run: Any, state: State) -> bool:
    """A service that is known to be away or limited is met again by the next run, not waited for in this one."""
    failure = await state.aresult(raise_on_failure=False)
    return isinstance(failure, TransientError) and not isinstance(
        failure, ServiceUnavailableError | RateLimitedError
    )


@task(**TRANSIENT_RETRIES | {"retry_condition_fn": _is_worth_waiting}, cache_policy=NO_CACHE)
async def fetch_books(fetch: Callable[[], Awaitable[CopiedBooks]]) -> CopiedBooks:
    """Read from Odoo. A function and not the books: the engine looks through everything that it passes on."""
    return await fetch()


@task(cache_policy=NO_CACHE)
async def check_books(check: Callable[[], None]) -> None:
    """Validate what was read."""
    check()


async def _fetch(credentials: OdooCredentials, old: CopiedBooks | None) -> CopiedBooks:
    async with guarded("odoo", clock=_now), credentials.client() as client:
        return await read_books(client, old)


def _check(books: CopiedBooks, now: datetime) -> None:
    from tasks.accounting.snapshot_suite import check_books as validate

    validate(books, now.date())
    _ = books.ledger


def _source(credentials: OdooCredentials) -> Source:
    return Source(mode=settings().mode.value, url=credentials.url, database=credentials.database)


def _now() -> datetime:
    return datetime.now(UTC)


def _end(there: Standing, now: datetime, *, is_whole: bool, is_kept: bool) -> State:
    said = [f"read {'all' if is_whole else 'what is new'}; {snapshot_words(now)}"]
    if not is_kept:
        said = [f"another run was faster; {snapshot_words(now)}"]
    if there.damage:
        said.append(f"before: {there.damage}")
    return Completed(message="; ".join(said))
