"""Whether the books can be reached and used, for a person who asks."""

import datetime as dt

from pydantic import BaseModel

from blocks.odoo.client import OdooClient, major_version
from blocks.odoo.errors import OdooAddressError, OdooCallError, OdooMissingError
from tasks.accounting.chart import fetch_journal


class Connection(BaseModel, frozen=True):
    """What was found at the other end."""

    version: str
    company: str
    key_expires_on: dt.date | None = None

    def key_days_left(self, today: dt.date) -> int | None:
        """Days until the key ends; None for a key without end."""
        return (self.key_expires_on - today).days if self.key_expires_on else None


async def check_connection(client: OdooClient) -> Connection:
    """Prove that address, database, key and rights let bills be booked; changes nothing.

    Raises:
        OdooAddressError: no Odoo there, or one older than the protocol is for.
        RejectedError: database, key or rights are wrong, or the company has no chart of accounts.
        TransientError: not reachable now.
    """
    version = await client.version()
    if major_version(version) < client.oldest_major:
        raise OdooAddressError(client.url, f"it is Odoo {version}, this protocol needs {client.oldest_major}")
    journal = await fetch_journal(client, "purchase")
    await client.call("account.move", "search_count", domain=[["move_type", "=", "in_invoice"]], limit=1)
    return Connection(version=version, company=journal.company, key_expires_on=await _key_end(client))


async def _key_end(client: OdooClient) -> dt.date | None:
    """The last day of the user's key that ends first; Odoo does not tell which key was used."""
    try:
        found = await client.call(
            "res.users.apikeys",
            "search_read",
            domain=[["expiration_date", "!=", False]],
            fields=["expiration_date"],
            order="expiration_date",
            limit=1,
        )
    except (OdooCallError, OdooMissingError):
        # before Odoo 18 keys have no end
        return None
    return dt.date.fromisoformat(found[0]["expiration_date"][:10]) if found else None
