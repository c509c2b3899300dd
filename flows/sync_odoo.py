"""sync_odoo: a snapshot of the books on this machine, for reports and notebooks."""

from collections.abc import Sequence
from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks.odoo.access import saved_books
from blocks.odoo.client import OdooAccount
from blocks.settings import settings
from domain.accounting.doubt import Doubt
from domain.errors import TransientError
from tasks.accounting.snapshot import (
    SnapshotSource,
    SnapshotStatus,
    confirm_snapshot,
    snapshot_status,
    snapshot_words,
    store_snapshot,
)
from tasks.accounting.sync import books_since, check_books, fetch_books, sound_part
from tasks.clock import present
from tasks.reliability.notify import notify_owner

BLOCK = "odoo"


@flow(name="sync-odoo", flow_run_name="Bring the copy of the books up to date")
async def sync_odoo() -> State:
    """Bring the snapshot of the books up to date.

    Trigger: every hour, and at once while these books were never copied. Effects: the snapshot in the state folder;
    Odoo is only read: what was written since the last run, and the ids of everything; once a day, after damage and for
    another database or company, all of it.
    Named end states: `Completed`; `Degraded` when Odoo is away (the old snapshot stays, with its age) or when some of
    its records break an expectation: they are left out or marked, the reports that would use them say so, and the
    owner is told once of each; `NotConnected` when there are no books.
    """
    account = await saved_books(BLOCK)
    if account is None:
        return Completed(
            name="NotConnected", message="no Odoo is connected; to connect one: fte connect odoo"
        )
    now, there, source = present(), snapshot_status(), _source(account)
    old = there.basis(source, now)
    try:
        books = await fetch_books(lambda: books_since(old, account, present))
    except TransientError as error:
        return Completed(name="Degraded", message=f"{error}; the snapshot stays: {snapshot_words(now)}")
    if there.manifest and not there.manifest.doubts and there.holds(books, source):
        confirm_snapshot(there.manifest, taken_at=now, is_whole=old is None)
        return Completed(message=f"nothing new; {snapshot_words(now)}")
    sound, doubts = await check_books(lambda: sound_part(books))
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


def _source(account: OdooAccount) -> SnapshotSource:
    return SnapshotSource(mode=settings().mode.value, url=account.url, database=account.database)


def _end(
    there: SnapshotStatus, now: datetime, *, is_whole: bool, is_kept: bool, doubts: Sequence[Doubt]
) -> State:
    said = [f"read {'all' if is_whole else 'what is new'}; {snapshot_words(now)}"]
    if not is_kept:
        said = [f"another run was faster; {snapshot_words(now)}"]
    if there.damage:
        said.append(f"before: {there.damage}")
    return Completed(name="Degraded" if doubts else None, message="; ".join(said))
