"""Whether the books can be reached and used, for a person who asks."""

import re

from pydantic import BaseModel, ConfigDict

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooAddressError
from tasks.accounting.chart import fetch_purchase_journal

OLDEST_MAJOR = 19


class Connection(BaseModel):
    """What was found at the other end."""

    model_config = ConfigDict(frozen=True)

    version: str
    company: str


async def check_connection(client: OdooClient) -> Connection:
    """Prove that address, database, key and rights let bills be booked; changes nothing.

    Raises:
        OdooAddressError: no Odoo there, or one older than 19.
        RejectedError: database, key or rights are wrong, or the company has no chart of accounts.
        TransientError: not reachable now.
    """
    version = await client.version()
    major = re.search(r"\d+", version)
    if major is None or int(major[0]) < OLDEST_MAJOR:
        raise OdooAddressError(client.url, f"it is Odoo {version}")
    journal = await fetch_purchase_journal(client)
    await client.call("account.move", "search_count", domain=[["move_type", "=", "in_invoice"]], limit=1)
    return Connection(version=version, company=journal.company)
