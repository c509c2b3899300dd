"""Whether the books were never copied yet: then the first copy is not left to the hour's schedule."""

from datetime import datetime

from blocks.odoo.access import saved_books
from blocks.settings import settings
from domain.reliability.look import LookResult
from tasks.accounting.snapshot import SnapshotSource, manifest_of


async def look_for_books(block: str, _now: datetime) -> LookResult:
    """Whether there is no copy yet of the books that are connected; Odoo is not asked."""
    account = await saved_books(block)
    if account is None:
        return LookResult.CLOSED
    source = SnapshotSource(mode=settings().mode.value, url=account.url, database=account.database)
    return LookResult.NOTHING if manifest_of(source) else LookResult.WORK
