"""Reading the books for the copy and checking what was read, each as a task run of Prefect's.

Both take functions, and not the books: the Prefect server looks through everything that it passes on.
"""

from collections.abc import Awaitable, Callable

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.odoo.access import client_of
from blocks.odoo.client import OdooAccount
from domain.accounting.copied_books import CopiedBooks
from domain.accounting.doubt import Doubt
from tasks.accounting.ledger import read_books
from tasks.clock import Clock
from tasks.reliability.breakers import guarded
from tasks.reliability.retries import TRANSIENT_RETRIES

Checked = tuple[CopiedBooks, tuple[Doubt, ...]]


@task(**TRANSIENT_RETRIES, cache_policy=NO_CACHE)
async def fetch_books(fetch: Callable[[], Awaitable[CopiedBooks]]) -> CopiedBooks:
    """Read from Odoo, tried again while that helps."""
    return await fetch()


@task(cache_policy=NO_CACHE)
async def check_books(check: Callable[[], Checked]) -> Checked:
    """Validate what was read: what of it is sound, and what is doubted."""
    return check()


async def books_since(old: CopiedBooks | None, account: OdooAccount, clock: Clock) -> CopiedBooks:
    """The books now: what was written since the old copy, else all of them.

    Raises:
        TransientError: Odoo is away.
    """
    async with guarded("odoo", clock=clock), client_of(account) as client:
        return await read_books(client, old)


def sound_part(books: CopiedBooks) -> Checked:
    """What of the books is sound, and what is doubted."""
    from tasks.accounting.snapshot_suite import (
        sound_books,  # Great Expectations: seconds, for this step alone
    )

    sound, doubts = sound_books(books)
    _ = sound.ledger
    return sound, doubts
